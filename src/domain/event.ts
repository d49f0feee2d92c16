/** The event: one recorded transition, one line of the log. */

import * as v from "valibot";
import { EVENT_ID, WP_ID } from "./identifiers.ts";
import { isGiven } from "./text.ts";
import { parseInstant } from "./time.ts";

/** Who did it, as tools write it: a text, or a structured agent. */
export const ActorSchema = v.union([
  v.string(),
  v.looseObject({
    role: v.optional(v.nullable(v.string())),
    profile: v.optional(v.nullable(v.string())),
    tool: v.optional(v.nullable(v.string())),
    model: v.optional(v.nullable(v.string())),
  }),
]);

export const ExecutionModeSchema = v.picklist(["worktree", "direct_repo"]);

const EventIdSchema = v.pipe(v.string(), v.regex(EVENT_ID, "must be a ULID in upper case"));
const InstantSchema = v.pipe(
  v.string(),
  v.check(
    (text) => parseInstant(text) !== undefined,
    "must be a time like 2026-02-08T12:00:00.000000+00:00, years 1970 to 2199",
  ),
);

/**
 * A transition as it stands in a log. Fields that it does not name are kept.
 *
 * Whether a text that must be given is given, or evidence is there, is no matter of
 * shape: history can't be mended, so `validate` reports it and everything else reads on.
 */
export const StatusEventSchema = v.looseObject({
  /** A ULID. */
  event_id: EventIdSchema,
  /** The feature, under one of two names; lanekeeper writes the one that the log already uses. */
  feature_slug: v.optional(v.string()),
  mission_slug: v.optional(v.string()),
  mission_id: v.optional(v.nullable(v.string())),
  /** `WP01`… */
  wp_id: v.pipe(v.string(), v.regex(WP_ID, "must be WP and at least two digits")),
  /** Canonical lanes, never an alias. */
  from_lane: v.string(),
  to_lane: v.string(),
  /** UTC, written with six decimals: `2026-02-08T12:00:00.000000+00:00`. */
  at: InstantSchema,
  actor: ActorSchema,
  force: v.boolean(),
  execution_mode: ExecutionModeSchema,
  reason: v.nullable(v.string()),
  review_ref: v.nullable(v.string()),
  evidence: v.nullable(v.looseObject({})),
  review_result: v.optional(v.nullable(v.looseObject({}))),
  /** What the writer knew of this work package, sorted; `[]` for the first event. */
  parent_event_ids: v.optional(v.array(v.string())),
  /** The writer's clock, where `at` is more than 5 minutes ahead of it. */
  clock_at: v.optional(InstantSchema),
  idempotency_key: v.optional(v.string()),
  batch: v.optional(
    v.looseObject({
      id: v.string(),
      index: v.pipe(v.number(), v.integer(), v.minValue(0)),
      count: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
  ),
});

export type StatusEvent = v.InferOutput<typeof StatusEventSchema>;
export type ExecutionMode = v.InferOutput<typeof ExecutionModeSchema>;

/** The fields by which another tool's record in the log is known. */
const RECORD_KINDS = ["event_type", "type", "kind", "event_name"] as const;

/** Somebody else's record in the log: kept and counted, never reduced. */
export type OtherRecord = Readonly<Record<string, unknown>>;

/** Whether an object of a log is a transition, sound or not. */
export function isTransition(record: OtherRecord): boolean {
  return Object.hasOwn(record, "to_lane");
}

/** Whether an object of a log that is no transition is a record that some tool owns. */
export function isOtherRecord(record: OtherRecord): boolean {
  return !isTransition(record) && RECORD_KINDS.some((kind) => typeof record[kind] === "string");
}

/**
 * The actor as one text: a structured agent shows as its tool, else its role.
 *
 * @example actorName({ role: "implementer", tool: "claude" }) // "claude"
 */
export function actorName(actor: StatusEvent["actor"]): string {
  if (typeof actor === "string") return actor;
  return [actor.tool, actor.role].find(isGiven) ?? "";
}
