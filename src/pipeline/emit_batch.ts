/** Many transitions of one feature at once: all of them, or none. */

import * as v from "valibot";
import { atLine } from "../domain/batch.ts";
import { checkBatchRequest } from "../domain/batch_request.ts";
import type { Stamp } from "../domain/decide.ts";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { type CheckedRequest, refuseMalformed, type TransitionRequest } from "../domain/request.ts";
import { findFeature } from "../project/feature.ts";
import type { Standpoint } from "../project/project.ts";
import type { Results } from "./answer.ts";
import type { Requests } from "./decide_on.ts";
import { carryOut, PlaceSchema } from "./emit.ts";
import { REAL_STAMP } from "./world.ts";

const BatchPlaceSchema = v.strictObject({
  ...PlaceSchema.entries,
  /** Who does it, where a request does not say. */
  actor: v.optional(v.string()),
  /** Decide about all, and write nothing. */
  dry_run: v.optional(v.boolean()),
});

/** One transition of a batch; whether it is a dry run is said of the whole batch. */
export type BatchRequest = Omit<TransitionRequest, "dry_run">;

/** Where to look for the feature of a batch, and what holds for all of its requests. */
export type BatchPlace = v.InferInput<typeof BatchPlaceSchema>;

/** The answer to a batch that took effect: the result of each request, in their order. */
export interface BatchAnswer extends Results {
  /** The log's absolute path. */
  readonly log: string;
}

/** A request with the number that refusals name it by. */
export interface BatchLine {
  readonly line: number;
  /** Not checked yet. */
  readonly request: unknown;
}

/**
 * Moves work packages of one feature, all of them or none.
 *
 * Each request is decided on the state that those before it lead to. The new events are
 * appended in one write; each names its batch (`batch: {id, index, count}`), so that a
 * write that a crash tore is never taken for a whole one. Safe to repeat when every request
 * has its own `idempotency_key`: what is recorded already is not recorded again.
 *
 * @param requests one after another; a refusal counts them as lines, from 1 (`details.line`)
 * @param place where the feature is; `actor` and `dry_run` for all
 * @param stamp the clock (microseconds) and the source of ids
 * @returns the answer, or the refusal of the first request that can't be; a refusal wrote nothing
 *   unless it says that events are recorded (`POSTCONDITION_FAILED`)
 * @throws StorageError when the disk fails; its message says when the outcome is unknown
 *
 * @example
 * const moved = await emitBatch(
 *   [
 *     { wp_id: "WP01", to_lane: "claimed", idempotency_key: "run7-1" },
 *     { wp_id: "WP01", to_lane: "in_progress", idempotency_key: "run7-2" },
 *   ],
 *   { feature: "034-status-model", actor: "claude" },
 * );
 * if (moved.ok) console.log(moved.value.results.map(({ wp, lane }) => [wp, lane]));
 * else console.error(moved.refusal.message); // "line 2: WP01: cannot move …"
 */
export async function emitBatch(
  requests: readonly BatchRequest[],
  place: BatchPlace = {},
  stamp: Stamp = REAL_STAMP,
): Promise<Result<BatchAnswer>> {
  return emitLines(
    requests.map((request, i) => ({ line: i + 1, request })),
    place,
    stamp,
  );
}

/** {@link emitBatch} of requests that stand on lines of their own numbers. */
export async function emitLines(
  lines: readonly BatchLine[],
  place: BatchPlace,
  stamp: Stamp = REAL_STAMP,
): Promise<Result<BatchAnswer>> {
  const sound = v.safeParse(BatchPlaceSchema, place);
  if (!sound.success) return refuseMalformed(sound.issues);
  const { feature: named, cwd = process.cwd(), root, here, lock_timeout_ms, actor, dry_run } = place;
  const requests = checkLines(lines, actor);
  if (!requests.ok) return requests;
  const feature = await findFeature({ cwd, root, here } satisfies Standpoint, named);
  if (!feature.ok) return feature;
  const done = await carryOut(requests.value, feature.value, stamp, {
    lock_timeout_ms,
    dry_run: dry_run ?? false,
  });
  return done.ok ? ok({ ...done.value, log: feature.value.log.path }) : done;
}

function checkLines(lines: readonly BatchLine[], actor: string | undefined): Result<Requests> {
  const all: CheckedRequest[] = [];
  for (const { line, request } of lines) {
    const checked = checkBatchRequest(request, actor);
    if (!checked.ok) return atLine(checked, line);
    all.push(checked.value);
  }
  if (all.length === 0) {
    return refuse("USAGE", "the batch holds no request", {
      hint: 'write one on each line, like {"wp_id": "WP01", "to_lane": "claimed"}',
    });
  }
  return ok({ all, lines: lines.map(({ line }) => line) });
}
