/** The JSON envelope as the design promises it, strictly: a field more or less is a failure. */

import { expect } from "bun:test";
import * as v from "valibot";
import type { Answer } from "../support/lane.ts";

const LANES = ["planned", "claimed", "in_progress", "for_review", "done", "blocked", "canceled"] as const;
const LaneSchema = v.picklist(LANES);
const TextSchema = v.pipe(v.string(), v.nonEmpty());
const SentenceSchema = v.pipe(TextSchema, v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, "must be one line"));
const CodeSchema = v.pipe(v.string(), v.regex(/^[A-Z]+(?:_[A-Z]+)*$/));
const PathSchema = v.pipe(v.string(), v.regex(/^(?:\/|[A-Z]:\\)/, "must be absolute"));
const WpIdSchema = v.pipe(v.string(), v.regex(/^WP\d{2,}$/));
const EventIdSchema = v.pipe(v.string(), v.regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/));
const AtSchema = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/));
const CountSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

const WarningsSchema = v.array(v.strictObject({ code: CodeSchema, message: SentenceSchema }));

/** An event as lanekeeper itself writes it in a seven-lane feature. */
const EventSchema = v.strictObject({
  event_id: EventIdSchema,
  feature_slug: TextSchema,
  wp_id: WpIdSchema,
  from_lane: LaneSchema,
  to_lane: LaneSchema,
  at: AtSchema,
  actor: TextSchema,
  force: v.boolean(),
  execution_mode: v.picklist(["worktree", "direct_repo"]),
  reason: v.nullable(v.string()),
  review_ref: v.nullable(v.string()),
  evidence: v.nullable(v.record(v.string(), v.unknown())),
  parent_event_ids: v.array(EventIdSchema),
  clock_at: v.optional(AtSchema),
  idempotency_key: v.optional(TextSchema),
});

export const EmitDataSchema = v.strictObject({
  event: EventSchema,
  wp: WpIdSchema,
  from_lane: LaneSchema,
  lane: LaneSchema,
  replayed: v.boolean(),
  dry_run: v.boolean(),
  log: PathSchema,
  snapshot: v.picklist(["written", "unchanged", "failed"]),
  views: v.picklist(["written", "unchanged", "failed", "off"]),
  telemetry: v.picklist(["sent", "queued", "off"]),
});

const SHOWN_FEATURE = {
  feature: TextSchema,
  log: PathSchema,
  workflow: v.literal("seven-lane"),
  phase: v.picklist([0, 1, 2]),
  wps: v.array(
    v.strictObject({
      wp: WpIdSchema,
      title: v.string(),
      lane: LaneSchema,
      actor: v.nullable(v.string()),
      since: v.nullable(v.string()),
      force_count: CountSchema,
      next: v.array(LaneSchema),
    }),
  ),
};

const ShownEventSchema = v.strictObject({
  ...EventSchema.entries,
  superseded_by: v.nullable(EventIdSchema),
});

export const ShowDataSchema = v.strictObject(SHOWN_FEATURE);
export const ShowWpDataSchema = v.strictObject({ ...SHOWN_FEATURE, events: v.array(ShownEventSchema) });

const RenewedSchema = v.strictObject({
  feature: TextSchema,
  snapshot: v.picklist(["written", "unchanged", "stale"]),
  views: v.picklist(["written", "unchanged", "failed", "off", "stale"]),
});
export const MaterializeDataSchema = v.strictObject({ features: v.array(RenewedSchema) });

const MigratedSchema = v.strictObject({
  feature: TextSchema,
  status: v.picklist(["migrated", "planned", "skipped", "failed"]),
  events: v.array(EventSchema),
  reason: v.nullable(SentenceSchema),
});
export const MigrateDataSchema = v.strictObject({ features: v.array(MigratedSchema) });

export const NextDataSchema = v.strictObject({
  ready: v.array(v.strictObject({ wp: WpIdSchema, title: v.string() })),
  waiting: v.array(v.strictObject({ wp: WpIdSchema, for: v.array(TextSchema) })),
});

export const NewDataSchema = v.strictObject({ feature: TextSchema, created: v.array(PathSchema) });

export const AddDataSchema = v.strictObject({
  feature: TextSchema,
  wp: WpIdSchema,
  created: v.array(PathSchema),
});

export const InitDataSchema = v.strictObject({
  created: v.array(PathSchema),
  changed: v.array(PathSchema),
  unchanged: v.array(PathSchema),
  git_config: v.array(TextSchema),
});

export const UninstallDataSchema = v.strictObject({
  removed: v.array(PathSchema),
  changed: v.array(PathSchema),
  git_config: v.array(TextSchema),
});

export const MergeDriverDataSchema = v.strictObject({ file: TextSchema, conflicts: CountSchema });

const OptionsSchema = v.array(
  v.strictObject({ option: TextSchema, description: TextSchema, default: v.nullable(TextSchema) }),
);
export const HelpDataSchema = v.strictObject({
  commands: v.array(v.strictObject({ command: TextSchema, summary: SentenceSchema })),
  options: OptionsSchema,
});
export const CommandHelpDataSchema = v.strictObject({
  command: TextSchema,
  summary: SentenceSchema,
  usage: SentenceSchema,
  options: OptionsSchema,
  examples: v.pipe(v.array(SentenceSchema), v.minLength(2)),
});

export const VersionDataSchema = v.strictObject({ version: TextSchema, commit: TextSchema, bun: TextSchema });

const RefusalSchema = v.strictObject({
  version: v.literal(1),
  ok: v.literal(false),
  command: TextSchema,
  error: v.strictObject({
    code: CodeSchema,
    message: SentenceSchema,
    hint: v.nullable(SentenceSchema),
    details: v.record(v.string(), v.unknown()),
  }),
  warnings: WarningsSchema,
});

export type Refusal = v.InferOutput<typeof RefusalSchema>;

/** A success, checked whole: one line of JSON on stdout, nothing on stderr, exit code 0. */
export function dataOf<S extends v.GenericSchema>(
  answer: Answer,
  command: string,
  data: S,
): { data: v.InferOutput<S>; warnings: v.InferOutput<typeof WarningsSchema> } {
  expectOneLine(answer);
  expect(answer.code).toBe(0);
  const schema = v.strictObject({
    version: v.literal(1),
    ok: v.literal(true),
    command: v.literal(command),
    data: v.unknown(),
    warnings: WarningsSchema,
  });
  const envelope = v.parse(schema, answer.json);
  expect(Object.keys(envelope)).toEqual(["version", "ok", "command", "data", "warnings"]);
  return { data: v.parse(data, envelope.data), warnings: envelope.warnings };
}

/** A refusal, checked whole: one line of JSON on stdout, nothing on stderr. */
export function refusalIn(answer: Answer): Refusal {
  expectOneLine(answer);
  const envelope = v.parse(RefusalSchema, answer.json);
  expect(Object.keys(envelope)).toEqual(["version", "ok", "command", "error", "warnings"]);
  return envelope;
}

function expectOneLine({ stdout, stderr }: Answer): void {
  expect(stderr).toBe("");
  expect(stdout).toEndWith("}\n");
  expect(stdout.split("\n")).toHaveLength(2);
}
