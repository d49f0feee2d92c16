/** Finds the git repository around a folder by looking at files: git itself is not started. */

import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { withSlashes } from "../store/spelling.ts";
import { attempt, StorageError } from "../store/storage_error.ts";

/** A git working tree and where its repository keeps its files. */
export interface GitFolder {
  /** The top of the working tree. */
  readonly worktree_top: string;
  /** This working tree's own folder: holds its `HEAD`. */
  readonly git_dir: string;
  /** What all working trees of the clone share. */
  readonly common_dir: string;
  /** The top of the main working tree; undefined in a bare repository. */
  readonly main_top: string | undefined;
}

/**
 * Looks upwards from a folder for a git working tree.
 *
 * @returns undefined where there is no git at all
 * @throws StorageError when there is a `.git` that leads to no repository: guessing another
 *   place for the lock would put two locks on one log
 */
export function findGitFolder(from: string): GitFolder | undefined {
  for (let top = from; ; top = dirname(top)) {
    const dot_git = join(top, ".git");
    // A link counts even if it leads nowhere: then git is here, but can't be used.
    if (lstatSync(dot_git, { throwIfNoEntry: false }) !== undefined) {
      const found = attempt("use", dot_git, () => statSync(dot_git));
      if (!found.isDirectory() && !found.isFile()) throw new StorageError("read", dot_git, "it is no file");
      return readGitFolder(top, dot_git, found.isDirectory());
    }
    if (dirname(top) === top) return undefined;
  }
}

/**
 * The branch that a working tree is on.
 *
 * @returns undefined when its head is detached or can't be read
 * @example currentBranch(git) // "034-status-model-WP01"
 */
export function currentBranch(git: GitFolder): string | undefined {
  return /^ref: refs\/heads\/(.+)$/m.exec(readSmall(join(git.git_dir, "HEAD")) ?? "")?.[1];
}

/** What git holds while it changes this working tree. */
export function indexLockPath({ git_dir }: GitFolder): string {
  return join(git_dir, "index.lock");
}

/** Whether a merge, rebase, cherry-pick or revert waits for its conflicts to be settled. */
export function isMerging({ git_dir }: GitFolder): boolean {
  const heads = ["MERGE_HEAD", "REBASE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"];
  return heads.some((name) => readSmall(join(git_dir, name)) !== undefined);
}

function readGitFolder(top: string, dot_git: string, is_folder: boolean): GitFolder {
  const git_dir = is_folder ? dot_git : resolve(top, linkTarget(dot_git));
  const common = readCommonDir(join(git_dir, "commondir"));
  const common_dir = common === undefined ? git_dir : resolve(git_dir, common);
  const shown = withSlashes(common_dir);
  if (!isRepository(git_dir, common_dir)) {
    throw new StorageError("use the repository of", dot_git, `${shown} is no git repository`);
  }
  if (common === undefined) return { worktree_top: top, git_dir, common_dir, main_top: top };
  if (!isKnownWorktree(top, git_dir, common_dir)) {
    throw new StorageError("use the repository of", dot_git, `${shown} knows of no worktree here`, {
      hint: "git worktree repair mends a worktree that was moved; --root names the project that is meant",
    });
  }
  const main_top = basename(common_dir) === ".git" ? dirname(common_dir) : undefined;
  return { worktree_top: top, git_dir, common_dir, main_top };
}

/**
 * Whether a repository has a linked worktree at this place. A folder from somewhere could
 * come with a `.git` that names any repository of this machine, whose log would be meant then.
 * One that was moved, or that a container sees elsewhere, still is the only one of its name.
 */
function isKnownWorktree(top: string, git_dir: string, common_dir: string): boolean {
  const real = (path: string) => attempt("use", path, () => realpathSync(path));
  if (dirname(real(git_dir)) !== join(real(common_dir), "worktrees")) return false;
  const recorded = readSmall(join(git_dir, "gitdir"))?.trim();
  if (recorded === undefined) return false;
  const place = resolve(git_dir, recorded);
  return !existsSync(place) || real(dirname(place)) === real(top);
}

/** A linked worktree and a submodule have a file that names their folder. */
function linkTarget(dot_git: string): string {
  const text = attempt("read", dot_git, () => {
    const is_small = statSync(dot_git).size <= LARGEST_POINTER_BYTES;
    return is_small ? readFileSync(dot_git, "utf8") : "";
  });
  const target = /^gitdir: (.+)$/m.exec(text)?.[1]?.trim();
  if (target === undefined) throw new StorageError("read", dot_git, "it names no gitdir");
  return target;
}

/** Longer than any path that git writes into such a file. */
const LARGEST_POINTER_BYTES = 64 * 1024;

/** What git itself asks of a repository, so that a stray `.git` can't send our files elsewhere. */
function isRepository(git_dir: string, common_dir: string): boolean {
  const find = (path: string) => attempt("use", path, () => statSync(path, { throwIfNoEntry: false }));
  const has = (path: string) => find(path) !== undefined;
  const has_head = find(join(git_dir, "HEAD"))?.isFile() === true;
  return has_head && has(join(common_dir, "objects")) && has(join(common_dir, "refs"));
}

/** Undefined where there is none. Git itself would wait at a pipe. */
function readCommonDir(path: string): string | undefined {
  const found = attempt("use", path, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined) return undefined;
  const text = readSmall(path);
  if (text === undefined) throw new StorageError("read", path, "it is no file of git's");
  return text.trim();
}

/** Undefined also for what is no file of a line or two: a pipe would be waited for. */
function readSmall(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() && found.size <= LARGEST_POINTER_BYTES ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
