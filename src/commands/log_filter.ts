/** Which events of a log somebody wants to see. */

import type { ShownEvent } from "../contract/parts.ts";
import { actorName } from "../domain/event.ts";
import { parseWpId } from "../domain/identifiers.ts";
import { nearest } from "../domain/nearest.ts";
import { instantOf } from "../domain/reduce.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { isGiven, quoted } from "../domain/text.ts";
import type { InstantUs } from "../domain/time.ts";
import { type Lane, resolveLane } from "../domain/workflow.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import { parseSince } from "./since.ts";
import { refuseUnknownWp } from "./wp_entries.ts";

/** As they are typed. */
export interface LogFilterArgs {
  readonly wp?: string | undefined;
  readonly since?: string | undefined;
  readonly limit?: string | undefined;
  readonly actor?: string | undefined;
  readonly to?: string | undefined;
}

export interface LogFilter {
  /** Whether an event is asked for at all. */
  readonly wants: (event: ShownEvent) => boolean;
  /** Only so many, the newest; undefined for all. */
  readonly limit: number | undefined;
}

/** Understands what is asked for; a word that means nothing is refused, not passed over. */
export function readFilter(args: LogFilterArgs, state: FeatureState, now_us: InstantUs): Result<LogFilter> {
  const since = args.since === undefined ? ok(undefined) : parseSince(args.since, now_us);
  if (!since.ok) return since;
  const limit = args.limit === undefined ? ok(undefined) : limitOf(args.limit);
  if (!limit.ok) return limit;
  if (args.actor !== undefined && !isGiven(args.actor)) {
    return usage("--actor is blank", "give it a value, or leave it out");
  }
  const to = args.to === undefined ? ok(undefined) : laneOf(args.to, state);
  if (!to.ok) return to;
  const wp = args.wp === undefined ? ok(undefined) : knownWp(args.wp, state);
  if (!wp.ok) return wp;
  const wants = (event: ShownEvent) =>
    (wp.value === undefined || event.wp_id === wp.value) &&
    (to.value === undefined || event.to_lane === to.value) &&
    (args.actor === undefined || actorName(event.actor) === args.actor) &&
    (since.value === undefined || instantOf(event) >= since.value);
  return ok({ wants, limit: limit.value });
}

/** Of all events those that are asked for. */
export function newestOf(all: readonly ShownEvent[], { wants, limit }: LogFilter): ShownEvent[] {
  const wanted = all.filter(wants);
  return wanted.slice(Math.max(0, wanted.length - (limit ?? wanted.length)));
}

function limitOf(text: string): Result<number> {
  return /^\d{1,9}$/.test(text.trim())
    ? ok(Number(text))
    : usage(`--limit ${quoted(text)} is no number of events`, "write a number, like 20");
}

/** A lane of the feature's workflow, or one that its log may hold from former times. */
function laneOf(text: string, { workflow, feature }: FeatureState): Result<Lane> {
  const folded = text.trim().toLowerCase();
  const lane =
    resolveLane(workflow, text) ?? (feature.project.vocabulary.lanes.has(folded) ? folded : undefined);
  if (lane !== undefined) return ok(lane);
  const names = workflow.lanes.map(({ name }) => name);
  const meant = nearest(folded, [...names, ...Object.keys(workflow.aliases)]);
  const lanes = `the lanes of ${workflow.name} are ${names.join(", ")}`;
  return refuse("UNKNOWN_LANE", `no lane is called ${quoted(text)}`, {
    hint: meant === undefined ? lanes : `did you mean ${meant}? ${lanes}`,
    details: { found: text.slice(0, 200), lanes: names },
  });
}

function knownWp(text: string, state: FeatureState): Result<string> {
  const wp = parseWpId(text);
  if (!wp.ok) return wp;
  const known = knownWpIds(listPages(state.feature), state.reduction);
  return known.includes(wp.value) ? wp : refuseUnknownWp(wp.value, known, state);
}

function usage(message: string, hint: string): Refused {
  return refuse("USAGE", `lane log: ${message}`, { hint });
}
