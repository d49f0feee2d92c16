/** What can be begun, by the rules alone. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { claimLane, whatIsReady } from "../../src/domain/ready.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { defineWorkflow, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { eventAt } from "../support/project.ts";

const WPS = ["WP01", "WP02", "WP03", "WP04"];

/** Where the work packages stand: those that are named are in that lane, by force. */
function standing(lanes: Readonly<Record<string, string>>) {
  const events = Object.entries(lanes).map(([wp_id, to_lane], i) =>
    eventAt(i + 1, { wp_id, to_lane, force: true, reason: "x" }),
  );
  return reduce(events);
}

function readyWith(lanes: Readonly<Record<string, string>>, waits: Readonly<Record<string, string[]>>) {
  return whatIsReady(WPS, new Map(Object.entries(waits)), standing(lanes), SEVEN_LANE);
}

describe("whatIsReady()", () => {
  test("offers what nobody has begun, in the order of ids", () => {
    expect(readyWith({ WP02: "claimed", WP03: "canceled" }, {})).toEqual({
      ready: ["WP01", "WP04"],
      waiting: [],
    });
  });

  test("offers again what was put back into the first lane", () => {
    expect(readyWith({ WP01: "planned" }, {}).ready).toContain("WP01");
  });

  test("holds back what waits for work that is not done, canceled work included", () => {
    const waits = { WP04: ["WP01", "WP02", "WP03"] };
    expect(readyWith({ WP01: "done", WP02: "canceled", WP03: "for_review" }, waits).waiting).toEqual([
      { wp: "WP04", for: ["WP02", "WP03"] },
    ]);
    expect(readyWith({ WP01: "done", WP02: "done", WP03: "done" }, waits).ready).toEqual(["WP04"]);
  });

  test("holds back what waits for something that does not exist, or for itself", () => {
    expect(readyWith({}, { WP01: ["WP09"], WP02: ["WP02"], WP03: ["some day"] })).toEqual({
      ready: ["WP04"],
      waiting: [
        { wp: "WP01", for: ["WP09"] },
        { wp: "WP02", for: ["WP02"] },
        { wp: "WP03", for: ["some day"] },
      ],
    });
  });

  test("sorts every work package of the first lane into one of both, and no other", () => {
    const lane = fc.constantFrom("planned", "claimed", "done", "blocked", "canceled");
    const lanes = fc.dictionary(fc.constantFrom(...WPS), lane);
    const waits = fc.dictionary(fc.constantFrom(...WPS), fc.array(fc.constantFrom(...WPS, "WP09")));
    fc.assert(
      fc.property(lanes, waits, (lanes, waits) => {
        const { ready, waiting } = readyWith(lanes, waits);
        const open = WPS.filter((wp) => (lanes[wp] ?? "planned") === "planned");
        expect([...ready, ...waiting.map(({ wp }) => wp)].sort()).toEqual(open);
        for (const wp of ready) expect((waits[wp] ?? []).every((id) => lanes[id] === "done")).toBe(true);
        for (const one of waiting) expect(one.for.every((id) => lanes[id] !== "done")).toBe(true);
      }),
    );
  });
});

test("claimLane() is the first lane of people at work that can be reached from the beginning", () => {
  expect(claimLane(SEVEN_LANE)).toBe("claimed");
  const without = defineWorkflow({
    name: "x",
    lanes: [{ name: "a" }, { name: "b" }],
    pairs: [],
    aliases: {},
  });
  expect(claimLane(without)).toBeUndefined();
});
