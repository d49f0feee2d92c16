/** Scales and ticks. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { countTicks, fullDayLabel, hourTicks, linear, timeTicks } from "../../src/pages/scale.ts";
import { hoursOn } from "../support/flows.ts";

const labels = (ticks: readonly { label: string }[]) => ticks.map(({ label }) => label);

test("countTicks() and hourTicks() are round, begin at 0 and reach the most", () => {
  expect(labels(countTicks(0))).toEqual(["0", "1"]);
  expect(labels(countTicks(7))).toEqual(["0", "2", "4", "6", "8"]);
  expect(labels(countTicks(1127))).toEqual(["0", "500", "1000", "1500"]);
  expect(labels(hourTicks(0.5))).toEqual(["0", "10 min", "20 min", "30 min"]);
  expect(labels(hourTicks(9))).toEqual(["0", "5 h", "10 h"]);
  expect(labels(hourTicks(24 * 13))).toEqual(["0", "5 d", "10 d", "15 d"]);
});

test("countTicks() and hourTicks(): few, ascending, and none is missing at the top", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (most) => {
      for (const ticks of [countTicks(most), hourTicks(most)]) {
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.at(-1)?.value).toBeGreaterThanOrEqual(most * 0.999);
        expect(ticks.map(({ value }) => value)).toEqual(
          ticks.map(({ value }) => value).toSorted((a, b) => a - b),
        );
      }
    }),
  );
});

test("timeTicks() tells minutes of young work, and years where a day's name could mean two", () => {
  expect(labels(timeTicks(hoursOn(0.1), hoursOn(0.3)))).toEqual(["12:10", "12:15"]);
  expect(labels(timeTicks(hoursOn(0), hoursOn(24 * 360)))[0]).toBe("30 Mar 2026");
  expect(labels(timeTicks(hoursOn(0), hoursOn(24 * 250)))[0]).toBe("30 Mar");
});

test("timeTicks() takes hours, days or Mondays, at most eight", () => {
  const from_us = hoursOn(0);
  expect(labels(timeTicks(from_us, hoursOn(5)))).toEqual([
    "12:00",
    "13:00",
    "14:00",
    "15:00",
    "16:00",
    "17:00",
  ]);
  expect(labels(timeTicks(from_us, hoursOn(30)))).toEqual([
    "12:00",
    "18:00",
    "9 Feb",
    "06:00",
    "12:00",
    "18:00",
  ]);
  expect(labels(timeTicks(from_us, hoursOn(24 * 6)))).toEqual([
    "9 Feb",
    "10 Feb",
    "11 Feb",
    "12 Feb",
    "13 Feb",
    "14 Feb",
  ]);
  expect(labels(timeTicks(from_us, hoursOn(24 * 70)))).toEqual([
    "16 Feb",
    "2 Mar",
    "16 Mar",
    "30 Mar",
    "13 Apr",
  ]);
  expect(timeTicks(from_us, from_us)).toHaveLength(1);
  for (const years of [1, 5, 40]) {
    expect(timeTicks(from_us, hoursOn(24 * 365 * years)).length).toBeLessThanOrEqual(8);
  }
});

test("linear() maps both ends, also where there is but one value", () => {
  const y = linear(0, 10, 250, 20);
  expect([y(0), y(10), y(5)]).toEqual([250, 20, 135]);
  expect(linear(3, 3, 0, 100)(3)).toBe(0);
});

test("fullDayLabel() has the year", () => {
  expect(fullDayLabel(hoursOn(0))).toBe("8 Feb 2026");
});
