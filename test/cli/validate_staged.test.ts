/** `lane validate --staged` in real repositories: what a commit would leave, not what stands in the working tree. */

import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { git, makeRepository, writeFiles } from "../project/git.ts";
import { SOUND_LINES } from "../support/checks.ts";
import { type Answer, answered, lane, refused, told } from "../support/lane.ts";
import { makeFolder, pageText, treeState } from "../support/project.ts";

const PHASE_0 = '{"status_phase": 0}';
const SOUND = SOUND_LINES.join("");
const NOTHING_STAGED = answered("No feature has staged changes.");

/** A repository with two sound features, committed. */
function twoFeatures() {
  const feature = (slug: string) => ({
    [`kitty-specs/${slug}/meta.json`]: PHASE_0,
    [`kitty-specs/${slug}/tasks/WP01.md`]: pageText("for_review"),
    [`kitty-specs/${slug}/status.events.jsonl`]: SOUND,
  });
  const at = makeRepository({ ...feature("001-a"), ...feature("002-b"), "README.md": "x\n" });
  return { ...at, log: (slug: string) => join(at.main, "kitty-specs", slug, "status.events.jsonl") };
}

function staged(folder: string, env: Readonly<Record<string, string>> = {}): Answer {
  return lane(folder, "validate --staged", { env });
}

/** `feature: CODE line`, of each finding. */
function found({ json }: Answer): string[] {
  type Reported = { features: { feature: string; findings: { code: string; line: number | null }[] }[] };
  const envelope = json as { data: Reported } | { error: { details: Reported } };
  const { features } = "data" in envelope ? envelope.data : envelope.error.details;
  return features.flatMap(({ feature, findings }) => [
    feature,
    ...findings.map(({ code, line }) => `${feature}: ${code} ${line}`),
  ]);
}

function foundIn(folder: string, env: Readonly<Record<string, string>> = {}): string[] {
  return found(lane(folder, "validate --staged --json", { env }));
}

test("validate --staged says when no feature has staged changes, also when the working tree is broken", () => {
  using at = twoFeatures();
  expect(told(staged(at.main))).toEqual(NOTHING_STAGED);
  writeFileSync(at.log("001-a"), "x\n");
  writeFileSync(join(at.main, "README.md"), "y\n");
  git(at.main, "add", "README.md");
  expect(told(staged(at.main))).toEqual(NOTHING_STAGED);
});

test("validate --staged looks at the features with staged changes alone, and tells them as --all does", () => {
  using at = twoFeatures();
  writeFileSync(at.log("001-a"), "x\n");
  writeFileSync(at.log("002-b"), `${SOUND}\n`);
  git(at.main, "add", "kitty-specs/002-b");
  expect(told(staged(at.main))).toEqual(
    answered(
      "002-b: 1 warning",
      "",
      "  warning  LOG_BLANK_LINE  kitty-specs/002-b/status.events.jsonl:4",
      "    1 line is blank",
      "    -> lane doctor --fix --feature 002-b shows how it would be mended",
      "",
      "1 feature: 1 warning",
    ),
  );
  git(at.main, "add", "kitty-specs/001-a");
  expect(staged(at.main)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Error: 1 error in 001-a\n"),
  });
  expect(foundIn(at.main)).toEqual([
    "001-a",
    "001-a: LOG_LINE_INVALID 1",
    "001-a: PAGE_WITHOUT_EVENT null",
    "002-b",
    "002-b: LOG_BLANK_LINE 4",
  ]);
});

describe("validate --staged takes the log as it is staged", () => {
  test("broken in the index and sound in the working tree", () => {
    using at = twoFeatures();
    writeFileSync(at.log("001-a"), `${SOUND}x\n`);
    git(at.main, "add", ".");
    writeFileSync(at.log("001-a"), SOUND);
    expect(foundIn(at.main)).toEqual(["001-a", "001-a: LOG_LINE_INVALID 4"]);
  });

  test("sound in the index and broken, or gone, in the working tree", () => {
    using at = twoFeatures();
    writeFileSync(at.log("001-a"), `${SOUND}\n`);
    git(at.main, "add", ".");
    writeFileSync(at.log("001-a"), "x\n");
    expect(foundIn(at.main)).toEqual(["001-a", "001-a: LOG_BLANK_LINE 4"]);
    rmSync(at.log("001-a"));
    expect(foundIn(at.main)).toEqual(["001-a", "001-a: LOG_BLANK_LINE 4"]);
  });

  test("a torn one, whose bytes are no text at all", () => {
    using at = twoFeatures();
    writeFileSync(at.log("001-a"), Buffer.concat([Buffer.from(SOUND), Buffer.from([0xff, 0, 0])]));
    git(at.main, "add", ".");
    writeFileSync(at.log("001-a"), SOUND);
    expect(foundIn(at.main)).toEqual(["001-a", "001-a: LOG_TORN 4"]);
  });

  test("a deleted one is none, whatever stands in the working tree", () => {
    using at = twoFeatures();
    git(at.main, "rm", "--quiet", "--cached", "kitty-specs/001-a/status.events.jsonl");
    writeFileSync(at.log("001-a"), "x\n");
    expect(foundIn(at.main)).toEqual(["001-a", "001-a: PAGE_WITHOUT_EVENT null"]);
  });

  test("a feature that is staged for the first time, before the first commit", () => {
    using folder = makeFolder();
    git(folder.path, "init", "--quiet");
    writeFiles(folder.path, { "kitty-specs/001-a/status.events.jsonl": "x\n" });
    expect(told(staged(folder.path))).toEqual(NOTHING_STAGED);
    git(folder.path, "add", ".");
    expect(foundIn(folder.path)).toEqual(["001-a", "001-a: LOG_LINE_INVALID 1"]);
  });

  test("a feature whose folder the commit renames is looked at under its new name", () => {
    using at = twoFeatures();
    writeFileSync(at.log("001-a"), `${SOUND}\n`);
    git(at.main, "add", ".");
    git(at.main, "mv", "kitty-specs/001-a", "kitty-specs/003-c");
    expect(foundIn(at.main)).toEqual(["003-c", "003-c: LOG_BLANK_LINE 4"]);
  });
});

test("validate --staged looks at both features that a file was moved between", () => {
  using at = twoFeatures();
  git(at.main, "mv", "kitty-specs/001-a/tasks/WP01.md", "kitty-specs/002-b/tasks/WP02.md");
  expect(foundIn(at.main)).toEqual([
    "001-a",
    "001-a: EVENT_WITHOUT_PAGE null",
    "002-b",
    "002-b: PAGE_WITHOUT_EVENT null",
  ]);
});

test("validate --staged answers the same from a subfolder, and with --root from anywhere", () => {
  using outside = makeFolder();
  using at = twoFeatures();
  writeFileSync(at.log("001-a"), "x\n");
  git(at.main, "add", ".");
  const here = told(staged(at.main));
  expect(here.code).toBe(1);
  expect(told(staged(join(at.main, "kitty-specs/002-b/tasks")))).toEqual(here);
  expect(told(lane(outside.path, ["validate", "--staged", "--root", at.main]))).toEqual(here);
  git(outside.path, "init", "--quiet");
  expect(told(lane(outside.path, ["validate", "--staged", "--root", at.main]))).toEqual(here);
});

test("validate --staged of a project below the top of its repository", () => {
  using folder = makeFolder();
  git(folder.path, "init", "--quiet");
  writeFiles(folder.path, { "apps/x/kitty-specs/001-a/status.events.jsonl": "x\n" });
  git(folder.path, "add", ".");
  rmSync(join(folder.path, "apps/x/kitty-specs/001-a/status.events.jsonl"));
  expect(foundIn(join(folder.path, "apps/x"))).toEqual(["001-a", "001-a: LOG_LINE_INVALID 1"]);
});

test("validate --staged in a linked worktree is about that worktree's index and files", () => {
  using at = twoFeatures();
  git(at.main, "worktree", "add", "--quiet", at.beside("linked"));
  writeFileSync(join(at.beside("linked"), "kitty-specs/002-b/status.events.jsonl"), "x\n");
  git(at.beside("linked"), "add", ".");
  writeFileSync(at.log("001-a"), "x\n");
  git(at.main, "add", ".");
  expect(foundIn(at.beside("linked"))).toEqual([
    "002-b",
    "002-b: LOG_LINE_INVALID 1",
    "002-b: PAGE_WITHOUT_EVENT null",
  ]);
  expect(foundIn(at.main)).toEqual(["001-a", "001-a: LOG_LINE_INVALID 1", "001-a: PAGE_WITHOUT_EVENT null"]);
});

test("validate --staged takes the index that GIT_INDEX_FILE names, from where the caller stands", () => {
  using at = twoFeatures();
  writeFileSync(at.log("001-a"), "x\n");
  writeFileSync(join(at.main, ".git", "other"), readFileSync(join(at.main, ".git", "index")));
  git(at.main, "add", ".");
  expect(told(staged(at.main, { GIT_INDEX_FILE: ".git/other" }))).toEqual(NOTHING_STAGED);
  expect(foundIn(at.main, { GIT_INDEX_FILE: ".git/index" })).toHaveLength(3);
  expect(foundIn(at.main, { GIT_INDEX_FILE: join(at.main, ".git/index") })).toHaveLength(3);
});

test("in a real hook of a partial commit it sees what that commit holds, not what else is staged", () => {
  using at = twoFeatures();
  const hooks = at.beside("hooks");
  mkdirSync(hooks);
  writeFileSync(
    join(hooks, "pre-commit"),
    `#!/bin/sh\n"${LANE}" validate --staged --json >"${at.beside("seen")}"\n`,
  );
  chmodSync(join(hooks, "pre-commit"), 0o755);
  const commit = (...words: string[]) => {
    rmSync(at.beside("seen"), { force: true });
    git(at.main, "-c", `core.hooksPath=${hooks}`, "commit", "--quiet", "--message", "x", ...words);
    return found({ json: JSON.parse(readFileSync(at.beside("seen"), "utf8")) } as Answer);
  };
  writeFileSync(at.log("001-a"), "x\n");
  git(at.main, "add", ".");
  writeFileSync(at.log("002-b"), `${SOUND}\n`);
  expect(commit("kitty-specs/002-b")).toEqual(["002-b", "002-b: LOG_BLANK_LINE 4"]);

  writeFileSync(at.log("002-b"), SOUND);
  expect(() => commit()).toThrow();
  expect(existsSync(at.beside("seen"))).toBe(true);
  writeFileSync(at.log("001-a"), SOUND);
  expect(() => commit("--all")).not.toThrow();
});

test("validate --staged without a repository, or without git, is refused with what would do", () => {
  using folder = makeFolder();
  writeFiles(folder.path, { "kitty-specs/001-a/status.events.jsonl": SOUND });
  const hint = "Hint: lane validate checks a feature as it stands in the working tree";
  const without = (why: string) =>
    refused(6, `Error: --staged asks git, which does not answer here: ${why}`, hint);
  expect(told(staged(folder.path))).toEqual(
    without("fatal: not a git repository (or any of the parent directories): .git"),
  );
  expect(told(staged(folder.path, { PATH: folder.path }))).toEqual(without("git is not installed"));
});

test("validate --staged writes nothing, neither in the working tree nor in git's folder", () => {
  using at = twoFeatures();
  writeFileSync(at.log("001-a"), `${SOUND}{"torn`);
  git(at.main, "add", ".");
  const before = treeState(at.main);
  expect(staged(at.main).code).toBe(1);
  expect(treeState(at.main)).toEqual(before);
});
