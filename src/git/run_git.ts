/** Starts git for what only git knows, so that nothing that a repository names runs with it. */

import { devNull } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { StorageError } from "../store/storage_error.ts";

/** What git answered. */
export interface GitAnswer {
  readonly exit_code: number;
  readonly stdout: Buffer;
  /** What git said of a failure, in one line. */
  readonly complaint: string;
}

/** Longer than anything that is asked of git here; a hung file system must not hang `lane`. */
const TIMEOUT_MS = 60_000;

/**
 * Programs that a repository's configuration can name are switched off one by one; lane
 * asks for nothing that would need them.
 */
const SAFE_SETTINGS = [
  `core.hooksPath=${devNull}`,
  "core.fsmonitor=false",
  "core.pager=cat",
  "log.showSignature=false",
  "diff.external=",
  // Committed files can look like a repository of their own, with a configuration of its own.
  "safe.bareRepository=explicit",
].flatMap((setting) => ["-c", setting]);

/** No prompt, no network (a partial clone would fetch what is missing), no lock on the index. */
const SAFE_ENVIRONMENT = {
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C",
};

/** Where the user's own settings lie. What else git's hooks put there would lead it elsewhere. */
const KEPT_VARIABLES = /^GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)|CEILING_DIRECTORIES)$/;

/**
 * Runs git in a folder, with stdin closed and no shell.
 *
 * @param args paths among them stand after `--`
 * @param options.index_file the index that a running commit uses, where a hook asks about it
 * @returns undefined when there is no git on this machine
 * @throws StorageError when it does not come to an end
 * @example runGit(root, ["for-each-ref", "refs/heads"])?.stdout.toString()
 */
export function runGit(
  folder: string,
  args: readonly string[],
  options: { index_file?: string | undefined } = {},
): GitAnswer | undefined {
  const git = findGit();
  if (git === undefined) return undefined;
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("GIT_") || KEPT_VARIABLES.test(name),
  );
  const index = options.index_file === undefined ? {} : { GIT_INDEX_FILE: options.index_file };
  const done = Bun.spawnSync([git, ...SAFE_SETTINGS, "--no-pager", ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(kept), ...SAFE_ENVIRONMENT, ...index },
    stdin: "ignore",
    timeout: TIMEOUT_MS,
  });
  if (done.exitedDueToTimeout) {
    throw new StorageError(`run git ${args[0]} in`, folder, `it took longer than ${TIMEOUT_MS / 1000} s`);
  }
  const said = done.stderr.toString().trim().split("\n");
  const complaint = said.find((line) => /^(?:fatal|error):/.test(line)) ?? said.at(-1) ?? "";
  return { exit_code: done.exitCode, stdout: done.stdout, complaint };
}

/** Only absolute places count: a script called `git` in the current folder is not git. */
function findGit(): string | undefined {
  const places = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return Bun.which("git", { PATH: places.map((place) => join(place)).join(delimiter) }) ?? undefined;
}
