/**
 * One work package's way through the lanes, and how long it took.
 *
 * - Only events that count move it: those that another event superseded are left out.
 * - They stand in the order of their instants, so no stay is shorter than nothing; a stay
 *   under way that began in the future, by a clock that is fast, lasts 0 until then.
 * - An instant of the first day of 1970 stands for "nobody knows when" (migration writes it
 *   so): what begins or ends there has no length.
 */

import { DAY_US, HOUR_US } from "./calendar.ts";
import { actorName, type StatusEvent } from "./event.ts";
import { instantOf, type WorkPackageState } from "./reduce.ts";
import { rounded } from "./spread.ts";
import type { InstantUs } from "./time.ts";
import {
  initialLane,
  isRollback,
  KNOWN_WORKFLOWS,
  type Lane,
  type LaneRow,
  type Vocabulary,
  type Workflow,
} from "./workflow.ts";

/**
 * Where work is, as far as flow is concerned: not begun, work in progress, finished, or over
 * without being finished.
 */
export type Stage = "waiting" | "wip" | "finished" | "given_up";

/** A time in one lane. */
export interface Stay {
  readonly lane: Lane;
  readonly stage: Stage;
  readonly from_us: InstantUs;
  /** Null while it lasts. */
  readonly to_us: InstantUs | null;
}

/** How work was judged: finished, or sent back. */
export interface Verdict {
  readonly at_us: InstantUs;
  readonly is_rollback: boolean;
}

/** What a work package is called. */
export interface WpName {
  readonly feature: string;
  readonly wp: string;
  readonly title: string;
}

/** The flow of one work package. Hours are null where they can't be told. */
export interface WpFlow extends WpName {
  readonly lane: Lane;
  readonly stage: Stage;
  /** Who moved it there. */
  readonly actor: string | null;
  /** Oldest first; two in the same lane running are one. */
  readonly stays: readonly Stay[];
  readonly verdicts: readonly Verdict[];
  /** All its distinct events, superseded ones too. */
  readonly events: readonly { readonly at_us: InstantUs; readonly is_forced: boolean }[];
  /** Its first event that counts. */
  readonly first_us: InstantUs | null;
  /** It first entered a lane in which somebody is at work. */
  readonly started_us: InstantUs | null;
  /** It entered a finished lane, for the last time, and is finished now. */
  readonly finished_us: InstantUs | null;
  /** First event → finished. Null too where the event that finished it is its first. */
  readonly lead_hours: number | null;
  /** First entry in an active lane → finished. */
  readonly cycle_hours: number | null;
  /** Of work in progress: since it started, else since its first event. */
  readonly age_hours: number | null;
  /** Of work in progress: since it entered its lane. */
  readonly lane_age_hours: number | null;
  /** In each lane, all stays that ended together. */
  readonly per_lane_hours: ReadonlyMap<Lane, number>;
}

/**
 * Measures a work package.
 *
 * @param state what the log says of it; undefined when it has no event
 * @param vocabulary the project's: whose marks say what a step back is
 */
export function flowOfWp(
  name: WpName,
  state: WorkPackageState | undefined,
  workflow: Workflow,
  now_us: InstantUs,
  vocabulary: Vocabulary,
): WpFlow {
  const history = state?.history;
  const counting = (history?.events ?? []).filter(({ event_id }) => !history?.superseded.has(event_id));
  const stays = staysOf(counting, workflow);
  const last = stays.at(-1);
  const first_us = stays[0]?.from_us ?? null;
  const started_us = stays.find(({ lane }) => laneRow(workflow, lane)?.active)?.from_us ?? null;
  const finished_us = finishedAt(stays);
  const is_wip = last?.stage === "wip";
  return {
    ...name,
    lane: last?.lane ?? initialLane(workflow),
    stage: last?.stage ?? "waiting",
    actor: state === undefined ? null : actorName(state.history.tip.actor),
    stays,
    verdicts: verdictsOf(counting, workflow, vocabulary),
    events: (history?.events ?? []).map((event) => ({ at_us: instantOf(event), is_forced: event.force })),
    first_us,
    started_us,
    finished_us,
    lead_hours: stays[0]?.stage === "finished" ? null : hoursBetween(first_us, finished_us),
    cycle_hours: hoursBetween(started_us, finished_us),
    age_hours: is_wip ? hoursBetween(started_us ?? first_us, now_us) : null,
    lane_age_hours: is_wip ? hoursBetween(last.from_us, now_us) : null,
    per_lane_hours: perLane(stays),
  };
}

/** Whether an instant says when something happened. */
export function isDated(instant_us: InstantUs): boolean {
  return instant_us >= DAY_US;
}

/** Hours from one instant to another, never below 0; null where one of them is not known. */
export function hoursBetween(from_us: InstantUs | null, to_us: InstantUs | null): number | null {
  if (from_us === null || to_us === null || !isDated(from_us) || !isDated(to_us)) return null;
  return rounded(Math.max(0, to_us - from_us) / HOUR_US);
}

/**
 * The stage that a lane stands for. Work waits in lanes without any mark that stand before
 * the first active one; where a workflow marks none as active, in its first lane.
 */
export function stageOf(workflow: Workflow, lane: Lane): Stage {
  const row = laneRow(workflow, lane);
  if (row?.finished) return "finished";
  if (row?.terminal) return "given_up";
  if (lane === initialLane(workflow)) return "waiting";
  const rows = workflow.lanes;
  const place = rows.findIndex(({ name }) => name === lane);
  const is_marked = row?.active || row?.review || row?.blocked;
  return !is_marked && place >= 0 && place < rows.findIndex(({ active }) => active) ? "waiting" : "wip";
}

/** A lane's row: a log can hold lanes of a workflow that its feature had before. */
function laneRow(workflow: Workflow, lane: Lane): LaneRow | undefined {
  for (const { lanes } of [workflow, ...KNOWN_WORKFLOWS]) {
    const row = lanes.find(({ name }) => name === lane);
    if (row !== undefined) return row;
  }
  return undefined;
}

function staysOf(events: readonly StatusEvent[], workflow: Workflow): Stay[] {
  const entries = events.filter(({ to_lane }, i) => to_lane !== events[i - 1]?.to_lane);
  return entries.map((event, i) => {
    const next = entries[i + 1];
    return {
      lane: event.to_lane,
      stage: stageOf(workflow, event.to_lane),
      from_us: instantOf(event),
      to_us: next === undefined ? null : instantOf(next),
    };
  });
}

/** From one finished lane to the next it stays finished. */
function finishedAt(stays: readonly Stay[]): InstantUs | null {
  const open = stays.findLastIndex(({ stage }) => stage !== "finished");
  return stays[open + 1]?.from_us ?? null;
}

function verdictsOf(events: readonly StatusEvent[], workflow: Workflow, vocabulary: Vocabulary): Verdict[] {
  return events.flatMap((event, i) => {
    const before = events[i - 1]?.to_lane ?? event.from_lane;
    const is_rollback = isRollback(vocabulary, event);
    const finishes =
      stageOf(workflow, event.to_lane) === "finished" && stageOf(workflow, before) !== "finished";
    return is_rollback || finishes ? [{ at_us: instantOf(event), is_rollback }] : [];
  });
}

function perLane(stays: readonly Stay[]): Map<Lane, number> {
  const hours_in = new Map<Lane, number>();
  for (const { lane, from_us, to_us } of stays) {
    const hours = hoursBetween(from_us, to_us);
    if (hours !== null) hours_in.set(lane, rounded((hours_in.get(lane) ?? 0) + hours));
  }
  return hours_in;
}
