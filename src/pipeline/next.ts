/** What can be begun in a feature now, and taking the first of it up. */

import * as v from "valibot";
import type { Stamp } from "../domain/decide.ts";
import type { StatusEvent } from "../domain/event.ts";
import { claimLane, isAtWork, type Readiness, whatIsReady } from "../domain/ready.ts";
import { compareEvents } from "../domain/reduce.ts";
import { ok, type Result, refuse, type Warning } from "../domain/refusal.ts";
import { checkRequest, refuseMalformed, type TransitionRequest } from "../domain/request.ts";
import { visible } from "../domain/text.ts";
import type { Lane } from "../domain/workflow.ts";
import { findFeature } from "../project/feature.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import type { Standpoint } from "../project/project.ts";
import { readDependencies, type UnclearDependencies, unclearText } from "../views/dependencies.ts";
import type { Requests } from "./decide_on.ts";
import { carryOut, type EmitAnswer, type Place, PlaceSchema } from "./emit.ts";
import { refuseUnmigrated } from "./facts.ts";
import { type FeatureStanding, readFeatureState } from "./feature_state.ts";
import { REAL_STAMP } from "./world.ts";

/** What can be begun, and the pages that do not tell what they wait for. */
export interface Ready extends Readiness {
  readonly state: FeatureStanding;
  /** Not begun, and passed over, since their pages do not tell what they wait for. */
  readonly unclear: readonly UnclearDependencies[];
  readonly warnings: readonly Warning[];
  /** Whether there is a work package at all. */
  readonly is_anything: boolean;
  /** Whether something is between its beginning and its end, so that others may become ready. */
  readonly is_at_work: boolean;
}

/** Says what is ready in a feature. Takes no lock and writes nothing. */
export async function findReady(
  standpoint: Standpoint,
  named: string | undefined,
  lock_timeout_ms: number,
): Promise<Result<Ready>> {
  const feature = await findFeature(standpoint, named);
  if (!feature.ok) return feature;
  const state = await readFeatureState(feature.value, lock_timeout_ms);
  return state.ok ? readyIn(state.value) : state;
}

/** Who takes something up, and how: a transition without its work package and its lane. */
export type ClaimRequest = Pick<
  TransitionRequest,
  "actor" | "reason" | "execution_mode" | "workspace_context" | "idempotency_key" | "dry_run"
>;

/**
 * Claims the first work package that is ready. It is chosen under the feature's lock, so
 * any number of callers at once get different ones; with the same `idempotency_key` a
 * caller gets the same one again.
 *
 * @returns the answer of the transition, or `NOTHING_READY`
 * @throws StorageError when the disk fails; its message says when the outcome is unknown
 * @example
 * const claimed = await claimNext({ actor: "claude", idempotency_key: "run7" });
 * if (claimed.ok) console.log(claimed.value.wp); // "WP03"
 */
export async function claimNext(
  request: ClaimRequest & Place,
  stamp: Stamp = REAL_STAMP,
): Promise<Result<EmitAnswer>> {
  const place = v.safeParse(PlaceSchema, request);
  if (!place.success) return refuseMalformed(place.issues);
  const { feature: named, cwd = process.cwd(), root, here, lock_timeout_ms, ...claim } = request;
  // What is wrong with the request itself is said before anything is looked for.
  const sound = checkRequest({ ...claim, wp_id: "WP01", to_lane: "" }, "the next work package");
  if (!sound.ok) return sound;
  const feature = await findFeature({ cwd, root, here } satisfies Standpoint, named);
  if (!feature.ok) return feature;
  const chosen = {
    choose: (state: FeatureStanding) => chooseClaim(claim, state),
    idempotency_key: claim.idempotency_key,
  };
  const done = await carryOut(chosen, feature.value, stamp, {
    lock_timeout_ms,
    dry_run: sound.value.dry_run,
  });
  if (!done.ok) return done;
  const [result] = done.value.results;
  if (result === undefined) throw new Error("a claim came out without a result");
  return ok({ ...result, warnings: done.value.warnings });
}

/** The request for what this caller gets: what it got under the same key, else the first that is ready. */
function chooseClaim(claim: ClaimRequest, state: FeatureStanding): Result<Requests> {
  const to_lane = claimLane(state.workflow);
  if (to_lane === undefined) {
    return refuse("CONFIG_INVALID", `${state.workflow.name} has no lane for work that was taken up`, {
      hint: "lane emit moves a work package by its name",
    });
  }
  const recorded = recordedClaim(claim, to_lane, state);
  const ready = readyIn(state);
  if (!ready.ok) return ready;
  const wp_id = recorded?.wp_id ?? ready.value.ready[0];
  if (wp_id === undefined) return refuseNothingReady(ready.value);
  const checked = checkRequest({ ...claim, wp_id, to_lane });
  return checked.ok ? ok({ all: [checked.value], lines: undefined }) : checked;
}

/** The event of this key: this caller's own before another's, and of several the first in the order of events. */
function recordedClaim(
  { idempotency_key: key, actor }: ClaimRequest,
  to_lane: Lane,
  { recent_events }: FeatureStanding,
): StatusEvent | undefined {
  if (key == null) return undefined;
  const of_key = recent_events.filter((event) => event.idempotency_key === key).sort(compareEvents);
  return of_key.find((event) => event.actor === actor && event.to_lane === to_lane) ?? of_key[0];
}

function readyIn(state: FeatureStanding): Result<Ready> {
  const unmigrated = refuseUnmigrated(state);
  if (unmigrated !== undefined) return unmigrated;
  const { feature, reduction, workflow } = state;
  const pages = listPages(feature);
  const { named, unclear } = readDependencies(pages);
  const wp_ids = knownWpIds(pages, reduction);
  const { ready, waiting } = whatIsReady(wp_ids, named, reduction, workflow);
  const passed_over = unclear.filter(({ wp }) => ready.includes(wp));
  const hidden = new Set(passed_over.map(({ wp }) => wp));
  return ok({
    state,
    ready: ready.filter((wp) => !hidden.has(wp)),
    waiting,
    unclear: passed_over,
    warnings: passed_over.map((page) => ({
      code: "DEPENDENCIES_UNCLEAR",
      message: `${page.wp} is passed over: ${unclearText(page)}`,
    })),
    is_anything: wp_ids.length > 0,
    is_at_work: isAtWork(reduction, workflow),
  });
}

/** Why nothing can be begun, as the end of a sentence, and what would help. */
export function whyNothing({ waiting, unclear, is_anything, is_at_work }: Ready): {
  readonly why: string;
  readonly hint: string;
} {
  if (!is_anything) {
    return { why: "there are no work packages yet", hint: 'lane add "<title>" makes the first one' };
  }
  const [first] = waiting;
  const [hidden] = unclear;
  if (first === undefined && hidden === undefined) {
    return { why: "every work package was begun already", hint: "lane show tells where everything stands" };
  }
  const waits = first && `${first.wp} waits for ${first.for.map(visible).join(", ")}`;
  const hides = hidden && unclearText(hidden);
  const why = [
    ...(waits === undefined ? [] : [waits + andMore(waiting.length, "waits", "wait")]),
    ...(hides === undefined ? [] : [hides + andMore(unclear.length, "does not", "do not")]),
  ].join("; ");
  if (first !== undefined && is_at_work) return { why, hint: "ask again when one of these is finished" };
  return hidden === undefined
    ? {
        why,
        hint: "nobody is at work on any of these, so asking again does not help; lane validate tells of circles and of ids that nobody has",
      }
    : { why, hint: `mend dependencies: in ${hidden.file}` };
}

function andMore(count: number, one: string, several: string): string {
  return count < 2 ? "" : `, and ${count - 1} more ${count === 2 ? one : several}`;
}

function refuseNothingReady(ready: Ready): Result<never> {
  const { why, hint } = whyNothing(ready);
  return refuse("NOTHING_READY", `nothing is ready to be claimed: ${why}`, {
    hint,
    details: { waiting: ready.waiting, unclear: ready.unclear },
  });
}
