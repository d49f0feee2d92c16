/** What every command gives back: data for programs, a text for people. */

import type { Refusal, Warning } from "../domain/refusal.ts";
import type { CommandTree } from "./command_tree.ts";
import type { Style } from "./style.ts";

/** A command's answer; nothing is printed before it reaches the one file that prints. */
export type Outcome =
  | {
      readonly ok: true;
      /** The `data` of the JSON envelope. */
      readonly data: unknown;
      readonly warnings: readonly Warning[];
      /** The same for people. */
      readonly text: (style: Style) => string;
    }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      readonly warnings?: readonly Warning[];
      /** What a check found, for people, before the refusal itself. */
      readonly text?: (style: Style) => string;
    };

/** How a command was called, besides its own arguments. */
export interface Invocation {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--feature`, else `LANE_FEATURE`. */
  readonly feature: string | undefined;
  /** `--root`, else `LANE_ROOT`. */
  readonly root: string | undefined;
  readonly here: boolean;
  readonly lock_timeout_ms: number;
  /** This lane's version. */
  readonly version: string;
  /** All commands and their options, for what describes them. */
  readonly tree: CommandTree;
  /** Whether the answer is one JSON object. */
  readonly json: boolean;
  /** Tells whoever waits how far a long piece of work is. */
  readonly progress: Progress;
}

/** @param what the part that is being worked on */
export type Progress = (done: number, total: number, what: string) => void;
