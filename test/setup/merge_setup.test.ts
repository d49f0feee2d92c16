/** Whether git is set up to merge a feature: found out by asking git. */

import { expect, test } from "bun:test";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFeature } from "../../src/project/feature.ts";
import { openProject } from "../../src/project/project.ts";
import { setUp } from "../../src/setup/init.ts";
import { checkMergeSetup } from "../../src/setup/merge_setup.ts";
import { writeFiles } from "../project/git.ts";
import { makeRepository, useGit } from "../support/git_user.ts";
import { answerOf, makeProject, pageText, SLUG } from "../support/project.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;

test("checkMergeSetup() finds nothing after lane init", async () => {
  using repository = await makeSetUp();
  expect(await messages(repository.root)).toEqual([]);
});

test("checkMergeSetup() finds attributes and drivers missing, and names the remedy", async () => {
  using repository = await makeSetUp();
  rmSync(join(repository.root, ".gitattributes"));
  useGit(repository.root, "config", "--remove-section", "merge.lanekeeper-page");
  useGit(repository.root, "config", "--remove-section", "merge.lanekeeper-snapshot");

  const findings = await check(repository.root);

  expect(findings.map(({ message }) => message)).toEqual([
    `${LOG}: git merges it as "unspecified", not as "union", so a merge leaves conflict markers in the log`,
    `kitty-specs/${SLUG}/status.json: git merges it as "unspecified", not as "lanekeeper-snapshot", so it conflicts at every merge`,
    `kitty-specs/${SLUG}/tasks/WP01-first.md: git merges it as "unspecified", not as "lanekeeper-page", so its lane can conflict`,
    'this clone has no merge driver "lanekeeper-snapshot"',
    'this clone has no merge driver "lanekeeper-page"',
  ]);
  for (const one of findings) {
    expect(one).toMatchObject({ code: "MERGE_NOT_CONFIGURED", severity: "warning", remedy: "lane init" });
  }
  expect(findings.map(({ file }) => file)).toEqual([
    ".gitattributes",
    ".gitattributes",
    ".gitattributes",
    ".git/config",
    ".git/config",
  ]);
});

test("checkMergeSetup() finds line ends that git may change, and attributes that a later line overrides", async () => {
  using repository = await makeSetUp();
  appendFileSync(join(repository.root, ".gitattributes"), "*.jsonl text=auto\n*.md merge=binary\n");
  expect(await messages(repository.root)).toEqual([
    `${LOG}: git may change its line ends: its attribute "text" is "auto", not "unset"`,
    `kitty-specs/${SLUG}/tasks/WP01-first.md: git merges it as "binary", not as "lanekeeper-page", so its lane can conflict`,
  ]);
});

test("checkMergeSetup() finds that a driver's executable is gone", async () => {
  using repository = await makeSetUp();
  const gone = repository.beside("it's gone");
  answerOf(await setUp({ cwd: repository.root }, { hooks: false, executable: [gone] }));
  const found = `the merge driver "lanekeeper-page" calls "${gone}", which is not there`;
  expect(await messages(repository.root)).toEqual([found]);
  writeFileSync(gone, "");
  expect(await messages(repository.root)).toEqual([found]);
});

test("checkMergeSetup() finds nothing where there is no git", async () => {
  using project = makeProject();
  expect(checkMergeSetup(answerOf(await openProject(project.root)), await project.open())).toEqual([]);
});

async function makeSetUp() {
  const repository = makeRepository();
  writeFiles(join(repository.root, "kitty-specs", SLUG), { "tasks/WP01-first.md": pageText("planned") });
  answerOf(
    await setUp({ cwd: repository.root }, { hooks: false, executable: [process.execPath, import.meta.path] }),
  );
  return repository;
}

async function check(root: string) {
  const project = answerOf(await openProject(root));
  return checkMergeSetup(project, answerOf(openFeature(project, SLUG)));
}

async function messages(root: string): Promise<string[]> {
  return (await check(root)).map(({ message }) => message);
}
