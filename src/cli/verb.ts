/** How a command is described: as data, so that help, completions and guides can't drift from it. */

import type { ArgsDef, ParsedArgs } from "citty";
import type { Invocation, Outcome } from "../commands/outcome.ts";

/** One command of the tree. Its code is loaded only when it runs. */
export interface Verb {
  /** What it is for, in one line. */
  readonly summary: string;
  readonly args: ArgsDef;
  readonly other_way?: OtherWay;
  /** Called by other programs, not by people: the list of commands leaves it out. */
  readonly is_internal?: boolean;
  /** Two real calls, as a user would type them. */
  readonly examples: readonly string[];
  readonly run: (args: Readonly<Record<string, unknown>>, invocation: Invocation) => Promise<Outcome>;
}

/** Another way of calling a command: with one option that stands for all that is needed else. */
export interface OtherWay {
  /** With it, what the command needs otherwise is neither needed nor taken. */
  readonly option: string;
  /** The command's own options that it takes all the same. */
  readonly beside: readonly string[];
  /** What to do about others. */
  readonly hint: string;
}

/**
 * Describes a command.
 *
 * @param load imports the command's code; a literal path, or the executable would leave it out
 */
export function verb<const A extends ArgsDef>(description: {
  summary: string;
  args: A;
  other_way?: OtherWay;
  is_internal?: boolean;
  examples: readonly [string, string, ...string[]];
  load: () => Promise<(args: ParsedArgs<A>, invocation: Invocation) => Promise<Outcome>>;
}): Verb {
  const { load, ...shown } = description;
  return {
    ...shown,
    run: async (args, invocation) => (await load())(args as ParsedArgs<A>, invocation),
  };
}
