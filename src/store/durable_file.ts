/**
 * Everything that must survive a power cut is written here, and only here; and read back.
 *
 * - {@link appendDurably}: when it returns, the bytes are on the disk. When it throws,
 *   either they are not in the file, or the error says that the outcome is unknown.
 * - {@link replaceFile}: after a crash the file is the old one or the new one, whole.
 *   It may be the old one for as long as the folder is not synced.
 * - {@link syncDirectory}: a file that was made in the folder is still there after a crash.
 */

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { replaceOnceLetGo } from "./in_use.ts";
import { attempt, errnoOf, StorageError } from "./storage_error.ts";

/** What temporary files end in; `*.lane-tmp` in an ignore file covers those of killed writers. */
export const TEMPORARY_SUFFIX = ".lane-tmp";

/**
 * Appends bytes in one write and syncs the file.
 *
 * A failed or short write is taken back, but only if what lies past `size_before_bytes`
 * is a prefix of our own bytes: others may append without our lock.
 *
 * @param fd open for reading and appending
 * @param size_before_bytes how long the file was when the caller read it
 */
export function appendDurably(fd: number, path: string, bytes: Uint8Array, size_before_bytes: number): void {
  let written_bytes: number;
  try {
    written_bytes = writeSync(fd, bytes);
  } catch (error) {
    takeBack(fd, path, bytes, size_before_bytes, error);
    throw new StorageError("append to", path, error);
  }
  if (written_bytes !== bytes.length) {
    const cause = `only ${written_bytes} of ${bytes.length} bytes could be written; is the disk full?`;
    takeBack(fd, path, bytes, size_before_bytes, cause);
    throw new StorageError("append to", path, cause);
  }
  try {
    fsyncSync(fd);
  } catch (error) {
    throw new StorageError("sync", path, error, { outcome_unknown: true });
  }
}

/**
 * Replaces a file's content through a temporary file beside it and a rename. The mode of
 * a file that is there is kept.
 *
 * The temporary name follows from the file's, so that the next writer of the same file
 * sweeps away what a killed one left. Callers hold the feature's lock.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const temporary = writeTemporary(path, bytes);
  putInPlace(temporary, path);
}

/**
 * Replaces a file that can be lost: nothing is synced, so a crash can leave it torn, and
 * whoever reads it must tell.
 */
export function replaceCache(path: string, bytes: Uint8Array): void {
  const temporary = temporaryFor(path);
  attempt("replace", path, () => {
    removeIfThere(temporary);
    const fd = openSync(temporary, "wx");
    try {
      writeAll(fd, bytes);
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    } finally {
      closeSync(fd);
    }
  });
  putInPlace(temporary, path);
}

/** The first half of {@link replaceFile}: what is to replace a file lies beside it, on the disk. */
export function writeTemporary(path: string, bytes: Uint8Array): string {
  const temporary = temporaryFor(path);
  return attempt("replace", path, () => {
    removeIfThere(temporary);
    writeNewFile(temporary, bytes, statSync(path, { throwIfNoEntry: false })?.mode);
    return temporary;
  });
}

/** Gives a temporary file its place; when that fails, the temporary file goes. */
export function putInPlace(temporary: string, path: string): void {
  attempt("replace", path, () => {
    try {
      replaceOnceLetGo(() => renameSync(temporary, path));
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
  });
}

/**
 * Removes what a killed writer left beside a file, for files that have no next writer soon.
 * Callers hold the feature's lock.
 */
export function sweepTemporary(path: string): void {
  const temporary = temporaryFor(path);
  attempt("remove", temporary, () => {
    if (lstatSync(temporary, { throwIfNoEntry: false }) !== undefined) removeIfThere(temporary);
  });
}

/** Makes a new file whole, or not at all; a name that is taken is refused (`EEXIST`). */
export function createFile(path: string, bytes: Uint8Array, mode?: number): void {
  attempt("create", path, () => writeNewFile(path, bytes, mode));
}

/**
 * Makes the names in a folder durable. Windows has no such call and needs none; nor have
 * some network file systems, which say so.
 */
export function syncDirectory(path: string): void {
  if (process.platform === "win32") return;
  attempt("sync", path, () => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(fd);
    } catch (error) {
      if (!["EINVAL", "ENOTSUP", "EOPNOTSUPP"].includes(errnoOf(error) ?? "")) throw error;
    } finally {
      closeSync(fd);
    }
  });
}

/** The text of what a folder's listing says is a plain file: it needs no look at its kind. */
export function readPlainFile(path: string, encoding: "utf8" | "latin1"): string {
  return attempt("read", path, () => readFileSync(path, encoding));
}

/** A file's text; undefined when there is none. */
export function readIfThere(path: string, encoding: "utf8" | "latin1"): string | undefined {
  return attempt("read", path, () => (isFileThere(path) ? readFileSync(path, encoding) : undefined));
}

/** Whether there is a file. Reading a pipe would wait for its other end, so anything else is refused. */
export function isFileThere(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === false) throw new StorageError("read", path, "it is no file");
  return found !== undefined;
}

/**
 * Reads from an open file, from an offset to its end.
 *
 * @returns the bytes; fewer than expected when the file shrinks meanwhile
 */
export function readFrom(fd: number, path: string, offset_bytes: number): Uint8Array {
  return attempt("read", path, () => {
    const bytes = new Uint8Array(Math.max(0, fstatSync(fd).size - offset_bytes));
    let filled_bytes = 0;
    while (filled_bytes < bytes.length) {
      const read_bytes = readSync(
        fd,
        bytes,
        filled_bytes,
        bytes.length - filled_bytes,
        offset_bytes + filled_bytes,
      );
      if (read_bytes === 0) break;
      filled_bytes += read_bytes;
    }
    return bytes.subarray(0, filled_bytes);
  });
}

/** Exclusive, so that a link planted under the name is never followed. */
function writeNewFile(path: string, bytes: Uint8Array, mode?: number): void {
  const fd = openSync(path, "wx");
  try {
    if (mode !== undefined) fchmodSync(fd, mode & 0o7777);
    writeAll(fd, bytes);
    fsyncSync(fd);
  } catch (error) {
    closeSync(fd);
    removeIfThere(path);
    throw error;
  }
  closeSync(fd);
}

/** In characters; even of three bytes each they fit into a file name of 255 bytes. */
const LONGEST_STEM = 60;

function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, LONGEST_STEM)}${TEMPORARY_SUFFIX}`);
}

function takeBack(
  fd: number,
  path: string,
  bytes: Uint8Array,
  size_before_bytes: number,
  cause: unknown,
): void {
  try {
    const past = readFrom(fd, path, size_before_bytes);
    if (past.length === 0) return;
    const ours = past.length <= bytes.length && past.every((byte, index) => byte === bytes[index]);
    if (!ours) throw new Error("somebody else wrote to it meanwhile");
    ftruncateSync(fd, size_before_bytes);
    fsyncSync(fd);
  } catch {
    throw new StorageError("append to", path, cause, { outcome_unknown: true });
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done_bytes = 0; done_bytes < bytes.length; ) {
    done_bytes += writeSync(fd, bytes, done_bytes);
  }
}

/** Whether a path still leads to an open file: a checkout or another program may have put a new one there. */
export function isStillAt(fd: number, path: string): boolean {
  // Whole: Windows numbers files by 64 bits, and the last of them would be rounded off.
  const mine = fstatSync(fd, { bigint: true });
  const theirs = statSync(path, { bigint: true, throwIfNoEntry: false });
  return theirs !== undefined && mine.dev === theirs.dev && mine.ino === theirs.ino;
}

/** Removes a file that may be gone already. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
