/** The figures of many work packages. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { startOfWeek } from "../../src/domain/calendar.ts";
import { agingWork, figuresOf, lanesAt, seriesSpan } from "../../src/domain/flow.ts";
import { figures, flowsOf, hoursOn, walk } from "../support/flows.ts";
import { LANES } from "../support/histories.ts";

// Noon of Sunday, 2026-02-08; the series' weeks begin on Mondays.
const DAY_HOURS = 24;
const EVENTS = [
  ...walk("WP01", [0, "claimed"], [2, "for_review"], [3, "in_progress", { review_ref: "PR#1" }], [8, "done"]),
  ...walk("WP02", [1, "claimed"], [5 * DAY_HOURS, "done", { force: true, reason: "late" }]),
  ...walk("WP03", [10 * DAY_HOURS, "in_progress"]),
  ...walk("WP04", [2, "claimed"], [4, "canceled"]),
];
const NOW_US = hoursOn(12 * DAY_HOURS);

test("figuresOf() adds up: stages, durations, rates", () => {
  expect(figures(EVENTS, NOW_US)).toMatchObject({
    work_packages: { count: 4, waiting: 0, wip: 1, finished: 2, given_up: 1 },
    lead_hours: { count: 2, median: 63.5, p85: 102.35, max: 119 },
    cycle_hours: { count: 2, median: 63.5, p85: 102.35, max: 119 },
    wip_age_hours: { count: 1, median: 48, p85: 48, max: 48 },
    per_lane_hours: {
      claimed: { count: 3, median: 2, p85: 83.9, max: 119 },
      for_review: { count: 1, median: 1, p85: 1, max: 1 },
      in_progress: { count: 1, median: 5, p85: 5, max: 5 },
    },
    rollbacks: 1,
    verdicts: 3,
    rollback_rate: 0.3333,
    forced: 1,
    events: 9,
    force_rate: 0.1111,
  });
});

test("throughput_per_week tells every ISO week of the series, empty ones too", () => {
  expect(figures(EVENTS, NOW_US).throughput_per_week).toEqual([
    { week: "2026-W06", begins: "2026-02-02", finished: 1 },
    { week: "2026-W07", begins: "2026-02-09", finished: 1 },
    { week: "2026-W08", begins: "2026-02-16", finished: 0 },
  ]);
});

test("wip_per_day tells the end of each day, and of today now", () => {
  const days = figures(EVENTS, NOW_US).wip_per_day.map(({ day, wip }) => `${day.slice(5)} ${wip}`);
  // WP01 and WP04 began and were over on the 8th; WP02 was done on the 13th; WP03 began on the 18th.
  expect(days.slice(5)).toEqual([
    ...["02-07 0", "02-08 1", "02-09 1", "02-10 1", "02-11 1", "02-12 1", "02-13 0", "02-14 0"],
    ...["02-15 0", "02-16 0", "02-17 0", "02-18 1", "02-19 1", "02-20 1"],
  ]);
});

test("since_us: what ended or happened since then", () => {
  expect(figures(EVENTS, NOW_US, hoursOn(24))).toMatchObject({
    work_packages: { count: 4, finished: 2 },
    lead_hours: { count: 1, max: 119 },
    per_lane_hours: { claimed: { count: 1, max: 119 } },
    rollbacks: 0,
    verdicts: 1,
    rollback_rate: 0,
    forced: 1,
    events: 2,
    force_rate: 0.5,
  });
});

test("figuresOf() of nothing has no rates and one week", () => {
  expect(figures([], NOW_US)).toMatchObject({
    work_packages: { count: 0 },
    lead_hours: { count: 0, median: null, p85: null, max: null },
    per_lane_hours: {},
    rollback_rate: null,
    force_rate: null,
    throughput_per_week: [{ week: "2026-W08", finished: 0 }],
  });
});

test("one wrong time makes no series of decades", () => {
  const events = [...EVENTS, ...walk("WP05", [0, "done", { at: "1971-01-01T00:00:00Z", force: true }])];
  const wps = flowsOf(events, NOW_US);
  const span = seriesSpan(wps, { since_us: null, now_us: NOW_US });
  expect(span.is_bounded).toBe(true);
  const { throughput_per_week, work_packages } = figuresOf(wps, { since_us: null }, span);
  expect(throughput_per_week).toHaveLength(53);
  expect(throughput_per_week.reduce((sum, { finished }) => sum + finished, 0)).toBe(2);
  expect(work_packages.finished).toBe(3);
  const asked = seriesSpan(wps, { since_us: 0, now_us: NOW_US });
  expect(figuresOf(wps, { since_us: 0 }, asked).throughput_per_week).toHaveLength(208);
});

test("what has no known time does not stretch the series", () => {
  const unknown = { at: "1970-01-01T00:00:00Z", force: true };
  const events = [
    ...EVENTS,
    ...walk("WP05", [0, "done", unknown]),
    ...walk("WP06", [0, "for_review", unknown], [30 * 24, "done"]),
  ];
  const window = { since_us: null, now_us: NOW_US };
  expect(seriesSpan(flowsOf(events, NOW_US), window)).toEqual(seriesSpan(flowsOf(EVENTS, NOW_US), window));
  const alone = seriesSpan(flowsOf(walk("WP05", [0, "done", unknown]), NOW_US), window);
  expect(alone).toEqual({ begins_us: startOfWeek(NOW_US), now_us: NOW_US, is_bounded: false });
});

test("a time in the future counts as now wherever the figures tell of now", () => {
  const events = [
    ...walk("WP01", [0, "claimed"], [90 * DAY_HOURS, "done"]),
    ...walk("WP02", [90 * DAY_HOURS, "claimed"]),
  ];
  const { work_packages, throughput_per_week, wip_per_day, lead_hours } = figures(events, NOW_US);
  expect(work_packages).toMatchObject({ wip: 1, finished: 1 });
  expect(throughput_per_week.map(({ finished }) => finished)).toEqual([0, 0, 1]);
  expect(wip_per_day.at(-1)).toEqual({ day: "2026-02-20", wip: 1 });
  expect(lead_hours.max).toBe(90 * DAY_HOURS);
  const lanes = lanesAt(flowsOf(events, NOW_US), [NOW_US], NOW_US);
  expect(lanes).toEqual(
    new Map([
      ["claimed", [1]],
      ["done", [1]],
    ]),
  );
});

test("agingWork() puts the oldest first, and what nobody knows the age of last", () => {
  const events = [
    ...walk("WP01", [5, "claimed"]),
    ...walk("WP02", [0, "claimed", { at: "1970-01-01T00:00:00Z" }]),
    ...walk("WP03", [1, "in_progress"]),
    ...walk("WP04", [1, "claimed"], [2, "done"]),
  ];
  expect(agingWork(flowsOf(events, NOW_US)).map(({ wp }) => wp)).toEqual(["WP03", "WP01", "WP02"]);
});

/** Some work packages on their way, within 40 days. */
const WALKS = fc
  .array(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 960 }), fc.constantFrom(...LANES)), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map((walks) => walks.flatMap((moves, i) => walk(`WP0${i}`, ...moves.sort(([a], [b]) => a - b))));

test("wip_per_day is what lanesAt() counts at the ends of days", () => {
  fc.assert(
    fc.property(WALKS, fc.integer({ min: 0, max: 1000 }), (events, now_hours) => {
      const now_us = hoursOn(now_hours);
      const wps = flowsOf(events, now_us);
      const days = figures(events, now_us).wip_per_day;
      const ends = days.map(({ day }) => Math.min(Date.parse(day) * 1000 + 86_400_000_000 - 1, now_us));
      const counts = lanesAt(wps, ends, now_us);
      const wip_lanes = ["claimed", "in_progress", "for_review", "blocked"];
      const counted = ends.map((_, i) =>
        wip_lanes.reduce((sum, lane) => sum + (counts.get(lane)?.[i] ?? 0), 0),
      );
      expect(days.map(({ wip }) => wip)).toEqual(counted);
    }),
  );
});
