/** A clone with git's conflicts in the log, the snapshot and a page, mended by what the messages say. */

import { describe, expect, test } from "bun:test";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { git, makeRepository } from "../project/git.ts";
import { lane, told } from "../support/lane.ts";
import { pageText, SLUG } from "../support/project.ts";

const FOLDER = `kitty-specs/${SLUG}`;
const LOG = `${FOLDER}/status.events.jsonl`;
const PAGE = `${FOLDER}/tasks/WP01-first.md`;

/** Two branches that moved WP01, merged as git does by itself. */
function mergedRepository(conflict_style: string) {
  const repository = makeRepository({
    [PAGE]: pageText("planned"),
    [`${FOLDER}/tasks/WP02-second.md`]: pageText("planned", "Second").replace("WP01", "WP02"),
  });
  const { main } = repository;
  const emit = (words: string) => {
    expect(lane(main, `emit ${words}`).code).toBe(0);
    git(main, "add", ".");
    git(main, "commit", "--quiet", "--message", words);
  };
  git(main, "config", "merge.conflictStyle", conflict_style);
  emit("WP01 --to claimed --actor ana");
  git(main, "checkout", "--quiet", "-b", "other");
  emit("WP01 --to in_progress --actor bob");
  git(main, "checkout", "--quiet", "main");
  emit("WP01 --to blocked --actor cleo");
  expect(() => git(main, "merge", "--quiet", "other")).toThrow();
  return repository;
}

/** The command that a text names, without the name of the executable. */
function commandIn(text: string, pattern: RegExp): string {
  const command = pattern.exec(text)?.[1];
  if (command === undefined) throw new Error(`no command in: ${text}`);
  return command;
}

describe.each(["merge", "diff3", "zdiff3"])("a merge with conflicts in git's style %s", (style) => {
  test("is mended from a refused emit on, by following the messages, and committed", () => {
    using repository = mergedRepository(style);
    const { main } = repository;

    const refused = lane(main, "emit WP02 --to claimed --actor ana");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("git conflict marker");
    const doctor = commandIn(refused.stderr, /^Hint: lane (doctor .*)$/m);
    const found = lane(main, doctor);
    expect(found.code).toBe(1);
    const plan = lane(main, commandIn(found.stderr, /^Hint: lane (doctor .*) shows what can be mended$/m));
    expect(plan.code).toBe(1);
    const flags = commandIn(plan.stdout, /nothing is written yet: (.*) carries them out/);
    const mended = lane(main, `doctor ${flags} --feature ${SLUG}`);

    expect(mended).toMatchObject({ code: 0, stderr: "" });
    for (const file of ["status.events.jsonl", "status.json", "tasks/WP01-first.md"]) {
      expect(readFileSync(join(main, FOLDER, file), "utf8")).not.toMatch(/^(?:<<<<<<<|=======|>>>>>>>)/m);
    }
    git(main, "add", FOLDER);
    git(main, "commit", "--quiet", "--message", "merged");
    expect(readFileSync(join(main, PAGE), "utf8")).toBe(pageText("blocked"));
    expect(told(lane(main, "materialize --check"))).toMatchObject({
      code: 0,
      stdout: `${SLUG}  snapshot unchanged  views unchanged\n`,
    });
    expect(told(lane(main, "emit WP02 --to claimed --actor ana")).code).toBe(0);
    expect(told(lane(main, "emit WP01 --to in_progress --actor bob")).code).toBe(0);
  });

  test("keeps every event of both sides once, and no other line", () => {
    using repository = mergedRepository(style);
    const { main } = repository;
    lane(main, "doctor --fix --apply");
    const lines = readFileSync(join(main, LOG), "utf8").trimEnd().split("\n");
    const actors = lines.map((line) => (JSON.parse(line) as { actor: string }).actor);
    expect(actors.sort()).toEqual(["ana", "bob", "cleo"]);
    expect(lane(main, "validate").code).toBe(0);
  });
});

test("a merge of merges, whose markers nest, is mended too", () => {
  using repository = makeRepository({ [PAGE]: pageText("planned") });
  const { main } = repository;
  git(main, "config", "merge.conflictStyle", "diff3");
  expect(lane(main, "emit WP01 --to claimed --actor ana").code).toBe(0);
  git(main, "add", ".");
  git(main, "commit", "--quiet", "--message", "base");
  const emit = (branch: string, to: string, actor: string) => {
    git(main, "checkout", "--quiet", branch);
    expect(lane(main, `emit WP01 --to ${to} --actor ${actor} --force --reason test`).code).toBe(0);
    git(main, "commit", "--quiet", "--all", "--message", actor);
  };
  const merge = (branch: string, other: string) => {
    git(main, "checkout", "--quiet", branch);
    expect(() => git(main, "merge", "--quiet", other)).toThrow();
    expect(lane(main, "doctor --fix --apply").code).toBe(0);
    git(main, "commit", "--quiet", "--all", "--message", `${branch} with ${other}`);
  };
  git(main, "branch", "left");
  git(main, "branch", "right");
  emit("left", "in_progress", "bob");
  emit("right", "blocked", "cleo");
  for (const name of ["left", "right"]) git(main, "branch", `${name}-before`, name);
  merge("left", "right-before");
  merge("right", "left-before");
  emit("left", "for_review", "dora");
  emit("right", "canceled", "emil");
  git(main, "checkout", "--quiet", "left");
  expect(() => git(main, "merge", "--quiet", "right")).toThrow();
  expect(readFileSync(join(main, LOG), "utf8")).toMatch(/^<{9} /m);

  expect(lane(main, "doctor --fix --apply")).toMatchObject({ code: 0, stderr: "" });

  const lines = readFileSync(join(main, LOG), "utf8").trimEnd().split("\n");
  const actors = lines.map((line) => (JSON.parse(line) as { actor: string }).actor);
  expect(actors.sort()).toEqual(["ana", "bob", "cleo", "dora", "emil"]);
});

test("a page in which more than the lane is in conflict keeps that conflict, and is said to be its author's", () => {
  using repository = mergedRepository("merge");
  const { main } = repository;
  const conflict = "<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> other\n";
  const path = join(main, PAGE);
  const page = readFileSync(path, "latin1");
  appendFileSync(path, conflict);

  const answer = lane(main, "doctor --fix --apply");

  expect(page).toContain("<<<<<<< HEAD\nlane: blocked\n=======\nlane: in_progress\n>>>>>>> other\n");
  expect(readFileSync(path, "utf8")).toBe(pageText("blocked") + conflict);
  expect(answer).toMatchObject({
    code: 0,
    stderr: `Warning: ${PAGE} is left as it is: it holds git conflict markers\n`,
  });
  expect(answer.stdout).toContain(
    `  warning  VIEW_DRIFT  ${PAGE}\n    ${PAGE} is left as it is: it holds git conflict markers\n    -> lane doctor --fix --feature ${SLUG} shows what it would settle; the rest is yours to merge\n`,
  );
});
