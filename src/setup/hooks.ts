/** Decides what becomes of a repository's hooks: ours are added to them, never put in their place. */

import { lstatSync, realpathSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { Warning } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { hooksPathSetting } from "../git/config.ts";
import type { GitFolder } from "../project/git_folder.ts";
import type { Project } from "../project/project.ts";
import { readIfThere } from "../store/durable_file.ts";
import { isInside, realPathInside, realPathOfMaybeMissing, shownPath } from "../store/paths.ts";
import { withSlashes } from "../store/spelling.ts";
import { attempt, StorageError } from "../store/storage_error.ts";
import type { FileChange } from "./file_change.ts";
import {
  HOOK_NAMES,
  type HookFacts,
  type HookName,
  hookCommand,
  hookLines,
  SHEBANG,
  whyNotShell,
} from "./hook_script.ts";
import { isMadeByLane, putOwnLines, takeOwnLines } from "./own_lines.ts";

/** A project that lies in a git repository. */
export type ProjectInGit = Project & { readonly git: GitFolder };

/** What is to be done with the hooks. */
export interface HookPlan {
  /** Hooks that are right already have the same text before and after. */
  readonly changes: readonly FileChange[];
  /** Hooks that are not touched, and what to do by hand. */
  readonly warnings: readonly Warning[];
}

/**
 * Decides how our part gets into the hooks that git runs here.
 *
 * @param executable the words that start lane
 */
export function planHooks(project: ProjectInGit, executable: readonly string[]): HookPlan {
  const top = project.git.worktree_top;
  const facts: HookFacts = {
    executable,
    root: withSlashes(relative(top, project.root)),
    features_folder: withSlashes(relative(top, project.features_folder)) || ".",
  };
  const folder = hooksFolder(project);
  const changes: FileChange[] = [];
  const warnings: Warning[] = [];
  for (const hook of HOOK_NAMES) {
    const planned = planHook(project, folder, hook, facts);
    if (typeof planned !== "string") {
      changes.push(planned);
      continue;
    }
    const message = `${shownPath(project.root, join(folder, hook))} is left as it is: ${visible(planned)}`;
    const by_hand = `to have it all the same, let it run: ${visible(hookCommand(hook, facts))}`;
    warnings.push({ code: "HOOK_NOT_ADDED", message: `${message}; ${by_hand}` });
  }
  return { changes, warnings };
}

/** Decides how our part gets out of the hooks again, wherever git may have run them since. */
export function planWithoutHooks(project: ProjectInGit): FileChange[] {
  const folders = new Set([hooksFolder(project), defaultHooksFolder(project.git)]);
  return [...folders].flatMap((folder) =>
    HOOK_NAMES.flatMap((hook) => {
      const found = findHook(project, folder, hook);
      if (typeof found === "string" || found.text === undefined) return [];
      const without = takeOwnLines(found.text, labelOf(project));
      if (without === undefined) return [];
      const is_ours = without.made_by_lane && (without.text === SHEBANG || without.text === "");
      return [{ path: found.path, before: found.text, after: is_ours ? undefined : without.text }];
    }),
  );
}

function planHook(
  project: ProjectInGit,
  folder: string,
  hook: HookName,
  facts: HookFacts,
): FileChange | string {
  const found = findHook(project, folder, hook);
  if (typeof found === "string") return found;
  const { path, text } = found;
  const own = { label: labelOf(project), lines: hookLines(hook, facts) };
  if (text === undefined) {
    const after = putOwnLines(SHEBANG, own, { at: "second line", is_new: true });
    return { path, before: undefined, after, is_executable: true };
  }
  if (process.platform !== "win32" && (statSync(path).mode & 0o111) === 0) {
    return "it is not executable, so git does not run it";
  }
  const problem = whyNotShell(text);
  if (problem !== undefined) return problem;
  // Another project's part may have made it: the last one to go takes the file along.
  const after = putOwnLines(text, own, { at: "second line", is_new: isMadeByLane(text) });
  return { path, before: text, after };
}

/** A hook with its real path and its text, if there is one; else why it is none of ours to touch. */
function findHook(
  { root, git }: ProjectInGit,
  folder: string,
  hook: HookName,
): { path: string; text: string | undefined } | string {
  const named = join(folder, hook);
  try {
    const bases = [realpathSync(git.common_dir), root];
    if (![git.common_dir, ...bases].some((base) => isInside(base, folder))) {
      return `the hooks of this repository lie outside the project, in ${withSlashes(folder)}`;
    }
    // A link from git's own folder into the project stays at home.
    const target = realPathOfMaybeMissing(named);
    const path = realPathInside(bases.find((base) => isInside(base, target)) ?? root, named);
    if (basename(path) !== hook)
      return `it is a link to ${withSlashes(path)}, which may serve other hooks too`;
    const found = attempt("look at", path, () => lstatSync(path, { throwIfNoEntry: false }));
    if (found !== undefined && !found.isFile()) return "it is no file";
    return { path, text: readIfThere(path, "latin1") };
  } catch (error) {
    if (error instanceof StorageError) return error.message;
    throw error;
  }
}

/** Where git looks for hooks: relative paths count from the top of the working tree. */
function hooksFolder({ git, root }: ProjectInGit): string {
  const named = hooksPathSetting(root);
  return named === undefined ? defaultHooksFolder(git) : resolve(git.worktree_top, named || "/");
}

function defaultHooksFolder(git: GitFolder): string {
  return join(git.common_dir, "hooks");
}

/** Projects that share a repository share its hooks: each has lines of its own. */
function labelOf({ git, root }: ProjectInGit): string {
  const path = withSlashes(relative(git.worktree_top, root));
  return path === "" ? "lanekeeper" : `lanekeeper ${visible(path)}`;
}
