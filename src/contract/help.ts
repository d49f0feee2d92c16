/** What `lane help`, `lane --help` and `lane <command> --help` answer. */

import * as v from "valibot";

const OptionsSchema = v.array(
  v.strictObject({
    /** As it is written: `--to <lane>`. */
    option: v.string(),
    description: v.string(),
    default: v.nullable(v.string()),
  }),
);

const TREE_HELP = {
  commands: v.array(v.strictObject({ command: v.string(), summary: v.string() })),
  /** Those that every command takes. */
  options: OptionsSchema,
};

/** `lane --help`. */
export const TreeHelpDataSchema = v.strictObject(TREE_HELP);

/** `lane <command> --help` and `lane help <command>`. */
export const CommandHelpDataSchema = v.strictObject({
  command: v.string(),
  summary: v.string(),
  usage: v.string(),
  options: OptionsSchema,
  examples: v.array(v.string()),
});

/** `lane help <topic>`. */
export const TopicHelpDataSchema = v.strictObject({
  topic: v.string(),
  summary: v.string(),
  /** What `lane help <topic>` prints where there is no terminal. */
  text: v.string(),
});

/** `lane help`: everything that can be asked about; or one of these. */
export const HelpDataSchema = v.union([
  v.strictObject({
    ...TREE_HELP,
    topics: v.array(v.strictObject({ topic: v.string(), summary: v.string() })),
  }),
  CommandHelpDataSchema,
  TopicHelpDataSchema,
]);

export type TreeHelpData = v.InferOutput<typeof TreeHelpDataSchema>;
export type CommandHelpData = v.InferOutput<typeof CommandHelpDataSchema>;
export type HelpData = v.InferOutput<typeof HelpDataSchema>;
