/**
 * What stands in `error.details`, by `error.code`. The keys named here can be relied on;
 * others may stand beside them: `line` where a batch's line was refused, `features` and
 * `failed` where a command went over several features.
 */

import * as v from "valibot";
import type { RefusalCode } from "../domain/refusal.ts";
import { LockHolderSchema } from "./checks.ts";
import { WaitingSchema } from "./next.ts";
import { FeatureSchema, LaneSchema, PathSchema, TextSchema, WpIdSchema } from "./parts.ts";

const LanesSchema = v.array(LaneSchema);
const NumberFrom1Schema = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Nothing is promised. */
const AnySchema = v.record(v.string(), v.unknown());

const GuardedSchema = v.looseObject({
  guard: v.pipe(TextSchema, v.description("The condition of the workflow that is not met")),
  from_lane: LaneSchema,
  to_lane: LaneSchema,
  unchecked: v.optional(v.pipe(v.array(v.string()), v.description("Subtasks that are not ticked off"))),
  verdict: v.optional(v.string()),
});

const FoundSchema = v.looseObject({
  found: v.pipe(v.string(), v.description("What was given, at most 200 characters of it")),
});

const PageLaneSchema = v.pipe(v.nullable(v.string()), v.description("Null where nobody can tell it"));

/** The promised part of `details`. */
export const DETAILS_SCHEMAS = {
  ILLEGAL_TRANSITION: v.looseObject({
    from_lane: LaneSchema,
    to_lane: LaneSchema,
    allowed: v.pipe(LanesSchema, v.description("The lanes it can go to now, without force")),
    last_event_id: v.optional(v.pipe(v.string(), v.description("Where it is there already: by this event"))),
    actor: v.optional(v.pipe(v.string(), v.description("Where it is there already: who moved it"))),
    since: v.optional(v.pipe(v.string(), v.description("Where it is there already: since when"))),
  }),
  GUARD_FAILED: GuardedSchema,
  FORCE_NEEDS_AUDIT: v.looseObject({ missing: v.array(v.picklist(["actor", "reason"])) }),
  EVIDENCE_REQUIRED: GuardedSchema,
  EVIDENCE_INVALID: v.looseObject({ problems: v.array(TextSchema) }),
  PRECONDITION_FAILED: v.looseObject({
    expected_lane: v.optional(LaneSchema),
    expected_event_id: v.optional(v.string()),
    lane: v.optional(v.pipe(LaneSchema, v.description("The lane that it is in"))),
    last_event_id: v.optional(v.nullable(v.string())),
    feature: v.optional(v.pipe(FeatureSchema, v.description("The feature that exists already"))),
  }),
  IDEMPOTENCY_CONFLICT: v.looseObject({
    event_id: v.pipe(v.string(), v.description("The event that carries the key")),
    superseded_by: v.nullable(v.string()),
  }),
  NOT_MIGRATED: v.looseObject({
    pages: v.array(v.looseObject({ wp: WpIdSchema, lane: PageLaneSchema, file: TextSchema })),
  }),
  NOTHING_READY: v.looseObject({
    waiting: WaitingSchema,
    unclear: v.pipe(
      v.array(v.looseObject({ wp: WpIdSchema, file: TextSchema, problem: TextSchema })),
      v.description("Passed over, since their pages do not tell what they wait for"),
    ),
  }),
  CHECK_FAILED: AnySchema,
  USAGE: AnySchema,
  UNKNOWN_LANE: v.looseObject({ ...FoundSchema.entries, lanes: LanesSchema }),
  INVALID_ID: FoundSchema,
  LOG_CORRUPT: v.looseObject({
    file: PathSchema,
    line: NumberFrom1Schema,
    byte_offset: v.pipe(v.number(), v.integer(), v.minValue(0)),
    preview: v.pipe(v.string(), v.description("How the line begins, as it stands there")),
    finding: v.pipe(TextSchema, v.description("The code by which lane validate names it")),
    problem: TextSchema,
  }),
  POSTCONDITION_FAILED: v.looseObject({
    event_id: v.optional(v.pipe(v.string(), v.description("The event that is recorded all the same"))),
    lane: v.optional(LaneSchema),
    last_event_id: v.optional(v.nullable(v.string())),
  }),
  NO_PROJECT: AnySchema,
  NO_FEATURE: v.looseObject({ features: v.optional(v.array(FeatureSchema)) }),
  AMBIGUOUS_FEATURE: v.looseObject({ features: v.pipe(v.array(FeatureSchema), v.minLength(2)) }),
  NO_WORK_PACKAGE: v.looseObject({
    wps: v.optional(v.pipe(v.array(WpIdSchema), v.description("Those that there are"))),
    missing: v.optional(v.array(TextSchema)),
  }),
  LOCK_TIMEOUT: v.looseObject({
    lock: PathSchema,
    timeout_ms: v.pipe(v.number(), v.minValue(0)),
    holder: v.optional(LockHolderSchema),
  }),
  IO: v.looseObject({
    path: v.optional(v.string()),
    errno: v.optional(v.pipe(v.nullable(v.string()), v.description("The system's name for it, like ENOSPC"))),
    outcome_unknown: v.optional(
      v.pipe(v.boolean(), v.description("Whether it may be recorded all the same: ask again, same key")),
    ),
  }),
  CONFIG_INVALID: v.looseObject({
    file: v.optional(v.string()),
    problem: v.optional(v.string()),
    problems: v.optional(
      v.pipe(
        v.array(v.strictObject({ line: NumberFrom1Schema, problem: v.string() })),
        v.description("All that is wrong with a workflow's file"),
      ),
    ),
    workflow: v.optional(v.string()),
  }),
  INTERNAL: v.looseObject({ stack: v.nullable(v.string()) }),
} as const satisfies Readonly<Record<RefusalCode, v.GenericSchema>>;
