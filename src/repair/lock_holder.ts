/** Whether a feature's lock is held now, and by which process. */

import { readFileSync, statSync } from "node:fs";
import { visible } from "../domain/text.ts";
import { type LockPlace, waitForFeatureLock } from "../store/feature_lock.ts";

/** A lock that is held. What the system does not tell is null. */
export interface LockHolder {
  readonly lock: string;
  readonly pid: number | null;
  /** Its command line. */
  readonly command: string | null;
  /** Whether it was stopped (`SIGSTOP`, Ctrl-Z) and so will never let go by itself. */
  readonly is_stopped: boolean;
}

/** Looks at a lock without keeping it. @returns undefined when nobody holds it */
export async function findLockHolder(place: LockPlace): Promise<LockHolder | undefined> {
  const free = await waitForFeatureLock(place, 0);
  if (free.ok) return undefined;
  const pid = pidOfHolder(place.path);
  return {
    lock: place.path,
    pid: pid ?? null,
    command: pid === undefined ? null : commandOf(pid),
    is_stopped: pid !== undefined && /^State:\s+[Tt]\b/m.test(readProc(`/proc/${pid}/status`)),
  };
}

/** Linux lists every lock with its file's inode; elsewhere there is no such list. */
function pidOfHolder(path: string): number | undefined {
  const { ino } = statSync(path);
  for (const line of readProc("/proc/locks").split("\n")) {
    const [, pid, inode] = / WRITE +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) /i.exec(line) ?? [];
    if (pid !== undefined && Number(inode) === ino && Number(pid) > 0) return Number(pid);
  }
  return undefined;
}

function commandOf(pid: number): string | null {
  const words = readProc(`/proc/${pid}/cmdline`).split("\0");
  const command = visible(words.join(" ").trim());
  return command === "" ? null : command.slice(0, 200);
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
