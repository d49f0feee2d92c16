/** `lane completions`: the script. `lane complete`: what the script is told. */

import * as v from "valibot";
import { SHELLS } from "../domain/shell_words.ts";
import type { Shape } from "./parts.ts";

export const ShellSchema = v.picklist(SHELLS);

export const CompletionsDataSchema = v.strictObject({
  shell: ShellSchema,
  script: v.pipe(v.string(), v.description("What the shell is to read")),
});

export type CompletionsData = Shape<typeof CompletionsDataSchema>;

/** A word that could stand at the end of the line. */
export const CandidateSchema = v.strictObject({
  value: v.pipe(v.string(), v.description("The word, or the part of it after prefix, without any quotes")),
  description: v.pipe(
    v.string(),
    v.description("One short line that is safe to print; empty where there is nothing to say"),
  ),
});

export type Candidate = Shape<typeof CandidateSchema>;

export const CompleteDataSchema = v.strictObject({
  kind: v.pipe(
    v.picklist(["words", "files", "folders"]),
    v.description("What fits: the words below, or whatever files or folders the shell itself finds"),
  ),
  prefix: v.pipe(
    v.string(),
    v.description("The beginning of the current word that stays as it is: --to=, WP01, or @"),
  ),
  candidates: v.array(CandidateSchema),
});

export type CompleteData = Shape<typeof CompleteDataSchema>;
