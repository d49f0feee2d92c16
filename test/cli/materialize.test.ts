/** `lane materialize`: whole outputs. */

import { expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answered, lane, refused, told } from "../support/lane.ts";
import {
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

test("materialize renews snapshot and pages, and finds nothing to do the second time", () => {
  using project = stale();
  expect(told(lane(project.root, "materialize"))).toEqual(
    answered(`${SLUG}  snapshot written  views written`),
  );
  expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
  const before = treeState(project.folder);
  expect(told(lane(project.root, "materialize"))).toEqual(
    answered(`${SLUG}  snapshot unchanged  views unchanged`),
  );
  expect(treeState(project.folder)).toEqual(before);
});

test("materialize --check says what is stale, exits with 1 and writes nothing", () => {
  using project = stale();
  const before = treeState(project.root);

  const answer = told(lane(project.root, "materialize --check"));

  expect(answer).toEqual({
    code: 1,
    stdout: `${SLUG}  snapshot stale  views stale\n`,
    stderr: `Error: stale: ${SLUG}\nHint: lane materialize --feature ${SLUG}\n`,
  });
  expect(treeState(project.root)).toEqual(before);
  lane(project.root, "materialize");
  expect(told(lane(project.root, "materialize --check"))).toEqual(
    answered(`${SLUG}  snapshot unchanged  views unchanged`),
  );
});

test("materialize leaves a feature without a log alone", () => {
  using project = makeProject({ files: { "tasks/WP01.md": pageText("done") } });
  const before = treeState(project.folder);
  expect(told(lane(project.root, "materialize"))).toEqual(
    answered(`${SLUG}  snapshot unchanged  views unchanged`),
  );
  expect(treeState(project.folder)).toEqual(before);
});

test("materialize leaves the pages of a feature in phase 0 alone", () => {
  using project = stale({ "meta.json": '{"status_phase": "0"}' });
  expect(told(lane(project.root, "materialize"))).toEqual(answered(`${SLUG}  snapshot written  views off`));
  expect(project.read("tasks/WP01-first.md")).toBe(pageText("planned"));
});

test("materialize warns of a page that it can't write, and renews the others", () => {
  using project = stale({
    "tasks/WP02-torn.md": "<<<<<<< ours\nlane: done\n=======\n>>>>>>> theirs\n",
    "status.events.jsonl": lineAt(1) + lineAt(2, { wp_id: "WP02" }),
  });
  expect(told(lane(project.root, "materialize"))).toEqual({
    code: 0,
    stdout: `${SLUG}  snapshot written  views failed\n`,
    stderr: `Warning: kitty-specs/${SLUG}/tasks/WP02-torn.md is left as it is: it holds git conflict markers\n`,
  });
  expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
});

test("materialize --all renews every feature; one that is corrupt keeps no other back", () => {
  using project = stale();
  addFeature(project, "035-corrupt", "x\n");
  addFeature(project, "036-other", lineAt(1, { feature_slug: "036-other" }));

  expect(told(lane(project.root, "materialize --all"))).toEqual({
    code: 3,
    stdout: `${SLUG}  snapshot written  views written\n036-other         snapshot written  views unchanged\n`,
    stderr:
      'Error: kitty-specs/035-corrupt/status.events.jsonl, line 1 (byte 0): not JSON: "x"\n' +
      "Hint: lane doctor --feature 035-corrupt\n",
  });
});

test.skipIf(!CAN_LINK)(
  "materialize --all renews every feature, also beside one that can't be opened at all",
  () => {
    using outside = makeFolder();
    using project = stale();
    symlinkSync(outside.path, join(project.root, "kitty-specs", "001-link"));

    const answer = lane(project.root, "materialize --all");

    expect(answer.code).toBe(6);
    expect(answer.stdout).toBe(`${SLUG}  snapshot written  views written\n`);
    expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
  },
);

test("materialize --all names the first failure and counts the others", () => {
  using project = makeProject();
  addFeature(project, "035-corrupt", "x\n");
  addFeature(project, "036-corrupt", "y\n");
  rmSync(project.folder, { recursive: true });

  expect(told(lane(project.root, "materialize --all"))).toEqual({
    code: 3,
    stdout: "No features.\n",
    stderr:
      'Error: kitty-specs/035-corrupt/status.events.jsonl, line 1 (byte 0): not JSON: "x" (and 1 more feature failed)\n' +
      "Hint: lane doctor --feature 035-corrupt\n",
  });
});

test("materialize --all --check names every feature that is stale", () => {
  using project = stale();
  addFeature(project, "035-other", lineAt(1, { feature_slug: "035-other" }));
  addFeature(project, "036-fresh", "");
  rmSync(join(project.root, "kitty-specs/036-fresh/status.events.jsonl"));

  expect(told(lane(project.root, "materialize --all --check"))).toEqual({
    code: 1,
    stdout:
      `${SLUG}  snapshot stale      views stale\n` +
      "035-other         snapshot stale      views unchanged\n" +
      "036-fresh         snapshot unchanged  views unchanged\n",
    stderr: `Error: stale: ${SLUG}, 035-other\nHint: lane materialize --all\n`,
  });
});

test("materialize --all of a project without features says that there are none", () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "kitty-specs"));
  expect(told(lane(folder.path, "materialize --all"))).toEqual(answered("No features."));
  expect(told(lane(folder.path, "materialize"))).toEqual(
    refused(
      4,
      "Error: there is no feature in kitty-specs/",
      "Hint: lane new 001-my-feature makes the first one",
    ),
  );
});

/** A feature whose WP01 has moved, with neither snapshot nor page that says so. */
function stale(files: Readonly<Record<string, string>> = {}): TemporaryProject {
  return makeProject({
    files: { "tasks/WP01-first.md": pageText("planned"), "status.events.jsonl": lineAt(1), ...files },
  });
}

function addFeature(project: TemporaryProject, slug: string, log: string): void {
  const folder = join(project.root, "kitty-specs", slug);
  mkdirSync(folder);
  writeFileSync(join(folder, "status.events.jsonl"), log);
}
