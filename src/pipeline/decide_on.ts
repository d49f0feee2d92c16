/** From a request and a log that is known to what is to be written, or to the refusal. */

import { type Decision, decide, laneOf, type Situation, type Stamp, targetLane } from "../domain/decide.ts";
import type { StatusEvent } from "../domain/event.ts";
import { formatLine, LONGEST_LINE_BYTES, parseLine } from "../domain/line.ts";
import { addEvent, type Reduction } from "../domain/reduce.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import type { CheckedRequest } from "../domain/request.ts";
import { givenOrNull } from "../domain/text.ts";
import { findMove } from "../domain/workflow.ts";
import { lookUpFacts, refuseUnmigrated } from "./facts.ts";
import type { FeatureState } from "./feature_state.ts";

/** A request, decided on a log that is known. */
export interface Decided {
  readonly request: CheckedRequest;
  readonly state: FeatureState;
  readonly decision: Decision;
  /** What is to be appended; undefined when the event stands in the log already. */
  readonly line: string | undefined;
  /** What the log says when the decision is carried out. */
  readonly after: Reduction;
}

/** Looks up what the rules ask for, applies them, and makes sure that the event would take effect. */
export function decideOn(request: CheckedRequest, state: FeatureState, stamp: Stamp): Result<Decided> {
  const { workflow, reduction, feature } = state;
  const to = targetLane(request, workflow);
  if (!to.ok) return to;
  const unmigrated = refuseUnmigrated(state);
  if (unmigrated !== undefined) return unmigrated;

  const current = reduction.work_packages.get(request.wp_id);
  const move = findMove(workflow, laneOf({ state: current, workflow }), to.value);
  const situation: Situation = {
    workflow,
    state: current,
    newest: reduction.newest,
    keyed: eventsOfKey(request.idempotency_key, state),
    slug: {
      key: state.slug_key,
      value: feature.slug,
      mission_id: givenOrNull(feature.meta.mission_id) ?? undefined,
    },
    ...lookUpFacts(request, feature, move),
  };
  const decision = decide(request, situation, stamp);
  if (!decision.ok) return decision;
  const { kind, event } = decision.value;
  const decided = { request, state, decision: decision.value };
  if (kind === "replay") return ok({ ...decided, line: undefined, after: reduction });
  const line = formatLine(event);
  const after = addEvent(reduction, event);
  return refuseIneffective(event, line, after, state) ?? ok({ ...decided, line, after });
}

/** What a new event must be before it may be written: readable, new, short enough, and the tip. */
function refuseIneffective(
  event: StatusEvent,
  line: string,
  after: Reduction,
  { log }: FeatureState,
): Refused | undefined {
  if (line.length > LONGEST_LINE_BYTES) {
    const sizes = { size_bytes: line.length, longest_bytes: LONGEST_LINE_BYTES };
    return refuse(
      "IO",
      `${event.wp_id}: the event takes ${line.length} bytes; a line holds ${LONGEST_LINE_BYTES}`,
      {
        hint: "put large evidence into a file, and refer to it",
        details: sizes,
      },
    );
  }
  const read_back = parseLine(line.trimEnd());
  if (read_back.kind === "damaged")
    throw new Error(`the event could not be read again: ${read_back.problem}`);
  if (log.events.some(({ event_id }) => event_id === event.event_id)) {
    throw new Error(`the new event's id ${event.event_id} is taken`);
  }
  const last_event_id = after.work_packages.get(event.wp_id)?.last_event_id;
  if (last_event_id === event.event_id) return undefined;
  return refuse(
    "POSTCONDITION_FAILED",
    `${event.wp_id}: the log's history would overrule the move to ${event.to_lane}; nothing is recorded`,
    { hint: "lane doctor", details: { last_event_id: last_event_id ?? null } },
  );
}

/** Whoever replaced the log may have taken our event along: then it is recorded, and must not be twice. */
export function decideAgain(
  request: CheckedRequest,
  state: FeatureState,
  appended: StatusEvent | undefined,
): Result<Decided> | undefined {
  if (appended === undefined) return undefined;
  const event = state.log.events.find(({ event_id }) => event_id === appended.event_id);
  if (event === undefined) return undefined;
  const decision: Decision = { kind: "append", event, warnings: [] };
  return ok({ request, state, decision, line: undefined, after: state.reduction });
}

function eventsOfKey(key: string | undefined, { log, reduction }: FeatureState): Situation["keyed"] {
  if (key === undefined) return [];
  return log.events
    .filter((event) => event.idempotency_key === key)
    .map((event) => ({
      event,
      superseded_by: reduction.work_packages.get(event.wp_id)?.history.superseded.get(event.event_id),
    }));
}
