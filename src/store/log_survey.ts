/** A log read for what is wrong with it: every line, whether it can be trusted or not. */

import type { LogUnderCheck } from "../domain/check_log.ts";
import type { LogLine } from "../domain/line.ts";
import { KNOWN_VOCABULARY, type Vocabulary } from "../domain/workflow.ts";
import type { LogPlace } from "./event_log.ts";
import { hasByteOrderMark, visitLines } from "./log_lines.ts";

/** A log's bytes, and what their lines turned out to be. */
export interface LogSurvey extends LogUnderCheck {
  readonly bytes: Uint8Array;
  /** What its lines may hold. */
  readonly vocabulary: Vocabulary;
  /** The bytes of one line as they stand there, with its line end. */
  readonly rawLine: (line: LogLine) => Uint8Array;
}

/** Looks at every line of a log, unless very many of them say nothing. */
export function surveyLog(
  bytes: Uint8Array,
  { shown, feature_slug, vocabulary = KNOWN_VOCABULARY }: LogPlace,
): LogSurvey {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const endOf = ({ offset_bytes, length_bytes }: LogLine) => offset_bytes + length_bytes;
  return {
    bytes,
    file: shown,
    feature_slug,
    vocabulary,
    ...linesOf(bytes, vocabulary),
    has_byte_order_mark: hasByteOrderMark(bytes),
    bytesOf: (line) => {
      const stop = endOf(line) - (line.ends_with === "crlf" ? 1 : 0);
      return buffer.toString("latin1", line.offset_bytes, stop);
    },
    rawLine: (line) =>
      bytes.subarray(line.offset_bytes, endOf(line) + (line.ends_with === "nothing" ? 0 : 1)),
  };
}

/** A log with more lines that are blank or damaged is none: to keep them all could take all memory there is. */
const MOST_UNREADABLE = 100_000;

function linesOf(bytes: Uint8Array, vocabulary: Vocabulary): Pick<LogSurvey, "lines" | "is_cut_short"> {
  const lines: LogLine[] = [];
  let unreadable = 0;
  const is_cut_short = visitLines(bytes, vocabulary, (line) => {
    if (line.parsed.kind === "blank" || line.parsed.kind === "damaged") unreadable++;
    if (unreadable > MOST_UNREADABLE) return true;
    lines.push(line);
    return undefined;
  });
  return { lines, is_cut_short: is_cut_short === true };
}
