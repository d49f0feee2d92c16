/**
 * The one way in which a work package changes its state.
 *
 * check → lock → read → decide → append → materialize → views → unlock → fan out → confirm.
 * A refusal writes nothing; an answer stands only on what is on the disk.
 */

import * as v from "valibot";
import type { Stamp } from "../domain/decide.ts";
import { ok, type Result, type Warning } from "../domain/refusal.ts";
import { checkRequest, refuseMalformed, type TransitionRequest } from "../domain/request.ts";
import { type Feature, findFeature } from "../project/feature.ts";
import { listPages } from "../project/pages.ts";
import type { Standpoint } from "../project/project.ts";
import { logSize } from "../store/event_log.ts";
import { withFeatureLock } from "../store/feature_lock.ts";
import { distinct, type EmitResult, type Results, refuseUnconfirmed, resultsOf } from "./answer.ts";
import { type Asked, decideAll, type Requests, requestsIn } from "./decide_on.ts";
import { warnWithoutPages } from "./facts.ts";
import { readFeatureState } from "./feature_state.ts";
import { LONG_LOG_BYTES, type ReadLog, readWhole } from "./read_state.ts";
import { record } from "./record.ts";
import { openTelling } from "./telemetry.ts";
import { REAL_STAMP } from "./world.ts";

/** Where to look for a feature. */
export const PlaceSchema = v.object({
  /** The feature's slug or a prefix that only it has; found as for the command line when left out. */
  feature: v.optional(v.string()),
  /** Where the caller stands; the process's folder when left out. */
  cwd: v.optional(v.string()),
  /** The project's root; when left out, the nearest folder upwards that holds a project. */
  root: v.optional(v.string()),
  /** In a linked git worktree: use its own features, not the main worktree's. */
  here: v.optional(v.boolean()),
  /** How long to wait for the feature's lock; 10,000 when left out. */
  lock_timeout_ms: v.optional(v.pipe(v.number(), v.minValue(0))),
});

export type Place = v.InferInput<typeof PlaceSchema>;

/** A transition, and where to look for the feature it belongs to. */
export type EmitRequest = TransitionRequest & Place;

/** The answer to a transition that took effect. */
export interface EmitAnswer extends EmitResult {
  readonly warnings: readonly Warning[];
}

const DEFAULT_LOCK_TIMEOUT_MS = 10_000;

/**
 * Moves a work package to another lane, and records who did it.
 *
 * Safe to call from many processes at once, and to repeat with the same
 * `idempotency_key`. When the answer is ok, the event is on the disk.
 *
 * @param stamp the clock (microseconds) and the source of ids
 * @returns the answer, or the refusal; a refusal wrote nothing
 * @throws StorageError when the disk fails; its message says when the outcome is unknown
 *
 * @example
 * const moved = await emitStatusTransition({ wp_id: "WP01", to_lane: "claimed", actor: "claude" });
 * if (moved.ok) console.log(moved.value.lane); // "claimed"
 * else console.error(moved.refusal.message);   // what is, and what would do
 */
export async function emitStatusTransition(
  request: EmitRequest,
  stamp: Stamp = REAL_STAMP,
): Promise<Result<EmitAnswer>> {
  const place = v.safeParse(PlaceSchema, request);
  if (!place.success) return refuseMalformed(place.issues);
  const { feature: named, cwd = process.cwd(), root, here, lock_timeout_ms, ...transition } = request;
  const checked = checkRequest(transition);
  if (!checked.ok) return checked;
  const feature = await findFeature({ cwd, root, here } satisfies Standpoint, named);
  if (!feature.ok) return feature;
  const requests = { all: [checked.value], lines: undefined };
  const done = await carryOut(requests, feature.value, stamp, {
    lock_timeout_ms,
    dry_run: checked.value.dry_run,
  });
  if (!done.ok) return done;
  const [result] = done.value.results;
  if (result === undefined) throw new Error("a request came out without a result");
  return ok({ ...result, warnings: done.value.warnings });
}

/** How requests are to be carried out. */
export interface Manner {
  readonly lock_timeout_ms: number | undefined;
  readonly dry_run: boolean;
}

/** Everything after what is asked for is checked and its feature is found. */
export async function carryOut(
  asked: Asked,
  feature: Feature,
  stamp: Stamp,
  { lock_timeout_ms = DEFAULT_LOCK_TIMEOUT_MS, dry_run }: Manner,
): Promise<Result<Results>> {
  if (dry_run) return rehearse(asked, feature, lock_timeout_ms, stamp);
  const telling = await openTelling(feature);
  const readLog = await wayToRead(feature);
  const recorded = await withFeatureLock(feature.lock, lock_timeout_ms, () =>
    record(asked, feature, stamp, telling.announce, readLog),
  );
  if (!recorded.ok) return recorded;
  const { requests } = recorded.value;
  const { telemetry, ...told } = await telling.tell(recorded.value.results.map(({ event }) => event));
  const results = recorded.value.results.map((result) => ({ ...result, telemetry }));
  const warnings = [...recorded.value.warnings, ...told.warnings];
  return refuseUnconfirmed(results, requests) ?? ok({ results, warnings });
}

/** How a feature's log is to be read: a short one costs one look at its size, and loads nothing for it. */
async function wayToRead({ log }: Feature): Promise<ReadLog> {
  if (logSize(log) <= LONG_LOG_BYTES) return readWhole;
  return (await import("./resume.ts")).readFromCheckpoint;
}

/** Decides without a lock, and writes nothing. */
async function rehearse(
  asked: Asked,
  feature: Feature,
  lock_timeout_ms: number,
  stamp: Stamp,
): Promise<Result<Results>> {
  const state = await readFeatureState(feature, lock_timeout_ms);
  if (!state.ok) return state;
  const requests = requestsIn(asked, state.value);
  if (!requests.ok) return requests;
  const plan = decideAll(requests.value, state.value, stamp);
  if (!plan.ok) return plan;
  const views = feature.phase === 0 ? "off" : "unchanged";
  const outcomes = { dry_run: true, snapshot: "unchanged", views, telemetry: "off" } as const;
  const warnings = plan.value.decided.flatMap(({ decision }) => decision.warnings);
  return ok({
    results: resultsOf(plan.value, plan.value.after, outcomes),
    warnings: distinct([...warnings, ...missingPages(requests.value, feature)]),
  });
}

/** Nothing is said of pages that can't be listed: that is a matter of the views. */
function missingPages({ all }: Requests, feature: Feature): Warning[] {
  const wp_ids = all.map(({ wp_id }) => wp_id);
  try {
    return warnWithoutPages(wp_ids, feature, listPages(feature));
  } catch {
    return [];
  }
}
