/** What `lane workflow` answers. */

import * as v from "valibot";
import { FeatureSchema, LaneSchema, type Shape, TextSchema } from "./parts.ts";

function is(what: string) {
  return v.pipe(v.boolean(), v.description(what));
}

export const WorkflowLaneSchema = v.strictObject({
  name: LaneSchema,
  initial: is("Where every work package begins"),
  active: is("Somebody is at work"),
  review: is("Somebody has to look at it"),
  blocked: is("Something stands in the way"),
  finished: is("What depends on it may begin"),
  terminal: is("It is left only by force"),
  stale_after_days: v.pipe(
    v.nullable(v.number()),
    v.description("After so many days without a move lane doctor asks; null: never"),
  ),
});

/** A move that needs no force. */
export const WorkflowMoveSchema = v.strictObject({
  from: LaneSchema,
  to: LaneSchema,
  guards: v.pipe(
    v.array(TextSchema),
    v.description("The names of what it needs, in the order in which that is checked"),
  ),
  rollback: v.pipe(
    v.nullable(v.picklist(["always", "with_review_ref"])),
    v.description("A step back: always, or only with a review_ref; null: none"),
  ),
});

export const WorkflowDataSchema = v.strictObject({
  workflow: v.pipe(TextSchema, v.description("Its name")),
  feature: v.pipe(
    v.nullable(FeatureSchema),
    v.description("Whose workflow it is; null when no feature is meant, and it is the usual one"),
  ),
  lanes: v.pipe(v.array(WorkflowLaneSchema), v.description("In display order; the first is the initial one")),
  moves: v.pipe(v.array(WorkflowMoveSchema), v.description("Those that need no force")),
  unseeded: v.pipe(
    v.nullable(LaneSchema),
    v.description("What a log says of a work package without events; null: the initial lane"),
  ),
  aliases: v.pipe(
    v.record(v.string(), LaneSchema),
    v.description("Other words that may be typed for a lane"),
  ),
  mermaid: v.pipe(TextSchema, v.description("The same as the text of a Mermaid stateDiagram-v2")),
});

export type WorkflowData = Shape<typeof WorkflowDataSchema>;
