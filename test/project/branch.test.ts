import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findFeature } from "../../src/project/feature.ts";
import { answerOf, makeFolder, refusalOf } from "../support/project.ts";
import { git, makeRepository } from "./git.ts";

const TWO_FEATURES = { "kitty-specs/034-foo/meta.json": "{}", "kitty-specs/035-bar/meta.json": "{}" };

test.each(["034-foo", "034-foo-WP01", "034-foo-wp12", "034-foo-WP100"])(
  "findFeature() takes the feature that the branch %s names",
  async (branch) => {
    using at = makeRepository(TWO_FEATURES);
    git(at.main, "checkout", "--quiet", "-b", branch);

    expect(answerOf(await findFeature({ cwd: at.main }, undefined)).slug).toBe("034-foo");
  },
);

test.each(["034", "034-foo-extra", "feature/034-foo", "034-foo-WP1", "WP01"])(
  "findFeature() does not guess from the branch %s",
  async (branch) => {
    using at = makeRepository(TWO_FEATURES);
    git(at.main, "checkout", "--quiet", "-b", branch);

    expect(refusalOf(await findFeature({ cwd: at.main }, undefined)).code).toBe("AMBIGUOUS_FEATURE");
  },
);

test("findFeature() does not guess where the head is detached", async () => {
  using at = makeRepository(TWO_FEATURES);
  git(at.main, "checkout", "--quiet", "-b", "034-foo");
  git(at.main, "checkout", "--quiet", "--detach");

  expect(refusalOf(await findFeature({ cwd: at.main }, undefined)).code).toBe("AMBIGUOUS_FEATURE");
});

test("findFeature() takes the branch of a repository without commits", async () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "kitty-specs", "034-foo"), { recursive: true });
  mkdirSync(join(folder.path, "kitty-specs", "035-bar"));
  git(folder.path, "init", "--quiet", "--initial-branch=035-bar-WP02");

  expect(answerOf(await findFeature({ cwd: folder.path }, undefined)).slug).toBe("035-bar");
});

test("findFeature() takes the current folder before the branch", async () => {
  using at = makeRepository(TWO_FEATURES);
  git(at.main, "checkout", "--quiet", "-b", "034-foo");
  const cwd = join(at.main, "kitty-specs", "035-bar");

  expect(answerOf(await findFeature({ cwd }, undefined)).slug).toBe("035-bar");
});

test("findFeature() takes the branch of the linked worktree that the caller stands in", async () => {
  using at = makeRepository(TWO_FEATURES);
  git(at.main, "worktree", "add", "--quiet", "-b", "035-bar-WP01", at.beside("agent"));

  expect(answerOf(await findFeature({ cwd: at.beside("agent") }, undefined)).slug).toBe("035-bar");
});
