/** The shape of a workflow's table. Loaded only where a project has a table of its own, and to publish it. */

import * as v from "valibot";
import { LONGEST_NAME, NAME_RULE, PLAIN_NAME } from "./plain_name.ts";

/** What an unforced move can need; `decide.ts` says how each is checked. */
export type GuardName = v.InferOutput<typeof GuardNameSchema>;

const GuardNameSchema = v.picklist([
  "actor",
  "workspace_context",
  "subtasks_complete",
  "implementation_evidence",
  "approved_evidence",
  "approved_evidence_with_reference",
  "review_result",
  "approved_review_result",
  "review_ref",
  "reason",
]);

// Words that YAML reads as something else than text would not survive in a page's frontmatter.
const LaneNameSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9_]*$/, "a lane is named in lower case, with letters, digits and underscores"),
  v.notValues(
    ["null", "true", "false", "yes", "no", "on", "off", "y", "n"],
    "YAML would read it as something else than a name",
  ),
  v.maxLength(LONGEST_NAME, `a lane's name has at most ${LONGEST_NAME} characters`),
);

/** More than any board could show; all pairs of very many would take seconds to read. */
const MOST_LANES = 100;

const DaysSchema = v.pipe(
  v.number(),
  v.minValue(0, "expected a number of days"),
  v.maxValue(100_000, "expected a number of days"),
);

const LaneSchema = v.strictObject({
  name: LaneNameSchema,
  /** Nothing follows unless forced: finished or given up. */
  terminal: v.optional(v.boolean()),
  /** Finished: what depends on it may begin. */
  finished: v.optional(v.boolean()),
  /** Somebody is at work. */
  active: v.optional(v.boolean()),
  /** After so many days without a move, doctor asks whether anybody still is. */
  stale_after_days: v.optional(DaysSchema),
  /** Somebody has to look at it. */
  review: v.optional(v.boolean()),
  /** Something stands in the way. */
  blocked: v.optional(v.boolean()),
});

const PairsSchema = v.strictObject({
  from: v.pipe(v.array(LaneNameSchema), v.minLength(1, "it names no lane")),
  to: v.pipe(v.array(LaneNameSchema), v.minLength(1, "it names no lane")),
  guards: v.optional(v.array(GuardNameSchema), []),
  /** A step back: always, or only for an event that carries a `review_ref`. */
  rollback: v.optional(v.picklist(["always", "with_review_ref"])),
  /** It is one only for an event that names its parents; older logs mean less by this move. */
  rollback_needs_parents: v.optional(v.boolean()),
});

/** The shape of a workflow's table. Lanes stand in display order; the first is the initial one. */
export const WorkflowSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(PLAIN_NAME, NAME_RULE), v.maxLength(LONGEST_NAME, NAME_RULE)),
  lanes: v.pipe(
    v.array(LaneSchema),
    v.minLength(1, "there is none"),
    v.maxLength(MOST_LANES, `there are more than ${MOST_LANES}`),
  ),
  /**
   * What a work package without events is in, where that has a name of its own: only ever
   * left. People see the initial lane instead, which a first event may leave as well.
   */
  unseeded: v.optional(LaneNameSchema),
  /** Features of missions use it when nobody names another. */
  is_for_missions: v.optional(v.boolean()),
  /** A page that shows no lane gets none. */
  keeps_pages_without_lane: v.optional(v.boolean()),
  pairs: v.array(PairsSchema),
  /** Other words that people may type for a lane; never written. */
  aliases: v.optional(v.record(v.string(), LaneNameSchema), {}),
});

export type WorkflowTable = v.InferOutput<typeof WorkflowSchema>;
export type LaneRow = v.InferOutput<typeof LaneSchema>;
