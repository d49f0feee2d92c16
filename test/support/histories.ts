/** Random sets of events: forks, rollbacks, equal times, parents that are nonsense, twins. */

import fc from "fast-check";
import type { StatusEvent } from "../../src/domain/event.ts";
import { anEvent, eventId, NOON_US, SECOND_US } from "./events.ts";

export const LANES = ["planned", "claimed", "in_progress", "for_review", "done", "blocked", "canceled"];

/** Those of nine lanes, and where a work package is before it is seeded. */
const NINE_LANES = [...LANES, "in_review", "approved", "genesis"];

/** Whom an event names: one so many places back, any one of the set, itself, or nobody there. */
const PARENT = fc.oneof(
  { weight: 6, arbitrary: fc.record({ back: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ any: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.constantFrom({ self: true }, { missing: true }) },
);

/** @param steps_back moves that a rollback can be */
function drafts(lanes: readonly string[], steps_back: readonly { from: string; to: string }[]) {
  const lane = fc.constantFrom(...lanes);
  const move = fc.oneof(
    // Goes on from where an event so many places back went.
    { weight: 4, arbitrary: fc.record({ on_from: fc.integer({ min: 1, max: 3 }), to: lane }) },
    { weight: 3, arbitrary: fc.record({ from: lane, to: lane }) },
    { weight: 2, arbitrary: fc.constantFrom(...steps_back) },
  );
  return fc.record({ move, ...REST });
}

const REST = {
  parents: fc.option(fc.array(PARENT, { maxLength: 3 }), { freq: 3, nil: undefined }),
  id: fc.nat(60),
  jitter_s: fc.integer({ min: -3, max: 3 }),
  zone: fc.constantFrom("Z", "+00:00", "+05:30"),
  review_ref: fc.constantFrom("PR-7", "PR-8", " ", null),
  force: fc.boolean(),
  wp_id: fc.constantFrom("WP01", "WP01", "WP01", "WP01", "WP02"),
};

const DRAFT = drafts(LANES, [{ from: "for_review", to: "in_progress" }]);
const NINE_LANE_DRAFT = drafts(NINE_LANES, [
  { from: "for_review", to: "in_progress" },
  { from: "in_review", to: "in_progress" },
  { from: "in_review", to: "planned" },
  { from: "approved", to: "in_progress" },
  { from: "approved", to: "planned" },
]);

type Draft = typeof DRAFT extends fc.Arbitrary<infer T> ? T : never;

/** Events of two work packages, nothing about them honest; ids can collide. */
export const ANY_EVENTS: fc.Arbitrary<StatusEvent[]> = anyEvents(DRAFT);

/** The same in nine lanes. */
export const ANY_NINE_LANE_EVENTS: fc.Arbitrary<StatusEvent[]> = anyEvents(NINE_LANE_DRAFT);

function anyEvents(draft: fc.Arbitrary<Draft>): fc.Arbitrary<StatusEvent[]> {
  return fc
    .array(draft, { minLength: 1, maxLength: 16, size: "max" })
    .map((drafts) => drafts.map((draft, index) => eventOf(draft, index, drafts)));
}

/** Events of one work package each of which names exactly the one before. */
export const LINEAR_EVENTS: fc.Arbitrary<StatusEvent[]> = fc
  .array(DRAFT, { minLength: 1, maxLength: 12, size: "max" })
  .map((drafts) =>
    drafts.map((draft, index) => ({
      ...eventOf(draft, index, drafts),
      event_id: eventId(index),
      wp_id: "WP01",
      at: timeOf(2 * index, "Z"),
      parent_event_ids: index === 0 ? [] : [eventId(index - 1)],
    })),
  );

/** Numbers that tell in which order to shuffle. */
export const ORDER = fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 });

function eventOf(draft: Draft, index: number, drafts: readonly Draft[]): StatusEvent {
  const { move, parents, force, review_ref, wp_id } = draft;
  const from_lane = "from" in move ? move.from : (drafts[index - move.on_from]?.move.to ?? "planned");
  const event = anEvent({
    event_id: eventId(draft.id),
    wp_id,
    from_lane,
    to_lane: move.to,
    at: timeOf(Math.max(0, index + draft.jitter_s), draft.zone),
    force,
    review_ref,
  });
  if (parents === undefined) return event;
  const ids = parents.map((parent) => {
    if ("back" in parent) return eventId(drafts[index - parent.back]?.id ?? 999);
    if ("any" in parent) return eventId(drafts[parent.any % drafts.length]?.id ?? 999);
    return "self" in parent ? event.event_id : eventId(999);
  });
  return { ...event, parent_event_ids: ids };
}

/** The same instant can be written in several ways. */
function timeOf(seconds: number, zone: string): string {
  const offset_s = zone === "+05:30" ? 19_800 : 0;
  const local = new Date((NOON_US + (seconds + offset_s) * SECOND_US) / 1000).toISOString();
  return local.slice(0, 19) + zone;
}
