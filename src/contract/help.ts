/** What `lane help`, `lane --help` and `lane <command> --help` answer. */

import * as v from "valibot";
import { type Shape, TextSchema } from "./parts.ts";

const OptionsSchema = v.array(
  v.strictObject({
    option: v.pipe(TextSchema, v.description("As it is written: --to <lane>")),
    description: TextSchema,
    default: v.nullable(TextSchema),
  }),
);

const TREE_HELP = {
  commands: v.array(v.strictObject({ command: TextSchema, summary: TextSchema })),
  options: v.pipe(OptionsSchema, v.description("Those that every command takes")),
};

/** `lane --help`. */
export const TreeHelpDataSchema = v.strictObject(TREE_HELP);

/** `lane <command> --help` and `lane help <command>`. */
export const CommandHelpDataSchema = v.strictObject({
  command: TextSchema,
  summary: TextSchema,
  usage: TextSchema,
  options: OptionsSchema,
  examples: v.array(TextSchema),
});

/** `lane help <topic>`. */
export const TopicHelpDataSchema = v.strictObject({
  topic: TextSchema,
  summary: TextSchema,
  text: v.pipe(TextSchema, v.description("What lane help <topic> prints where there is no terminal")),
});

/** `lane help`: everything that can be asked about; or one of these. */
export const HelpDataSchema = v.union([
  v.strictObject({
    ...TREE_HELP,
    topics: v.array(v.strictObject({ topic: TextSchema, summary: TextSchema })),
  }),
  CommandHelpDataSchema,
  TopicHelpDataSchema,
]);

export type TreeHelpData = Shape<typeof TreeHelpDataSchema>;
export type CommandHelpData = Shape<typeof CommandHelpDataSchema>;
export type HelpData = Shape<typeof HelpDataSchema>;
