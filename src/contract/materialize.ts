/** What `lane materialize` answers, with and without `--check`. */

import * as v from "valibot";
import { FeatureSchema, type Shape } from "./parts.ts";

export const MaterializeDataSchema = v.strictObject({
  features: v.array(
    v.strictObject({
      feature: FeatureSchema,
      snapshot: v.picklist(["written", "unchanged", "stale"]),
      views: v.picklist(["written", "unchanged", "failed", "off", "stale"]),
    }),
  ),
});

export type MaterializeData = Shape<typeof MaterializeDataSchema>;
