/** What every command gives back: data for programs, a text for people. */

import type { Refusal, Refused, Warning } from "../domain/refusal.ts";
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

/** An answer that goes on until somebody ends it. Like {@link Outcome}, it prints nothing itself. */
export interface LiveOutcome {
  readonly ok: true;
  /**
   * Goes on telling, for as long as `live.ended` allows.
   *
   * @returns why it can't go on; undefined when it was ended from outside
   */
  readonly live: (live: Live) => Promise<Refused | undefined>;
}

/** What an answer that goes on can do. */
export interface Live {
  /** Aborted as soon as nobody reads any more. */
  readonly ended: AbortSignal;
  /** The style of this moment: the terminal may have another width, the clock another time. */
  readonly style: () => Style;
  /** Writes lines of text to stdout at once; the last line end is added. */
  readonly tell: (text: string) => void;
  /** Writes one value to stdout at once: JSON on one line. */
  readonly tellJson: (value: unknown) => void;
  /** The same for a refusal that does not end the answer: the envelope's form, on one line. */
  readonly tellJsonRefusal: (refusal: Refusal) => void;
  /** Writes a warning for people to stderr. */
  readonly warn: (message: string) => void;
  /** Takes the terminal over, until the process ends; undefined when stdout is none. */
  readonly openScreen: () => Screen | undefined;
}

/** A terminal that is drawn again and again. */
export interface Screen {
  /** Whether what is typed arrives. */
  readonly takes_keys: boolean;
  /**
   * Shows a text from the top; what does not fit is left out and counted.
   *
   * @param footer the last line
   */
  readonly draw: (text: string, footer: string) => void;
  /** Has a function called when the terminal's size is another, or what it showed is gone. */
  readonly onDamage: (redraw: () => void) => void;
}

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
