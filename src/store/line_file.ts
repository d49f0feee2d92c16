/**
 * Lists of lines that only grow, kept beside the lock. Whoever appends holds a lock.
 *
 * A line that a crash tore is left out when they are read, and ended before the next one
 * is appended. No link is followed to them.
 */

import { closeSync, constants, fstatSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { appendDurably, readFrom, removeIfThere, replaceFile, syncDirectory } from "./durable_file.ts";
import { realPathInside } from "./paths.ts";
import { attempt, errnoOf, StorageError } from "./storage_error.ts";

/** Where such a file lies. */
export interface StatePlace {
  readonly path: string;
  /** The folder that holds all state: neither it nor anything below may be a link. */
  readonly base: string;
}

/** The lines of a file, without a torn one at its end; undefined when there is none. */
export function readLines({ path, base }: StatePlace): readonly string[] | undefined {
  return attempt("read", path, () => {
    const fd = openIfThere(path, base, constants.O_RDONLY);
    if (fd === undefined) return undefined;
    try {
      const lines = Buffer.from(readFrom(fd, path, 0))
        .toString("utf8")
        .split("\n");
      return lines.slice(0, -1).filter((line) => line !== "");
    } finally {
      closeSync(fd);
    }
  });
}

/** Makes a file with these lines, or puts them in the place of those that it has: all or none. */
export function writeLines({ path, base }: StatePlace, lines: readonly string[]): void {
  makeFolder(dirname(path), base);
  replaceFile(path, Buffer.from(textOf(lines), "utf8"));
  syncDirectory(dirname(path));
}

/** Appends lines; when it returns, they are on the disk. Makes the file where there is none. */
export function appendLines(place: StatePlace, lines: readonly string[]): void {
  const { path, base } = place;
  if (lines.length === 0) return;
  const fd = attempt("open", path, () => openIfThere(path, base, constants.O_RDWR | constants.O_APPEND));
  if (fd === undefined) {
    writeLines(place, lines);
    return;
  }
  appendTo(fd, path, lines);
}

/**
 * Adds a line, and makes the file where there is none. Needs no lock, for no other file is
 * written on the way; so one that dies here may leave a file without the line.
 */
export function addLine({ path, base }: StatePlace, line: string): void {
  makeFolder(dirname(path), base);
  const { O_RDWR, O_APPEND, O_CREAT } = constants;
  const fd = attempt("open", path, () => openIfThere(path, base, O_RDWR | O_APPEND | O_CREAT));
  if (fd === undefined) throw new StorageError("open", path, "its folder has gone");
  appendTo(fd, path, [line]);
  syncDirectory(dirname(path));
}

/** Appends to an open file, and closes it. */
function appendTo(fd: number, path: string, lines: readonly string[]): void {
  try {
    const size_bytes = fstatSync(fd).size;
    const is_torn = size_bytes > 0 && readFrom(fd, path, size_bytes - 1)[0] !== LINE_FEED;
    const text = is_torn ? `\n${textOf(lines)}` : textOf(lines);
    appendDurably(fd, path, Buffer.from(text, "utf8"), size_bytes);
  } finally {
    closeSync(fd);
  }
}

/** Removes a file, unless a link leads to it. */
export function removeLines({ path, base }: StatePlace): void {
  attempt("remove", path, () => {
    refuseLinks(dirname(path), base);
    removeIfThere(path);
  });
}

/** Makes a folder of state below `base`, unless a link stands in the way. */
function makeFolder(folder: string, base: string): void {
  attempt("create", folder, () => {
    realPathInside(realpathSync(base), folder);
    mkdirSync(folder, { recursive: true });
    refuseLinks(folder, base);
  });
}

const LINE_FEED = 10;

function openIfThere(path: string, base: string, flags: number): number | undefined {
  let fd: number;
  try {
    refuseLinks(dirname(path), base);
    // Opening a pipe would wait for its other end.
    fd = openSync(path, flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    if (errnoOf(error) === "ELOOP") throw new StorageError("use", path, "it is a link");
    throw error;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new StorageError("use", path, "it is no file");
}

/** A repository can come with links in git's own folder: state must not be written through them. */
function refuseLinks(folder: string, base: string): void {
  const expected = join(realpathSync(base), relative(base, folder));
  if (realpathSync(folder) !== expected) {
    throw new StorageError("use", folder, `a link leads from ${basename(folder)} elsewhere`);
  }
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
