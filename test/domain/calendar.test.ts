/** Days and ISO weeks. */

import { expect, test } from "bun:test";
import {
  dayName,
  instantsFrom,
  startOfDay,
  startOfWeek,
  WEEK_US,
  weekName,
} from "../../src/domain/calendar.ts";
import { parseInstant } from "../../src/domain/time.ts";

test("weekName() gives a week the year of its Thursday, as ISO 8601 has it", () => {
  const weeks: [string, string][] = [
    ["2026-02-08T23:59:59Z", "2026-W06"],
    ["2026-02-09T00:00:00Z", "2026-W07"],
    ["2027-01-03T12:00:00Z", "2026-W53"],
    ["2027-01-04T00:00:00Z", "2027-W01"],
    ["2024-12-30T00:00:00Z", "2025-W01"],
    ["1970-01-01T00:00:00Z", "1970-W01"],
    ["2199-12-31T00:00:00Z", "2200-W01"],
  ];
  for (const [at, week] of weeks) expect({ at, week: weekName(parseInstant(at) ?? 0) }).toEqual({ at, week });
});

test("startOfWeek() is the Monday before or on a day, also around 1970", () => {
  for (const [at, monday] of [
    ["2026-02-08T12:00:00Z", "2026-02-02"],
    ["2026-02-09T00:00:00Z", "2026-02-09"],
    ["1970-01-04T23:00:00Z", "1969-12-29"],
    ["1970-01-05T00:00:00Z", "1970-01-05"],
  ]) {
    expect(dayName(startOfWeek(parseInstant(at ?? "") ?? 0))).toBe(monday ?? "");
  }
});

test("startOfDay() is midnight, and instantsFrom() takes both ends along", () => {
  const at_us = parseInstant("2026-02-08T12:34:56Z") ?? 0;
  expect(dayName(startOfDay(at_us))).toBe("2026-02-08");
  expect(startOfDay(startOfDay(at_us))).toBe(startOfDay(at_us));
  expect(instantsFrom(0, 2 * WEEK_US, WEEK_US)).toEqual([0, WEEK_US, 2 * WEEK_US]);
  expect(instantsFrom(0, -1, WEEK_US)).toEqual([]);
});
