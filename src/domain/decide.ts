/** From a state and a request to the event that records it, or to the refusal. */

import type { PlaceInBatch } from "./batch.ts";
import { actorName, type StatusEvent } from "./event.ts";
import { checkReviewResult, whyContradictory } from "./evidence.ts";
import { firstFailure, type GuardFailure, optionsOf, REVIEW_RESULT_GUARDS } from "./guards.ts";
import { headsOf, instantOf, type Moment, type WorkPackageStanding } from "./reduce.ts";
import { ok, type Refused, type Result, refuse, type Warning } from "./refusal.ts";
import { type CheckedRequest, refuseContradiction } from "./request.ts";
import type { SlugKey } from "./snapshot.ts";
import { shellOption, shellWord, visible } from "./text.ts";
import { CLOCK_TOLERANCE_US, END_OF_TIME_US, formatAge, formatInstant, type InstantUs } from "./time.ts";
import {
  findMove,
  firstStepTowards,
  initialLane,
  type Lane,
  resolveLane,
  startingLanes,
  targetsNow,
  type Workflow,
} from "./workflow.ts";
import { whyStuck } from "./workflow_words.ts";

/** All that a decision rests on, besides the request. */
export interface Situation {
  readonly workflow: Workflow;
  /** The work package; undefined while it has no events. */
  readonly state: WorkPackageStanding | undefined;
  /** The newest event of the whole feature. */
  readonly newest: Moment | undefined;
  /** The feature's events that carry the request's idempotency key, with what superseded them. */
  readonly keyed: readonly { readonly event: StatusEvent; readonly superseded_by: string | undefined }[];
  /** How the log names the feature. */
  readonly slug: {
    readonly key: SlugKey;
    readonly value: string;
    /** Written where the log speaks of missions. */
    readonly mission_id?: string | null | undefined;
  };
  /** Fields that the log's lines have also where there is nothing to say in them. */
  readonly empty_fields?: readonly string[] | undefined;
  /** Where the work is done, given or derived. */
  readonly workspace_context: string | null;
  /** Looked up only where the move has the guard that asks for it. */
  readonly unchecked_subtasks: readonly string[];
  /** Where the event will stand in its batch, if it belongs to one. */
  readonly batch?: PlaceInBatch | undefined;
}

/** Where new events get their time and name from. */
export interface Stamp {
  /** The clock. Read once for each decision. */
  readonly now_us: InstantUs;
  /** A new ULID whose time part is this. */
  readonly newEventId: (time_ms: number) => string;
}

/** What to do about a request that is not refused. */
export type Decision =
  | { readonly kind: "append"; readonly event: StatusEvent; readonly warnings: readonly Warning[] }
  /** The same was recorded before, under the same idempotency key. */
  | { readonly kind: "replay"; readonly event: StatusEvent; readonly warnings: readonly Warning[] };

/**
 * Decides about a transition: idempotency key, expected state, table, force, guards.
 *
 * @returns the event to append or the one that was recorded before, else the refusal
 */
export function decide(request: CheckedRequest, situation: Situation, stamp: Stamp): Result<Decision> {
  const to = targetLane(request, situation.workflow);
  if (!to.ok) return to;
  const asked: Asked = {
    request,
    situation,
    from: laneLeft(situation, to.value, request.force),
    to: to.value,
    now_us: Math.floor(stamp.now_us),
  };

  if (request.idempotency_key !== undefined && situation.keyed.length > 0) return replayed(asked);
  const refused = refuseUnexpectedState(asked) ?? refuseByTable(asked) ?? refuseByForce(asked);
  if (refused !== undefined) return refused;
  const reviewed = withReview(asked);
  if (!reviewed.ok) return reviewed;
  return refuseByGuards(reviewed.value) ?? newEvent(reviewed.value, stamp.newEventId);
}

/** The canonical lane that a request asks for. */
export function targetLane(request: CheckedRequest, workflow: Workflow): Result<Lane> {
  return knownLane(request.wp_id, request.to_lane, workflow);
}

/** The lane in which people see a work package now. */
export function laneOf({ state, workflow }: Pick<Situation, "state" | "workflow">): Lane {
  return state?.lane ?? initialLane(workflow);
}

/**
 * The lane that a move leaves: the one that the work package is in. Before its first event
 * that can be more than one: then the first from which the move is legal or forced.
 */
export function laneLeft(
  { state, workflow }: Pick<Situation, "state" | "workflow">,
  to: Lane,
  force: boolean,
): Lane {
  if (state !== undefined) return state.lane;
  const starts = startingLanes(workflow);
  return starts.find((from) => force || findMove(workflow, from, to)) ?? laneOf({ state, workflow });
}

/** One request, resolved against where things stand. */
interface Asked {
  readonly request: CheckedRequest;
  readonly situation: Situation;
  readonly from: Lane;
  readonly to: Lane;
  readonly now_us: InstantUs;
}

function knownLane(wp_id: string, text: string, workflow: Workflow): Result<Lane> {
  const lane = resolveLane(workflow, text);
  if (lane !== undefined) return ok(lane);
  const names = workflow.lanes.map(({ name }) => name);
  return refuse("UNKNOWN_LANE", `${wp_id}: no lane is called "${visible(text.slice(0, 80))}"`, {
    hint: `the lanes of ${workflow.name} are ${names.join(", ")}`,
    details: { found: text.slice(0, 200), lanes: names },
  });
}

/** The same key was used before: the same answer, or a conflict. */
function replayed({ request, situation, to }: Asked): Result<Decision> {
  const same = situation.keyed.filter(
    ({ event }) => event.wp_id === request.wp_id && event.to_lane === to && event.actor === request.actor,
  );
  const standing = same.find(({ superseded_by }) => superseded_by === undefined);
  if (standing !== undefined) return ok({ kind: "replay", event: standing.event, warnings: [] });

  const [used] = [...same, ...situation.keyed];
  if (used === undefined) throw new Error("a replay needs an event that carries the key");
  const key = shellWord(request.idempotency_key ?? "");
  const details = { event_id: used.event.event_id, superseded_by: used.superseded_by ?? null };
  if (same.length > 0) {
    return refuse(
      "IDEMPOTENCY_CONFLICT",
      `${request.wp_id}: the event of key ${key}, ${used.event.event_id}, was recorded, and later superseded by ${used.superseded_by}`,
      { hint: `lane show ${request.wp_id}`, details },
    );
  }
  const { wp_id, from_lane, to_lane, event_id, actor } = used.event;
  return refuse(
    "IDEMPOTENCY_CONFLICT",
    `${request.wp_id}: key ${key} was used for something else: ${wp_id} ${from_lane} -> ${to_lane} by ${visible(actorName(actor))} (event ${event_id})`,
    { hint: "use a new key for a new request", details },
  );
}

function refuseUnexpectedState({ request, situation }: Asked): Refused | undefined {
  const { wp_id, if_lane, if_event } = request;
  const lane = laneOf(situation);
  const hint = `lane show ${wp_id}`;
  if (if_lane !== undefined) {
    const expected = knownLane(wp_id, if_lane, situation.workflow);
    if (!expected.ok) return expected;
    if (expected.value !== lane) {
      return refuse(
        "PRECONDITION_FAILED",
        `${wp_id}: expected it in ${expected.value}, but it is in ${lane}${by(situation.state)}`,
        { hint, details: { expected_lane: expected.value, lane } },
      );
    }
  }
  const tip = situation.state?.last_event_id;
  if (if_event !== undefined && if_event !== tip) {
    const found = tip === undefined ? "it has no event yet" : `it is ${tip}${by(situation.state)}`;
    return refuse(
      "PRECONDITION_FAILED",
      `${wp_id}: expected its last event to be ${if_event}, but ${found}`,
      {
        hint,
        details: { expected_event_id: if_event, last_event_id: tip ?? null, lane },
      },
    );
  }
  return undefined;
}

function refuseByTable(asked: Asked): Refused | undefined {
  const { request, situation, from, to } = asked;
  if (request.force || findMove(situation.workflow, from, to) !== undefined) return undefined;
  const targets = targetsNow(situation.workflow, situation.state?.lane);
  const details = { from_lane: from, to_lane: to, allowed: targets };
  const { state } = situation;
  if (from === to && state !== undefined && state.actor === request.actor) {
    const age = formatAge(asked.now_us - instantOf({ at: state.last_transition_at }));
    return refuse(
      "ILLEGAL_TRANSITION",
      `${request.wp_id}: it is already in ${to}: ${visible(state.actor)} moved it there ${age} ago (event ${state.last_event_id})`,
      {
        hint: "nothing is left to do; with --idempotency-key a retry gets its first answer again",
        details: {
          ...details,
          last_event_id: state.last_event_id,
          actor: state.actor,
          since: state.last_transition_at,
        },
      },
    );
  }
  const step = firstStepTowards(situation.workflow, from, to);
  return refuse(
    "ILLEGAL_TRANSITION",
    `${cannotMove(asked)}: no such transition. From ${from}: ${targets.join(", ") || whyNowhere(asked)}`,
    {
      hint: step === undefined ? `lane show ${request.wp_id}` : emitCommand(asked, step),
      details,
    },
  );
}

function whyNowhere({ situation: { workflow }, from }: Asked): string {
  return `nothing, ${whyStuck(workflow, from)}`;
}

function refuseByForce(asked: Asked): Refused | undefined {
  if (!asked.request.force || asked.request.reason !== null) return undefined;
  return refuse(
    "FORCE_NEEDS_AUDIT",
    `${cannotMove(asked)}: force needs an actor and a reason; there is no reason`,
    {
      hint: "say why it is forced with --reason",
      details: { missing: ["reason"] },
    },
  );
}

/** A review in few words becomes a review result where the move asks for one; it is evidence already. */
function withReview(asked: Asked): Result<Asked> {
  const { request, situation, from, to } = asked;
  const guards = findMove(situation.workflow, from, to)?.guards ?? [];
  const { review, review_ref } = request;
  if (review === undefined || !guards.some((guard) => REVIEW_RESULT_GUARDS.has(guard))) return ok(asked);
  const said = Object.entries(review).filter(([, value]) => value != null);
  const result = checkReviewResult(Object.fromEntries(said));
  if (!result.ok) {
    const { code, message, details } = result.refusal;
    return refuse(code, `${cannotMove(asked)}: ${message}`, { hint: emitCommand(asked, to), details });
  }
  const contradiction = whyContradictory({ review_result: result.value, review_ref, evidence: null });
  if (contradiction !== undefined) return refuseContradiction(cannotMove(asked), contradiction);
  return ok({ ...asked, request: { ...request, evidence: null, review_result: result.value } });
}

function refuseByGuards(asked: Asked): Refused | undefined {
  const { request, situation, from, to } = asked;
  if (request.force) return undefined;
  const move = findMove(situation.workflow, from, to);
  const failure = firstFailure(move?.guards ?? [], {
    actor: request.actor,
    reason: request.reason,
    review_ref: request.review_ref,
    evidence: request.evidence,
    review_result: request.review_result,
    workspace_context: situation.workspace_context,
    has_history: situation.state !== undefined,
    unchecked_subtasks: situation.unchecked_subtasks,
  });
  if (failure === undefined) return undefined;
  return refuse(failure.code, `${cannotMove(asked)}: ${failure.problem}`, {
    hint: failure.remedy ?? hintFor(asked, failure),
    details: { guard: failure.guard, from_lane: from, to_lane: to, ...failure.details },
  });
}

/** A command that would do: the same with what is missing, or the way back that a rejection takes. */
function hintFor(asked: Asked, failure: GuardFailure): string {
  const rejected = failure.details?.verdict !== undefined;
  const back = [...(asked.situation.workflow.moves.get(asked.from)?.values() ?? [])].find(
    (move) => move.rollback,
  );
  return emitCommand(asked, rejected && back !== undefined ? back.to : asked.to);
}

function newEvent(asked: Asked, newEventId: Stamp["newEventId"]): Result<Decision> {
  const { request, situation, from, to, now_us } = asked;
  const at_us = timeAfter(situation.newest, now_us);
  if (!canBeWritten(now_us) || !canBeWritten(at_us)) return refuseTime(asked);
  const behind_us = at_us - now_us;
  const event_id = newEventId(Math.floor(at_us / 1000));
  const event: StatusEvent = {
    ...Object.fromEntries((situation.empty_fields ?? []).map((field) => [field, null])),
    event_id,
    ...slugFields(situation.slug),
    wp_id: request.wp_id,
    from_lane: from,
    to_lane: to,
    at: formatInstant(at_us),
    actor: request.actor,
    force: request.force,
    execution_mode: request.execution_mode,
    reason: request.reason,
    review_ref: request.review_ref,
    evidence: request.evidence,
    ...(request.review_result !== undefined && { review_result: request.review_result }),
    parent_event_ids: situation.state === undefined ? [] : [...headsOf(situation.state)],
    ...(behind_us > CLOCK_TOLERANCE_US && { clock_at: formatInstant(now_us) }),
    ...(request.idempotency_key !== undefined && { idempotency_key: request.idempotency_key }),
    ...(situation.batch !== undefined && {
      batch: { ...situation.batch, id: situation.batch.id ?? event_id },
    }),
  };
  return ok({ kind: "append", event, warnings: clockWarnings(behind_us) });
}

/** How an event names its feature. */
export function slugFields({ key, value, mission_id }: Situation["slug"]) {
  return { [key]: value, ...(key === "mission_slug" && mission_id !== undefined && { mission_id }) };
}

/** A writer never produces an event that sorts before one it has seen, whatever its clock says. */
export function timeAfter(newest: Moment | undefined, now_us: InstantUs): InstantUs {
  return newest === undefined ? now_us : Math.max(now_us, instantOf(newest) + 1);
}

function canBeWritten(instant_us: InstantUs): boolean {
  return instant_us >= 0 && instant_us < END_OF_TIME_US;
}

function refuseTime({ request, situation, now_us }: Asked): Refused {
  const { newest } = situation;
  const cause =
    newest !== undefined && canBeWritten(now_us)
      ? `event ${newest.event_id} stands at ${newest.at}`
      : "the clock of this machine stands outside";
  return refuse("IO", `${request.wp_id}: only the years 1970 to 2199 can be written: ${cause}`, {
    details: { event_id: situation.newest?.event_id ?? null, at: situation.newest?.at ?? null },
  });
}

function clockWarnings(behind_us: number): Warning[] {
  if (behind_us <= CLOCK_TOLERANCE_US) return [];
  const message = `the newest event of this log is ${formatAge(behind_us)} ahead of this machine's clock; the event stands right after it`;
  return [{ code: "CLOCK_AHEAD", message }];
}

function cannotMove({ request, from, to }: Asked): string {
  return `${request.wp_id}: cannot move ${from} -> ${to}`;
}

function by(state: WorkPackageStanding | undefined): string {
  return state === undefined ? "" : `, moved by ${visible(state.actor)} at ${state.last_transition_at}`;
}

/** The command for a step from here, with placeholders for what it needs and the request lacks. */
function emitCommand({ request, situation, from }: Asked, to: Lane): string {
  const guards = findMove(situation.workflow, from, to)?.guards ?? [];
  const options = optionsOf(guards);
  const actor = shellOption("--actor", request.actor);
  return ["lane emit", request.wp_id, "--to", to, actor, ...options].join(" ");
}
