/**
 * The one way in which a work package changes its state.
 *
 * check → lock → read → decide → append → materialize → views → unlock → fan out → confirm.
 * A refusal writes nothing; an answer stands only on what is on the disk.
 */

import * as v from "valibot";
import type { Stamp } from "../domain/decide.ts";
import type { StatusEvent } from "../domain/event.ts";
import { type Reduction, reduce } from "../domain/reduce.ts";
import { ok, type Result, refuse, type Warning } from "../domain/refusal.ts";
import {
  type CheckedRequest,
  checkRequest,
  refuseMalformed,
  type TransitionRequest,
} from "../domain/request.ts";
import type { Lane } from "../domain/workflow.ts";
import { type Feature, findFeature } from "../project/feature.ts";
import { listPages } from "../project/pages.ts";
import type { Standpoint } from "../project/project.ts";
import { appendToLog, closeLog, type OpenLog, openLog, syncLog } from "../store/event_log.ts";
import { withFeatureLock } from "../store/feature_lock.ts";
import { StorageError } from "../store/storage_error.ts";
import { fanOut, type TelemetryOutcome } from "../telemetry/fan_out.ts";
import { updateViews, type ViewsOutcome } from "../views/views.ts";
import { type Decided, decideAgain, decideOn } from "./decide_on.ts";
import { warnWithoutPage } from "./facts.ts";
import { type FeatureState, readFeatureState, understand } from "./feature_state.ts";
import { writeSnapshot } from "./materialize.ts";
import { REAL_STAMP } from "./world.ts";

const PlaceSchema = v.object({
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

/** A transition, and where to look for the feature it belongs to. */
export type EmitRequest = TransitionRequest & v.InferInput<typeof PlaceSchema>;

/** The answer to a transition that took effect. */
export interface EmitAnswer {
  /** The event as it stands in the log; in a dry run, as it would. */
  readonly event: StatusEvent;
  readonly wp: string;
  readonly from_lane: Lane;
  /** The lane that the work package is in now. */
  readonly lane: Lane;
  /** Whether the event was recorded by an earlier call with the same idempotency key. */
  readonly replayed: boolean;
  readonly dry_run: boolean;
  /** The log's absolute path. */
  readonly log: string;
  readonly snapshot: "written" | "unchanged" | "failed";
  readonly views: ViewsOutcome;
  readonly telemetry: TelemetryOutcome;
  readonly warnings: readonly Warning[];
}

const DEFAULT_LOCK_TIMEOUT_MS = 10_000;

/** How often a log that is replaced under our hands is read anew. */
const MOST_TRIES = 3;

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

  const timeout_ms = lock_timeout_ms ?? DEFAULT_LOCK_TIMEOUT_MS;
  if (checked.value.dry_run) return rehearse(checked.value, feature.value, timeout_ms, stamp);
  const recorded = await withFeatureLock(feature.value.lock, timeout_ms, () =>
    record(checked.value, feature.value, stamp),
  );
  if (!recorded.ok) return recorded;
  const telemetry = await fanOut();
  return confirm({ ...recorded.value, telemetry });
}

/** Everything that happens under the lock. A log that is replaced meanwhile is read again. */
function record(request: CheckedRequest, feature: Feature, stamp: Stamp): Result<Recorded> {
  let appended: StatusEvent | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const log = openLog(feature.log);
    if (!log.ok) return log;
    try {
      const state = understand(feature, log.value.content);
      if (!state.ok) return state;
      const decided = decideAgain(request, state.value, appended) ?? decideOn(request, state.value, stamp);
      if (!decided.ok) return decided;
      const after = append(decided.value, log.value);
      if (after !== undefined) return ok(derive(decided.value, after));
      appended = decided.value.decision.event;
    } finally {
      closeLog(log.value);
    }
  }
  throw new StorageError("append to", feature.log.shown, "the file was replaced each time", {
    outcome_unknown: true,
  });
}

/** Decides without a lock, and writes nothing. */
async function rehearse(
  request: CheckedRequest,
  feature: Feature,
  lock_timeout_ms: number,
  stamp: Stamp,
): Promise<Result<EmitAnswer>> {
  const state = await readFeatureState(feature, lock_timeout_ms);
  if (!state.ok) return state;
  const decided = decideOn(request, state.value, stamp);
  if (!decided.ok) return decided;
  return ok({
    ...describe(decided.value, decided.value.after),
    dry_run: true,
    snapshot: "unchanged",
    views: feature.phase === 0 ? "off" : "unchanged",
    telemetry: "off",
    warnings: [...decided.value.decision.warnings, ...missingPage(request.wp_id, feature)],
  });
}

/** A transition that is in the log, with what became of everything derived from it. */
type Recorded = Omit<EmitAnswer, "telemetry"> & { readonly asked_lane: Lane };

/** Puts the event on the disk. Undefined: the log was replaced, and all has to be decided anew. */
function append({ state, decision, line, after }: Decided, log: OpenLog): FeatureState | undefined {
  if (line === undefined) {
    // Whoever wrote it may have died before it was on the disk for good.
    syncLog(log);
    return state;
  }
  const appended = appendToLog(log, line);
  if (appended.kind === "replaced") return undefined;
  const is_alone = appended.others.length === 0;
  const events = [...log.content.events, ...(is_alone ? [decision.event] : appended.others)];
  return {
    ...state,
    log: { ...state.log, exists: true, events },
    reduction: is_alone ? after : reduce(events),
  };
}

/** Renews snapshot and views. The event stands: what fails here is a warning. */
function derive(decided: Decided, state: FeatureState): Recorded {
  const warnings: Warning[] = [...decided.decision.warnings];
  let snapshot: Recorded["snapshot"];
  try {
    snapshot = writeSnapshot(state);
  } catch (error) {
    snapshot = "failed";
    const message = `the event is recorded, but ${(error as Error).message}; lane materialize renews the snapshot`;
    warnings.push({ code: "SNAPSHOT_FAILED", message });
  }
  const views = renewViews(state, decided.request.wp_id);
  warnings.push(...views.warnings);
  return {
    ...describe(decided, state.reduction),
    asked_lane: decided.decision.event.to_lane,
    dry_run: false,
    snapshot,
    views: views.outcome,
    warnings,
  };
}

function renewViews({ feature, reduction, workflow }: FeatureState, wp_id: string) {
  try {
    const pages = listPages(feature);
    const { outcome, warnings } = updateViews(feature, pages, reduction, workflow);
    return { outcome, warnings: [...warnings, ...warnWithoutPage(wp_id, feature, pages)] };
  } catch (error) {
    const outcome: ViewsOutcome = feature.phase === 0 ? "off" : "failed";
    return { outcome, warnings: [{ code: "VIEW_FAILED", message: (error as Error).message }] };
  }
}

/** Nothing is said of pages that can't be listed: that is a matter of the views. */
function missingPage(wp_id: string, feature: Feature): Warning[] {
  try {
    return warnWithoutPage(wp_id, feature, listPages(feature));
  } catch {
    return [];
  }
}

/** Success is never claimed for a transition that did not take effect. */
function confirm({ asked_lane, ...answer }: Recorded & { telemetry: TelemetryOutcome }): Result<EmitAnswer> {
  if (answer.replayed || answer.lane === asked_lane) return ok(answer);
  return refuse(
    "POSTCONDITION_FAILED",
    `${answer.wp}: event ${answer.event.event_id} is recorded, but the work package is in ${answer.lane}, not ${asked_lane}`,
    { hint: `lane show ${answer.wp}`, details: { event_id: answer.event.event_id, lane: answer.lane } },
  );
}

function describe({ request, state, decision }: Decided, { work_packages }: Reduction) {
  return {
    event: decision.event,
    wp: request.wp_id,
    from_lane: decision.event.from_lane,
    lane: work_packages.get(request.wp_id)?.lane ?? decision.event.to_lane,
    replayed: decision.kind === "replay",
    log: state.feature.log.path,
  };
}
