/** Shapes that several answers share. */

import * as v from "valibot";
import { StatusEventSchema } from "../domain/event.ts";
import { WP_ID } from "../domain/identifiers.ts";

/** What a shape holds, for those who only read it: the type of a command's `data`. */
export type Shape<S extends v.GenericSchema> = DeepReadonly<v.InferOutput<S>>;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A count of things. */
export const CountSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A text that says something. */
export const TextSchema = v.pipe(v.string(), v.nonEmpty());

/** A text for people, on one line: no terminal obeys it. */
export const SentenceSchema = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, "must be one line"),
);

/** A file or folder. */
export const PathSchema = v.pipe(
  v.string(),
  v.regex(/^(?:\/|[A-Za-z]:\\|\\\\)/, "must be absolute"),
  v.description("An absolute path"),
);

export const WpIdSchema = v.pipe(v.string(), v.regex(WP_ID), v.description("A work package, like WP01"));

/** A lane by its canonical name. Which there are is the workflow's to say. */
export const LaneSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]*$/));

export const FeatureSchema = v.pipe(TextSchema, v.description("A feature's slug: its folder's name"));

/** A work package, and where it stands. */
export const WpEntrySchema = v.strictObject({
  wp: WpIdSchema,
  title: v.pipe(v.string(), v.description("Its page's title; empty without a page")),
  lane: LaneSchema,
  actor: v.pipe(v.nullable(v.string()), v.description("Who moved it there; null without events")),
  since: v.pipe(v.nullable(v.string()), v.description("When, as the log has it; null without events")),
  force_count: v.pipe(CountSchema, v.description("How many of its events were forced")),
  next: v.pipe(
    v.array(LaneSchema),
    v.description("The lanes it can go to now, without force, in display order"),
  ),
});

export type WpEntry = v.InferOutput<typeof WpEntrySchema>;

/** An event as it stands in the log, and whether it still counts. */
export const ShownEventSchema = v.looseObject({
  ...StatusEventSchema.entries,
  superseded_by: v.pipe(
    v.nullable(v.string()),
    v.description("The event that took its place in a merge; null while it counts"),
  ),
});

export type ShownEvent = v.InferOutput<typeof ShownEventSchema>;
