/** Real merges by real git after `lane init`: no conflicts, and afterwards everything says the right thing. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MergeDriverDataSchema } from "../../src/contract/set_up.ts";
import { writeFiles } from "../project/git.ts";
import { commitAll, makeRepository, NO_USER_SETTINGS, tryGit, useGit } from "../support/git_user.ts";
import { answered, lane as runLane, told, type Words } from "../support/lane.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const FEATURE = "kitty-specs/001-parser";
const PAGE = `${FEATURE}/tasks/WP01-first.md`;

/** Ways to bring what happened on the branch `other` to `main`, in the words of git. */
const WAYS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  merge: [["merge", "--quiet", "--no-edit", "other"]],
  rebase: [["rebase", "--quiet", "other"]],
  "cherry-pick": [["cherry-pick", "other"]],
  squash: [
    ["merge", "--quiet", "--squash", "other"],
    ["commit", "--quiet", "--message", "squashed"],
  ],
};

for (const [name, calls] of Object.entries(WAYS)) {
  test(`${name}: log, snapshot and page changed on both sides bring no conflict, and materialize tells what is so`, () => {
    using repository = makeParser();
    const { root } = repository;
    useGit(root, "branch", "other");
    act(root, "emit WP01 --to claimed --actor ana", "emit WP02 --to claimed --actor ana");
    write(root, page(root).replace("Title", "Better title"));
    commitAll(root, "on main");
    useGit(root, "checkout", "--quiet", "other");
    act(root, "emit WP01 --to canceled --actor bob");
    write(root, `${page(root)}\nAnd more.\n`);
    commitAll(root, "on other");
    useGit(root, "checkout", "--quiet", "main");

    for (const words of calls) expect(tryGit(root, words)).toMatchObject({ code: 0 });

    expect(useGit(root, "status", "--porcelain")).toBe("");
    expect(act(root, "materialize")).toMatch(/^001-parser {2}snapshot written/);
    expect(events(root)).toHaveLength(3);
    expect(page(root)).toContain("title: Better title\nlane: canceled\n");
    expect(page(root)).toEndWith("\nAnd more.\n");
    const { work_packages } = JSON.parse(readFileSync(join(root, FEATURE, "status.json"), "utf8"));
    expect(work_packages).toMatchObject({ WP01: { lane: "canceled" }, WP02: { lane: "claimed" } });
    expect(act(root, "materialize --check")).toContain("snapshot unchanged  views unchanged");
  });
}

test("stash pop: changes that were put aside come back beside newer ones", () => {
  using repository = makeParser();
  const { root } = repository;
  act(root, "emit WP01 --to blocked --actor ana");
  commitAll(root);
  act(root, "emit WP01 --to in_progress --actor ana");
  useGit(root, "stash", "--quiet");
  act(root, "emit WP01 --to canceled --actor bob");
  commitAll(root);

  expect(tryGit(root, ["stash", "pop", "--quiet"])).toMatchObject({ code: 0 });

  act(root, "materialize");
  expect(events(root)).toHaveLength(3);
  expect(page(root)).toContain("lane: canceled\n");
});

test("two clones that claim the same work package pull without conflict, and the next emit takes effect", () => {
  using repository = makeParser();
  const { root } = repository;
  const other = repository.beside("other");
  useGit(repository.path, "clone", "--quiet", root, other);
  expect(runIn(other, "init").code).toBe(0);
  expect(useGit(other, "status", "--porcelain")).toBe("");
  act(root, "emit WP01 --to claimed --actor ana");
  commitAll(root);
  act(other, "emit WP01 --to claimed --actor bob");
  commitAll(other);

  expect(tryGit(other, ["pull", "--quiet", "--no-rebase", "--no-edit"])).toMatchObject({ code: 0 });

  act(other, "materialize");
  expect(act(other, "show WP01 --json")).toContain('"lane":"claimed"');
  expect(told(runIn(other, "emit WP01 --to in_progress --actor bob")).stdout).toStartWith(
    "WP01: claimed -> in_progress, by bob\n",
  );
});

test("merge-driver page answers in JSON, works without a project, and leaves real conflicts to people", () => {
  using repository = makeRepository();
  const { path } = repository;
  const sides = (base: string, ours: string, theirs: string) => writeFiles(path, { base, ours, theirs });
  const words = ["merge-driver", "page", "base", "ours", "theirs", "7", "a b.md"];

  sides("---\nlane: planned\n---\n", "---\nlane: done\n---\n", "---\nlane: claimed\n---\n");
  expect(told(runIn(path, words))).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(dataOf(runIn(path, [...words, "--json"]), "merge-driver", MergeDriverDataSchema).data).toEqual({
    file: "a b.md",
    conflicts: 0,
  });
  sides("a\n", "b\n", "c\n");
  expect(told(runIn(path, words))).toEqual({
    code: 1,
    stdout: "",
    stderr: "Error: a b.md: both sides changed the same lines\nHint: edit it, then: git add 'a b.md'\n",
  });
  expect(readFileSync(join(path, "ours"), "utf8")).toContain("<<<<<<< ours");
  for (const wrong of [
    ["merge-driver", "log", "base", "ours", "theirs", "7", "x"],
    ["merge-driver", "page", "base", "ours", "theirs", "many", "x"],
    ["merge-driver", "page", "base", "ours", "theirs", "7"],
  ]) {
    expect(refusalIn(runIn(path, [...wrong, "--json"])).error.code).toBe("USAGE");
  }
});

/** A feature with two work packages, committed, in a repository that is set up. */
function makeParser() {
  const repository = makeRepository();
  const text = (id: string) =>
    `---\nwork_package_id: ${id}\ntitle: Title\nlane: planned\n---\n\nText.\n\nEnd.\n`;
  writeFiles(repository.root, {
    [PAGE]: text("WP01"),
    [`${FEATURE}/tasks/WP02-second.md`]: text("WP02"),
    [`${FEATURE}/meta.json`]: "{}\n",
  });
  expect(runIn(repository.root, "init").code).toBe(0);
  commitAll(repository.root);
  return repository;
}

function runIn(folder: string, words: Words) {
  return runLane(folder, words, { env: NO_USER_SETTINGS });
}

/** Runs calls that must succeed. @returns what the last one printed */
function act(root: string, ...calls: string[]): string {
  return (
    calls
      .map((words) => {
        const answer = runIn(root, words);
        expect({ words, ...told(answer) }).toMatchObject({
          words,
          ...answered(),
          stdout: expect.any(String),
        });
        return answer.stdout;
      })
      .at(-1) ?? ""
  );
}

function page(root: string): string {
  return readFileSync(join(root, PAGE), "utf8");
}

function write(root: string, text: string): void {
  writeFileSync(join(root, PAGE), text);
}

function events(root: string): string[] {
  return readFileSync(join(root, FEATURE, "status.events.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
}
