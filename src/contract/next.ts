/** What `lane next` answers. */

import * as v from "valibot";
import { MoveDataSchema } from "./emit.ts";
import { type Shape, TextSchema, WpIdSchema } from "./parts.ts";

export const WaitingSchema = v.array(
  v.strictObject({
    wp: WpIdSchema,
    for: v.pipe(v.array(TextSchema), v.description("The work packages that are not finished yet")),
  }),
);

export const ReadyDataSchema = v.strictObject({
  ready: v.pipe(
    v.array(v.strictObject({ wp: WpIdSchema, title: v.string() })),
    v.description("What can be begun now, in the order of ids"),
  ),
  waiting: WaitingSchema,
});

export type ReadyData = Shape<typeof ReadyDataSchema>;

/** With `--claim` it is a move. */
export const NextDataSchema = v.union([ReadyDataSchema, MoveDataSchema]);
