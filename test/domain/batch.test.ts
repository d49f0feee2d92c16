import { expect, test } from "bun:test";
import fc from "fast-check";
import { incompleteBatch } from "../../src/domain/batch.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { anEvent, eventId } from "../support/events.ts";

const part = (id: string, index: number, count: number) => anEvent({ batch: { id, index, count } });
const ALONE = anEvent();

test("incompleteBatch() finds nothing in a log without batches, or with whole ones", () => {
  expect(incompleteBatch([])).toBeUndefined();
  expect(incompleteBatch([ALONE])).toBeUndefined();
  expect(incompleteBatch([part("a", 0, 1)])).toBeUndefined();
  expect(incompleteBatch([ALONE, part("a", 0, 2), part("a", 1, 2)])).toBeUndefined();
});

test("incompleteBatch() names the places of those that are there", () => {
  const events = [ALONE, part("a", 0, 2), part("a", 1, 2), ALONE, part("b", 0, 3), part("b", 1, 3)];
  expect(incompleteBatch(events)).toEqual({ id: "b", present: 2, count: 3, places: [4, 5] });
});

test("incompleteBatch() takes a merge's order of lines for what it is", () => {
  expect(incompleteBatch([part("a", 1, 2), ALONE, part("a", 0, 2)])).toBeUndefined();
  expect(incompleteBatch([part("a", 2, 3), ALONE, part("a", 0, 3)])).toMatchObject({ places: [0, 2] });
});

test("incompleteBatch() counts a repeated line once, but names each of its places", () => {
  const events = [part("a", 0, 2), part("a", 0, 2)];
  expect(incompleteBatch(events)).toEqual({ id: "a", present: 1, count: 2, places: [0, 1] });
});

test("incompleteBatch() does not count a place outside the batch", () => {
  expect(incompleteBatch([part("a", 7, 2), part("a", 0, 2)])).toMatchObject({ present: 1, count: 2 });
});

test("incompleteBatch() looks at the end alone: what follows was written by somebody who took it for whole", () => {
  expect(incompleteBatch([part("a", 0, 2), ALONE])).toBeUndefined();
});

test("incompleteBatch() finds each beginning of a batch, and never a whole one", () => {
  fc.assert(
    fc.property(fc.nat(5), fc.integer({ min: 1, max: 8 }), fc.nat(8), (before, count, cut) => {
      const old: StatusEvent[] = Array.from({ length: before }, () => ALONE);
      const batch = Array.from({ length: count }, (_, i) => part(eventId(9), i, count));
      const there = Math.min(cut, count);
      const places = Array.from({ length: there }, (_, i) => before + i);
      const found = incompleteBatch([...old, ...batch.slice(0, there)]);
      const torn = there > 0 && there < count;
      expect(found).toEqual(torn ? { id: eventId(9), present: there, count, places } : undefined);
    }),
  );
});
