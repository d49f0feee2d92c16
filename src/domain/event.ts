/** The event: one recorded transition, one line of the log. */

import * as v from "valibot";
import { EVENT_ID, WP_ID } from "./identifiers.ts";
import { isJsonObject } from "./json_bytes.ts";
import { isGiven } from "./text.ts";
import { isInstant } from "./time.ts";

// Valibot's own objects take arrays as well.
const ObjectSchema = v.custom<Readonly<Record<string, unknown>>>(isJsonObject, "must be an object");

/** Who did it, as tools write it: a text, or a structured agent. */
export const ActorSchema = v.union(
  [
    v.string(),
    v.pipe(
      ObjectSchema,
      v.looseObject({
        role: v.nullish(v.string()),
        profile: v.nullish(v.string()),
        tool: v.nullish(v.string()),
        model: v.nullish(v.string()),
      }),
    ),
  ],
  "must be a text, or {role, profile, tool, model} of texts",
);

export const ExecutionModeSchema = v.picklist(["worktree", "direct_repo"]);

const EventIdSchema = v.pipe(v.string(), v.regex(EVENT_ID, "must be a ULID in upper case"));
const InstantSchema = v.pipe(
  v.string(),
  v.check(isInstant, "must be a time like 2026-02-08T12:00:00.000000+00:00, years 1970 to 2199"),
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
  evidence: v.nullable(ObjectSchema),
  review_result: v.nullish(ObjectSchema),
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

/**
 * Whether an object has the shape of {@link StatusEventSchema}: the same answer, at a
 * hundredth of the cost. Every line of a log is asked; the schema itself is asked only to
 * say what is wrong. A property test holds the two together.
 */
export function isStatusEvent(record: LogRecord): record is StatusEvent {
  return (
    isText(record.event_id) &&
    EVENT_ID.test(record.event_id) &&
    isTextOrMissing(record.feature_slug) &&
    isTextOrMissing(record.mission_slug) &&
    (record.mission_id === null || isTextOrMissing(record.mission_id)) &&
    isText(record.wp_id) &&
    WP_ID.test(record.wp_id) &&
    isText(record.from_lane) &&
    isText(record.to_lane) &&
    isTime(record.at) &&
    isActor(record.actor) &&
    typeof record.force === "boolean" &&
    (record.execution_mode === "worktree" || record.execution_mode === "direct_repo") &&
    (record.reason === null || isText(record.reason)) &&
    (record.review_ref === null || isText(record.review_ref)) &&
    (record.evidence === null || isJsonObject(record.evidence)) &&
    (record.review_result == null || isJsonObject(record.review_result)) &&
    (record.parent_event_ids === undefined || isListOfTexts(record.parent_event_ids)) &&
    (record.clock_at === undefined || isTime(record.clock_at)) &&
    isTextOrMissing(record.idempotency_key) &&
    (record.batch === undefined || isBatch(record.batch))
  );
}

/** The fields by which another tool's record in the log is known. */
export const RECORD_KINDS = ["event_type", "type", "kind", "event_name"] as const;

/** Any object of a log, before it is known what it is. */
export type LogRecord = Readonly<Record<string, unknown>>;

/**
 * Somebody else's record in the log (annotations, lifecycle events): no transition, but of
 * a kind that it names. It is kept and counted, never reduced.
 */
export const OtherRecordSchema = v.pipe(
  ObjectSchema,
  v.check(isNoTransition, "must have no to_lane"),
  v.check(namesItsKind, `must have one of ${RECORD_KINDS.join(", ")} as a text`),
);

export type OtherRecord = v.InferOutput<typeof OtherRecordSchema>;

/** Whether an object of a log is a transition, sound or not. */
export function isTransition(record: LogRecord): boolean {
  return Object.hasOwn(record, "to_lane");
}

export function isNoTransition(record: LogRecord): boolean {
  return !isTransition(record);
}

/** Whether an object of a log has the shape of {@link OtherRecordSchema}. */
export function isOtherRecord(record: LogRecord): record is OtherRecord {
  return !isTransition(record) && namesItsKind(record);
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

/** Whether an object of a log names one of {@link RECORD_KINDS}. */
export function namesItsKind(record: LogRecord): boolean {
  return RECORD_KINDS.some((kind) => isText(record[kind]));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTextOrMissing(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isTime(value: unknown): boolean {
  return isText(value) && isInstant(value);
}

function isActor(value: unknown): boolean {
  if (isText(value)) return true;
  if (!isJsonObject(value)) return false;
  return ["role", "profile", "tool", "model"].every((part) => value[part] == null || isText(value[part]));
}

function isBatch(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { id, index, count } = value;
  return isText(id) && isCountFrom(0, index) && isCountFrom(1, count);
}

function isCountFrom(least: number, value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least;
}
