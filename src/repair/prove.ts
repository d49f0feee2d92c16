/** The proof that a repair lost nothing and made nothing up. */

import type { LogLine } from "../domain/line.ts";
import type { LogSurvey } from "../store/log_survey.ts";

/**
 * Compares a log before and after its repair.
 *
 * @param cut_lines the readable lines that were cut off on purpose and kept elsewhere
 * @returns what is wrong, as the end of a sentence; undefined when every readable event and
 *   record is still there, byte for byte, and every line stood there before
 */
export function whatIsLost(
  before: LogSurvey,
  after: LogSurvey,
  cut_lines: readonly LogLine[],
): string | undefined {
  const cut = new Set(cut_lines);
  const there = new Set(after.lines.filter(isReadable).map((line) => contentOf(line, after)));
  const lost = before.lines.find(
    (line) => isReadable(line) && !cut.has(line) && !there.has(contentOf(line, before)),
  );
  if (lost !== undefined) return `line ${lost.number} could be read before and can't be read now`;
  const known = new Set(before.lines.map((line) => contentOf(line, before)));
  const invented = after.lines.find((line) => !known.has(contentOf(line, after)));
  return invented === undefined ? undefined : `line ${invented.number} did not stand there before`;
}

function isReadable({ parsed }: LogLine): boolean {
  return parsed.kind === "event" || parsed.kind === "other";
}

function contentOf(line: LogLine, { bytesOf }: LogSurvey): string {
  return bytesOf(line).replace(/\r+$/, "");
}
