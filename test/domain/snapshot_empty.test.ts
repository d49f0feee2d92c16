/** Snapshots of logs without transitions, beside a tool that writes empty texts there. */

import { expect, test } from "bun:test";
import { reduce } from "../../src/domain/reduce.ts";
import { renderSnapshot, snapshotOf } from "../../src/domain/snapshot.ts";
import { NINE_LANE } from "../../src/domain/workflow.ts";
import { anEvent } from "../support/events.ts";

const SLUG = { key: "mission_slug", value: "m-1" } as const;
const EMPTY = snapshotOf(reduce([]), NINE_LANE, SLUG);
const OTHERS = { ...EMPTY, mission_slug: "", materialized_at: "", mission_number: "" };

test("renderSnapshot() takes an empty text of another tool for nothing said, and leaves its bytes", () => {
  const before = `${JSON.stringify(OTHERS, null, 4)}\n`;

  expect(renderSnapshot(EMPTY, before)).toBe(before);
});

test("renderSnapshot() keeps no other text of another tool there", () => {
  const before = { ...OTHERS, mission_slug: "x", materialized_at: "yesterday", last_event_id: "" };

  expect(JSON.parse(renderSnapshot(EMPTY, JSON.stringify(before)))).toEqual({ ...EMPTY, mission_number: "" });
});

test("renderSnapshot() writes time and name once there is a transition", () => {
  const now = snapshotOf(reduce([anEvent()]), NINE_LANE, SLUG);

  expect(JSON.parse(renderSnapshot(now, JSON.stringify(OTHERS)))).toEqual({ ...now, mission_number: "" });
});

test("renderSnapshot() depends on the log alone where no other tool writes the file", () => {
  const before = JSON.stringify({ ...EMPTY, mission_slug: "", materialized_at: "" });

  expect(JSON.parse(renderSnapshot(EMPTY, before))).toEqual(EMPTY);
});
