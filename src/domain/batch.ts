/** A batch: events that were written together, and count together or not at all. */

import type { StatusEvent } from "./event.ts";
import type { Refused } from "./refusal.ts";

/** Where a new event is to stand in its batch. */
export interface PlaceInBatch {
  /** The id of the batch's first event; undefined for that event itself. */
  readonly id: string | undefined;
  /** Counted from 0. */
  readonly index: number;
  readonly count: number;
}

/** What is there of a batch whose writing did not come to its end. */
export interface IncompleteBatch {
  readonly id: string;
  /** How many of its events are there, each counted once. */
  readonly present: number;
  /** How many there should be. */
  readonly count: number;
  /** The places in the list of all lines that carry it, repeated ones included. */
  readonly places: readonly number[];
}

/**
 * The incomplete batch that a log ends with, if it does: a torn write, for the lines of a
 * batch are written at once.
 *
 * @param events a log's transitions in the order of its lines
 */
export function incompleteBatch(events: readonly StatusEvent[]): IncompleteBatch | undefined {
  const last = events.at(-1)?.batch;
  if (last === undefined) return undefined;
  const { id, count } = last;
  const indexes = new Set<number>();
  const places: number[] = [];
  for (const [place, { batch }] of events.entries()) {
    if (batch?.id !== id) continue;
    places.push(place);
    if (batch.index < count) indexes.add(batch.index);
  }
  return indexes.size < count ? { id, present: indexes.size, count, places } : undefined;
}

/** A refusal that names the line of the batch it is about; that of a single request stays as it is. */
export function atLine({ refusal }: Refused, line: number | undefined): Refused {
  if (line === undefined) return { ok: false, refusal };
  const { message, details } = refusal;
  return {
    ok: false,
    refusal: { ...refusal, message: `line ${line}: ${message}`, details: { ...details, line } },
  };
}
