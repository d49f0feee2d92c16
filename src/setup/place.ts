/** Finds the project that is to be set up, which need not be one yet. */

import { realpathSync } from "node:fs";
import type { Result } from "../domain/refusal.ts";
import { findGitFolder } from "../project/git_folder.ts";
import { findProject, openProject, type Project, type Standpoint } from "../project/project.ts";
import { isInside } from "../store/paths.ts";
import { attempt } from "../store/storage_error.ts";

/**
 * The project that the caller is in; else the git working tree, else the current folder.
 * One that lies above the working tree (`~/.kittify`) or in another one is not meant.
 */
export async function findPlaceToSetUp(standpoint: Standpoint): Promise<Result<Project>> {
  const found = await findProject(standpoint);
  if (standpoint.root !== undefined) return found;
  if (!found.ok && found.refusal.code !== "NO_PROJECT") return found;
  const cwd = attempt("use", standpoint.cwd, () => realpathSync(standpoint.cwd));
  const top = findGitFolder(cwd)?.worktree_top;
  if (found.ok && (top === undefined || isInside(top, found.value.root))) return found;
  return openProject(top ?? cwd, standpoint);
}
