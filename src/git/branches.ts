/** The branches of a repository, and when each was last committed to. */

import { runGit } from "./run_git.ts";

/** A branch, here or as a remote had it when it was last fetched. */
export interface Branch {
  /** Without `refs/heads/` or the remote's name. */
  readonly name: string;
  readonly is_remote: boolean;
  readonly committed_at_us: number;
}

/** Lists branches; undefined where git does not answer. */
export function listBranches(folder: string): Branch[] | undefined {
  const format = "%(refname)%00%(committerdate:unix)";
  const listed = runGit(folder, ["for-each-ref", `--format=${format}`, "refs/heads", "refs/remotes"]);
  if (listed?.exit_code !== 0) return undefined;
  return listed.stdout
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [ref = "", seconds = ""] = line.split("\0");
      const local = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
      const remote = /^refs\/remotes\/[^/]+\/(.+)$/.exec(ref)?.[1];
      const name = local ?? remote;
      if (name === undefined || seconds === "") return [];
      return [{ name, is_remote: local === undefined, committed_at_us: Number(seconds) * 1_000_000 }];
    });
}
