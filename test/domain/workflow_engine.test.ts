import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { reduce } from "../../src/domain/reduce.ts";
import { snapshotOf } from "../../src/domain/snapshot.ts";
import {
  defineWorkflow,
  firstStepTowards,
  initialLane,
  vocabularyOf,
  type WorkflowTable,
} from "../../src/domain/workflow.ts";
import { WorkflowSchema } from "../../src/domain/workflow_schema.ts";
import { appended, decided, refusalOf, situationOf, untouched } from "../support/decisions.ts";
import { anEvent, at, eventId, stateIn } from "../support/events.ts";

const TABLE: WorkflowTable = {
  name: "bakery",
  lanes: [{ name: "dough" }, { name: "oven", active: true }, { name: "sold", terminal: true }],
  pairs: [
    { from: ["dough"], to: ["oven"], guards: [] },
    { from: ["oven"], to: ["sold"], guards: ["reason"] },
    { from: ["oven"], to: ["dough"], guards: [], rollback: "always" },
  ],
  aliases: { bin: "dough" },
};
const BAKERY = defineWorkflow(TABLE);
const WORDS = vocabularyOf([BAKERY]);

const BAKED = anEvent({ event_id: eventId(1), from_lane: "dough", to_lane: "oven", parent_event_ids: [] });
const SOLD = anEvent({
  event_id: eventId(3),
  from_lane: "oven",
  to_lane: "sold",
  at: at(9),
  parent_event_ids: [eventId(1)],
});
const RAW = anEvent({
  event_id: eventId(2),
  from_lane: "oven",
  to_lane: "dough",
  at: at(5),
  parent_event_ids: [eventId(1)],
});

test("a made-up table passes WorkflowSchema", () => {
  expect(v.safeParse(WorkflowSchema, TABLE).issues ?? []).toEqual([]);
});

describe("the engine knows no lane by name: with a made-up workflow", () => {
  test("decide() starts in its first lane and goes its ways", () => {
    const event = appended(decided({ to_lane: " OVEN " }, untouched({ workflow: BAKERY })));

    expect(event).toMatchObject({ from_lane: "dough", to_lane: "oven" });
  });

  test("decide() refuses what its table does not have", () => {
    const refusal = refusalOf(decided({ to_lane: "sold" }, untouched({ workflow: BAKERY })));

    expect(refusal.message).toBe("WP01: cannot move dough -> sold: no such transition. From dough: oven");
    expect(refusal.hint).toBe("lane emit WP01 --to oven --actor claude");
  });

  test("decide() asks its guards, and resolves its aliases", () => {
    const situation = situationOf([BAKED], { workflow: BAKERY });

    expect(refusalOf(decided({ to_lane: "sold" }, situation)).details?.guard).toBe("reason");
    expect(appended(decided({ to_lane: "bin" }, situation)).to_lane).toBe("dough");
  });

  test("decide() knows none of the default's lanes", () => {
    const refusal = refusalOf(decided({ to_lane: "claimed" }, untouched({ workflow: BAKERY })));

    expect(refusal.code).toBe("UNKNOWN_LANE");
    expect(refusal.details?.lanes).toEqual(["dough", "oven", "sold"]);
  });

  test("reduce() lets its rollbacks win, whatever the clocks say", () => {
    const state = stateIn(reduce([BAKED, RAW, SOLD], WORDS));

    expect(state.lane).toBe("dough");
    expect([...state.history.superseded]).toEqual([[SOLD.event_id, RAW.event_id]]);
  });

  test("reduce() keeps its terminal lanes from being undone by who did not know", () => {
    const again = anEvent({ ...BAKED, event_id: eventId(4), at: at(20), parent_event_ids: [eventId(1)] });

    expect(stateIn(reduce([BAKED, SOLD, again], WORDS)).lane).toBe("sold");
  });

  test("snapshotOf() counts in its lanes", () => {
    const snapshot = snapshotOf(reduce([BAKED], WORDS), BAKERY, { key: "feature_slug", value: "f" });

    expect(snapshot.summary).toEqual({ dough: 0, oven: 1, sold: 0 });
  });

  test("initialLane() and firstStepTowards() read it alone", () => {
    expect(initialLane(BAKERY)).toBe("dough");
    expect(firstStepTowards(BAKERY, "dough", "sold")).toBe("oven");
  });
});
