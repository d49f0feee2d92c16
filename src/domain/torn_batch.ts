/** The end of a log that holds a part of a batch: a write that did not finish, or something else. */

import { incompleteBatch } from "./batch.ts";
import type { LogLine } from "./line.ts";

/** An incomplete batch at the end of a log. */
export interface TornBatch {
  /** The lines that carry it. */
  readonly lines: readonly LogLine[];
  /** What is missing, as the end of a sentence. */
  readonly problem: string;
  /**
   * Whether it is what a write leaves that was cut short: the first events of the batch, in
   * order, and nothing else after them. If not, the missing ones were there once, and what
   * is left of the batch must not be cut off.
   */
  readonly is_torn_write: boolean;
}

/**
 * Looks for a batch that the log ends with and that is not whole.
 *
 * @param lines every line of the log, or those that a repair keeps
 */
export function findTornBatch(lines: readonly LogLine[]): TornBatch | undefined {
  const with_events = lines.flatMap((line) =>
    line.parsed.kind === "event" ? [{ line, event: line.parsed.event }] : [],
  );
  const batch = incompleteBatch(with_events.map(({ event }) => event));
  if (batch === undefined) return undefined;
  const carriers = batch.places.flatMap((place) => with_events[place] ?? []);
  const first = carriers[0];
  const written = lines.filter(
    ({ number, parsed }) => first !== undefined && number >= first.line.number && parsed.kind !== "torn",
  );
  return {
    lines: carriers.map(({ line }) => line),
    problem: `only ${batch.present} of the ${batch.count} events of its batch are there`,
    is_torn_write:
      written.length === carriers.length && carriers.every(({ event }, i) => event.batch?.index === i),
  };
}
