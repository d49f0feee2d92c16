/** When a file was last committed: what every full clone of a repository agrees on. */

import { dirname, join, relative } from "node:path";
import { visible } from "../domain/text.ts";
import { END_OF_TIME_US, type InstantUs } from "../domain/time.ts";
import { findGitFolder } from "../project/git_folder.ts";
import { readIfThere } from "../store/durable_file.ts";
import { withSlashes } from "../store/spelling.ts";
import { runGit } from "./run_git.ts";

/** What git knows of a file's last commit. */
export type LastCommit =
  /** The committer's time. */
  | { readonly kind: "known"; readonly at_us: InstantUs }
  /** No commit on the current branch holds the file, or there is no repository at all. */
  | { readonly kind: "none" }
  /** There may be one, but this clone or this machine can't tell. */
  | { readonly kind: "unknown"; readonly problem: string };

/**
 * Looks up the last commit that changed a file.
 *
 * @param path its real path
 * @throws StorageError when git does not come to an end, or its folder can't be read
 */
export function lastCommitOf(path: string): LastCommit {
  const folder = dirname(path);
  const git = findGitFolder(folder);
  if (git === undefined) return { kind: "none" };
  const top = git.worktree_top;
  // Settings of a repository could let git follow renames, or read the name as a pattern. It is
  // asked at the top: folders below may look like a repository of their own.
  const log = runGit(top, [
    "log",
    "-1",
    "--no-follow",
    "--format=%H %ct",
    "--",
    `:(literal)${withSlashes(relative(top, path))}`,
  ]);
  if (log === undefined) return unknown("there is no git on this machine's PATH to ask");
  if (log.exit_code !== 0) {
    return hasCommits(top) ? unknown(`git can't tell: ${visible(log.complaint.trim())}`) : { kind: "none" };
  }
  const [, hash, seconds] = /^([0-9a-f]+) (\d+)\n$/.exec(log.stdout.toString()) ?? [];
  if (hash === undefined) return { kind: "none" };
  // Where history is cut off, the oldest commit that is left seems to have made every file.
  const boundary = readIfThere(join(git.common_dir, "shallow"), "latin1")?.split(/\s+/) ?? [];
  if (boundary.includes(hash)) {
    return unknown("this clone is shallow, and its last commit may be older: git fetch --unshallow");
  }
  const at_us = Number(seconds) * 1_000_000;
  if (!(at_us < END_OF_TIME_US)) return unknown("its last commit is dated after the year 2199");
  return { kind: "known", at_us };
}

function unknown(problem: string): LastCommit {
  return { kind: "unknown", problem };
}

/** Whether the current branch has a commit; if git can't tell that either, it counts as having one. */
function hasCommits(folder: string): boolean {
  return runGit(folder, ["rev-parse", "--verify", "--quiet", "HEAD"])?.exit_code !== 1;
}
