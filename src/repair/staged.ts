/** What is about to be committed: the features that a commit would change, as it would leave their logs. */

import { relative, resolve } from "node:path";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { runGit } from "../git/run_git.ts";
import type { Feature } from "../project/feature.ts";
import { isInside } from "../store/paths.ts";
import { withSlashes } from "../store/spelling.ts";
import { StorageError } from "../store/storage_error.ts";
import { type Examination, examineBytes } from "./examine.ts";

/**
 * Of some features, those with staged changes.
 *
 * @param index_file the index of the commit that is being made, where git names one
 */
export function findStaged<T extends { readonly slug: string; readonly feature: Result<Feature> }>(
  features: readonly T[],
  cwd: string,
  index_file: string | undefined,
): Result<readonly T[]> {
  const top = runGit(cwd, ["rev-parse", "--show-toplevel"]);
  if (top === undefined || top.exit_code !== 0) {
    return refuse(
      "IO",
      `--staged asks git, which does not answer here: ${visible(top?.complaint ?? "git is not installed")}`,
      {
        hint: "lane validate checks a feature as it stands in the working tree",
      },
    );
  }
  const folder = top.stdout.toString().replace(/\r?\n$/, "");
  const listed = runGit(folder, DIFF_CACHED, { index_file: index_file && resolve(cwd, index_file) });
  if (listed?.exit_code !== 0)
    throw new StorageError("ask git for what is staged in", folder, listed?.complaint);
  const paths = listed.stdout
    .toString()
    .split("\0")
    .filter((path) => path !== "")
    .map((path) => resolve(folder, path));
  return ok(
    features.filter(({ feature }) =>
      // A feature that can't be opened may be what the commit breaks.
      feature.ok ? paths.some((path) => isInside(feature.value.folder, path)) : true,
    ),
  );
}

const DIFF_CACHED = [
  "diff",
  "--cached",
  "--name-only",
  "-z",
  "--no-renames",
  "--no-ext-diff",
  "--no-textconv",
];

/** Examines a feature with its log as it is staged; everything else as it stands in the working tree. */
export function examineStaged(
  feature: Feature,
  cwd: string,
  index_file: string | undefined,
  now_us: number,
): Examination {
  const { git } = feature.project;
  if (git === undefined) throw new StorageError("find the repository of", feature.folder, "there is none");
  const path = withSlashes(relative(git.worktree_top, feature.log.path));
  const blob = runGit(git.worktree_top, ["cat-file", "blob", `:${path}`], {
    index_file: index_file && resolve(cwd, index_file),
  });
  return examineBytes(feature, blob?.exit_code === 0 ? blob.stdout : undefined, now_us);
}
