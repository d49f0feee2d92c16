// Proofs read logs by themselves: what they must see in one.

import { expect, test } from "bun:test";
import { eventAt, lineAt } from "../support/project.ts";
import { disorderIn, lanesIn, readLines } from "./log_lines.ts";

const batchedAt = (minute: number, index: number) =>
  lineAt(minute, { wp_id: `WP0${minute}`, batch: { id: eventAt(1).event_id, index, count: 2 } });

test("readLines() counts no half of a batch and no half of a line, and calls both torn", () => {
  expect(readLines(undefined)).toEqual({ events: [], is_torn: false });
  expect(readLines(Buffer.from(lineAt(1).trimEnd()))).toMatchObject({ events: [eventAt(1)], is_torn: false });
  expect(readLines(Buffer.from(batchedAt(1, 0)))).toEqual({ events: [], is_torn: true });
  expect(readLines(Buffer.from(batchedAt(1, 0) + batchedAt(2, 1)))).toMatchObject({ is_torn: false });
  const cut = readLines(Buffer.from(lineAt(1) + lineAt(2).slice(0, -2)));
  expect(cut).toEqual({ events: [eventAt(1)], is_torn: true });
});

test("disorderIn() finds an event and a key that stand there twice, and a move from where nothing was", () => {
  const first = eventAt(1, { idempotency_key: "k" });
  const next = eventAt(2, { from_lane: "claimed", to_lane: "in_progress", idempotency_key: "l" });
  expect(disorderIn([first, next])).toEqual([]);
  expect([...lanesIn([first, next])]).toEqual([["WP01", "in_progress"]]);

  expect(disorderIn([first, { ...next, idempotency_key: "k" }])).toEqual([
    "key k is recorded more than once",
  ]);
  expect(disorderIn([next])).toEqual([`${next.event_id} moves WP01 from claimed, but it was in planned`]);
  expect(disorderIn([{ ...first, to_lane: "planned" }, first])).toEqual([
    "key k is recorded more than once",
    `event ${first.event_id} stands there more than once`,
  ]);
});
