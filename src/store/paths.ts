/** Every file name on disk, and the guard that keeps all of them inside the project. */

import { type Dirent, lstatSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { wholePath, withSlashes } from "./spelling.ts";
import { attempt, errnoOf, StorageError } from "./storage_error.ts";

export const DEFAULT_FEATURES_FOLDER = "kitty-specs";
export const CONFIG_FILE = ".kittify/config.yaml";
export const LOG_FILE = "status.events.jsonl";
export const SNAPSHOT_FILE = "status.json";
export const META_FILE = "meta.json";
export const TASKS_FILE = "tasks.md";
export const PAGES_FOLDER = "tasks";

/** The name of lanekeeper's folder among a user's own settings. */
export const USER_FOLDER = "lanekeeper";

/** Where lanekeeper keeps what must not be committed: in the git common directory… */
export const STATE_FOLDER_IN_GIT = "lanekeeper";
/** …or in the project root, where there is no git at all. */
export const STATE_FOLDER = ".lanekeeper";

/**
 * The real path of a file or folder that may be a symbolic link, or that is not there
 * yet, provided that it lies inside a folder.
 *
 * @param folder a real path itself
 * @throws StorageError when a link leads out of it, or to what is git's
 */
export function realPathInside(folder: string, path: string): string {
  const real = realPathOfMaybeMissing(path);
  if (!isInside(folder, real)) {
    throw new StorageError("use", path, `it leads out of ${withSlashes(folder)}, to ${withSlashes(real)}`, {
      hint: NO_LINK,
    });
  }
  // What stands in .git/hooks is run, and .git/config names programs: a committed link may lead there.
  if (GITS_OWN.test(relative(folder, real))) {
    throw new StorageError("use", path, `it leads to git's own files, to ${withSlashes(real)}`, {
      hint: NO_LINK,
    });
  }
  return real;
}

/** The real path of a file or folder, wherever it is; it need not be there. @throws StorageError when a link leads nowhere */
export function realPathOfMaybeMissing(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR")
      throw new StorageError("use", path, error);
  }
  if (isLink(path)) {
    throw new StorageError("use", path, "it is a link that leads nowhere", { hint: NO_LINK });
  }
  return join(realPathOfMaybeMissing(dirname(path)), basename(path));
}

const NO_LINK = "put a file or folder of its own in the place of the link";

/** A folder or file `.git` anywhere in a path, as file systems that fold case know it too. */
const GITS_OWN = /(?:^|[/\\])\.git(?:$|[/\\])/i;

/**
 * The names in a folder, each with its real path, provided that all lie inside `base`.
 * Only links need a look of their own, so one call to the system serves them all.
 *
 * @param base a real path; `folder` too, and inside it
 * @returns by name; empty when the folder is not there
 */
export function realPathsIn(base: string, folder: string): ReadonlyMap<string, Entry> {
  const entries = attempt("list", folder, () => entriesOf(folder));
  return new Map(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      const real = entry.isSymbolicLink() ? () => realPathInside(base, path) : () => path;
      return [entry.name, { path: real, is_plain_file: entry.isFile() }];
    }),
  );
}

/** What a folder's listing says of one of its names. */
export interface Entry {
  /** Its real path. @throws StorageError when it is a link that leads out */
  readonly path: () => string;
  /** Whether it is a file for certain, and no link, pipe or folder. */
  readonly is_plain_file: boolean;
}

/** Whether a path is a folder or lies below it; both absolute, without `..`. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A path as people read it: relative to a folder that holds it, else whole; with slashes, safe to print. */
export function shownPath(folder: string, path: string): string {
  return wholePath(isInside(folder, path) ? relative(folder, path) || "." : path);
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
