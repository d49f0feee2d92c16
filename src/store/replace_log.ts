/**
 * Replaces a whole log: for the few commands that do more than append to it.
 *
 * - Killed at any moment, the log is the old one or the new one, whole.
 * - When {@link replaceLog} returns, the new one is on the disk. When it throws, the old
 *   one stands, unless the error says that the outcome is unknown.
 * - The feature's lock keeps out everybody who takes it. What writers without it append to
 *   the old file before the call returns is carried over; only a kill within the
 *   microseconds between rename and carrying over would lose it. A program that keeps the
 *   old file open for longer writes into a file without a name, as after a checkout.
 * - Windows replaces no file that is open, by whomever: there our own look at the old one ends
 *   right before the rename, and one that others have open stays, which is said.
 */

import { closeSync, constants, fstatSync, fsyncSync, linkSync, openSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import {
  isStillAt,
  putInPlace,
  readFrom,
  removeIfThere,
  syncDirectory,
  writeTemporary,
} from "./durable_file.ts";
import type { LogPlace } from "./event_log.ts";
import { attempt, causeOf, errnoOf, StorageError } from "./storage_error.ts";

/**
 * Replaces a log. Callers hold the feature's lock.
 *
 * @param before what the caller read and decided on; undefined when there was no file
 * @throws StorageError when the log is another by now, or when the disk fails
 */
export function replaceLog(place: LogPlace, before: Uint8Array | undefined, after: Uint8Array): void {
  const staged = stageLog(place, before, after);
  try {
    swapIn(staged);
  } finally {
    letGo(staged);
  }
}

/** A new log that lies beside the old one, and an old one that still is what the caller read. */
export interface StagedLog {
  readonly place: LogPlace;
  readonly temporary: string;
  /** The old log, open, so that it can be read when its name is gone; undefined when there is none, or no more. */
  old_fd: number | undefined;
  readonly old_size_bytes: number;
}

/** The first half of {@link replaceLog}: all that can be done while the old log stands. */
export function stageLog(place: LogPlace, before: Uint8Array | undefined, after: Uint8Array): StagedLog {
  const temporary = writeTemporary(place.path, after);
  let old_fd: number | undefined;
  try {
    old_fd = openOld(place);
    const found = old_fd === undefined ? undefined : readFrom(old_fd, place.shown, 0);
    if (!areEqual(found, before)) throw changedMeanwhile(place);
    return { place, temporary, old_fd, old_size_bytes: before?.length ?? 0 };
  } catch (error) {
    if (old_fd !== undefined) closeSync(old_fd);
    removeIfThere(temporary);
    throw error;
  }
}

/** The second half: gives the new log the old one's name, and carries over what was appended meanwhile. */
export function swapIn(staged: StagedLog, is_windows = process.platform === "win32"): void {
  const { place, temporary, old_fd, old_size_bytes } = staged;
  if (old_fd === undefined) {
    createFrom(temporary, place);
  } else {
    const is_grown = () => fstatSync(old_fd).size > old_size_bytes;
    if (!attempt("find", place.path, () => isStillAt(old_fd, place.path) && !(is_windows && is_grown()))) {
      removeIfThere(temporary);
      throw changedMeanwhile(place);
    }
    if (is_windows) letGo(staged);
    putInPlace(temporary, place.path);
  }
  try {
    const carried_bytes = carryOver(staged.old_fd, old_size_bytes, place);
    syncDirectory(dirname(place.path));
    // Whoever had opened the old file before the rename may have written only now.
    carryOver(staged.old_fd, old_size_bytes + carried_bytes, place);
  } catch (error) {
    throw new StorageError("replace", place.shown, causeOf(error), { outcome_unknown: true });
  }
}

/** Closes the old log, if it is open. */
function letGo(staged: StagedLog): void {
  if (staged.old_fd === undefined) return;
  closeSync(staged.old_fd);
  staged.old_fd = undefined;
}

function openOld({ path, shown }: LogPlace): number | undefined {
  try {
    if (!statSync(path).isFile()) throw new StorageError("read", shown, "it is no file");
    return openSync(path, constants.O_RDONLY);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error instanceof StorageError ? error : new StorageError("open", shown, error);
  }
}

/** A second name is refused where there is a file by now; a rename would bury it. */
function createFrom(temporary: string, place: LogPlace): void {
  try {
    linkSync(temporary, place.path);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") {
      removeIfThere(temporary);
      throw changedMeanwhile(place);
    }
    // Some file systems have no second names.
    putInPlace(temporary, place.path);
    return;
  }
  attempt("replace", place.path, () => removeIfThere(temporary));
}

/** Appends to the new log what stands in the old one from an offset on. @returns how much */
function carryOver(old_fd: number | undefined, offset_bytes: number, { path, shown }: LogPlace): number {
  if (old_fd === undefined) return 0;
  const tail = readFrom(old_fd, shown, offset_bytes);
  if (tail.length === 0) return 0;
  const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  try {
    for (let done_bytes = 0; done_bytes < tail.length; ) {
      done_bytes += writeSync(fd, tail, done_bytes);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return tail.length;
}

function areEqual(found: Uint8Array | undefined, before: Uint8Array | undefined): boolean {
  if (found === undefined || before === undefined) return found === before;
  return Buffer.compare(found, before) === 0;
}

function changedMeanwhile({ shown }: LogPlace): StorageError {
  return new StorageError("replace", shown, "it was changed meanwhile; nothing is written");
}
