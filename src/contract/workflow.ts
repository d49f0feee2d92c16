/** What `lane workflow` answers. */

import * as v from "valibot";

/** A lane by its row of the table, in display order; the first is the initial one. */
export const WorkflowLaneSchema = v.strictObject({
  name: v.string(),
  /** Where every work package begins. */
  initial: v.boolean(),
  /** Somebody is at work. */
  active: v.boolean(),
  /** Somebody has to look at it. */
  review: v.boolean(),
  /** Something stands in the way. */
  blocked: v.boolean(),
  /** What depends on it may begin. */
  finished: v.boolean(),
  /** It is left only by force. */
  terminal: v.boolean(),
  /** After so many days without a move doctor asks; null: never. */
  stale_after_days: v.nullable(v.number()),
});

/** A move that needs no force. */
export const WorkflowMoveSchema = v.strictObject({
  from: v.string(),
  to: v.string(),
  /** The names of what it needs, in the order in which that is checked. */
  guards: v.array(v.string()),
  /** A step back: always, or only with a `review_ref`; null: none. */
  rollback: v.nullable(v.picklist(["always", "with_review_ref"])),
});

export const WorkflowDataSchema = v.strictObject({
  /** Its name. */
  workflow: v.string(),
  /** Whose workflow it is; null when no feature is meant, and it is the usual one. */
  feature: v.nullable(v.string()),
  lanes: v.array(WorkflowLaneSchema),
  moves: v.array(WorkflowMoveSchema),
  /** What a log says of a work package without events, where that is no lane; null: the initial lane. */
  unseeded: v.nullable(v.string()),
  /** Other words that may be typed for a lane. */
  aliases: v.record(v.string(), v.string()),
  /** The same as the text of a Mermaid `stateDiagram-v2`. */
  mermaid: v.string(),
});

export type WorkflowData = v.InferOutput<typeof WorkflowDataSchema>;
