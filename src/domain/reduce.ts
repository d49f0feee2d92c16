/**
 * The reducer: from a set of events to the state of each work package.
 *
 * The order of lines, and how often an equal line stands there, do not matter, so that
 * a git merge that keeps the lines of both sides is always right.
 */

import { actorName, type StatusEvent } from "./event.ts";
import { compareWpIds } from "./identifiers.ts";
import { compactJson } from "./json_bytes.ts";
import { type Replay, replay } from "./replay.ts";
import { compareInstants, type InstantUs, parseInstant } from "./time.ts";
import { KNOWN_VOCABULARY, type Lane, type Vocabulary } from "./workflow.ts";

/** Where a work package stands: all that deciding about it takes. */
export interface WorkPackageStanding {
  readonly wp_id: string;
  readonly lane: Lane;
  readonly actor: string;
  /** Of the event that put it there: its tip. */
  readonly last_event_id: string;
  /** Copied as it stands in that event. */
  readonly last_transition_at: string;
  /** How many of its events were forced, superseded ones included. */
  readonly force_count: number;
  /** How it came to be so. Undefined where that is not known: then it is settled. */
  readonly history: Replay | undefined;
}

/** What the log says of one work package. */
export interface WorkPackageState extends WorkPackageStanding {
  readonly history: Replay;
}

/** Where all stands. */
export interface Standing {
  /** Distinct events. */
  readonly event_count: number;
  /** The newest event of the feature, if there is one. */
  readonly newest: Moment | undefined;
  /** By id, in the order of ids. */
  readonly work_packages: ReadonlyMap<string, WorkPackageStanding>;
}

/** The place of an event in the order of events. */
export type Moment = Pick<StatusEvent, "at" | "event_id">;

/** What the log says, all in all. */
export interface Reduction extends Standing {
  readonly newest: StatusEvent | undefined;
  readonly work_packages: ReadonlyMap<string, WorkPackageState>;
}

/**
 * Reduces events to state.
 *
 * @param events the transitions of one feature's log, in any order, repeated or not
 * @example reduce([claimed, started]).work_packages.get("WP01")?.lane // "in_progress"
 */
export function reduce(events: Iterable<StatusEvent>, vocabulary: Vocabulary = KNOWN_VOCABULARY): Reduction {
  const sorted = sortEvents(events);
  const by_wp = groupByWp(sorted);
  return {
    event_count: sorted.length,
    newest: sorted.at(-1),
    work_packages: inOrder([...by_wp].map(([id, events]) => stateAfter(id, events, vocabulary))),
  };
}

/**
 * Where all stands after one more event: nothing is replayed but an unsettled work package.
 *
 * @param event one that sorts after all that went before
 */
export function addEvent(
  standing: Standing,
  event: StatusEvent,
  vocabulary: Vocabulary = KNOWN_VOCABULARY,
): Standing {
  const { event_count, work_packages } = standing;
  const before = work_packages.get(event.wp_id);
  const after = followOn(event.wp_id, before, [event], vocabulary);
  if (after === undefined) throw new Error(`${event.event_id} builds on a history that is not known`);
  const states = new Map(work_packages).set(event.wp_id, after);
  return {
    event_count: event_count + 1,
    newest: event,
    work_packages: before === undefined ? inOrder([...states.values()]) : states,
  };
}

/**
 * Where a work package stands after more events. A settled one needs no replay for events
 * that name exactly the one before. The writer of such an event knew the tip, and by the
 * heads every rollback: so it stands at the end of the chain, overtakes nothing, loses to
 * nothing and brings nothing back; and as it names the only head, it is the only one itself.
 *
 * @param events at least one; sorted, and after all that went before
 * @returns undefined where the history is needed and not known
 */
export function followOn(
  wp_id: string,
  before: WorkPackageStanding | undefined,
  events: readonly StatusEvent[],
  vocabulary: Vocabulary,
): WorkPackageStanding | undefined {
  if (before !== undefined && isSettled(before) && isChainFrom(before.last_event_id, events)) {
    return {
      ...before,
      ...stateBy(events),
      force_count: before.force_count + forcedIn(events),
      history: undefined,
    };
  }
  const history = before === undefined ? [] : before.history?.events;
  return history && stateAfter(wp_id, [...history, ...events], vocabulary);
}

/** What a new event must name as its parents to know all that went before. */
export function headsOf({ history, last_event_id }: WorkPackageStanding): readonly string[] {
  return history?.heads() ?? [last_event_id];
}

/** Whether the event that put a work package where it is knew all others: it is the only head. */
export function isSettled(standing: WorkPackageStanding): boolean {
  return isExactly(headsOf(standing), standing.last_event_id);
}

/** The instant of an event, whose `at` its schema has checked. */
export function instantOf(event: Pick<StatusEvent, "at">): InstantUs {
  return parseInstant(event.at) ?? Number.NaN;
}

/** The state of one work package after all of its events: distinct, sorted, at least one. */
export function stateAfter(
  wp_id: string,
  events: readonly StatusEvent[],
  vocabulary: Vocabulary,
): WorkPackageState {
  const history = replay(events, vocabulary);
  return { wp_id, ...stateBy([history.tip]), force_count: forcedIn(events), history };
}

/** The state that the last of some events leads to. */
function stateBy(events: readonly StatusEvent[]) {
  const tip = events.at(-1);
  if (tip === undefined) throw new RangeError("no event");
  return {
    lane: tip.to_lane,
    actor: actorName(tip.actor),
    last_event_id: tip.event_id,
    last_transition_at: tip.at,
  };
}

function forcedIn(events: readonly StatusEvent[]): number {
  return events.filter((event) => event.force).length;
}

/** Whether each event names exactly the one before it. */
function isChainFrom(first_id: string, events: readonly StatusEvent[]): boolean {
  return events.every(({ parent_event_ids }, i) =>
    isExactly(parent_event_ids ?? [], events[i - 1]?.event_id ?? first_id),
  );
}

function isExactly(ids: readonly string[], id: string): boolean {
  return ids.length === 1 && ids[0] === id;
}

/** Groups events by work package, and keeps their order. */
export function groupByWp(events: readonly StatusEvent[]): Map<string, StatusEvent[]> {
  const by_wp = new Map<string, StatusEvent[]>();
  for (const event of events) {
    const of_wp = by_wp.get(event.wp_id);
    if (of_wp === undefined) by_wp.set(event.wp_id, [event]);
    else of_wp.push(event);
  }
  return by_wp;
}

/** States by id, in the order of ids. */
export function inOrder<T extends WorkPackageStanding>(states: readonly T[]): Map<string, T> {
  const sorted = states.toSorted((a, b) => compareWpIds(a.wp_id, b.wp_id));
  return new Map(sorted.map((state) => [state.wp_id, state]));
}

/** The order of distinct events: by (instant of `at`, event id). */
export function compareEvents(a: Moment, b: Moment): number {
  return compareInstants(a.at, b.at) || (a.event_id < b.event_id ? -1 : 1);
}

/** Distinct events, ordered by (instant of `at`, event id). */
export function sortEvents(events: Iterable<StatusEvent>): StatusEvent[] {
  const by_id = new Map<string, StatusEvent>();
  for (const event of events) {
    const twin = by_id.get(event.event_id);
    if (twin === undefined || countsBefore(event, twin)) by_id.set(event.event_id, event);
  }
  return [...by_id.values()].sort(compareEvents);
}

/** Of two events with one id, the one with the smaller (instant, canonical bytes) counts. */
function countsBefore(a: StatusEvent, b: StatusEvent): boolean {
  if (a === b) return false;
  const order = compareInstants(a.at, b.at);
  return order === 0 ? compactJson(a) < compactJson(b) : order < 0;
}
