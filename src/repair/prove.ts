/** The proof that a repair lost nothing and made nothing up. */

import type { LogLine } from "../domain/line.ts";
import type { LogSurvey } from "../store/log_survey.ts";

/**
 * Compares a log before and after its repair. Lines keep their order in a repair, so one
 * walk through both is enough.
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
  const matched = new Set<LogLine>();
  let next = 0;
  for (const line of after.lines) {
    while (next < before.lines.length && !areEqual(before.lines[next], before, line, after)) next++;
    const found = before.lines[next++];
    if (found === undefined) return `line ${line.number} did not stand there before`;
    matched.add(found);
  }
  const left = before.lines.filter((line) => isReadable(line) && !matched.has(line));
  if (left.length === 0) return undefined;
  const cut = new Set(cut_lines.map((line) => contentOf(line, before)));
  const there = new Set(after.lines.filter(isReadable).map((line) => contentOf(line, after)));
  const lost = left.find((line) => {
    const content = contentOf(line, before);
    return !cut.has(content) && !there.has(content);
  });
  return lost === undefined ? undefined : `line ${lost.number} could be read before and can't be read now`;
}

function areEqual(a: LogLine | undefined, of_a: LogSurvey, b: LogLine, of_b: LogSurvey): boolean {
  return a !== undefined && contentOf(a, of_a) === contentOf(b, of_b);
}

function isReadable({ parsed }: LogLine): boolean {
  return parsed.kind === "event" || parsed.kind === "other";
}

/** What a line says, whatever ends it. A byte order mark is no part of it: what stood before that can be gone. */
export function contentOf(line: LogLine, { bytesOf }: LogSurvey): string {
  const bytes = bytesOf(line).replace(/^(?:\xef\xbb\xbf)+/, "");
  let length = bytes.length;
  while (bytes[length - 1] === "\r") length--;
  return bytes.slice(0, length);
}
