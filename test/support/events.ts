/** Sound events and states for tests: each says only what it is about. */

import type { StatusEvent } from "../../src/domain/event.ts";
import { type Reduction, reduce, type WorkPackageState } from "../../src/domain/reduce.ts";
import { formatInstant } from "../../src/domain/time.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Noon of the day that the tests' clock shows. */
export const NOON_US = Date.UTC(2026, 1, 8, 12) * 1000;
export const SECOND_US = 1_000_000;
export const MINUTE_US = 60 * SECOND_US;

/** A well-formed event id; the ids of growing numbers grow. */
export function eventId(number: number): string {
  let text = "";
  for (let rest = number; text.length < 16; rest = Math.floor(rest / 32)) text = CROCKFORD[rest % 32] + text;
  return `01KGYJ8M00${text}`;
}

/** A time of the tests' day, as an event carries it. */
export function at(seconds_after_noon: number): string {
  return formatInstant(NOON_US + seconds_after_noon * SECOND_US);
}

/** An event with every field that always is there; give what the test is about. */
export function anEvent(fields: Partial<StatusEvent> = {}): StatusEvent {
  return {
    event_id: eventId(1),
    feature_slug: "034-status-model",
    wp_id: "WP01",
    from_lane: "planned",
    to_lane: "claimed",
    at: at(0),
    actor: "claude",
    force: false,
    execution_mode: "worktree",
    reason: null,
    review_ref: null,
    evidence: null,
    ...fields,
  };
}

/** The state of WP01 in a reduction. */
export function stateIn(reduction: Reduction, wp_id = "WP01"): WorkPackageState {
  const state = reduction.work_packages.get(wp_id);
  if (state === undefined) throw new Error(`${wp_id} has no events`);
  return state;
}

/** The state of WP01 after some events. */
export function stateAfter(...events: readonly StatusEvent[]): WorkPackageState {
  return stateIn(reduce(events));
}

/** The same items in another order, told by numbers that a property draws. */
export function shuffled<T>(items: readonly T[], keys: readonly number[]): T[] {
  const keyed = items.map((item, index) => ({ item, key: keys[index % keys.length] ?? 0, index }));
  keyed.sort((a, b) => a.key - b.key || b.index - a.index);
  return keyed.map(({ item }) => item);
}
