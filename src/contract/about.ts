/** What lane answers about itself: `lane --help`, `lane <command> --help`, `lane --version`. */

import * as v from "valibot";
import { SentenceSchema, type Shape, TextSchema } from "./parts.ts";

const OptionsSchema = v.array(
  v.strictObject({
    option: v.pipe(TextSchema, v.description("As it is written: --lane <lane>, <wp>")),
    description: TextSchema,
    default: v.nullable(TextSchema),
  }),
);

export const TreeHelpDataSchema = v.strictObject({
  commands: v.array(v.strictObject({ command: TextSchema, summary: SentenceSchema })),
  options: v.pipe(OptionsSchema, v.description("Those that every command takes")),
});
export type TreeHelpData = Shape<typeof TreeHelpDataSchema>;

export const CommandHelpDataSchema = v.strictObject({
  command: TextSchema,
  summary: SentenceSchema,
  usage: SentenceSchema,
  options: OptionsSchema,
  examples: v.pipe(v.array(SentenceSchema), v.minLength(2)),
});
export type CommandHelpData = Shape<typeof CommandHelpDataSchema>;

export const VersionDataSchema = v.strictObject({ version: TextSchema, commit: TextSchema, bun: TextSchema });
export type VersionData = Shape<typeof VersionDataSchema>;

/** What a bare `lane` can answer. */
export const LaneDataSchema = v.union([TreeHelpDataSchema, VersionDataSchema]);
