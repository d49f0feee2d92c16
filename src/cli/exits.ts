/** What each exit code means to a caller that sees nothing else. */

import type { Exit } from "../commands/command_tree.ts";
import type { RefusalCode } from "../domain/refusal.ts";
import { EXIT_CODES } from "./report.ts";
import { EXIT_HUNG_UP, EXIT_INTERRUPTED, EXIT_TERMINATED } from "./signals.ts";

const MEANINGS: Readonly<Record<number, string>> = {
  0: "done",
  1: "refused, or a check found something: the message says what would work",
  2: "wrong usage",
  3: "the log can't be trusted",
  4: "no such project, feature or work package",
  5: "the feature's lock was busy for --lock-timeout (10 s)",
  6: "the machine or the set-up failed: disk full, permission, bad configuration",
  70: "a bug in lane",
  [EXIT_HUNG_UP]: "the terminal is gone: the change was made whole, or not begun",
  [EXIT_INTERRUPTED]: "interrupted: the change was made whole, or not begun",
  [EXIT_TERMINATED]: "terminated: the change was made whole, or not begun",
};

/** Every exit code, in ascending order. */
export const EXITS: readonly Exit[] = Object.entries(MEANINGS).map(([text, meaning]) => {
  const code = Number(text);
  const error_codes = Object.entries(EXIT_CODES).filter(([, exit]) => exit === code);
  return { code, meaning, error_codes: error_codes.map(([name]) => name as RefusalCode) };
});
