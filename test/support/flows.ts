/** Flows for tests: work packages measured from events. */

import type { StatusEvent } from "../../src/domain/event.ts";
import { type FlowFigures, figuresOf, seriesSpan } from "../../src/domain/flow.ts";
import { flowOfWp, type WpFlow } from "../../src/domain/flow_wp.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { KNOWN_VOCABULARY, SEVEN_LANE, type Workflow } from "../../src/domain/workflow.ts";
import { anEvent, at, eventId, NOON_US } from "./events.ts";

const HOUR_S = 3600;

/** So many hours after noon of the tests' day. */
export function hoursOn(hours: number): number {
  return NOON_US + hours * HOUR_S * 1_000_000;
}

/** Moves of a work package, each so many hours after noon, each by one who knew the one before. */
export function walk(
  wp_id: string,
  ...moves: readonly [hours: number, to_lane: string, parts?: Partial<StatusEvent>][]
): StatusEvent[] {
  const number_of = (i: number) => Number(wp_id.slice(2)) * 1000 + i;
  return moves.map(([hours, to_lane, parts], i) =>
    anEvent({
      event_id: eventId(number_of(i)),
      wp_id,
      from_lane: moves[i - 1]?.[1] ?? "planned",
      to_lane,
      at: at(hours * HOUR_S),
      parent_event_ids: i === 0 ? [] : [eventId(number_of(i - 1))],
      ...parts,
    }),
  );
}

/** The flows of all work packages that some events are about. */
export function flowsOf(
  events: readonly StatusEvent[],
  now_us: number,
  workflow: Workflow = SEVEN_LANE,
): WpFlow[] {
  return [...reduce(events).work_packages].map(([wp, state]) =>
    flowOfWp({ feature: "001-parser", wp, title: "" }, state, workflow, now_us, KNOWN_VOCABULARY),
  );
}

/** The flow of the one work package that some events are about. */
export function flowOf(events: readonly StatusEvent[], now_us: number, workflow?: Workflow): WpFlow {
  const [flow] = flowsOf(events, now_us, workflow);
  if (flow === undefined) throw new Error("there are no events");
  return flow;
}

/** The figures of some events. */
export function figures(
  events: readonly StatusEvent[],
  now_us: number,
  since_us: number | null = null,
): FlowFigures {
  const wps = flowsOf(events, now_us);
  return figuresOf(wps, { since_us }, seriesSpan(wps, { since_us, now_us }));
}
