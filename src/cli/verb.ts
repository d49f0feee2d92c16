/** A command of the tree: what describes it, and what runs it. */

import type { ArgsDef, ParsedArgs } from "citty";
import type { CommandDescription, OtherWay } from "../commands/command_tree.ts";
import type { Invocation, LiveOutcome, Outcome } from "../commands/outcome.ts";

/** One command of the tree. Its code is loaded only when it runs. */
export interface Verb extends CommandDescription {
  readonly run: (
    args: Readonly<Record<string, unknown>>,
    invocation: Invocation,
  ) => Promise<Outcome | LiveOutcome>;
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
  takes_more?: boolean;
  is_internal?: boolean;
  notes?: readonly string[];
  examples: readonly [string, string, ...string[]];
  load: () => Promise<(args: ParsedArgs<A>, invocation: Invocation) => Promise<Outcome | LiveOutcome>>;
}): Verb {
  const { load, ...shown } = description;
  return {
    ...shown,
    run: async (args, invocation) => (await load())(args as ParsedArgs<A>, invocation),
  };
}
