/** What can be seen of the work itself: so that a dead agent can be told from a slow one. */

import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type Branch, listBranches } from "../git/branches.ts";
import { listWorktrees, type Worktree } from "../git/worktrees.ts";
import type { Feature } from "../project/feature.ts";
import { currentBranch, findGitFolder } from "../project/git_folder.ts";
import { isFolder } from "../project/project.ts";

/** The branches and worktrees of a clone, looked up once. */
export interface Workplaces {
  readonly branches: readonly Branch[];
  readonly worktrees: readonly Worktree[];
  /** Whether anybody here works in a branch or worktree of a work package at all. */
  readonly are_used: boolean;
  /** Whether there are linked worktrees at all, or a folder for them. */
  readonly has_worktrees: boolean;
  /** The branch of the main worktree. */
  readonly checked_out: string | undefined;
}

/** Where one work package is worked on. */
export interface Workplace {
  /** What its branch is called: `034-foo-WP01`. */
  readonly branch_name: string;
  /** The newest of its branches, here or at a remote. */
  readonly branch: Branch | undefined;
  readonly worktree: Worktree | undefined;
  /** Whether its branch is what the main worktree has checked out. */
  readonly is_in_main: boolean;
}

const NO_WORKPLACES: Workplaces = {
  branches: [],
  worktrees: [],
  are_used: false,
  has_worktrees: false,
  checked_out: undefined,
};

const WP_BRANCH = /-WP\d{2,}$/i;
/** Where worktrees of work packages lie by custom. */
const WORKTREES_FOLDER = ".worktrees";

/**
 * Asks git for the branches and worktrees of a feature's clone; none without a repository.
 *
 * @returns undefined where there is a repository, and git does not answer: then nothing is known
 */
export function findWorkplaces({ project }: Feature): Workplaces | undefined {
  const { git } = project;
  if (git === undefined) return NO_WORKPLACES;
  const branches = listBranches(git.worktree_top);
  const worktrees = listWorktrees(git.worktree_top);
  if (branches === undefined || worktrees === undefined) return undefined;
  const has_worktrees =
    worktrees.length > 0 || isFolder(join(git.main_top ?? git.worktree_top, WORKTREES_FOLDER));
  const are_used =
    has_worktrees ||
    [...branches.map(({ name }) => name), ...worktrees.map(nameOf)].some((name) => WP_BRANCH.test(name));
  const main = git.main_top === undefined ? undefined : findGitFolder(git.main_top);
  return { branches, worktrees, are_used, has_worktrees, checked_out: main && currentBranch(main) };
}

/** Finds the branch and the worktree of a work package by their names. */
export function workplaceOf(slug: string, wp: string, workplaces: Workplaces): Workplace {
  const { branches, worktrees, checked_out } = workplaces;
  const branch_name = `${slug}-${wp}`;
  const is_its = (name: string | undefined) => name?.toLowerCase() === branch_name.toLowerCase();
  const [branch] = branches
    .filter(({ name }) => is_its(name))
    .sort((a, b) => b.committed_at_us - a.committed_at_us);
  const worktree = worktrees.find((one) => is_its(one.branch) || is_its(basename(one.path)));
  return { branch_name, branch, worktree, is_in_main: is_its(checked_out) };
}

/** Folders that hold what was installed or built, not what somebody wrote. */
const PASSED_OVER: ReadonlySet<string> = new Set([".git", ".worktrees", "node_modules", ".venv", "target"]);
const MOST_ENTRIES = 20_000;

/**
 * The newest change of a file in a worktree, told by time stamps alone.
 *
 * @returns microseconds since 1970; undefined when there is nothing to see
 */
export function newestChangeUs(folder: string): number | undefined {
  let newest_ms: number | undefined;
  let entries_left = MOST_ENTRIES;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined && entries_left > 0; next = folders.pop()) {
    for (const entry of listOrNothing(next)) {
      if (entries_left-- <= 0) break;
      const path = join(next, entry.name);
      if (entry.isDirectory() && !PASSED_OVER.has(entry.name)) folders.push(path);
      if (!entry.isFile()) continue;
      const changed_ms = changedMs(path);
      if (changed_ms !== undefined) newest_ms = Math.max(newest_ms ?? 0, changed_ms);
    }
  }
  return newest_ms === undefined ? undefined : newest_ms * 1000;
}

/** What can't be looked at is no sign of anything. */
function changedMs(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

function nameOf({ path, branch }: Worktree): string {
  return branch ?? basename(path);
}

function listOrNothing(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
