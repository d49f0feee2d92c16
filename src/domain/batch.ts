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
 * The batches of a log that are not whole. The lines of a batch are written at once, so it
 * was torn, wherever a merge put its lines since; and a part of it never counts.
 *
 * @param events a log's transitions in the order of its lines
 * @returns the one whose lines begin last first
 */
export function incompleteBatches(events: readonly StatusEvent[]): IncompleteBatch[] {
  const batches = new Map<string, { counts: number[]; indexes: number[]; places: number[] }>();
  for (const [place, { batch }] of events.entries()) {
    if (batch === undefined) continue;
    const found = batches.get(batch.id) ?? { counts: [], indexes: [], places: [] };
    batches.set(batch.id, found);
    found.counts.push(batch.count);
    found.indexes.push(batch.index);
    found.places.push(place);
  }
  const described = [...batches].map(([id, { counts, indexes, places }]) => {
    // Where they do not agree, something is wrong with one of them, in whatever order they stand.
    const count = counts.reduce((a, b) => Math.max(a, b));
    const present = new Set(indexes.filter((index) => index < count)).size;
    return { id, present, count, places };
  });
  return described.filter(({ present, count }) => present < count).reverse();
}

/** What an incomplete batch lacks, as the end of a sentence. */
export function whatIsMissing({ present, count }: IncompleteBatch): string {
  return `only ${present} of the ${count} events of its batch are there`;
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
