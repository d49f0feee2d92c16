/** Batches for tests: requests, the stamps for them, and what a log holds of them. */

import type { Stamp } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import type { Result } from "../../src/domain/refusal.ts";
import {
  type BatchAnswer,
  type BatchPlace,
  type BatchRequest,
  emitBatch,
} from "../../src/pipeline/emit_batch.ts";
import { eventId, MINUTE_US, NOON_US } from "./events.ts";
import { SLUG, type TemporaryProject } from "./project.ts";

/** A clock that goes on by a minute with each look, from so many after noon, and ids that grow. */
export function goingStamp(minute = 0): Stamp {
  let looks = minute;
  let ids = minute;
  return {
    get now_us() {
      return NOON_US + ++looks * MINUTE_US;
    },
    newEventId: () => eventId(1000 + ++ids),
  };
}

/** Emits a batch by claude for the feature of a project. */
export function emitBatchIn(
  project: TemporaryProject,
  requests: readonly BatchRequest[],
  place: BatchPlace = {},
  stamp = goingStamp(),
): Promise<Result<BatchAnswer>> {
  return emitBatch(requests, { cwd: project.root, feature: SLUG, actor: "claude", ...place }, stamp);
}

/** Requests as the lines of a file. */
export function linesOf(requests: readonly BatchRequest[]): string {
  return requests.map((request) => `${JSON.stringify(request)}\n`).join("");
}

/** Forced moves, back and forth, of some work packages: legal wherever they stand. */
export function forcedMoves(count: number, wps: number): BatchRequest[] {
  return Array.from({ length: count }, (_, i) => ({
    wp_id: String((i % wps) + 1),
    to_lane: i % 2 === 0 ? "claimed" : "in_progress",
    force: true,
    reason: `move ${i}`,
  }));
}

/** The batches of a log, each as the events of one run of lines; throws where one is torn apart. */
export function batchesIn(events: readonly StatusEvent[]): StatusEvent[][] {
  const batches: StatusEvent[][] = [];
  for (let at = 0; at < events.length; ) {
    const count = events[at]?.batch?.count ?? 1;
    const run = events.slice(at, at + count);
    const id = run[0]?.event_id;
    const whole = run.every(({ batch }, index) => batch?.id === id && batch?.index === index);
    if (!whole || run.length !== count) throw new Error(`the batch at ${at} is not whole`);
    batches.push(run);
    at += count;
  }
  return batches;
}
