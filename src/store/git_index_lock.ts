/** Waits where git is about to replace files of the working tree. */

import { lstatSync } from "node:fs";

/**
 * Returns once git does not hold a working tree's `index.lock`.
 *
 * A checkout or a merge holds it from its look at a file until it has put another one in its
 * place: what is appended between the two goes with the old file. Once the lock is gone, the
 * path tells which file there is.
 *
 * A lock that nobody lets go is not waited for longer than three seconds, and one that has been
 * there for ten not at all: a git that was killed leaves it behind, and `git commit` holds it
 * while its editor is open.
 */
export function awaitGit(index_lock_path: string): void {
  for (let waited_ms = 0; waited_ms < LONGEST_WAIT_MS && isHeld(index_lock_path); waited_ms += POLL_MS) {
    Bun.sleepSync(POLL_MS);
  }
}

const LONGEST_WAIT_MS = 3000;
const POLL_MS = 5;
const STALE_AFTER_MS = 10_000;

function isHeld(path: string): boolean {
  try {
    const lock = lstatSync(path, { throwIfNoEntry: false });
    return lock !== undefined && Date.now() - lock.mtimeMs < STALE_AFTER_MS;
  } catch {
    return false; // What can't be looked at can't be waited for.
  }
}
