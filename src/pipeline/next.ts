/** What can be begun in a feature now, and taking the first of it up. */

import * as v from "valibot";
import type { Stamp } from "../domain/decide.ts";
import type { StatusEvent } from "../domain/event.ts";
import { claimLane, type Readiness, whatIsReady } from "../domain/ready.ts";
import { compareEvents } from "../domain/reduce.ts";
import { ok, type Result, refuse, type Warning } from "../domain/refusal.ts";
import { checkRequest, refuseMalformed, type TransitionRequest } from "../domain/request.ts";
import type { Lane } from "../domain/workflow.ts";
import { findFeature } from "../project/feature.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import type { Standpoint } from "../project/project.ts";
import { readDependencies } from "../views/dependencies.ts";
import type { Requests } from "./decide_on.ts";
import { carryOut, type EmitAnswer, type Place, PlaceSchema } from "./emit.ts";
import { refuseUnmigrated } from "./facts.ts";
import { type FeatureState, readFeatureState } from "./feature_state.ts";
import { REAL_STAMP } from "./world.ts";

/** What can be begun, and the pages that do not tell what they wait for. */
export interface Ready extends Readiness {
  readonly state: FeatureState;
  readonly warnings: readonly Warning[];
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
  const done = await carryOut((state) => chooseClaim(claim, state), feature.value, stamp, {
    lock_timeout_ms,
    dry_run: sound.value.dry_run,
  });
  if (!done.ok) return done;
  const [result] = done.value.results;
  if (result === undefined) throw new Error("a claim came out without a result");
  return ok({ ...result, warnings: done.value.warnings });
}

/** The request for what this caller gets: what it got under the same key, else the first that is ready. */
function chooseClaim(claim: ClaimRequest, state: FeatureState): Result<Requests> {
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
  { log }: FeatureState,
): StatusEvent | undefined {
  if (key == null) return undefined;
  const of_key = log.events.filter((event) => event.idempotency_key === key).sort(compareEvents);
  return of_key.find((event) => event.actor === actor && event.to_lane === to_lane) ?? of_key[0];
}

function readyIn(state: FeatureState): Result<Ready> {
  const unmigrated = refuseUnmigrated(state);
  if (unmigrated !== undefined) return unmigrated;
  const { feature, reduction, workflow } = state;
  const pages = listPages(feature);
  const { named, unclear } = readDependencies(pages);
  const hidden = new Set(unclear.map(({ wp }) => wp));
  const { ready, waiting } = whatIsReady(knownWpIds(pages, reduction), named, reduction, workflow);
  const warnings = unclear
    .filter(({ wp }) => ready.includes(wp))
    .map(({ wp, file, problem }) => ({
      code: "DEPENDENCIES_UNCLEAR",
      message: `${wp} is passed over: ${file} does not tell what it waits for: ${problem}`,
    }));
  return ok({ state, ready: ready.filter((wp) => !hidden.has(wp)), waiting, warnings });
}

function refuseNothingReady({ waiting, warnings }: Ready): Result<never> {
  const [first] = waiting;
  const what =
    first === undefined
      ? "every work package was begun already"
      : `${first.wp} waits for ${first.for.join(", ")}${waiting.length > 1 ? `, and ${waiting.length - 1} more wait` : ""}`;
  const unclear = warnings.length > 0 ? `; ${warnings.length} can't be told` : "";
  return refuse("NOTHING_READY", `nothing is ready to be claimed: ${what}${unclear}`, {
    hint:
      first === undefined
        ? "lane show tells where everything stands"
        : "ask again when one of these is finished",
    details: { waiting },
  });
}
