/** What ends a run from outside: after what was begun under a lock is finished, never between. */

import { readFileSync } from "node:fs";

/** The exit codes after SIGHUP, Ctrl-C and SIGTERM, as shells have them. */
export const EXIT_HUNG_UP = 129;
export const EXIT_INTERRUPTED = 130;
export const EXIT_TERMINATED = 143;

/**
 * With a handler a signal waits until the code that holds a lock is through: an emit is
 * finished or not begun, never between.
 *
 * @param exit ends the process
 */
export function awaitLocks(exit: (code: number) => void): void {
  process.once("SIGINT", () => exit(EXIT_INTERRUPTED));
  process.once("SIGTERM", () => exit(EXIT_TERMINATED));
  if (isHangUpHeard()) process.once("SIGHUP", () => exit(EXIT_HUNG_UP));
}

/** Lets signals end the process by themselves from here on. */
export function obeyAtOnce(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
}

/**
 * Whether SIGHUP would end this process. Under nohup it does not, and a handler would undo
 * that; where the system does not tell, SIGHUP is left as it is.
 */
function isHangUpHeard(): boolean {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
    // The lowest bit is the first signal, which SIGHUP is.
    return ignored !== undefined && Number.parseInt(ignored.at(-1) ?? "1", 16) % 2 === 0;
  } catch {
    return false;
  }
}
