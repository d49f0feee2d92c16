/** `lane migrate`: whole outputs. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MigrateDataSchema } from "../../src/contract/migrate.ts";
import { answered, lane, refused, told } from "../support/lane.ts";
import { lineAt, makeFolder, makeProject, pageText, SLUG, treeState } from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const DONE = '---\nlane: "done"\nreviewed_by: ana\nhistory:\n- timestamp: "2025-11-02T10:00:00Z"\n---\n';
const DOING = "---\nlane: doing\n---\n";
const LEGACY = { "tasks/WP01.md": DONE, "tasks/WP02.md": DOING, "tasks/WP03.md": pageText("planned") };

const UNKNOWN_LANE =
  'kitty-specs/036-x/tasks/WP01.md says lane "dnoe", which is none: write one of planned, claimed, in_progress, for_review, done, blocked, canceled there';

/** Features beside the one of a project, by the paths of their files. */
function addFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, "kitty-specs", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

test("migrate shows its plan, one line for each work package, and writes nothing", () => {
  using project = makeProject({ files: LEGACY });
  const before = treeState(project.root);
  expect(lane(project.root, "migrate")).toMatchObject({
    code: 0,
    stderr: "",
    stdout: [
      `${SLUG}  planned  2 events`,
      "  WP01  planned -> done         2025-11-02 10:00:00  reviewed by ana",
      "  WP02  planned -> in_progress  time unknown",
      "Nothing is written yet: --apply carries it out.",
      "",
    ].join("\n"),
  });
  expect(treeState(project.root)).toEqual(before);
});

test("migrate --apply carries the plan out; the second time there is nothing left to do", () => {
  using project = makeProject({ files: LEGACY });
  expect(told(lane(project.root, "migrate --apply"))).toEqual(
    answered(
      `${SLUG}  migrated  2 events`,
      "  WP01  planned -> done         <time>  reviewed by ana",
      "  WP02  planned -> in_progress  time unknown",
    ),
  );
  const after = treeState(project.root);
  expect(told(lane(project.root, "migrate --apply"))).toEqual(
    answered(`${SLUG}  skipped  no work package without an event is past planned`),
  );
  expect(treeState(project.root)).toEqual(after);
  expect(told(lane(project.root, "materialize --check"))).toEqual(
    answered(`${SLUG}  snapshot unchanged  views unchanged`),
  );
  expect(lane(project.root, "move 2 for_review --actor ana").code).toBe(0);
});

test("migrate --all takes one line for each feature; a broken one hides no other", () => {
  using project = makeProject({ files: LEGACY });
  addFiles(project.root, {
    "033-empty/spec.md": "",
    "035-log/status.events.jsonl": lineAt(1, { feature_slug: "035-log" }),
    "036-x/tasks/WP01.md": pageText("dnoe"),
    "037-meta/meta.json": "{",
    "038-last/tasks/WP01.md": DONE,
  });
  const before = treeState(join(project.root, "kitty-specs", "036-x"));

  const answer = told(lane(project.root, "migrate --all --apply"));

  expect(answer.code).toBe(1);
  expect(answer.stdout).toBe(
    [
      "033-empty         skipped   no work package is without an event",
      `${SLUG}  migrated  2 events`,
      "035-log           skipped   no work package is without an event",
      `036-x             failed    ${UNKNOWN_LANE}`,
      "037-meta          failed    kitty-specs/037-meta/meta.json: not JSON: JSON Parse error: Expected '}'; mend kitty-specs/037-meta/meta.json",
      "038-last          migrated  1 event",
      "",
    ].join("\n"),
  );
  expect(answer.stderr).toBe(
    "Error: can't be migrated: 036-x, 037-meta\n" +
      "Hint: mend what the reason beside it names, then ask again; nothing of it is written\n",
  );
  expect(treeState(join(project.root, "kitty-specs", "036-x"))).toEqual(before);
});

test("migrate --all of a project without features says that there are none", () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "kitty-specs"));
  expect(told(lane(folder.path, "migrate --all"))).toEqual(answered("No features."));
  expect(told(lane(folder.path, "migrate"))).toEqual(
    refused(
      4,
      "Error: there is no feature in kitty-specs/",
      "Hint: lane new 001-my-feature makes the first one",
    ),
  );
});

test("migrate --json answers with the events, and so does the plan", () => {
  using project = makeProject({ files: LEGACY });
  const plan = dataOf(lane(project.root, "migrate --json"), "migrate", MigrateDataSchema).data;
  const { data, warnings } = dataOf(
    lane(project.root, "migrate --apply --json"),
    "migrate",
    MigrateDataSchema,
  );
  expect(warnings).toEqual([]);
  expect(data).toEqual({
    features: [{ feature: SLUG, status: "migrated", events: project.events() as never, reason: null }],
  });
  expect(plan.features).toEqual(data.features.map((one) => ({ ...one, status: "planned" })));
});

test("migrate --json with a failure has the whole report in its details", () => {
  using project = makeProject({ files: LEGACY });
  addFiles(project.root, { "036-x/tasks/WP01.md": pageText("dnoe") });
  const answer = lane(project.root, "migrate --all --json");
  expect(answer.code).toBe(1);
  const { error } = refusalIn(answer);
  expect(error).toMatchObject({
    code: "CHECK_FAILED",
    message: "can't be migrated: 036-x",
    details: {
      features: [
        { feature: SLUG, status: "planned", reason: null },
        { feature: "036-x", status: "failed", events: [], reason: UNKNOWN_LANE },
      ],
    },
  });
});

test("migrate warns of a page that it can't write; the log stands", () => {
  using project = makeProject({
    files: { "tasks/WP01.md": "---\nlane: doing\n---\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n" },
  });
  expect(told(lane(project.root, "migrate --apply"))).toEqual({
    code: 0,
    stdout: `${SLUG}  migrated  1 event\n  WP01  planned -> in_progress  time unknown\n`,
    stderr: `Warning: kitty-specs/${SLUG}/tasks/WP01.md is left as it is: it holds git conflict markers\n`,
  });
});

test("what a page holds can't drive the terminal", () => {
  using project = makeProject({
    files: { "tasks/WP01.md": '---\nlane: done\nreviewed_by: "a\\e[31m\\u202e\\nb"\n---\n' },
  });
  expect(told(lane(project.root, "migrate")).stdout).toContain("reviewed by a\\u001b[31m\\u202e b\n");
});

test("a feature that emit refused as not migrated is migrated by what its hint says", () => {
  using project = makeProject({ files: LEGACY });
  const answer = lane(project.root, "emit WP02 --to for_review --actor ana");
  expect(answer.stderr).toContain(`Hint: lane migrate --feature ${SLUG}\n`);
  expect(lane(project.root, `migrate --feature ${SLUG} --apply`).code).toBe(0);
  expect(lane(project.root, "emit WP02 --to for_review --actor ana").code).toBe(0);
});
