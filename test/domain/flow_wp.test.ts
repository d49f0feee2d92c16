/** How long one work package took. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import type { StatusEvent } from "../../src/domain/event.ts";
import { flowOfWp, stageOf } from "../../src/domain/flow_wp.ts";
import { defineWorkflow, KNOWN_VOCABULARY, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { at, eventId, shuffled } from "../support/events.ts";
import { flowOf, flowsOf, hoursOn, walk } from "../support/flows.ts";
import { ANY_EVENTS, LINEAR_EVENTS, ORDER } from "../support/histories.ts";

const NOW_US = hoursOn(100);
const FINISHED = walk("WP01", [0, "claimed"], [2, "in_progress"], [10, "for_review"], [13, "done"]);

test("lead and cycle time of a straight way: from the first event, and from the first active lane, to done", () => {
  const seeded = walk(
    "WP01",
    [0, "planned"],
    [4, "claimed"],
    [6, "in_progress"],
    [14, "for_review"],
    [17, "done"],
  );
  expect(flowOf(seeded, NOW_US)).toMatchObject({
    stage: "finished",
    first_us: hoursOn(0),
    started_us: hoursOn(4),
    finished_us: hoursOn(17),
    lead_hours: 17,
    cycle_hours: 13,
    age_hours: null,
    lane_age_hours: null,
  });
  expect([...flowOf(seeded, NOW_US).per_lane_hours]).toEqual([
    ["planned", 4],
    ["claimed", 2],
    ["in_progress", 8],
    ["for_review", 3],
  ]);
});

test("work that was finished twice counts by its last entry", () => {
  const reopened = walk("WP01", [0, "claimed"], [5, "done"], [8, "in_progress"], [20, "done"]);
  expect(flowOf(reopened, NOW_US)).toMatchObject({
    lead_hours: 20,
    cycle_hours: 20,
    finished_us: hoursOn(20),
  });
});

test("work that was finished and is not any more has no lead time, but an age", () => {
  const reopened = walk("WP01", [0, "claimed"], [5, "done"], [8, "in_progress"]);
  expect(flowOf(reopened, NOW_US)).toMatchObject({
    stage: "wip",
    finished_us: null,
    lead_hours: null,
    cycle_hours: null,
    age_hours: 100,
    lane_age_hours: 92,
  });
});

test("several stays in a lane are one time; the stay under way is not in it", () => {
  const events = walk("WP01", [0, "in_progress"], [3, "for_review"], [4, "in_progress"], [6, "for_review"]);
  expect([...flowOf(events, NOW_US).per_lane_hours]).toEqual([
    ["in_progress", 5],
    ["for_review", 1],
  ]);
  expect(flowOf(events, NOW_US).lane_age_hours).toBe(94);
});

test("an event that stays in its lane does not begin another stay", () => {
  const events = walk("WP01", [0, "in_progress"], [3, "in_progress", { force: true }], [6, "for_review"]);
  expect(flowOf(events, NOW_US).stays).toHaveLength(2);
  expect(flowOf(events, NOW_US).per_lane_hours.get("in_progress")).toBe(6);
});

test("what finished a work package at once says nothing of how long it took", () => {
  const migrated = walk("WP01", [0, "done", { force: true }]);
  expect(flowOf(migrated, NOW_US)).toMatchObject({ stage: "finished", lead_hours: null, cycle_hours: null });
});

test("forced past every active lane: a lead time, and no cycle time", () => {
  const events = walk("WP01", [0, "blocked"], [7, "done", { force: true }]);
  expect(flowOf(events, NOW_US)).toMatchObject({ lead_hours: 7, cycle_hours: null });
});

test("what began in 1970 has no length: nobody knows when that was", () => {
  const epoch = { at: "1970-01-01T00:00:00.000000+00:00" };
  const begun = walk("WP01", [0, "in_progress", epoch]);
  expect(flowOf(begun, NOW_US)).toMatchObject({ stage: "wip", age_hours: null, lane_age_hours: null });
  const finished = walk("WP01", [0, "in_progress", epoch], [5, "for_review"], [6, "done"]);
  expect(flowOf(finished, NOW_US)).toMatchObject({ lead_hours: null, cycle_hours: null });
  expect([...flowOf(finished, NOW_US).per_lane_hours]).toEqual([["for_review", 1]]);
});

test("a clock that is fast makes no negative age", () => {
  expect(flowOf(walk("WP01", [500, "claimed"]), NOW_US)).toMatchObject({ age_hours: 0, lane_age_hours: 0 });
});

test("an event that was superseded moves nothing", () => {
  const rejected: StatusEvent[] = [
    ...walk("WP01", [0, "claimed"], [1, "in_progress"], [5, "for_review"]),
    ...walk("WP01", [9, "done"]).map((event) => ({
      ...event,
      event_id: eventId(2000),
      from_lane: "for_review",
      parent_event_ids: [eventId(1002)],
    })),
    ...walk("WP01", [7, "in_progress"]).map((event) => ({
      ...event,
      event_id: eventId(2001),
      from_lane: "for_review",
      review_ref: "PR#1",
      parent_event_ids: [eventId(1002)],
    })),
  ];
  const flow = flowOf(rejected, NOW_US);
  expect(flow).toMatchObject({ lane: "in_progress", stage: "wip", finished_us: null });
  expect(flow.verdicts).toEqual([{ at_us: hoursOn(7), is_rollback: true }]);
  expect(flow.events).toHaveLength(5);
});

test("a verdict is a rollback, or an entry into a finished lane", () => {
  const back = { review_ref: "PR#7" };
  const events = walk("WP01", [0, "for_review"], [1, "in_progress", back], [2, "for_review"], [3, "done"]);
  expect(flowOf(events, NOW_US).verdicts).toEqual([
    { at_us: hoursOn(1), is_rollback: true },
    { at_us: hoursOn(3), is_rollback: false },
  ]);
  // Without a review it is no step back in the table's sense.
  expect(flowOf(walk("WP01", [0, "for_review"], [1, "in_progress"]), NOW_US).verdicts).toEqual([]);
});

test("a work package without events waits in the first lane", () => {
  const flow = flowOfWp(
    { feature: "f", wp: "WP01", title: "T" },
    undefined,
    SEVEN_LANE,
    NOW_US,
    KNOWN_VOCABULARY,
  );
  expect(flow).toMatchObject({
    lane: "planned",
    stage: "waiting",
    actor: null,
    first_us: null,
    age_hours: null,
  });
});

test("stageOf() asks the workflow's rows, not names", () => {
  const shop = defineWorkflow({
    name: "shop",
    lanes: [
      { name: "idea" },
      { name: "ready" },
      { name: "doing", active: true },
      { name: "look", review: true },
      { name: "approved", finished: true },
      { name: "shipped", finished: true, terminal: true },
      { name: "dropped", terminal: true },
      { name: "parked" },
    ],
    pairs: [],
    aliases: {},
  });
  const stages = Object.fromEntries(shop.lanes.map(({ name }) => [name, stageOf(shop, name)]));
  expect(stages).toEqual({
    idea: "waiting",
    ready: "waiting",
    doing: "wip",
    look: "wip",
    approved: "finished",
    shipped: "finished",
    dropped: "given_up",
    parked: "wip",
  });
  // A log can hold lanes of the workflow that its feature had before.
  expect(stageOf(shop, "done")).toBe("finished");
  const moves = walk("WP01", [0, "doing"], [2, "approved"], [9, "shipped"]);
  expect(flowOf(moves, NOW_US, shop)).toMatchObject({ finished_us: hoursOn(2), lead_hours: 2 });
});

test("flowOfWp(): the stays of a straight history add up to its lead time", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50_000 }), { minLength: 4, maxLength: 4 }), (seconds) => {
      let total_s = 0;
      const events = FINISHED.map((event, i) => {
        if (i > 0) total_s += seconds[i] ?? 0;
        return { ...event, at: at(total_s) };
      });
      const flow = flowOf(events, NOW_US);
      const sum = [...flow.per_lane_hours.values()].reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(flow.lead_hours ?? -1, 3);
    }),
  );
});

test("flowOfWp(): the order of lines does not matter", () => {
  fc.assert(
    fc.property(ANY_EVENTS, ORDER, (events, order) => {
      expect(flowsOf(shuffled(events, order), NOW_US)).toEqual(flowsOf(events, NOW_US));
    }),
  );
});

test("flowOfWp(): no duration is negative, a cycle is no longer than a lead, the last stay is where it is", () => {
  fc.assert(
    fc.property(fc.oneof(ANY_EVENTS, LINEAR_EVENTS), (events) => {
      for (const flow of flowsOf(events, NOW_US)) {
        const hours = [flow.lead_hours, flow.cycle_hours, flow.age_hours, ...flow.per_lane_hours.values()];
        for (const one of hours) expect(one ?? 0).toBeGreaterThanOrEqual(0);
        if (flow.lead_hours !== null) expect(flow.cycle_hours ?? 0).toBeLessThanOrEqual(flow.lead_hours);
        expect(flow.stays.at(-1)).toMatchObject({ lane: flow.lane, to_us: null });
      }
    }),
  );
});
