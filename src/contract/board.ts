/** What `lane board` answers. */

import * as v from "valibot";
import { FeatureSchema, LaneSchema, type Shape, WpEntrySchema } from "./parts.ts";

export const BoardDataSchema = v.strictObject({
  features: v.array(
    v.strictObject({
      feature: FeatureSchema,
      lanes: v.pipe(
        v.record(LaneSchema, v.array(WpEntrySchema)),
        v.description("Every lane of the feature's workflow in display order, and what is in it"),
      ),
    }),
  ),
});

export type BoardData = Shape<typeof BoardDataSchema>;
