/** What `lane emit` and `lane move` answer, and `lane next --claim` with them. */

import * as v from "valibot";
import { StatusEventSchema } from "../domain/event.ts";
import { LaneSchema, PathSchema, type Shape, WpIdSchema } from "./parts.ts";
import { WrittenEventSchema } from "./written_event.ts";

const MoveSchema = v.strictObject({
  /** As it stands in the log; in a dry run, as it would be written. */
  event: StatusEventSchema,
  wp: WpIdSchema,
  from_lane: v.pipe(LaneSchema, v.description("The lane that the event leaves")),
  lane: v.pipe(LaneSchema, v.description("The lane that the work package is in now")),
  replayed: v.pipe(
    v.boolean(),
    v.description("Whether the event was recorded by an earlier call with the same idempotency key"),
  ),
  dry_run: v.boolean(),
  log: PathSchema,
  snapshot: v.picklist(["written", "unchanged", "failed"]),
  views: v.picklist(["written", "unchanged", "failed", "off"]),
  telemetry: v.picklist(["sent", "queued", "off"]),
});

/** One transition that took effect. */
export const MoveDataSchema = v.pipe(
  MoveSchema,
  v.check(isOurOwnUnlessReplayed, "the event must be as lane writes it"),
);

export type MoveData = Shape<typeof MoveDataSchema>;

export const BatchDataSchema = v.strictObject({
  results: v.pipe(v.array(MoveDataSchema), v.description("One for each request, in their order")),
  log: PathSchema,
});

export type BatchData = Shape<typeof BatchDataSchema>;

export const EmitDataSchema = v.union([MoveDataSchema, BatchDataSchema]);

/** Another tool's event may carry the same key, in a form of its own. */
export function isOurOwnUnlessReplayed({ event, replayed }: v.InferOutput<typeof MoveSchema>): boolean {
  return replayed || v.is(WrittenEventSchema, event);
}
