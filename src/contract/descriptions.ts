/**
 * What the fields of the schemas that every start loads mean, for readers of the published
 * ones. It stands here, and not in them, so that it costs nobody else anything.
 */

import { StatusEventSchema } from "../domain/event.ts";
import { SnapshotSchema } from "../domain/snapshot.ts";
import { MetaSchema } from "../project/settings.ts";
import { SinkSchema, TelemetrySchema } from "../project/sinks.ts";
import { ConfigFileSchema, WholeConfigSchema } from "./config.ts";
import { BatchRequestSchema } from "./request.ts";
import { WrittenEventSchema } from "./written_event.ts";

/** The meaning of fields, by name. */
export type FieldMeanings = Readonly<Record<string, string>>;

const EVENT: FieldMeanings = {
  event_id: "A ULID in upper case",
  feature_slug: "The feature; a log uses this name or mission_slug",
  mission_slug: "The feature, where the log speaks of missions",
  mission_id: "The mission's id, beside mission_slug",
  wp_id: "The work package: WP and at least two digits",
  from_lane: "The lane that it was in, by its canonical name",
  to_lane: "The lane that it is moved to, by its canonical name",
  at: "When: written in UTC with six decimals, read with any fraction and offset, years 1970 to 2199",
  actor: "Who did it: a text, or a structured agent as other tools write it",
  force: "Whether table and guards were skipped",
  execution_mode: "How the work is done",
  reason: "Why; always there where it was forced",
  review_ref: "The review that sends the work back",
  evidence: "What the work rests on: see review, repos and verification of a request",
  review_result: "What came out of a review, where a move needs that; null or left out elsewhere",
  parent_event_ids: "What its writer knew of this work package, sorted; empty for the first event",
  clock_at: "The writer's clock, where `at` is more than 5 minutes ahead of it",
  idempotency_key: "One key is recorded once, however often it is asked for",
  batch: "Where it stands among the events that were recorded in one write; id is the first one's",
};

const SNAPSHOT: FieldMeanings = {
  event_count: "Distinct transitions in the log",
  feature_slug: "The feature; or mission_slug, as the log names it",
  mission_slug: "The feature, where the log speaks of missions",
  last_event_id: "The newest event; null without any",
  materialized_at: "The newest event's time, never the clock",
  summary: "How many work packages are in each lane",
  work_packages: "Where each work package stands, by its id",
};

const PHASE = "0: pages are left alone; 1: they follow the log; 2: the same, and drift is an error";

const CONFIG: FieldMeanings = {
  phase: PHASE,
  workflow: "The name of the workflow of features that do not name one",
  features_folder: "Where the features lie, from the project's root, with /",
  stale_after_days: "By lane: after how many days doctor asks whether anybody still works on it",
  telemetry:
    "Who is told of what is in the log; a sink that a repository names is told nothing until it is trusted",
};

const TELEMETRY: FieldMeanings = {
  project_id:
    "What events are said to come from, behind lanekeeper:; the name of the project's folder, when left out",
  sinks: "Who is told; no two have the same name",
};

const SINK: FieldMeanings = {
  name: "What lane sync calls it",
  kind: "http: CloudEvents by POST; file: as JSON Lines; command: each on a program's stdin, in the user's own settings only",
  timeout_ms: "How long an emit waits for it at most; 300, when left out",
  lanes: "Only moves to these lanes",
  features: "Only these features, by their slugs",
  scope: "local, when left out: what was written by this clone; all: whatever the log holds",
};

const HTTP_SINK: FieldMeanings = {
  ...SINK,
  url: "Where events are posted; without user or password",
  headers:
    "More headers; $ and a name in braces stand for an environment variable: no secret belongs in a file",
};

const FILE_SINK: FieldMeanings = {
  ...SINK,
  path: "The file that is appended to: from the project's root, where a repository names it",
};

const COMMAND_SINK: FieldMeanings = {
  ...SINK,
  run: "The program, by its whole path or one of PATH, and its arguments; no shell reads them",
};

const META: FieldMeanings = {
  status_phase: PHASE,
  status_workflow: "The name of the feature's workflow",
  mission_id: "The id that events of a mission carry",
};

const REQUEST: FieldMeanings = {
  wp_id: "The work package: WP01, wp1 or 1",
  to_lane: "A lane, or an alias of one",
  actor: "Who does it; else --actor or LANE_ACTOR",
  force: "Skip table and guards; needs a reason",
  reason: "Why",
  evidence: "What the work rests on",
  review_result: "What came out of the review, where a move needs that: reviewer, verdict, reference",
  review: "Short for evidence or a review result, whichever the move asks for",
  review_ref: "Where the review that sends the work back can be read",
  execution_mode: "worktree, when left out",
  workspace_context: "Where the work is done; made of execution mode and project root, when left out",
  if_lane: "Refuse unless the work package is in this lane",
  if_event: "Refuse unless this is its last event",
  idempotency_key: "Makes a retry safe: one key, one event",
};

/** By the object schema whose fields they are. */
export const FIELD_MEANINGS: ReadonlyMap<unknown, FieldMeanings> = new Map<unknown, FieldMeanings>([
  [StatusEventSchema, EVENT],
  [WrittenEventSchema, EVENT],
  [SnapshotSchema, SNAPSHOT],
  [ConfigFileSchema.wrapped, { status: "Lanekeeper's own part of the file" }],
  [WholeConfigSchema, CONFIG],
  [TelemetrySchema, TELEMETRY],
  [SinkSchema.options[0], HTTP_SINK],
  [SinkSchema.options[1], FILE_SINK],
  [SinkSchema.options[2], COMMAND_SINK],
  [MetaSchema, META],
  [BatchRequestSchema, REQUEST],
]);
