/** `lane completions`: the script. `lane complete`: what the script is told. */

import * as v from "valibot";
import { SHELLS } from "../domain/shell_words.ts";

export const ShellSchema = v.picklist(SHELLS);

export const CompletionsDataSchema = v.strictObject({
  shell: ShellSchema,
  /** What the shell is to read. */
  script: v.string(),
});

export type CompletionsData = v.InferOutput<typeof CompletionsDataSchema>;

/** A word that could stand at the end of the line. */
export const CandidateSchema = v.strictObject({
  /** The word, or the part of it after `prefix`, without any quotes. */
  value: v.string(),
  /** One short line that is safe to print; empty where there is nothing to say. */
  description: v.string(),
});

export type Candidate = v.InferOutput<typeof CandidateSchema>;

export const CompleteDataSchema = v.strictObject({
  /** What fits: the words below, or whatever files or folders the shell itself finds. */
  kind: v.picklist(["words", "files", "folders"]),
  /** The beginning of the current word that stays as it is: `--to=`, `WP01,` or `@`. */
  prefix: v.string(),
  candidates: v.array(CandidateSchema),
});

export type CompleteData = v.InferOutput<typeof CompleteDataSchema>;
