/**
 * What a log says up to one of its lines: enough to go on from without the events before.
 *
 * Of a settled work package nothing is kept but where it stands, since a new event that
 * names its tip can't be overruled by anything before it ({@link followOn}). Of any other
 * all events are kept.
 */

import { timeAfter } from "./decide.ts";
import type { StatusEvent } from "./event.ts";
import { continuedTraits, type LogTraits } from "./log_style.ts";
import {
  compareEvents,
  followOn,
  groupByWp,
  inOrder,
  isSettled,
  type Moment,
  type Standing,
  sortEvents,
  stateAfter,
  type WorkPackageStanding,
} from "./reduce.ts";
import type { InstantUs } from "./time.ts";
import { encodeUlid } from "./ulid.ts";
import type { Vocabulary } from "./workflow.ts";

/** Plain data, so that it survives being written down. */
export interface Checkpoint {
  readonly event_count: number;
  readonly newest: Moment;
  readonly largest_event_id: string;
  readonly traits: LogTraits;
  readonly settled: readonly Omit<WorkPackageStanding, "history">[];
  /** All events of the work packages that are not settled. */
  readonly open_events: readonly StatusEvent[];
}

/** Where a feature stands, and how its log is written. */
export interface Continued {
  readonly reduction: Standing;
  readonly traits: LogTraits;
}

/** With more than this, reading the log itself is no worse. */
const MOST_OPEN_EVENTS = 500;

/**
 * Sums a log up.
 *
 * @param events all of its transitions, or those that follow on `before`
 * @returns undefined where there is nothing to sum up, or too much of it
 */
export function checkpointOf(
  { reduction, traits }: Continued,
  events: readonly StatusEvent[],
  before?: Checkpoint,
): Checkpoint | undefined {
  const { event_count, newest, work_packages } = reduction;
  const settled = new Set([...work_packages.values()].filter(isSettled));
  const open = [...work_packages.values()].filter((standing) => !settled.has(standing));
  const open_events = open.flatMap(({ history }) => history?.events ?? []);
  if (newest === undefined || open_events.length > MOST_OPEN_EVENTS) return undefined;
  let largest_event_id = before?.largest_event_id ?? "";
  for (const { event_id } of events) if (event_id > largest_event_id) largest_event_id = event_id;
  return {
    event_count,
    newest: { at: newest.at, event_id: newest.event_id },
    largest_event_id,
    traits,
    settled: [...settled].map(({ history: _, ...standing }) => standing),
    open_events,
  };
}

/**
 * Goes on from a checkpoint.
 *
 * @param events all transitions after it, in the order of their lines
 * @returns exactly what the whole log says; undefined where only the whole log can tell
 */
export function goOnFrom(
  checkpoint: Checkpoint,
  events: readonly StatusEvent[],
  vocabulary: Vocabulary,
): Continued | undefined {
  const sorted = sortEvents(events);
  const [first] = sorted;
  if (first !== undefined && compareEvents(checkpoint.newest, first) >= 0) return undefined;
  // A second event of an id may count for nothing, or in the place of the first.
  if (sorted.some(({ event_id }) => event_id <= checkpoint.largest_event_id)) return undefined;
  const traits = continuedTraits(checkpoint.traits, events);
  const states = standings(checkpoint, vocabulary);
  for (const [wp_id, of_wp] of groupByWp(sorted)) {
    const after = followOn(wp_id, states.get(wp_id), of_wp, vocabulary);
    if (after === undefined) return undefined;
    states.set(wp_id, after);
  }
  const reduction = {
    event_count: checkpoint.event_count + sorted.length,
    newest: sorted.at(-1) ?? checkpoint.newest,
    work_packages: inOrder([...states.values()]),
  };
  return traits && { reduction, traits };
}

/** Whether new events get an id that none before has: their time says so, without a look at the others. */
export function hasRoomForIds({ newest, largest_event_id }: Checkpoint, now_us: InstantUs): boolean {
  const time_ms = Math.floor(timeAfter(newest, now_us) / 1000);
  if (!Number.isSafeInteger(time_ms)) return false;
  const time = encodeUlid(time_ms, NO_RANDOMNESS).slice(0, ULID_TIME_CHARACTERS);
  return time > largest_event_id.slice(0, ULID_TIME_CHARACTERS);
}

const NO_RANDOMNESS = new Uint8Array(10);
const ULID_TIME_CHARACTERS = 10;

function standings({ settled, open_events }: Checkpoint, vocabulary: Vocabulary) {
  const states = new Map<string, WorkPackageStanding>();
  for (const standing of settled) states.set(standing.wp_id, { ...standing, history: undefined });
  for (const [wp_id, events] of groupByWp(open_events)) {
    states.set(wp_id, stateAfter(wp_id, events, vocabulary));
  }
  return states;
}
