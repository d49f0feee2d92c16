/** What `lane board` answers. */

import * as v from "valibot";
import { WpEntrySchema } from "./parts.ts";

/** Where the work packages of some features stand. */
export const BoardDataSchema = v.strictObject({
  features: v.array(
    v.strictObject({
      feature: v.string(),
      /** Every lane of the feature's workflow in display order, and what is in it. */
      lanes: v.record(v.string(), v.array(WpEntrySchema)),
    }),
  ),
});

export type BoardData = v.InferOutput<typeof BoardDataSchema>;
