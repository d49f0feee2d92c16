/** What `lane log` answers. With `--follow`, each line is one of the events. */

import * as v from "valibot";
import { ShownEventSchema } from "./parts.ts";

export const LogDataSchema = v.strictObject({
  feature: v.string(),
  /** In the order in which they take effect, the newest last. */
  events: v.array(ShownEventSchema),
});

export type LogData = v.InferOutput<typeof LogDataSchema>;
