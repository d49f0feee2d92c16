/** What `lane init` remembers in a clone, so that `lane uninstall` takes exactly that back. */

import { mkdirSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import type { Project } from "../project/project.ts";
import { createFile, readIfThere, replaceFile } from "../store/durable_file.ts";
import { realPathInside, STATE_FOLDER, STATE_FOLDER_IN_GIT } from "../store/paths.ts";
import { attempt, errnoOf, StorageError } from "../store/storage_error.ts";

const ManifestSchema = v.object({
  version: v.literal(1),
  /** The clone's git config had no line end at its end. */
  config_line_end_added: v.boolean(),
  /** By a project's root: the folders that were made, outer ones first. */
  projects: v.record(v.string(), v.object({ made: v.array(v.string()) })),
});

export type Manifest = v.InferOutput<typeof ManifestSchema>;

const EMPTY: Manifest = { version: 1, config_line_end_added: false, projects: {} };

/** Beside the locks: in git's common directory, or in the project where there was no git. */
export function manifestPaths({ root, git }: Pick<Project, "root" | "git">): readonly [string, ...string[]] {
  const without_git = pathInside(root, STATE_FOLDER);
  return git === undefined ? [without_git] : [pathInside(git.common_dir, STATE_FOLDER_IN_GIT), without_git];
}

/** @throws StorageError when a link leads it elsewhere */
function pathInside(base: string, folder: string): string {
  const real = attempt("use", base, () => realpathSync(base));
  return realPathInside(real, join(real, folder, FILE));
}

const FILE = "init.json";

/** What is remembered; nothing, where there is no manifest or one that makes no sense. */
export function readManifest(path: string): Manifest {
  try {
    return v.parse(ManifestSchema, JSON.parse(readIfThere(path, "utf8") ?? ""));
  } catch (error) {
    if (error instanceof StorageError) throw error;
    return EMPTY;
  }
}

/** Writes what is to be remembered, if it is anything new; nothing to remember needs no file. */
export function writeManifest(path: string, manifest: Manifest): void {
  const { config_line_end_added, projects } = manifest;
  if (!config_line_end_added && Object.keys(projects).length === 0) {
    removeManifest(path);
    return;
  }
  const before = readIfThere(path, "utf8");
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if (text === before) return;
  attempt("create", dirname(path), () => mkdirSync(dirname(path), { recursive: true }));
  if (before === undefined) createFile(path, Buffer.from(text, "utf8"));
  else replaceFile(path, Buffer.from(text, "utf8"));
}

function removeManifest(path: string): void {
  attempt("remove", path, () => rmSync(path, { force: true }));
  removeIfEmpty(dirname(path));
}

/** Removes a folder, unless there is something in it. @returns whether it is gone now and was not before */
export function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(errnoOf(error) ?? "")) return false;
    throw new StorageError("remove", folder, error);
  }
}
