/** A log that holds a part of a batch: a write that did not finish, or something else. */

import { incompleteBatches, whatIsMissing } from "./batch.ts";
import type { StatusEvent } from "./event.ts";
import type { LogLine } from "./line.ts";

/** An incomplete batch of a log. */
export interface TornBatch {
  /** The lines that carry it. */
  readonly lines: readonly LogLine[];
  /** What is missing, as the end of a sentence. */
  readonly problem: string;
  /**
   * Whether it is what a write leaves that was cut short: the first events of the batch, in
   * order and next to each other, and after them no event and no damage. If not, the missing
   * ones may have been there once, and somebody was told so: then nothing may be cut off.
   */
  readonly is_torn_write: boolean;
}

/**
 * Looks for batches that are not whole.
 *
 * @param lines every line of the log, or those that a repair keeps
 */
export function findTornBatches(lines: readonly LogLine[]): TornBatch[] {
  const carriers = lines.flatMap((line, at) =>
    line.parsed.kind === "event" && line.parsed.event.batch !== undefined
      ? [{ line, at, event: line.parsed.event }]
      : [],
  );
  if (carriers.length === 0) return [];
  return incompleteBatches(carriers.map(({ event }) => event)).map((batch) => {
    const parts = batch.places.flatMap((place) => carriers[place] ?? []);
    return {
      lines: parts.map(({ line }) => line),
      problem: whatIsMissing(batch),
      is_torn_write: isTornWrite(parts, lines),
    };
  });
}

/** A line that carries a part of a batch, and its place among the lines. */
interface Part {
  readonly line: LogLine;
  readonly at: number;
  readonly event: StatusEvent;
}

function isTornWrite(parts: readonly Part[], lines: readonly LogLine[]): boolean {
  const first = parts[0];
  if (first === undefined) return false;
  const is_beginning = parts.every(
    ({ event, at }, i) =>
      event.batch?.index === i && event.batch.count === first.event.batch?.count && at === first.at + i,
  );
  const behind = lines.slice(first.at + parts.length);
  return is_beginning && behind.every(({ parsed }) => saysNothing(parsed));
}

/** What can stand behind a torn write without anybody having taken it for whole. */
function saysNothing(parsed: LogLine["parsed"]): boolean {
  if (parsed.kind === "damaged") return parsed.code === "LOG_CONFLICT_MARKERS";
  return parsed.kind !== "event";
}
