/** What `lane flow` answers. Times are UTC, hours have at most four decimals. */

import * as v from "valibot";
import { CountSchema } from "./parts.ts";

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
  /** First event → finished, of finished work. */
  lead_hours: DurationsSchema,
  /** First entry in an active lane → finished, of finished work. */
  cycle_hours: DurationsSchema,
  /** How long work in progress has been that. */
  wip_age_hours: DurationsSchema,
  /** By lane: the whole time that a work package spent there, in stays that ended. */
  per_lane_hours: v.record(v.string(), DurationsSchema),
  /** Work finished in each ISO week of the series, empty weeks included. */
  throughput_per_week: v.array(
    v.strictObject({
      /** `2026-W06` */
      week: v.pipe(v.string(), v.isoWeek()),
      begins: DaySchema,
      finished: CountSchema,
    }),
  ),
  /** Work in progress at the end of each day of the series; today's is that of now. */
  wip_per_day: v.array(v.strictObject({ day: DaySchema, wip: CountSchema })),
  /** Rollbacks that took effect. */
  rollbacks: CountSchema,
  /** Rollbacks, and entries into a finished lane. */
  verdicts: CountSchema,
  /** rollbacks / verdicts; null without verdicts. */
  rollback_rate: RateSchema,
  forced: CountSchema,
  /** Distinct events, superseded ones included. */
  events: CountSchema,
  /** forced / events; null without events. */
  force_rate: RateSchema,
};

/** A work package in progress. */
const AgingWpSchema = v.strictObject({
  feature: v.string(),
  wp: v.string(),
  title: v.string(),
  lane: v.string(),
  actor: v.nullable(v.string()),
  /** Since it was begun; null where its log doesn't say when. */
  age_hours: v.nullable(HoursSchema),
  /** Since it entered its lane. */
  lane_age_hours: v.nullable(HoursSchema),
});

/** The `data` of `lane flow`. */
export const FlowDataSchema = v.strictObject({
  /** `--since`, as a time; null for all there is. */
  since: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  /** The days that the series go over; `bounded` when there was more before them. */
  series: v.strictObject({ begins: DaySchema, ends: DaySchema, bounded: v.boolean() }),
  features: v.array(
    v.strictObject({
      feature: v.string(),
      ...FIGURES,
      /** Work in progress, the oldest first. */
      work_in_progress: v.array(AgingWpSchema),
    }),
  ),
  /** Of these features together. */
  total: v.strictObject(FIGURES),
  /** The page that was written; null without `--html`. */
  html: v.nullable(v.string()),
});

export type FlowData = v.InferOutput<typeof FlowDataSchema>;
