/** What a log would be once it is mended. Nothing is invented, no line that can be read is changed. */

import type { LogLine } from "../domain/line.ts";
import { findTornBatch } from "../domain/torn_batch.ts";
import type { LogSurvey } from "../store/log_survey.ts";
import type { LogAction } from "./step.ts";

/** A log, mended. */
export interface MendedLog {
  readonly bytes: Uint8Array;
  /** What was cut off its end: the torn pieces, in order. */
  readonly cut: Uint8Array;
  /** The lines that were cut off though they can be read: those of an incomplete batch. */
  readonly cut_lines: readonly LogLine[];
  readonly steps: readonly { readonly action: LogAction; readonly line: number; readonly message: string }[];
}

/** Mends a log. The same log comes out when there is nothing to mend. */
export function mendLog(survey: LogSurvey): MendedLog {
  const repeated = repeatedLines(survey);
  const kept = survey.lines.filter(
    (line) =>
      !isMarker(line) && line.parsed.kind !== "blank" && line.parsed.kind !== "torn" && !repeated.has(line),
  );
  const cut_lines = new Set<LogLine>();
  const whole = () => kept.filter((line) => !cut_lines.has(line));
  for (let batch = findTornBatch(whole()); batch?.is_torn_write; batch = findTornBatch(whole())) {
    for (const line of batch.lines) cut_lines.add(line);
  }
  const torn = survey.lines.filter(({ parsed }) => parsed.kind === "torn");
  const tail = torn[0] === undefined ? NO_BYTES : survey.bytes.subarray(torn[0].offset_bytes);
  return {
    bytes: Buffer.concat(whole().map((line) => withLineFeed(line, survey))),
    cut: Buffer.concat([...[...cut_lines].map((line) => survey.rawLine(line)), tail]),
    cut_lines: [...cut_lines],
    steps: stepsOf(survey, repeated, [...cut_lines], torn),
  };
}

const NO_BYTES = new Uint8Array();
const LINE_FEED = Buffer.from("\n");
const CARRIAGE_RETURN = 13;

/** Every line that stands there a second time, byte for byte; damaged ones are nobody's to judge. */
function repeatedLines({ lines, bytesOf }: LogSurvey): ReadonlySet<LogLine> {
  const first_by_id = new Map<string, LogLine>();
  const seen = new Set<string>();
  return new Set(
    lines.filter((line) => {
      const { parsed } = line;
      if (parsed.kind === "event") {
        // Few ids stand there twice, so few lines have to be held against each other.
        const first = first_by_id.get(parsed.event.event_id);
        if (first === undefined) first_by_id.set(parsed.event.event_id, line);
        if (first === undefined) return false;
        seen.add(bytesOf(first));
      } else if (parsed.kind !== "other") {
        return false;
      }
      const bytes = bytesOf(line);
      if (seen.has(bytes)) return true;
      seen.add(bytes);
      return false;
    }),
  );
}

function isMarker({ parsed }: LogLine): boolean {
  return parsed.kind === "damaged" && parsed.code === "LOG_CONFLICT_MARKERS";
}

/** A line with a line feed as its end, and otherwise as it stands there. */
function withLineFeed(line: LogLine, { bytes, rawLine }: LogSurvey): Uint8Array {
  const start = line.offset_bytes;
  let stop = start + line.length_bytes;
  if (bytes[stop - 1] !== CARRIAGE_RETURN && line.ends_with === "lf") return rawLine(line);
  while (stop > start && bytes[stop - 1] === CARRIAGE_RETURN) stop--;
  return Buffer.concat([bytes.subarray(start, stop), LINE_FEED]);
}

function stepsOf(
  { lines, has_byte_order_mark }: LogSurvey,
  repeated: ReadonlySet<LogLine>,
  cut_lines: readonly LogLine[],
  torn: readonly LogLine[],
): MendedLog["steps"] {
  const last = lines.at(-1);
  const of = (action: LogAction, found: readonly LogLine[], what: string, more = "") =>
    found[0] === undefined
      ? []
      : [{ action, line: found[0].number, message: `${what.replace("#", countOf(found.length))}${more}` }];
  const is_unended =
    last?.ends_with === "nothing" && last.parsed.kind !== "torn" && !cut_lines.includes(last);
  const crlf = lines.filter(({ ends_with, parsed }) => ends_with === "crlf" && parsed.kind !== "blank");
  const blank = lines.filter(({ parsed }) => parsed.kind === "blank");
  const apart = ", and keep it in a file of its own";
  return [
    ...of(
      "remove_byte_order_mark",
      has_byte_order_mark ? lines.slice(0, 1) : [],
      "take out the byte order mark",
    ),
    ...of(
      "resolve_conflict_markers",
      lines.filter(isMarker),
      "take out # of conflict markers",
      "; what both sides wrote stays",
    ),
    ...of("drop_blank_lines", blank, "drop # with nothing on"),
    ...of("drop_repeated_lines", [...repeated], "drop # said before, byte for byte"),
    ...of("normalize_line_ends", crlf, "end # with LF instead of CR LF"),
    ...of("add_final_newline", is_unended ? [last] : [], "end the last line"),
    ...of("cut_torn_batch", cut_lines, "cut off # of a batch that was not written to its end", apart),
    ...of("cut_torn_tail", torn, "cut off the write that did not finish", apart),
  ];
}

function countOf(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}
