/** Shapes that several answers share. */

import * as v from "valibot";
import { StatusEventSchema } from "../domain/event.ts";

/** A count of things. */
export const CountSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A work package, and where it stands. */
export const WpEntrySchema = v.strictObject({
  /** `WP01`… */
  wp: v.string(),
  /** Its page's title; empty without a page. */
  title: v.string(),
  lane: v.string(),
  /** Who moved it there; null without events. */
  actor: v.nullable(v.string()),
  /** When, as the log has it; null without events. */
  since: v.nullable(v.string()),
  force_count: CountSchema,
  /** The lanes it can go to now, without force, in display order. */
  next: v.array(v.string()),
});

export type WpEntry = v.InferOutput<typeof WpEntrySchema>;

/** An event as it stands in the log, and whether it still counts. */
export const ShownEventSchema = v.looseObject({
  ...StatusEventSchema.entries,
  /** The event that took its place in a merge; null while it counts. */
  superseded_by: v.nullable(v.string()),
});

export type ShownEvent = v.InferOutput<typeof ShownEventSchema>;
