/** What `lane flow` answers. Times are UTC, hours have at most four decimals. */

import * as v from "valibot";
import { CountSchema, FeatureSchema, LaneSchema, PathSchema, type Shape, WpIdSchema } from "./parts.ts";

const HoursSchema = v.pipe(v.number(), v.minValue(0));
const RateSchema = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));
const DaySchema = v.pipe(v.string(), v.isoDate());

/** Some durations in hours: null where there is none. Percentiles are interpolated linearly. */
const DurationsSchema = v.strictObject({
  count: CountSchema,
  median: v.nullable(HoursSchema),
  p85: v.nullable(HoursSchema),
  max: v.nullable(HoursSchema),
});

const FIGURES = {
  /** By where they are now. */
  work_packages: v.strictObject({
    count: CountSchema,
    waiting: CountSchema,
    wip: CountSchema,
    finished: CountSchema,
    given_up: CountSchema,
  }),
  lead_hours: v.pipe(DurationsSchema, v.description("First event → finished, of finished work")),
  cycle_hours: v.pipe(
    DurationsSchema,
    v.description("First entry in an active lane → finished, of finished work"),
  ),
  wip_age_hours: v.pipe(DurationsSchema, v.description("How long work in progress has been that")),
  per_lane_hours: v.pipe(
    v.record(LaneSchema, DurationsSchema),
    v.description("By lane: the whole time that a work package spent there, in stays that ended"),
  ),
  /** Work finished in each ISO week of the series, empty weeks included. */
  throughput_per_week: v.array(
    v.strictObject({
      week: v.pipe(v.pipe(v.string(), v.isoWeek()), v.description("2026-W06")),
      begins: DaySchema,
      finished: CountSchema,
    }),
  ),
  wip_per_day: v.pipe(
    v.array(v.strictObject({ day: DaySchema, wip: CountSchema })),
    v.description("Work in progress at the end of each day of the series; today's is that of now"),
  ),
  rollbacks: v.pipe(CountSchema, v.description("Rollbacks that took effect")),
  verdicts: v.pipe(CountSchema, v.description("Rollbacks, and entries into a finished lane")),
  rollback_rate: v.pipe(RateSchema, v.description("rollbacks / verdicts; null without verdicts")),
  forced: CountSchema,
  events: v.pipe(CountSchema, v.description("Distinct events, superseded ones included")),
  force_rate: v.pipe(RateSchema, v.description("forced / events; null without events")),
};

/** A work package in progress. */
const AgingWpSchema = v.strictObject({
  feature: FeatureSchema,
  wp: WpIdSchema,
  title: v.string(),
  lane: LaneSchema,
  actor: v.nullable(v.string()),
  age_hours: v.pipe(
    v.nullable(HoursSchema),
    v.description("Since it was begun; null where its log doesn't say when"),
  ),
  lane_age_hours: v.pipe(v.nullable(HoursSchema), v.description("Since it entered its lane")),
});

/** The `data` of `lane flow`. */
export const FlowDataSchema = v.strictObject({
  since: v.pipe(
    v.nullable(v.pipe(v.string(), v.isoTimestamp())),
    v.description("--since, as a time; null for all there is"),
  ),
  series: v.pipe(
    v.strictObject({ begins: DaySchema, ends: DaySchema, bounded: v.boolean() }),
    v.description("The days that the series go over; bounded when there was more before them"),
  ),
  features: v.array(
    v.strictObject({
      feature: FeatureSchema,
      ...FIGURES,
      work_in_progress: v.pipe(v.array(AgingWpSchema), v.description("Work in progress, the oldest first")),
    }),
  ),
  total: v.pipe(v.strictObject(FIGURES), v.description("Of these features together")),
  html: v.pipe(v.nullable(PathSchema), v.description("The page that was written; null without --html")),
});

export type FlowData = Shape<typeof FlowDataSchema>;
