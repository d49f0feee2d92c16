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

/** What the log says of one work package. */
export interface WorkPackageState {
  readonly wp_id: string;
  readonly lane: Lane;
  readonly actor: string;
  /** Of the event that put it there. */
  readonly last_event_id: string;
  /** Copied as it stands in that event. */
  readonly last_transition_at: string;
  /** How many of its events were forced, superseded ones included. */
  readonly force_count: number;
  /** How it came to be so. */
  readonly history: Replay;
}

/** What the log says, all in all. */
export interface Reduction {
  /** Distinct events. */
  readonly event_count: number;
  /** The newest event of the feature, if there is one. */
  readonly newest: StatusEvent | undefined;
  /** By id, in the order of ids. */
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
  const by_wp = new Map<string, StatusEvent[]>();
  for (const event of sorted) {
    const events = by_wp.get(event.wp_id);
    if (events === undefined) by_wp.set(event.wp_id, [event]);
    else events.push(event);
  }
  const ids = [...by_wp.keys()].sort(compareWpIds);
  return {
    event_count: sorted.length,
    newest: sorted.at(-1),
    work_packages: new Map(ids.map((id) => [id, reduceOne(id, by_wp.get(id) ?? [], vocabulary)])),
  };
}

/**
 * A reduction after one more event: only that event's work package is replayed.
 *
 * @param event one that sorts after all that the reduction rests on
 */
export function addEvent(
  reduction: Reduction,
  event: StatusEvent,
  vocabulary: Vocabulary = KNOWN_VOCABULARY,
): Reduction {
  const events = [...(reduction.work_packages.get(event.wp_id)?.history.events ?? []), event];
  const states = new Map(reduction.work_packages).set(
    event.wp_id,
    reduceOne(event.wp_id, events, vocabulary),
  );
  const is_in_order = reduction.work_packages.has(event.wp_id);
  return {
    event_count: reduction.event_count + 1,
    newest: event,
    work_packages: is_in_order ? states : new Map([...states].sort(([a], [b]) => compareWpIds(a, b))),
  };
}

/** The instant of an event, whose `at` its schema has checked. */
export function instantOf(event: StatusEvent): InstantUs {
  return parseInstant(event.at) ?? Number.NaN;
}

function reduceOne(wp_id: string, events: readonly StatusEvent[], vocabulary: Vocabulary): WorkPackageState {
  const history = replay(events, vocabulary);
  return {
    wp_id,
    lane: history.tip.to_lane,
    actor: actorName(history.tip.actor),
    last_event_id: history.tip.event_id,
    last_transition_at: history.tip.at,
    force_count: events.filter((event) => event.force).length,
    history,
  };
}

/** The order of distinct events: by (instant of `at`, event id). */
export function compareEvents(a: StatusEvent, b: StatusEvent): number {
  return compareInstants(a.at, b.at) || (a.event_id < b.event_id ? -1 : 1);
}

/** Distinct events, ordered by (instant of `at`, event id). */
function sortEvents(events: Iterable<StatusEvent>): StatusEvent[] {
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
