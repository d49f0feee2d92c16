/**
 * The lock of a feature: whoever holds it may read, decide, append and materialize.
 *
 * It is SQLite's write lock on an empty sidecar file: SQLite brings its own locking to
 * every system, and the kernel releases it when the process dies. It is never stolen by
 * age and not inherited by child processes. Nothing is ever written into the file.
 */

import { constants, Database } from "bun:sqlite";
import { existsSync, lstatSync, mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { joinQueue, type PlaceInQueue } from "./lock_queue.ts";
import { realPathInside } from "./paths.ts";
import { attempt, errnoOf, StorageError } from "./storage_error.ts";

/** Where a feature's lock file lies. */
export interface LockPlace {
  readonly path: string;
  /** The folder that it must not lead out of: the git common directory, or the project's root. */
  readonly base: string;
}

/** With no link followed: what was looked at is what is opened, whoever changes folders meanwhile. */
const OPEN_FLAGS =
  constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE | constants.SQLITE_OPEN_NOFOLLOW;

/** How long a waiter sleeps between tries: for each that came before it, up to some time; the first, a moment. */
const NAP_MS = 4;
const LONGEST_NAP_MS = 50;
const NAP_OF_FIRST_MS = 1;

/**
 * Runs `body` while holding the lock. `body` must not wait for anything: while it runs,
 * nothing else in this process does, so that signals and timers never come between.
 *
 * @param timeout_ms how long to wait for the lock; 0 tries once
 * @returns what `body` returns, or `LOCK_TIMEOUT`
 */
export async function withFeatureLock<T>(
  place: LockPlace,
  timeout_ms: number,
  body: () => Result<T>,
): Promise<Result<T>> {
  const lock = await acquireAlone(prepare(place), timeout_ms);
  if (!lock.ok) return lock;
  try {
    return body();
  } finally {
    lock.value.close();
  }
}

/**
 * Takes a lock that is held while something is waited for. Never a feature's: a signal would
 * come between.
 *
 * @returns what gives it back, or `LOCK_TIMEOUT`
 */
export async function takeLock(place: LockPlace, timeout_ms: number): Promise<Result<Disposable>> {
  const lock = await acquireAlone(prepare(place), timeout_ms);
  return lock.ok ? ok({ [Symbol.dispose]: () => lock.value.close() }) : lock;
}

/**
 * Waits until nobody holds the lock. Creates nothing: no lock file, no holder.
 *
 * @returns ok, or `LOCK_TIMEOUT`
 */
export async function waitForFeatureLock(place: LockPlace, timeout_ms: number): Promise<Result<undefined>> {
  if (findLockFile(place.path) === undefined) return ok(undefined);
  const lock = await acquire(realPathOf(place), timeout_ms, () => undefined);
  if (!lock.ok) return lock;
  lock.value.close();
  return ok(undefined);
}

/**
 * Makes the folder of the lock file, unless a link would lead it out of where it belongs.
 *
 * @returns the real path of the lock file
 */
function prepare(place: LockPlace): string {
  const path = realPathOf(place);
  const folder = dirname(path);
  if (!existsSync(folder)) attempt("create", folder, () => mkdirSync(folder, { recursive: true }));
  return path;
}

function realPathOf({ path, base }: LockPlace): string {
  const folder = dirname(path);
  return attempt("use", folder, () => join(realPathInside(realpathSync(base), folder), basename(path)));
}

/**
 * A lock that keeps everybody else out. A file that may only be read gives none: SQLite opens it
 * all the same, and `BEGIN IMMEDIATE` is then no more than a look.
 */
async function acquireAlone(path: string, timeout_ms: number): Promise<Result<Database>> {
  const lock = await acquire(path, timeout_ms);
  if (lock.ok && !keepsOthersOut(lock.value)) {
    lock.value.close();
    const cause =
      "it may only be read, so it would keep nobody out; whoever writes the log must be able to write it";
    throw new StorageError("lock", path, cause);
  }
  return lock;
}

function keepsOthersOut(database: Database): boolean {
  // An int; Bun takes nothing shorter than eight bytes.
  const state = new Int32Array(2);
  database.fileControl(constants.SQLITE_FCNTL_LOCKSTATE, state);
  return (state[0] ?? 0) >= RESERVED;
}

/** SQLite's name for the lock that only one can have. */
const RESERVED = 2;

async function acquire(
  path: string,
  timeout_ms: number,
  queueAt: (lock_path: string) => PlaceInQueue | undefined = joinQueue,
): Promise<Result<Database>> {
  const deadline_ms = performance.now() + timeout_ms;
  const database = openLockFile(path);
  if (tryToLock(database, path)) return ok(database);
  if (timeout_ms > 0) {
    using queue = queueAt(path);
    for (let tries = 1; ; tries++) {
      const left_ms = deadline_ms - performance.now();
      if (left_ms <= 0) break;
      await Bun.sleep(Math.min(napOf(queue?.ahead(), tries), left_ms));
      if (tryToLock(database, path)) return ok(database);
    }
  }
  database.close();
  return refuse("LOCK_TIMEOUT", `another process held the feature's lock for ${timeout_ms / 1000} s`, {
    hint: "try again; --lock-timeout <seconds> waits longer",
    details: { lock: path, timeout_ms },
  });
}

/** @param ahead how many came earlier; undefined where nobody knows */
function napOf(ahead: number | undefined, tries: number): number {
  if (ahead === 0) return NAP_OF_FIRST_MS;
  const nap_ms = Math.min(LONGEST_NAP_MS, NAP_MS * (ahead ?? Math.min(1, tries / 4)));
  // Waiters that woke in step would collide in step.
  return nap_ms * (0.5 + Math.random());
}

function findLockFile(path: string) {
  return attempt("lock", path, () => lstatSync(path, { throwIfNoEntry: false }));
}

function openLockFile(path: string): Database {
  const found = findLockFile(path);
  if (found !== undefined && !(found.isFile() && found.size === 0)) {
    throw new StorageError("lock", path, "it is not lanekeeper's lock file, which is empty");
  }
  return attempt("open the lock", path, () => {
    const database = new Database(path, OPEN_FLAGS);
    // Nothing is written, so nothing needs a journal beside the lock.
    database.run("PRAGMA journal_mode = MEMORY");
    return database;
  });
}

function tryToLock(database: Database, path: string): boolean {
  try {
    database.run("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    if (errnoOf(error)?.startsWith("SQLITE_BUSY")) return false;
    database.close();
    throw new StorageError("lock", path, error);
  }
}
