/** What commands may know of the command tree: they describe it, and get it passed in. */

import type { ArgsDef } from "citty";
import type { RefusalCode } from "../domain/refusal.ts";

/** How a command is described: as data, so that help, completions and guides can't drift from it. */
export interface CommandDescription {
  /** What it is for, in one line. */
  readonly summary: string;
  readonly args: ArgsDef;
  readonly other_way?: OtherWay;
  /** Words beyond its positionals are no mistake: they stand in its arguments as the list `_` (`lane help exit codes`). */
  readonly takes_more?: boolean;
  /** Called by other programs, not by people: the list of commands leaves it out. */
  readonly is_internal?: boolean;
  /** Lines that its help tells before the examples. */
  readonly notes?: readonly string[];
  /** Two real calls, as a user would type them. */
  readonly examples: readonly string[];
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

/** The command line as data. */
export interface CommandTree {
  /** Every command by its name, in the order in which help shows them. */
  readonly commands: Readonly<Record<string, CommandDescription>>;
  /** Options that every command takes. */
  readonly global_args: ArgsDef;
  /** Options that stand without a command. */
  readonly about_args: ArgsDef;
  /** What each exit code means, in ascending order; loaded when somebody asks. */
  readonly exits: () => Promise<readonly Exit[]>;
}

/** An exit code. */
export interface Exit {
  readonly code: number;
  /** The same for a caller that sees nothing else. */
  readonly meaning: string;
  /** The error codes that end with it. */
  readonly error_codes: readonly RefusalCode[];
}

/** The commands that people call. */
export function shownCommands({ commands }: CommandTree): [string, CommandDescription][] {
  return Object.entries(commands).filter(([, { is_internal }]) => !is_internal);
}
