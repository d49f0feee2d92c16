/** What git's attributes say of paths on the branch that is checked out. */

import { runGit } from "./run_git.ts";

/** Attributes by name: a value, `set`, `unset` or `unspecified`. */
export type Attributes = Readonly<Record<string, string>>;

/**
 * Asks for attributes of paths, in one call.
 *
 * @param paths they need not be there
 * @returns by path; undefined when git can't tell
 */
export function gitAttributes(
  folder: string,
  names: readonly string[],
  paths: readonly string[],
): ReadonlyMap<string, Attributes> | undefined {
  const answer = runGit(folder, ["check-attr", "-z", ...names, "--", ...paths]);
  if (answer === undefined || answer.exit_code !== 0) return undefined;
  const found = new Map<string, Record<string, string>>(paths.map((path) => [path, {}]));
  const parts = answer.stdout.toString().split("\0");
  for (let i = 0; i + 2 < parts.length; i += 3) {
    const [path = "", name = "", value = ""] = parts.slice(i, i + 3);
    const of_path = found.get(path);
    if (of_path !== undefined) of_path[name] = value;
  }
  return found;
}
