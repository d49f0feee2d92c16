/** What `lane migrate` answers; the same stands in `details` where a feature failed. */

import * as v from "valibot";
import { type StatusEvent, StatusEventSchema } from "../domain/event.ts";
import { FeatureSchema, SentenceSchema, type Shape } from "./parts.ts";
import { WrittenEventSchema } from "./written_event.ts";

export const MigrateDataSchema = v.strictObject({
  features: v.array(
    v.strictObject({
      feature: FeatureSchema,
      status: v.picklist(["migrated", "planned", "skipped", "failed"]),
      events: v.pipe(
        v.array(StatusEventSchema),
        v.check(areOurOwn, "the events must be as lane writes them"),
        v.description("What is written, or would be; empty where nothing is"),
      ),
      reason: v.pipe(v.nullable(SentenceSchema), v.description("Why nothing is written")),
    }),
  ),
});

export type MigrateData = Shape<typeof MigrateDataSchema>;

export function areOurOwn(events: StatusEvent[]): boolean {
  return events.every((event) => v.is(WrittenEventSchema, event));
}
