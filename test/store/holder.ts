/** Another process that holds a feature's lock, for tests of those who wait for it. */

import { expect } from "bun:test";
import { join } from "node:path";
import type { LockPlace } from "../../src/store/feature_lock.ts";

const SCRIPT = join(import.meta.dir, "hold_lock.ts");

/**
 * Starts a process that holds the lock by the time this returns. It is gone when the block ends.
 *
 * @param more `with-child`: it starts a child that outlives it
 */
export async function startHolder({ path, base }: LockPlace, ...more: readonly "with-child"[]) {
  const holder = Bun.spawn([process.execPath, SCRIPT, path, base, ...more], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const reader = holder.stdout.getReader();
  const readLine = async () => new TextDecoder().decode((await reader.read()).value).trim();
  const [word, child_pid] = (await readLine()).split(" ");
  expect(word).toBe("held");
  return {
    kill: (signal: NodeJS.Signals) => holder.kill(signal),
    exited: holder.exited,
    /** Lets it release the lock, and gives back what it says then. */
    finish: async () => {
      holder.stdin.end();
      return await readLine();
    },
    [Symbol.asyncDispose]: async () => {
      holder.kill("SIGKILL");
      await holder.exited;
      if (Number(child_pid) > 0) process.kill(Number(child_pid), "SIGKILL");
    },
  };
}
