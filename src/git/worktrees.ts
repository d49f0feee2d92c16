/** The linked worktrees of a clone. */

import { existsSync } from "node:fs";
import { runGit } from "./run_git.ts";

/** A linked worktree, as git remembers it. */
export interface Worktree {
  readonly path: string;
  /** Undefined when its head is detached. */
  readonly branch: string | undefined;
  /** Whether its folder is gone. */
  readonly is_gone: boolean;
}

/** Lists linked worktrees, the main one not among them; undefined where git does not answer. */
export function listWorktrees(folder: string): Worktree[] | undefined {
  const listed = runGit(folder, ["worktree", "list", "--porcelain", "-z"]);
  if (listed?.exit_code !== 0) return undefined;
  const blocks = listed.stdout.toString().split("\0\0");
  return blocks.slice(1).flatMap((block) => {
    const lines = block.split("\0");
    const textAfter = (key: string) =>
      lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
    const path = textAfter("worktree");
    if (path === undefined) return [];
    const branch = textAfter("branch")?.replace(/^refs\/heads\//, "");
    return [{ path, branch, is_gone: !existsSync(path) }];
  });
}
