import { expect, test } from "bun:test";
import fc from "fast-check";
import { incompleteBatches } from "../../src/domain/batch.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { anEvent, eventId } from "../support/events.ts";

const part = (id: string, index: number, count: number) => anEvent({ batch: { id, index, count } });
const ALONE = anEvent();

test("incompleteBatches() finds nothing in a log without batches, or with whole ones", () => {
  expect(incompleteBatches([])).toEqual([]);
  expect(incompleteBatches([ALONE])).toEqual([]);
  expect(incompleteBatches([part("a", 0, 1)])).toEqual([]);
  expect(incompleteBatches([ALONE, part("a", 0, 2), part("a", 1, 2)])).toEqual([]);
});

test("incompleteBatches() names the places of those that are there", () => {
  const events = [ALONE, part("a", 0, 2), part("a", 1, 2), ALONE, part("b", 0, 3), part("b", 1, 3)];
  expect(incompleteBatches(events)).toEqual([{ id: "b", present: 2, count: 3, places: [4, 5] }]);
});

test("incompleteBatches() takes a merge's order of lines for what it is", () => {
  expect(incompleteBatches([part("a", 1, 2), ALONE, part("a", 0, 2)])).toEqual([]);
  expect(incompleteBatches([part("a", 2, 3), ALONE, part("a", 0, 3)])).toMatchObject([{ places: [0, 2] }]);
});

test("incompleteBatches() counts a repeated line once, but names each of its places", () => {
  const events = [part("a", 0, 2), part("a", 0, 2)];
  expect(incompleteBatches(events)).toEqual([{ id: "a", present: 1, count: 2, places: [0, 1] }]);
});

test("incompleteBatches() does not count a place outside the batch", () => {
  expect(incompleteBatches([part("a", 7, 2), part("a", 0, 2)])).toMatchObject([{ present: 1, count: 2 }]);
});

test("incompleteBatches() finds them wherever a merge put them, the one that begins last first", () => {
  const events = [part("a", 0, 2), ALONE, part("b", 1, 3), ALONE];
  expect(incompleteBatches(events).map(({ id, places }) => [id, places])).toEqual([
    ["b", [2]],
    ["a", [0]],
  ]);
});

test("incompleteBatches() finds each beginning of a batch, and never a whole one", () => {
  fc.assert(
    fc.property(fc.nat(5), fc.integer({ min: 1, max: 8 }), fc.nat(8), (before, count, cut) => {
      const old: StatusEvent[] = Array.from({ length: before }, () => ALONE);
      const batch = Array.from({ length: count }, (_, i) => part(eventId(9), i, count));
      const there = Math.min(cut, count);
      const places = Array.from({ length: there }, (_, i) => before + i);
      const found = incompleteBatches([...old, ...batch.slice(0, there)]);
      const torn = there > 0 && there < count;
      expect(found).toEqual(torn ? [{ id: eventId(9), present: there, count, places }] : []);
    }),
  );
});
