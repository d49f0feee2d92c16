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
   * order and next to each other, no damage right after them, and no event that builds on
   * them. If not, the missing ones were there once, and what is left must not be cut off.
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
  const first_at = parts[0]?.at ?? 0;
  const is_beginning = parts.every(({ event, at }, i) => event.batch?.index === i && at === first_at + i);
  if (!is_beginning || lines[first_at + parts.length]?.parsed.kind === "damaged") return false;
  const ids = new Set(parts.map(({ event }) => event.event_id));
  const own = new Set(parts.map(({ line }) => line));
  return !lines.some(
    (line) =>
      line.parsed.kind === "event" &&
      !own.has(line) &&
      line.parsed.event.parent_event_ids?.some((id) => ids.has(id)),
  );
}
