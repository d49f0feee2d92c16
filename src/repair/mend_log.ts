/** What a log would be once it is mended. Nothing is invented, no line that can be read is changed. */

import type { LogLine } from "../domain/line.ts";
import { findTornBatches, isZeroed, saysNothing } from "../domain/torn_batch.ts";
import { hasByteOrderMark } from "../store/log_lines.ts";
import { type LogSurvey, surveyLog } from "../store/log_survey.ts";
import { contentOf } from "./prove.ts";
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

/** Mends a log. The same log comes out when there is nothing to mend, and when it seems to be no log. */
export function mendLog(survey: LogSurvey): MendedLog {
  if (survey.is_cut_short) return { bytes: survey.bytes, cut: NO_BYTES, cut_lines: [], steps: [] };
  const repeated = repeatedLines(survey);
  const kept = survey.lines.filter(
    (line) =>
      !isMarker(line) && line.parsed.kind !== "blank" && line.parsed.kind !== "torn" && !repeated.has(line),
  );
  const { whole, batch, zeros } = withoutTornWrites(kept, survey);
  const torn = survey.lines.filter(({ parsed }) => parsed.kind === "torn");
  const tail = torn[0] === undefined ? NO_BYTES : survey.bytes.subarray(torn[0].offset_bytes);
  const cut = [...batch, ...zeros].sort((a, b) => a.offset_bytes - b.offset_bytes);
  const mended = {
    bytes: Buffer.concat(whole.map((line) => withLineFeed(line, survey))),
    cut: Buffer.concat([...cut.map((line) => survey.rawLine(line)), tail]),
    cut_lines: batch,
    steps: stepsOf(survey, { repeated, batch, torn: [...zeros, ...torn], last: whole.at(-1) }),
  };
  return mended.steps.length > 0 ? mendedAgain(mended, whole, survey) : mended;
}

/**
 * What stood before a byte order mark can be gone now, so that it begins the log; and what
 * stood before zeros, so that they begin or end with a sector.
 */
function mendedAgain(once: MendedLog, whole: readonly LogLine[], survey: LogSurvey): MendedLog {
  let start = 0;
  while (hasByteOrderMark(once.bytes.subarray(start + BYTE_ORDER_MARK_BYTES))) start += BYTE_ORDER_MARK_BYTES;
  const place = {
    path: "",
    shown: survey.file,
    feature_slug: survey.feature_slug,
    vocabulary: survey.vocabulary,
  };
  const then = mendLog(surveyLog(once.bytes.subarray(start), place));
  return {
    bytes: then.bytes,
    cut: Buffer.concat([then.cut, once.cut]),
    cut_lines: [...then.cut_lines.flatMap(({ number }) => whole[number - 1] ?? []), ...once.cut_lines],
    steps: [
      ...once.steps,
      ...then.steps.map((step) => ({ ...step, line: whole[step.line - 1]?.number ?? step.line })),
    ],
  };
}

/**
 * Takes out torn batches, and zeros that came to the end by that, for as long as there are
 * any: one walk from the end, past what says nothing.
 */
function withoutTornWrites(kept: readonly LogLine[], survey: LogSurvey) {
  const first_by_last = new Map(
    findTornBatches(kept).flatMap(({ lines, is_beginning }) =>
      is_beginning ? [[lines.at(-1), lines[0]] as const] : [],
    ),
  );
  const batch: LogLine[] = [];
  const zeros: LogLine[] = [];
  let passed: LogLine[] = [];
  let end = kept.length;
  for (let line = kept[end - 1]; line !== undefined; line = kept[end - 1]) {
    const first = first_by_last.get(line);
    if (first !== undefined) {
      for (; kept[end] !== first; end--) {
        const part = kept[end - 1];
        if (part !== undefined) (isZeroed(part) ? zeros : batch).push(part);
      }
      for (; isZeroed(kept[end - 1]); end--) zeros.push(...kept.slice(end - 1, end));
      zeros.push(...passed.filter(isZeroed));
      passed = passed.filter((one) => !isZeroed(one));
    } else if (passed.length === 0 && isZeroedOrNothing(line, survey)) {
      zeros.push(line);
      end--;
    } else if (saysNothing(line.parsed) || isZeroed(line)) {
      passed.push(line);
      end--;
    } else break;
  }
  const byPlace = (a: LogLine, b: LogLine) => a.number - b.number;
  const whole = [...kept.slice(0, end), ...passed.reverse()];
  return { whole, batch: batch.sort(byPlace), zeros: zeros.sort(byPlace) };
}

function isZeroedOrNothing(line: LogLine, { bytesOf }: LogSurvey): boolean {
  return isZeroed(line) || (line.parsed.kind === "damaged" && /^\0+\r*$/.test(bytesOf(line)));
}

const NO_BYTES = new Uint8Array();
const LINE_FEED = Buffer.from("\n");
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK_BYTES = 3;

/** Every line that stands there a second time, byte for byte; damaged ones are nobody's to judge. */
function repeatedLines(survey: LogSurvey): ReadonlySet<LogLine> {
  const first_by_id = new Map<string, LogLine>();
  const seen = new Set<string>();
  return new Set(
    survey.lines.filter((line) => {
      const { parsed } = line;
      if (parsed.kind === "event") {
        // Few ids stand there twice, so few lines have to be held against each other.
        const first = first_by_id.get(parsed.event.event_id);
        if (first === undefined) first_by_id.set(parsed.event.event_id, line);
        if (first === undefined) return false;
        seen.add(contentOf(first, survey));
      } else if (parsed.kind !== "other") {
        return false;
      }
      const bytes = contentOf(line, survey);
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

/** What becomes of the lines of a log. */
interface Fates {
  readonly repeated: ReadonlySet<LogLine>;
  /** Those of incomplete batches. */
  readonly batch: readonly LogLine[];
  readonly torn: readonly LogLine[];
  /** The one that the log ends with from now on. */
  readonly last: LogLine | undefined;
}

function stepsOf({ lines, has_byte_order_mark }: LogSurvey, fates: Fates): MendedLog["steps"] {
  const { repeated, batch, torn, last } = fates;
  const of = (action: LogAction, found: readonly Pick<LogLine, "number">[], what: string, more = "") =>
    found[0] === undefined
      ? []
      : [{ action, line: found[0].number, message: `${what.replace("#", countOf(found.length))}${more}` }];
  const is_unended = last?.ends_with === "nothing";
  const crlf = lines.filter(
    (line) => line.ends_with === "crlf" && line.parsed.kind !== "blank" && !torn.includes(line),
  );
  const blank = lines.filter(({ parsed }) => parsed.kind === "blank");
  const apart = ", and keep it in a file of its own";
  return [
    ...of(
      "remove_byte_order_mark",
      has_byte_order_mark ? [{ number: 1 }] : [],
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
    ...of("cut_torn_batch", batch, "cut off # of a batch that was not written to its end", apart),
    ...of("cut_torn_tail", torn, "cut off the write that did not finish", apart),
  ];
}

function countOf(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}
