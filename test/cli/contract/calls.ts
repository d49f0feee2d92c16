/** Carrying a row out. */

import { join } from "node:path";
import { NO_USER_SETTINGS } from "../../support/git_user.ts";
import { type Answer, lane } from "../../support/lane.ts";
import { treeState } from "../../support/project.ts";
import type { Row } from "./row.ts";

/** Calls lane with the words of a row and more options. */
export function callIn(
  root: string,
  { words, stdin, env }: Pick<Row, "words" | "stdin" | "env">,
  more: readonly string[] = [],
): Answer {
  const end = words.indexOf("--");
  const all = words.toSpliced(end < 0 ? words.length : end, 0, ...more);
  return lane(root, all, { env: { ...NO_USER_SETTINGS, ...env }, stdin });
}

/** Everything below a folder, but for where locks lie: taking one is no change. */
export function stateOf(root: string): Readonly<Record<string, string>> {
  const lock_folders = [".lanekeeper", join(".git", "lanekeeper")];
  // A folder's own time changes when something is made in it: these two hold the folders of locks.
  const parents = ["", ".git"];
  return Object.fromEntries(
    Object.entries(treeState(root)).filter(
      ([path]) => !parents.includes(path) && !lock_folders.some((folder) => path.startsWith(folder)),
    ),
  );
}
