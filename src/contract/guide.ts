/** What `lane guide` answers. */

import * as v from "valibot";
import { PathSchema, type Shape, TextSchema } from "./parts.ts";

export const GuideDataSchema = v.union([
  v.strictObject({ text: v.pipe(TextSchema, v.description("The page, in Markdown")) }),
  /** With `--install`. */
  v.strictObject({
    file: PathSchema,
    changed: v.pipe(v.boolean(), v.description("Whether the file is another one than before")),
    created: v.pipe(v.boolean(), v.description("Whether there was no such file")),
    replaced: v.pipe(
      v.boolean(),
      v.description("Whether other text stood between its markers: an older page, or one edited by hand"),
    ),
  }),
]);

export type GuideData = Shape<typeof GuideDataSchema>;
