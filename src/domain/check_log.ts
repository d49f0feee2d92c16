/** What is wrong with the lines of a log: damage, form, repetition, other tools' records. */

import type { StatusEvent } from "./event.ts";
import { type Finding, finding } from "./finding.ts";
import { compactJson } from "./json_bytes.ts";
import type { DamageCode, LogLine } from "./line.ts";
import { compareEvents, instantOf, type Reduction } from "./reduce.ts";
import { quoted, shellOption, shellWord } from "./text.ts";
import { CLOCK_TOLERANCE_US, formatAge, type InstantUs } from "./time.ts";
import { findTornBatches, type TornBatch } from "./torn_batch.ts";

/** A log as a check sees it: every line, the damaged ones too. */
export interface LogUnderCheck {
  /** The log's name in findings. */
  readonly file: string;
  readonly feature_slug: string;
  readonly lines: readonly LogLine[];
  /** Whether so many lines say nothing that the rest was not looked at. */
  readonly is_cut_short: boolean;
  readonly has_byte_order_mark: boolean;
  /** The bytes of a line without its end, one character each. */
  readonly bytesOf: (line: LogLine) => string;
}

/** A transition, and the line that it stands on. */
export interface EventLine {
  readonly line: LogLine;
  readonly event: StatusEvent;
}

/** The transitions of a log, in the order of its lines. */
export function eventLines({ lines }: Pick<LogUnderCheck, "lines">): EventLine[] {
  return lines.flatMap((line) => (line.parsed.kind === "event" ? [{ line, event: line.parsed.event }] : []));
}

/** Every finding that the lines themselves give, in the order of lines. */
export function checkLines(log: LogUnderCheck): Finding[] {
  const batches = findTornBatches(log.lines);
  const zeroed = new Set(batches.flatMap((one) => one.zeroed));
  const findings = [
    ...log.lines.flatMap((line) => checkDamage(line, zeroed.has(line), log)),
    ...checkLength(log),
    ...checkBatches(batches, log),
    ...checkForm(log),
    ...checkRepetition(log),
    ...countOtherRecords(log),
  ];
  return findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** The remedy for what doctor can mend. */
function mendable(feature_slug: string): string {
  return `lane doctor --fix ${shellOption("--feature", feature_slug)} shows how it would be mended`;
}

function checkDamage(
  line: LogLine,
  is_of_torn_write: boolean,
  { file, feature_slug, bytesOf }: LogUnderCheck,
): Finding[] {
  const { number, parsed } = line;
  if (parsed.kind !== "damaged" && parsed.kind !== "torn") return [];
  const shown = quoted(utf8(bytesOf(line).slice(0, LONGEST_PREVIEW_BYTES)));
  if (parsed.kind === "torn" || is_of_torn_write) {
    const message = `torn write: ${parsed.problem}: ${shown}`;
    return [finding("LOG_TORN", { file, line: number, message, remedy: mendable(feature_slug) })];
  }
  const history = `git log -p -- ${shellWord(file)}`;
  const remedies: Readonly<Partial<Record<DamageCode, string>>> = {
    LOG_CONFLICT_MARKERS: mendable(feature_slug),
    LOG_NEWER_SCHEMA: "read this log with a newer version of lane",
    // The event can be sound, and the table changed or unreadable: history must not be taken out for it.
    LANE_NOT_CANONICAL: `${history} shows what stood there before; where it was this lane, the lane needs its row and its pairs in a workflow of the project's own, the file that status.workflow names; else put the line back by hand`,
  };
  const remedy =
    remedies[parsed.code] ??
    `${history} shows what stood there before; put it back by hand, or take out what never was an event`;
  return [finding(parsed.code, { file, line: number, message: `${parsed.problem}: ${shown}`, remedy })];
}

/** A file of something else, or one that somebody made to exhaust readers. */
function checkLength({ file, lines, is_cut_short }: LogUnderCheck): Finding[] {
  if (!is_cut_short) return [];
  const message = "so many lines say nothing that the rest was not looked at: this seems to be no log";
  const remedy = `git log -- ${shellWord(file)} shows when it became so; put back the log that stood there before`;
  return [finding("LOG_LINE_INVALID", { file, line: (lines.at(-1)?.number ?? 0) + 1, message, remedy })];
}

/** A batch counts whole or not at all. */
function checkBatches(batches: readonly TornBatch[], { file, feature_slug }: LogUnderCheck): Finding[] {
  return batches.flatMap(({ lines: parts, problem, is_torn_write }) => {
    const last = parts.at(-1);
    if (last === undefined) return [];
    const remedy = is_torn_write
      ? mendable(feature_slug)
      : `git log -p -- ${shellWord(file)} shows whether the others were ever there: then put them back by hand; if not, nobody was told of these, and they go too`;
    return [finding("LOG_TORN", { file, line: last.number, message: problem, remedy })];
  });
}

/** Of a damaged line: enough for what a message quotes, in any script. */
const LONGEST_PREVIEW_BYTES = 320;

function utf8(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

/** What readers pass over, and what makes git see changes where there are none. */
function checkForm({ file, feature_slug, lines, has_byte_order_mark }: LogUnderCheck): Finding[] {
  const remedy = mendable(feature_slug);
  const crlf = lines.filter(({ ends_with }) => ends_with === "crlf");
  const blank = lines.filter(({ parsed }) => parsed.kind === "blank");
  const last = lines.at(-1);
  const findings: Finding[] = [];
  if (has_byte_order_mark) {
    const message = "the log begins with a byte order mark";
    findings.push(finding("LOG_BOM", { file, line: 1, message, remedy }));
  }
  if (crlf[0] !== undefined) {
    const message = `${countOf(crlf.length, "line ends", "lines end")} with CR LF`;
    findings.push(finding("LOG_CRLF", { file, line: crlf[0].number, message, remedy }));
  }
  if (blank[0] !== undefined) {
    const message = `${countOf(blank.length, "line is", "lines are")} blank`;
    findings.push(finding("LOG_BLANK_LINE", { file, line: blank[0].number, message, remedy }));
  }
  if (last?.ends_with === "nothing" && last.parsed.kind !== "torn") {
    const message = "the last line has no line end; the next event writes it first";
    findings.push(finding("LOG_NO_FINAL_NEWLINE", { file, line: last.number, message, remedy }));
  }
  return findings;
}

/** Equal lines count once; one id with different contents is somebody's mistake. */
function checkRepetition(log: LogUnderCheck): Finding[] {
  const first_with = new Map<string, EventLine>();
  const first_record = new Map<string, LogLine>();
  return log.lines.flatMap((line) => {
    const { parsed } = line;
    if (parsed.kind === "other") {
      const bytes = log.bytesOf(line);
      const first = first_record.get(bytes);
      if (first === undefined) first_record.set(bytes, line);
      return first === undefined ? [] : [repeated(log, line, first, null)];
    }
    if (parsed.kind !== "event") return [];
    const { event } = parsed;
    const first = first_with.get(event.event_id);
    if (first === undefined) {
      first_with.set(event.event_id, { line, event });
      return [];
    }
    return [sameId(log, { line, event }, first)];
  });
}

function sameId(log: LogUnderCheck, { line, event }: EventLine, first: EventLine): Finding {
  const is_same =
    log.bytesOf(line) === log.bytesOf(first.line) || compactJson(event) === compactJson(first.event);
  if (is_same) return repeated(log, line, first.line, event);
  const { file } = log;
  return finding("EVENT_ID_CONFLICT", {
    file,
    line: line.number,
    event_id: event.event_id,
    wp: event.wp_id,
    message: `it has the id of line ${first.line.number}, but says something else; of the two counts the one that is earlier, or sorts first`,
    remedy: `git log -p -- ${shellWord(file)} shows which of the two was edited; put it back as it was`,
  });
}

function repeated(log: LogUnderCheck, line: LogLine, first: LogLine, event: StatusEvent | null): Finding {
  const is_equal = log.bytesOf(line) === log.bytesOf(first);
  return finding("DUPLICATE_LINE", {
    file: log.file,
    line: line.number,
    event_id: event?.event_id ?? null,
    wp: event?.wp_id ?? null,
    message: `it says the same as line ${first.number}${is_equal ? "" : ", in other bytes"}, and counts once`,
    remedy: is_equal ? `none is needed; ${mendable(log.feature_slug)}` : "none is needed",
  });
}

function countOtherRecords({ file, lines }: LogUnderCheck): Finding[] {
  const records = lines.filter(({ parsed }) => parsed.kind === "other");
  const [first] = records;
  if (first === undefined) return [];
  const message = `${countOf(records.length, "line is a record", "lines are records")} of other tools, and kept`;
  return [finding("OTHER_RECORDS", { file, line: first.number, message, remedy: "none is needed" })];
}

/** A clock that runs ahead sorts its events behind everybody's; the log then goes on from there. */
export function checkClock(
  { file }: Pick<LogUnderCheck, "file">,
  events: readonly EventLine[],
  { newest, work_packages }: Reduction,
  now_us: InstantUs,
): Finding[] {
  if (newest === undefined || instantOf(newest) - now_us <= CLOCK_TOLERANCE_US) return [];
  // Each event once, however often its line stands there, and in no order of lines.
  const ahead = [...work_packages.values()]
    .flatMap(({ history }) => history.events)
    .filter((event) => instantOf(event) - now_us > CLOCK_TOLERANCE_US)
    .sort(compareEvents);
  const [event] = ahead;
  if (event === undefined) return [];
  const age = formatAge(instantOf(event) - now_us);
  const others = ahead.length > 1 ? `, and ${ahead.length - 1} more after it` : "";
  return [
    finding("CLOCK_AHEAD", {
      file,
      line: events.find((one) => one.event === event)?.line.number ?? null,
      event_id: event.event_id,
      wp: event.wp_id,
      message: `this event is ${age} ahead of this machine's clock${others}; new events stand right after the newest`,
      remedy: "set the clock of the machine that wrote it, or of this one; events stay in order meanwhile",
    }),
  ];
}

function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
