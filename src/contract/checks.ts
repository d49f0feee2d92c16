/** What `lane validate` and `lane doctor` answer; the same stands in `details` where they found an error. */

import * as v from "valibot";
import { FINDING_CODES } from "../domain/finding.ts";
import {
  CountSchema,
  FeatureSchema,
  PathSchema,
  SentenceSchema,
  type Shape,
  TextSchema,
  WpIdSchema,
} from "./parts.ts";

const LineSchema = v.pipe(
  v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
  v.description("Counted from 1; null where no line can be named"),
);

const FileSchema = v.pipe(TextSchema, v.description("Relative to the project's root where it lies inside"));

export const FindingSchema = v.strictObject({
  code: v.picklist(FINDING_CODES),
  severity: v.picklist(["error", "warning", "information"]),
  file: FileSchema,
  line: LineSchema,
  event_id: v.nullable(v.string()),
  wp: v.nullable(WpIdSchema),
  message: SentenceSchema,
  remedy: v.pipe(SentenceSchema, v.description("What to do about it; never destroys or overrides")),
});

const SummarySchema = v.strictObject({ error: CountSchema, warning: CountSchema, information: CountSchema });

export const ValidateDataSchema = v.strictObject({
  features: v.array(v.strictObject({ feature: FeatureSchema, findings: v.array(FindingSchema) })),
  summary: SummarySchema,
});

export type ValidateData = Shape<typeof ValidateDataSchema>;

/** Who holds a feature's lock; what the system does not tell is null. */
export const LockHolderSchema = v.strictObject({
  lock: PathSchema,
  pid: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
  command: v.nullable(v.string()),
  is_stopped: v.pipe(v.boolean(), v.description("Whether it will never let go by itself")),
});

export const RepairStepSchema = v.strictObject({
  feature: FeatureSchema,
  action: v.picklist([
    "remove_byte_order_mark",
    "resolve_conflict_markers",
    "drop_blank_lines",
    "drop_repeated_lines",
    "normalize_line_ends",
    "add_final_newline",
    "cut_torn_batch",
    "cut_torn_tail",
    "keep_copy",
    "settle_page",
    "renew_snapshot",
    "renew_view",
  ]),
  file: FileSchema,
  line: LineSchema,
  message: SentenceSchema,
});

export const DoctorDataSchema = v.strictObject({
  features: v.array(
    v.strictObject({
      feature: FeatureSchema,
      findings: v.array(FindingSchema),
      lock: v.pipe(v.nullable(LockHolderSchema), v.description("Null while nobody holds it")),
    }),
  ),
  summary: SummarySchema,
  plan: v.pipe(v.array(RepairStepSchema), v.description("What would be repaired; with --fix alone")),
  applied: v.pipe(v.array(RepairStepSchema), v.description("What was repaired")),
  kept: v.pipe(v.array(PathSchema), v.description("Where copies and cut pieces lie now")),
});

export type DoctorData = Shape<typeof DoctorDataSchema>;
