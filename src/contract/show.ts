/** What `lane show` answers. */

import * as v from "valibot";
import {
  FeatureSchema,
  LaneSchema,
  PathSchema,
  SentenceSchema,
  type Shape,
  ShownEventSchema,
  TextSchema,
  WpEntrySchema,
} from "./parts.ts";

/** Every work package. */
export const ShowFeatureDataSchema = v.strictObject({
  feature: FeatureSchema,
  log: v.pipe(PathSchema, v.description("The log's path, whether it is there or not")),
  workflow: TextSchema,
  phase: v.picklist([0, 1, 2]),
  wps: v.array(WpEntrySchema),
});

/** A legal move, and what stands between a caller and it. */
const NextMoveSchema = v.strictObject({
  lane: LaneSchema,
  command: v.pipe(
    v.string(),
    v.description("The command line that would do it, with <…> for what only the caller knows"),
  ),
  needs: v.pipe(
    v.array(v.strictObject({ guard: TextSchema, problem: SentenceSchema })),
    v.description("What it needs besides an actor, and has not"),
  ),
});

/** One work package, how it came to where it is, and what can be done next. */
export const ShowWpDataSchema = v.strictObject({
  ...ShowFeatureDataSchema.entries,
  events: v.pipe(v.array(ShownEventSchema), v.description("Oldest first")),
  moves: v.array(NextMoveSchema),
  waits_for: v.pipe(
    v.array(v.strictObject({ wp: TextSchema, lane: v.nullable(LaneSchema) })),
    v.description("What its page depends on and is not finished; the lane is null where nothing has that id"),
  ),
  pages: v.pipe(v.array(PathSchema), v.description("Its pages: none, one, or, by mistake, more")),
  unticked_subtasks: v.pipe(v.array(v.string()), v.description("Its unticked items in tasks.md")),
});

export const ShowDataSchema = v.union([ShowFeatureDataSchema, ShowWpDataSchema]);

export type ShowFeatureData = Shape<typeof ShowFeatureDataSchema>;
export type ShowWpData = Shape<typeof ShowWpDataSchema>;
