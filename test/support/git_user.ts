/**
 * Git as somebody uses it: with hooks, merge drivers and the clone's own settings, but
 * without any setting of the user who runs the tests.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cleanEnvironment } from "./lane.ts";
import { makeFolder } from "./project.ts";

/** For `lane` and git alike. */
export const NO_USER_SETTINGS = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.org",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.org",
  GIT_EDITOR: "true",
};

export interface GitRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git and gives back what came of it. */
export function tryGit(cwd: string, words: readonly string[], env: Record<string, string> = {}): GitRun {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command(words), {
    cwd,
    env: { ...userEnvironment(), ...env },
    stdin: "ignore",
  });
  return { code: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** Runs git beside whatever else runs. */
export async function gitBeside(cwd: string, words: readonly string[]): Promise<GitRun> {
  const child = Bun.spawn(command(words), { cwd, env: userEnvironment(), stdin: "ignore", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, stdout, stderr };
}

function command(words: readonly string[]): string[] {
  return ["git", "-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false", ...words];
}

function userEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(cleanEnvironment()).filter(([name]) => !name.startsWith("GIT_"));
  return { ...Object.fromEntries(kept), ...NO_USER_SETTINGS };
}

/** Runs git; throws when it fails. @returns what it printed */
export function useGit(cwd: string, ...words: string[]): string {
  const { code, stdout, stderr } = tryGit(cwd, words);
  if (code !== 0) throw new Error(`git ${words.join(" ")}: ${code}: ${stdout}${stderr}`);
  return stdout;
}

/** An empty repository in a folder with room beside it. */
export function makeRepository() {
  const folder = makeFolder();
  const root = join(folder.path, "main");
  mkdirSync(root);
  useGit(root, "init", "--quiet");
  return { ...folder, root, beside: (name: string) => join(folder.path, name) };
}

/** Commits everything that is there. */
export function commitAll(root: string, message = "all"): void {
  useGit(root, "add", "--all");
  useGit(root, "commit", "--quiet", "--allow-empty", "--message", message);
}
