/** What `lane guide` answers. */

import * as v from "valibot";

export const GuideDataSchema = v.union([
  /** The page, in Markdown. */
  v.strictObject({ text: v.string() }),
  /** With `--install`. */
  v.strictObject({
    /** The file that holds the page now: an absolute path. */
    file: v.string(),
    /** Whether the file is another one than before. */
    changed: v.boolean(),
    /** Whether there was no such file. */
    created: v.boolean(),
    /** Whether other text of lane's stood between the markers: an older page, or edited by hand. */
    replaced: v.boolean(),
  }),
]);

export type GuideData = v.InferOutput<typeof GuideDataSchema>;
