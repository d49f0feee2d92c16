/** Real git, for tests that need repositories as git itself makes them. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../support/project.ts";

const SETTINGS = [
  ["user.name", "Test"],
  ["user.email", "test@example.org"],
  ["init.defaultBranch", "main"],
  ["commit.gpgSign", "false"],
  ["core.hooksPath", "/dev/null"],
  ["protocol.file.allow", "always"],
].flatMap(([key, value]) => ["-c", `${key}=${value}`]);

/** Runs git in a folder, without any of the user's own settings; throws when it fails. */
export function git(cwd: string, ...args: string[]): void {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  const { exitCode, stderr } = Bun.spawnSync(["git", ...SETTINGS, ...args], {
    cwd,
    env: { ...env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    stdin: "ignore",
  });
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
}

/** Writes files below a folder, by their paths. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** A folder `main` that is a repository with these files committed, in a folder with room beside it. */
export function makeRepository(files: Readonly<Record<string, string>>) {
  const folder = makeFolder();
  const main = join(folder.path, "main");
  mkdirSync(main);
  git(main, "init", "--quiet");
  writeFiles(main, files);
  git(main, "add", ".");
  git(main, "commit", "--quiet", "--allow-empty", "--message", "all");
  return { ...folder, main, beside: (name: string) => join(folder.path, name) };
}
