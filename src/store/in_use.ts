/** Windows refuses to replace a file that some program has open, be it only to read it. */

import { errnoOf } from "./storage_error.ts";

/** How long a virus scanner, an indexer or another reader is waited for. Others wait for the lock meanwhile. */
const LONGEST_WAIT_MS = 500;
const LONGEST_NAP_MS = 50;

/** How Windows says so; also of a file that may not be written, which no waiting changes. */
const REFUSED_WHILE_OPEN: readonly (string | undefined)[] = ["EACCES", "EBUSY", "EPERM"];

/**
 * Replaces a file, on Windows once all others have let go of it. Waits blindly, as everything
 * inside a feature's lock runs.
 *
 * @param replace what does it, and can be tried again when it fails
 * @throws what the last try threw
 */
export function replaceOnceLetGo(replace: () => void, is_windows = process.platform === "win32"): void {
  const deadline_ms = performance.now() + LONGEST_WAIT_MS;
  for (let nap_ms = 1; ; nap_ms = Math.min(2 * nap_ms, LONGEST_NAP_MS)) {
    try {
      replace();
      return;
    } catch (error) {
      const may_pass = is_windows && REFUSED_WHILE_OPEN.includes(errnoOf(error));
      if (!may_pass || performance.now() >= deadline_ms) throw error;
    }
    Bun.sleepSync(nap_ms);
  }
}
