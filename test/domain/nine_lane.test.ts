/** What the nine-lane table marks, besides its pairs. */

import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { whatIsReady } from "../../src/domain/ready.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { snapshotOf } from "../../src/domain/snapshot.ts";
import {
  defineWorkflow,
  initialLane,
  isRollback,
  KNOWN_VOCABULARY,
  NINE_LANE,
  resolveLane,
  resolvePageLane,
  SEVEN_LANE,
  startingLanes,
  targetsNow,
  type WorkflowTable,
} from "../../src/domain/workflow.ts";
import { WorkflowSchema } from "../../src/domain/workflow_schema.ts";
import { decided, refusalOf, untouched } from "../support/decisions.ts";
import { anEvent, eventId } from "../support/events.ts";

const LANES = [
  "planned",
  "claimed",
  "in_progress",
  "for_review",
  "in_review",
  "approved",
  "done",
  "blocked",
  "canceled",
];

describe("NINE_LANE", () => {
  test("has the model's lanes in display order, and genesis is none of them", () => {
    expect(NINE_LANE.lanes.map(({ name }) => name)).toEqual(LANES);
  });

  test("ends in done and canceled; approved is finished, but goes on", () => {
    expect(NINE_LANE.lanes.filter(({ terminal }) => terminal).map(({ name }) => name)).toEqual([
      "done",
      "canceled",
    ]);
    expect(NINE_LANE.lanes.filter(({ finished }) => finished).map(({ name }) => name)).toEqual([
      "approved",
      "done",
    ]);
  });

  test("shows a work package without events as planned, and lets it leave genesis too", () => {
    expect(initialLane(NINE_LANE)).toBe("planned");
    expect(startingLanes(NINE_LANE)).toEqual(["genesis", "planned"]);
    expect(startingLanes(SEVEN_LANE)).toEqual(["planned"]);
    expect(targetsNow(NINE_LANE, undefined)).toEqual(["planned", "claimed", "blocked", "canceled"]);
  });

  test("takes genesis for no lane that could be asked for; on a page it means planned", () => {
    expect(resolveLane(NINE_LANE, "genesis")).toBeUndefined();
    expect(resolvePageLane(NINE_LANE, " Genesis")).toBe("planned");
    expect(resolvePageLane(SEVEN_LANE, "genesis")).toBeUndefined();
    expect(resolvePageLane(NINE_LANE, "doing")).toBe("in_progress");
  });

  test("is read, genesis included, whatever the feature's own workflow is", () => {
    for (const lane of [...LANES, "genesis"]) expect(KNOWN_VOCABULARY.lanes.has(lane)).toBe(true);
  });

  test("counts its nine lanes in a snapshot, and no genesis", () => {
    const seeded = anEvent({ from_lane: "genesis", to_lane: "planned" });
    const { summary } = snapshotOf(reduce([seeded]), NINE_LANE, { key: "mission_slug", value: "m" });

    expect(summary).toEqual({ ...Object.fromEntries(LANES.map((lane) => [lane, 0])), planned: 1 });
  });

  test("lets what waits for an approved work package begin", () => {
    const approved = reduce([anEvent({ to_lane: "approved" })]);
    const waits = new Map([["WP02", ["WP01"]]]);

    expect(whatIsReady(["WP01", "WP02"], waits, approved, NINE_LANE).ready).toEqual(["WP02"]);
  });
});

describe("isRollback() of nine lanes", () => {
  const parents = { parent_event_ids: [eventId(1)] };
  const back = (from_lane: string, to_lane: string, review_ref: string | null = null) => ({
    from_lane,
    to_lane,
    review_ref,
  });

  test("marks every step from review to work", () => {
    expect(isRollback(KNOWN_VOCABULARY, back("in_review", "in_progress"))).toBe(true);
    expect(isRollback(KNOWN_VOCABULARY, { ...back("in_review", "in_progress"), ...parents })).toBe(true);
  });

  test("marks the other steps back only of events that name their parents", () => {
    for (const step of [
      back("in_review", "planned"),
      back("approved", "in_progress", "PR-7"),
      back("approved", "planned", "PR-7"),
    ]) {
      expect(isRollback(KNOWN_VOCABULARY, step)).toBe(false);
      expect(isRollback(KNOWN_VOCABULARY, { ...step, ...parents })).toBe(true);
      expect(isRollback(KNOWN_VOCABULARY, { ...step, parent_event_ids: [] })).toBe(true);
    }
  });

  test("marks no step back from approved that names no review", () => {
    for (const review_ref of [null, " "]) {
      expect(isRollback(KNOWN_VOCABULARY, { ...back("approved", "planned", review_ref), ...parents })).toBe(
        false,
      );
    }
  });
});

describe("decide() in nine lanes", () => {
  test("says of an illegal first move where people see it, and all that would do", () => {
    const refusal = refusalOf(decided({ to_lane: "done" }, untouched({ workflow: NINE_LANE })));

    expect(refusal.message).toBe(
      "WP01: cannot move planned -> done: no such transition. From planned: planned, claimed, blocked, canceled",
    );
    expect(refusal.hint).toBe("lane emit WP01 --to claimed --actor claude");
  });

  test("takes a work package without events for planned where that is expected", () => {
    const seeding = { to_lane: "planned", if_lane: "planned" };

    expect(decided(seeding, untouched({ workflow: NINE_LANE }))).toMatchObject({
      value: { event: { from_lane: "genesis", to_lane: "planned" } },
    });
  });
});

describe("defineWorkflow() with a lane of what is not seeded", () => {
  const table: WorkflowTable = {
    name: "t",
    unseeded: "nowhere",
    lanes: [{ name: "a" }, { name: "b" }],
    pairs: [],
    aliases: {},
  };
  const pair = (from: string, to: string) => ({ from: [from], to: [to], guards: [] });

  test("lets a pair leave it", () => {
    expect(targetsNow(defineWorkflow({ ...table, pairs: [pair("nowhere", "b")] }), undefined)).toEqual(["b"]);
  });

  test("refuses a pair or an alias that leads to it", () => {
    expect(() => defineWorkflow({ ...table, pairs: [pair("a", "nowhere")] })).toThrow('"nowhere"');
    expect(() => defineWorkflow({ ...table, aliases: { x: "nowhere" } })).toThrow('"nowhere"');
  });

  test("passes WorkflowSchema", () => {
    expect(v.safeParse(WorkflowSchema, table).success).toBe(true);
  });
});
