/**
 * The order in which waiters get a lock that many want: who came first tries most often.
 *
 * Each waiter lays an empty file, its ticket, beside the lock. Tickets are hints: they decide
 * how long a waiter sleeps between tries, never who may hold the lock. So one that is lost,
 * forged or left behind by a killed process costs a few milliseconds and nothing else.
 */

import { closeSync, openSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { removeIfThere } from "./durable_file.ts";
import { errnoOf } from "./storage_error.ts";

/** Somebody's place among those who wait. Given back by disposing of it. */
export interface PlaceInQueue extends Disposable {
  /** How many came earlier and still wait. */
  readonly ahead: () => number;
}

/** A ticket that nobody believes any more: its process number may be another's by now. */
const OLDEST_TICKET_MS = 60_000;

let tickets = 0;

/**
 * Takes a place in the queue of a lock.
 *
 * @param lock_path where the lock lies; its folder must be there
 * @returns undefined where no ticket can be made: a full disk, or a folder that can only be read
 */
export function joinQueue(lock_path: string): PlaceInQueue | undefined {
  const folder = dirname(lock_path);
  const prefix = `${basename(lock_path)}.wait-`;
  // Digits of equal number, so that the order of names is the order of coming.
  const name = `${prefix}${Math.floor(now_ms() * 1000)}-${process.pid}-${++tickets}`;
  try {
    closeSync(openSync(join(folder, name), "wx"));
  } catch {
    return undefined;
  }
  return {
    ahead: () => countBefore(name, prefix, folder),
    [Symbol.dispose]: () => leave(join(folder, name)),
  };
}

function countBefore(mine: string, prefix: string, folder: string): number {
  let ahead = 0;
  for (const name of namesIn(folder)) {
    if (!name.startsWith(prefix) || name >= mine) continue;
    const ticket = TICKET.exec(name.slice(prefix.length));
    if (ticket === null) continue;
    if (isWaiting(Number(ticket[1]) / 1000, Number(ticket[2]))) ahead++;
    else leave(join(folder, name));
  }
  return ahead;
}

/** Microseconds since 1970, the process, and which of its tickets. */
const TICKET = /^(\d{16})-(\d{1,10})-\d{1,10}$/;

function isWaiting(since_ms: number, pid: number): boolean {
  if (now_ms() - since_ms > OLDEST_TICKET_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user's process one hears that it may not be signalled: it lives.
    return errnoOf(error) !== "ESRCH";
  }
}

function now_ms(): number {
  return performance.timeOrigin + performance.now();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function leave(path: string): void {
  try {
    removeIfThere(path);
  } catch {
    // Whoever comes later sweeps it away.
  }
}
