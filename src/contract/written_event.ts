/** An event as this version of lane writes it: stricter than what it reads. */

import * as v from "valibot";
import { ExecutionModeSchema } from "../domain/event.ts";
import { EVENT_ID } from "../domain/identifiers.ts";
import { CountSchema, FeatureSchema, LaneSchema, TextSchema, WpIdSchema } from "./parts.ts";

export const EventIdSchema = v.pipe(v.string(), v.regex(EVENT_ID), v.description("A ULID"));

/** `2026-02-08T12:00:00.000000+00:00`. */
const AtSchema = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/),
  v.description("UTC, with six decimals, like 2026-02-08T12:00:00.000000+00:00"),
);

const EvidenceSchema = v.looseObject({
  review: v.looseObject({
    reviewer: TextSchema,
    verdict: v.picklist(["approved", "changes_requested"]),
    reference: v.string(),
  }),
});

const ResultSchema = v.looseObject({
  reviewer: TextSchema,
  verdict: v.picklist(["approved", "changes_requested"]),
  reference: TextSchema,
});

const BatchSchema = v.pipe(
  v.strictObject({
    id: v.pipe(EventIdSchema, v.description("The first event's")),
    index: CountSchema,
    count: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
  v.description("Where it stands among the events that were recorded in one write"),
);

const ENTRIES = {
  event_id: EventIdSchema,
  feature_slug: v.optional(v.pipe(FeatureSchema, v.description("Where the log speaks of features"))),
  mission_slug: v.optional(v.pipe(FeatureSchema, v.description("Where the log speaks of missions"))),
  mission_id: v.optional(v.nullable(TextSchema)),
  wp_id: WpIdSchema,
  from_lane: LaneSchema,
  to_lane: LaneSchema,
  at: AtSchema,
  actor: v.pipe(TextSchema, v.description("Who did it: a person or an agent")),
  force: v.boolean(),
  execution_mode: ExecutionModeSchema,
  reason: v.nullable(TextSchema),
  review_ref: v.nullable(TextSchema),
  evidence: v.nullable(EvidenceSchema),
  review_result: v.optional(v.nullable(ResultSchema)),
  parent_event_ids: v.pipe(
    v.array(EventIdSchema),
    v.description("What its writer knew of the work package; empty for the first event"),
  ),
  clock_at: v.optional(
    v.pipe(AtSchema, v.description("The writer's clock, where it is more than 5 minutes behind `at`")),
  ),
  idempotency_key: v.optional(TextSchema),
  batch: v.optional(BatchSchema),
};

/** A log's other lines can have fields that lane knows nothing of: a new line has them too, empty. */
export const WrittenEventSchema = v.objectWithRest(ENTRIES, v.null());
