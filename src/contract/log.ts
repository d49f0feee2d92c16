/** What `lane log` answers. With `--follow`, each line is one of the events. */

import * as v from "valibot";
import { FeatureSchema, type Shape, ShownEventSchema } from "./parts.ts";

export const LogDataSchema = v.strictObject({
  feature: FeatureSchema,
  events: v.pipe(
    v.array(ShownEventSchema),
    v.description("In the order in which they take effect, the newest last"),
  ),
});

export type LogData = Shape<typeof LogDataSchema>;
