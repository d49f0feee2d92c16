/** `lane uninstall` where not all is as `lane init` left it. */

import { expect, test } from "bun:test";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { commitAll, makeRepository, NO_USER_SETTINGS, tryGit, useGit } from "../support/git_user.ts";
import { lane as runLane, told, type Words } from "../support/lane.ts";
import { ON_WINDOWS } from "../support/system.ts";

const lane = (folder: string, words: Words, env: Record<string, string> = {}) =>
  runLane(folder, words, { env: { ...NO_USER_SETTINGS, ...env } });
const DRIVER = "merge.lanekeeper-page.driver";

test("uninstall without git on the machine gives the git config back to the byte", () => {
  using repository = makeRepository();
  const config = join(repository.root, ".git", "config");
  appendFileSync(config, "[user]\n\tname = x");
  const before = readFileSync(config, "utf8");
  expect(lane(repository.root, "init").code).toBe(0);
  expect(readFileSync(config, "utf8")).not.toBe(before);
  expect(lane(repository.root, "uninstall", { PATH: "/nonexistent" })).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(config, "utf8")).toBe(before);
  expect(existsSync(join(repository.root, ".git", "lanekeeper"))).toBe(false);
});

test("uninstall without git refuses where somebody laid the settings out anew, and says what to do", () => {
  using repository = makeRepository();
  lane(repository.root, "init");
  const config = join(repository.root, ".git", "config");
  const other = readFileSync(config, "utf8").replace("\tdriver = true", "\tdriver=true");
  writeFileSync(config, other);
  const answer = told(lane(repository.root, "uninstall", { PATH: "/nonexistent" }));
  expect(answer.code).toBe(6);
  expect(answer.stderr).toContain("Hint: run lane uninstall again where git is installed");
  expect(lane(repository.root, "uninstall").code).toBe(0);
  expect(tryGit(repository.root, ["config", "--local", DRIVER]).code).toBe(1);
});

test("uninstall leaves the merge drivers to another project of the same clone", () => {
  using repository = makeRepository();
  for (const name of ["a", "b"]) {
    mkdirSync(join(repository.root, name, "kitty-specs"), { recursive: true });
    expect(lane(join(repository.root, name), "init").code).toBe(0);
  }
  const first = lane(join(repository.root, "a"), "uninstall");
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).toContain("the merge drivers stay in this clone's git config");
  expect(tryGit(repository.root, ["config", "--local", DRIVER]).code).toBe(0);
  expect(lane(join(repository.root, "b"), "uninstall")).toMatchObject({ code: 0, stderr: "" });
  expect(tryGit(repository.root, ["config", "--local", DRIVER]).code).toBe(1);
});

test("uninstall in a copy of a clone does not leave the drivers to the clone it was copied from", () => {
  using repository = makeRepository();
  lane(repository.root, "init");
  const copy = repository.beside("copy");
  cpSync(repository.root, copy, { recursive: true });
  expect(lane(copy, "uninstall")).toMatchObject({ code: 0, stderr: "" });
  expect(tryGit(copy, ["config", "--local", DRIVER]).code).toBe(1);
  expect(tryGit(repository.root, ["config", "--local", DRIVER]).code).toBe(0);
});

test("uninstall takes back what init did also where the configuration is broken by now", () => {
  using repository = makeRepository();
  lane(repository.root, "init");
  writeFileSync(join(repository.root, ".kittify", "config.yaml"), "status: [\n");
  expect(lane(repository.root, "uninstall").code).toBe(0);
  expect(existsSync(join(repository.root, ".gitattributes"))).toBe(false);
  expect(tryGit(repository.root, ["config", "--local", DRIVER]).code).toBe(1);
});

test("a page still holds both sides after a merge whose driver is gone", () => {
  using repository = makeRepository();
  const { root } = repository;
  const own = repository.beside(ON_WINDOWS ? "my lane.exe" : "my lane");
  copyFileSync(LANE, own);
  const init = Bun.spawnSync([own, "init"], { cwd: root, env: { ...process.env, ...NO_USER_SETTINGS } });
  expect(init.exitCode).toBe(0);
  lane(root, "new 001-x");
  lane(root, ["add", "First"]);
  commitAll(root);
  const page = join(root, "kitty-specs", "001-x", "tasks", "WP01-first.md");
  useGit(root, "branch", "other");
  lane(root, "emit 1 --to claimed --actor ana");
  commitAll(root);
  useGit(root, "checkout", "--quiet", "other");
  lane(root, "emit 1 --to blocked --actor bob");
  appendFileSync(page, "\nWhat bob wrote.\n");
  commitAll(root);
  useGit(root, "checkout", "--quiet", "main");
  rmSync(own);

  tryGit(root, ["merge", "--no-edit", "other"]);

  expect(readFileSync(page, "utf8")).toContain("What bob wrote.");
  expect(lane(root, "doctor --json").stdout).toContain("which is not there");
  expect(lane(root, "doctor --fix --apply").code).toBe(0);
  const settled = readFileSync(page, "utf8");
  expect(settled).toContain("What bob wrote.");
  expect(settled).not.toContain("<<<<<<<");
});
