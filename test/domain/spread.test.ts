/** Medians and percentiles, and how durations are told. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatHours, percentile, spreadOf } from "../../src/domain/spread.ts";

test("spreadOf() of nothing says so; of one value, it is all of it", () => {
  expect(spreadOf([])).toEqual({ count: 0, median: null, p85: null, max: null });
  expect(spreadOf([3])).toEqual({ count: 1, median: 3, p85: 3, max: 3 });
});

test("spreadOf() interpolates as PERCENTILE.INC of spreadsheets does", () => {
  expect(spreadOf([4, 1])).toEqual({ count: 2, median: 2.5, p85: 3.55, max: 4 });
  expect(spreadOf([10, 1, 3, 2, 5, 8, 13, 21])).toEqual({ count: 8, median: 6.5, p85: 12.85, max: 21 });
});

const HOURS = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });

test("percentile() grows with its share and stays among the values", () => {
  fc.assert(
    fc.property(
      HOURS,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (hours, a, b) => {
        const sorted = [...hours].sort((x, y) => x - y);
        const [low, high] = [percentile(sorted, Math.min(a, b)), percentile(sorted, Math.max(a, b))];
        const slack = 1e-9 * (sorted.at(-1) ?? 0);
        expect(low).toBeLessThanOrEqual(high + slack);
        expect(low).toBeGreaterThanOrEqual((sorted[0] ?? 0) - slack);
        expect(high).toBeLessThanOrEqual((sorted.at(-1) ?? 0) + slack);
      },
    ),
  );
});

test("spreadOf() does not depend on the order of the values", () => {
  fc.assert(
    fc.property(HOURS, (hours) => {
      expect(spreadOf([...hours].reverse())).toEqual(spreadOf(hours));
    }),
  );
});

test("formatHours() takes the unit that fits", () => {
  const told: [number | null, string][] = [
    [null, "-"],
    [0, "0 s"],
    [0.01, "36 s"],
    [0.5, "30 min"],
    [1.99, "119 min"],
    [2, "2 h"],
    [3.25, "3.3 h"],
    [47.9, "47.9 h"],
    [48, "2 d"],
    [75, "3.1 d"],
    [24 * 99.97, "100 d"],
    [24 * 365, "365 d"],
  ];
  for (const [hours, text] of told) expect({ hours, text: formatHours(hours) }).toEqual({ hours, text });
});
