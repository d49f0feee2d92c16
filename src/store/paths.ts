/** Every file name on disk, and the guard that keeps all of them inside the project. */

import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { errnoOf, StorageError } from "./storage_error.ts";

export const DEFAULT_FEATURES_FOLDER = "kitty-specs";
export const CONFIG_FILE = join(".kittify", "config.yaml");
export const LOG_FILE = "status.events.jsonl";
export const SNAPSHOT_FILE = "status.json";
export const META_FILE = "meta.json";
export const TASKS_FILE = "tasks.md";
export const PAGES_FOLDER = "tasks";

/** Where lanekeeper keeps what must not be committed: in the git common directory… */
export const STATE_FOLDER_IN_GIT = "lanekeeper";
/** …or in the project root, where there is no git at all. */
export const STATE_FOLDER = ".lanekeeper";

/**
 * The real path of a file or folder that may be a symbolic link, or that is not there
 * yet, provided that it lies inside a folder.
 *
 * @throws StorageError when a link leads out of it
 */
export function realPathInside(folder: string, path: string): string {
  const real_folder = realpathSync(folder);
  const real = realPathOfMaybeMissing(path);
  if (!isInside(real_folder, real)) {
    throw new StorageError("use", path, `it leads out of ${folder}, to ${real}`);
  }
  return real;
}

/** Whether a path is a folder or lies below it; both absolute, without `..`. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A path as people read it: relative to a folder that holds it, else whole. */
export function shownPath(folder: string, path: string): string {
  return isInside(folder, path) ? relative(folder, path) || "." : path;
}

function realPathOfMaybeMissing(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw new StorageError("use", path, error);
  }
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new StorageError("use", path, "it is a link that leads nowhere");
  }
  return join(realPathOfMaybeMissing(dirname(path)), basename(path));
}
