/** Requests and situations for tests of decide(). */

import { type Decision, decide, type Situation, type Stamp } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import type { Refusal, Result } from "../../src/domain/refusal.ts";
import { type CheckedRequest, checkRequest, type TransitionRequest } from "../../src/domain/request.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { anEvent, at, eventId, NOON_US, stateAfter } from "./events.ts";

export const NEW_ID = eventId(900);

/** The tests' clock stands an hour after noon, and every new event gets the same id. */
export const CLOCK_US = NOON_US + 3_600_000_000;
export const STAMP: Stamp = { now_us: CLOCK_US, newEventId: () => NEW_ID };

/** Evidence that opens `done`. */
export const APPROVED = { review: { reviewer: "ana", verdict: "approved", reference: "PR-7" } } as const;

/** All that any guard could want. */
export const EVERYTHING = {
  actor: "claude",
  reason: "because",
  review_ref: "PR-7",
  evidence: APPROVED,
} as const;

/** A request with an actor and nothing else. */
export function aRequest(fields: Partial<TransitionRequest> = {}): CheckedRequest {
  const checked = checkRequest({ wp_id: "WP01", to_lane: "claimed", actor: "claude", ...fields });
  if (!checked.ok) throw new Error(`not a sound request: ${checked.refusal.message}`);
  return checked.value;
}

/** WP01 was put into a lane by one event; everything that guards look up is in order. */
export function inLane(lane: string, fields: Partial<Situation> = {}): Situation {
  const newest = anEvent({ event_id: eventId(1), to_lane: lane, at: at(0), parent_event_ids: [] });
  return situationOf([newest], fields);
}

/** A situation in which WP01 has no events. */
export function untouched(fields: Partial<Situation> = {}): Situation {
  return situationOf([], fields);
}

/** What decide() gets to see of a log that holds these events of WP01, oldest first. */
export function situationOf(events: readonly StatusEvent[], fields: Partial<Situation> = {}): Situation {
  return {
    workflow: SEVEN_LANE,
    state: events.length === 0 ? undefined : stateAfter(...events),
    newest: events.at(-1),
    keyed: [],
    slug: { key: "feature_slug", value: "034-status-model" },
    workspace_context: "worktree:/repo",
    unchecked_subtasks: [],
    ...fields,
  };
}

/** The event that a decision appends; fails the test when it is anything else. */
export function appended(result: Result<Decision>): StatusEvent {
  if (!result.ok) throw new Error(`refused: ${result.refusal.message}`);
  if (result.value.kind !== "append") throw new Error(`not an append but a ${result.value.kind}`);
  return result.value.event;
}

/** The refusal of an answer; fails the test when there is none. */
export function refusalOf(result: Result<unknown>): Refusal {
  if (result.ok) throw new Error(`not refused: ${JSON.stringify(result.value)}`);
  return result.refusal;
}

/** Decides with the tests' clock. */
export function decided(
  fields: Partial<TransitionRequest>,
  situation: Situation,
  stamp = STAMP,
): Result<Decision> {
  return decide(aRequest(fields), situation, stamp);
}
