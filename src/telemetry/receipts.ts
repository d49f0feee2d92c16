/**
 * What a sink has said to each event of a feature. A file of lines that only grows: an id
 * is an event that arrived; JSON says that one was parked, or is to be tried again.
 */

import * as v from "valibot";
import { EVENT_ID } from "../domain/identifiers.ts";
import type { Feature } from "../project/feature.ts";
import { appendLines, readLines } from "../store/line_file.ts";
import { receiptsPlace } from "./places.ts";

const ParkedSchema = v.object({
  parked: v.pipe(v.string(), v.regex(EVENT_ID)),
  /** What the sink answered, in one line. */
  answer: v.string(),
  at: v.string(),
});

/** An event that a sink will not have. */
export interface ParkedEvent {
  readonly event_id: string;
  readonly answer: string;
  readonly at: string;
}

export interface Receipts {
  /** The ids of what arrived. */
  readonly arrived: ReadonlySet<string>;
  /** By id. */
  readonly parked: ReadonlyMap<string, ParkedEvent>;
}

/** Reads what a sink has said; a line that makes no sense says nothing. */
export function readReceipts(feature: Feature, sink_key: string): Receipts {
  const arrived = new Set<string>();
  const parked = new Map<string, ParkedEvent>();
  for (const line of readLines(receiptsPlace(feature, sink_key)) ?? []) {
    if (EVENT_ID.test(line)) {
      arrived.add(line);
      parked.delete(line);
      continue;
    }
    const said = parse(line);
    if (v.is(RetrySchema, said)) parked.delete(said.retry);
    if (!v.is(ParkedSchema, said)) continue;
    const { parked: event_id, answer, at } = said;
    parked.set(event_id, { event_id, answer, at });
  }
  return { arrived, parked };
}

/** Notes that events arrived. Needs the delivery lock, as all that is noted. */
export function noteArrived(feature: Feature, sink_key: string, ids: readonly string[]): void {
  appendLines(receiptsPlace(feature, sink_key), ids);
}

/** Notes that a sink will not have an event. */
export function notePark(feature: Feature, sink_key: string, { event_id, answer, at }: ParkedEvent): void {
  appendLines(receiptsPlace(feature, sink_key), [JSON.stringify({ parked: event_id, answer, at })]);
}

/** Notes that parked events are to be tried again. */
export function noteRetry(feature: Feature, sink_key: string, ids: readonly string[]): void {
  appendLines(
    receiptsPlace(feature, sink_key),
    ids.map((retry) => JSON.stringify({ retry })),
  );
}

const RetrySchema = v.object({ retry: v.string() });

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
