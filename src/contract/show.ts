/** What `lane show` answers. */

import * as v from "valibot";
import {
  FeatureSchema,
  PathSchema,
  type Shape,
  ShownEventSchema,
  TextSchema,
  WpEntrySchema,
} from "./parts.ts";

const ENTRIES = {
  feature: FeatureSchema,
  log: PathSchema,
  workflow: TextSchema,
  phase: v.picklist([0, 1, 2]),
  wps: v.array(WpEntrySchema),
};

/** Every work package. */
export const ShowFeatureDataSchema = v.strictObject(ENTRIES);

/** One work package, with its history. */
export const ShowWpDataSchema = v.strictObject({
  ...ENTRIES,
  events: v.pipe(v.array(ShownEventSchema), v.description("Oldest first")),
});

export const ShowDataSchema = v.union([ShowFeatureDataSchema, ShowWpDataSchema]);

export type ShowData = Shape<typeof ShowDataSchema>;
