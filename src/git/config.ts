/** A clone's git config, read and set through git itself. */

import { ok, type Result, refuse } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { wholePath } from "../store/spelling.ts";
import { runGit } from "./run_git.ts";

/** A setting that a clone sees. */
export interface GitSetting {
  readonly name: string;
  readonly value: string;
}

/**
 * The settings whose names match, in the order in which git reads them: the last of a name counts.
 *
 * @param scope `local`: only what stands in the clone's own file
 * @returns undefined when there is no git on this machine
 */
export function gitSettings(
  folder: string,
  name_pattern: string,
  scope: "local" | "any",
): Result<readonly GitSetting[]> | undefined {
  const where = scope === "local" ? ["--local"] : [];
  const answer = runGit(folder, ["config", ...where, "--null", "--get-regexp", name_pattern]);
  if (answer === undefined) return undefined;
  // 1: nothing matches.
  if (answer.exit_code > 1) return refuseGit("read the git config of", folder, answer.complaint);
  const entries = answer.stdout.toString().split("\0").slice(0, -1);
  return ok(
    entries.map((entry) => {
      const [name = "", ...value] = entry.split("\n");
      return { name, value: value.join("\n") };
    }),
  );
}

/** Sets a setting in the clone's own file; several of its name become one. */
export function setGitSetting(folder: string, name: string, value: string): Result<void> {
  return change(folder, ["--replace-all", name, value]);
}

/** Takes a setting out of the clone's own file. */
export function unsetGitSetting(folder: string, name: string): Result<void> {
  return change(folder, ["--unset-all", name]);
}

/**
 * Where the settings say that hooks lie.
 *
 * @returns undefined when they say nothing
 */
export function hooksPathSetting(folder: string): string | undefined {
  const args = ["config", "--type=path", "--show-scope", "--null", "--get-all", "core.hooksPath"];
  const answer = runGit(folder, args);
  if (answer === undefined || answer.exit_code !== 0) return undefined;
  const parts = answer.stdout.toString().split("\0").slice(0, -1);
  const values = parts.filter((_, i) => i % 2 === 1);
  // Our own calls switch hooks off: that one is of the scope "command".
  return values.findLast((_, i) => parts[2 * i] !== "command");
}

function change(folder: string, args: readonly string[]): Result<void> {
  const answer = runGit(folder, ["config", "--local", ...args]);
  if (answer?.exit_code === 0) return ok(undefined);
  return refuseGit("change the git config of", folder, answer?.complaint ?? "git is not there");
}

function refuseGit(attempt: string, folder: string, complaint: string) {
  return refuse("IO", `cannot ${attempt} ${wholePath(folder)}: ${visible(complaint)}`, {
    hint: "git itself must work there: git status says what is wrong",
    details: { path: folder },
  });
}
