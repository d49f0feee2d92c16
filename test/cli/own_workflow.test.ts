/** A workflow of a project's own, through every command that asks what a lane means. */

import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answered, lane, refused, told } from "../support/lane.ts";
import { makeProject, SLUG, type TemporaryProject } from "../support/project.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const BAKERY = `name: bakery
lanes:
  - {name: dough}
  - {name: oven, active: true, stale_after_days: 0}
  - {name: tasting, review: true}
  - {name: sold, terminal: true, finished: true}
  - {name: binned, terminal: true}
pairs:
  - {from: [dough], to: [oven], guards: [actor]}
  - {from: [oven], to: [tasting], guards: [implementation_evidence]}
  - {from: [tasting], to: [sold], guards: [approved_review_result]}
  - {from: [tasting], to: [oven], guards: [review_result], rollback: always}
  - {from: [dough, oven], to: [binned], guards: [reason]}
aliases: {baking: oven}
`;

function makeBakery(): TemporaryProject {
  const page = (title: string, more = "") => `---\ntitle: ${title}\nlane: dough\n${more}---\n`;
  const project = makeProject({
    config: "status: {workflow: ./workflow.yaml}\n",
    files: {
      "tasks/WP01-bread.md": page("Bread"),
      "tasks/WP02-toast.md": page("Toast", "dependencies: [WP01]\n"),
    },
  });
  writeFileSync(join(project.root, ".kittify", "workflow.yaml"), BAKERY);
  return project;
}

const run = (project: TemporaryProject, words: string) => told(lane(project.root, words));
const moved = (line: string) => answered(line, `event <id 1> in ${LOG}`);

test("a work package goes its way, with its guards, aliases and hints", () => {
  using project = makeBakery();

  expect(run(project, "emit WP01 --to sold --actor ana")).toEqual(
    refused(
      1,
      "Error: WP01: cannot move dough -> sold: no such transition. From dough: oven, binned",
      "Hint: lane emit WP01 --to oven --actor ana",
    ),
  );
  expect(run(project, "next --claim --actor ana")).toEqual(moved("WP01: dough -> oven, by ana"));
  expect(run(project, "emit WP01 --to binned --actor ana").stderr).toContain("it needs a reason");
  expect(run(project, "emit WP01 --to tasting --actor ana")).toEqual(moved("WP01: oven -> tasting, by ana"));
  const review = "--actor bob --reviewer bob --reference t1 --verdict";
  expect(run(project, `emit WP01 --to baking ${review} changes_requested`)).toEqual(
    moved("WP01: tasting -> oven, by bob"),
  );
  expect(run(project, "next --claim --actor eve").stderr).toContain("WP02 waits for WP01");
  run(project, "emit WP01 --to tasting --actor ana");
  expect(run(project, `emit WP01 --to sold ${review} approved`)).toEqual(
    moved("WP01: tasting -> sold, by bob"),
  );
  expect(run(project, "next --claim --actor eve")).toEqual(moved("WP02: dough -> oven, by eve"));

  expect(project.read("tasks/WP01-bread.md")).toContain("lane: sold\n");
  expect(JSON.parse(project.read("status.json"))).toMatchObject({
    summary: { binned: 0, dough: 0, oven: 1, sold: 1, tasting: 0 },
  });
});

test("show, materialize and validate read its log", () => {
  using project = makeBakery();
  run(project, "next --claim --actor ana");

  expect(lane(project.root, "show --json").json).toMatchObject({
    data: {
      workflow: "bakery",
      wps: [
        { wp: "WP01", lane: "oven", next: ["tasting", "binned"] },
        { wp: "WP02", lane: "dough", next: ["oven", "binned"] },
      ],
    },
  });
  expect(lane(project.root, "materialize --check").code).toBe(0);
  expect(lane(project.root, "validate --json").json).toMatchObject({
    ok: true,
    data: { summary: { error: 0, warning: 0 } },
  });
});

test("doctor goes by its active lanes and their limits", () => {
  using project = makeBakery();
  run(project, "next --claim --actor ana");

  expect(run(project, "doctor").stdout).toContain("WP01 is in oven by ana");
});

test("a rollback of its own wins over work that did not know of it", () => {
  using project = makeBakery();
  run(project, "next --claim --actor ana");
  run(project, "emit WP01 --to tasting --actor ana");
  const before = project.read("status.events.jsonl");
  const review = "--actor bob --reviewer bob --reference t1 --verdict";
  run(project, `emit WP01 --to oven ${review} changes_requested`);
  const back = project.read("status.events.jsonl").slice(before.length);
  project.write("status.events.jsonl", before);
  run(project, `emit WP01 --to sold ${review} approved`);
  const sold = project.read("status.events.jsonl").slice(before.length);
  project.write("status.events.jsonl", before + sold + back);

  expect(lane(project.root, "show WP01 --json").json).toMatchObject({ data: { wps: [{ lane: "oven" }] } });
});

test("flow counts its rollbacks", () => {
  using project = makeBakery();
  run(project, "next --claim --actor ana");
  run(project, "emit WP01 --to tasting --actor ana");
  const review = "--actor bob --reviewer bob --reference t1 --verdict";
  run(project, `emit WP01 --to oven ${review} changes_requested`);
  run(project, "emit WP01 --to tasting --actor ana");
  run(project, `emit WP01 --to sold ${review} approved`);

  expect(lane(project.root, "flow --json").json).toMatchObject({
    data: { features: [{ rollbacks: 1, verdicts: 2, rollback_rate: 0.5 }] },
  });
});

test("a lane that the feature's workflow has no more is shown, found, and said to be none of it", () => {
  using project = makeBakery();
  run(project, "next --claim --actor ana");
  project.write("meta.json", '{"status_workflow": "seven-lane"}');

  expect(run(project, "show WP01").stdout).toContain(
    "next: nothing without force, seven-lane has no such lane",
  );
  expect(run(project, "log --to oven").stdout).toContain("dough -> oven");
});

test("a lane that its table has no more is to be given back its row, and no event taken out", () => {
  using project = makeBakery();
  run(project, "next --claim --actor ana");
  const path = join(project.root, ".kittify", "workflow.yaml");
  writeFileSync(path, BAKERY.replaceAll("oven", "stove"));

  const { stdout } = run(project, "validate");
  expect(stdout).toContain('to_lane: "oven" is no lane');
  expect(stdout).toContain(
    "the lane needs its row and its pairs in a workflow of the project's own, the file that status.workflow names",
  );
  expect(stdout).not.toContain("take out");

  const stove = BAKERY.replaceAll("oven", "stove");
  writeFileSync(path, stove.replace("pairs:", "  - {name: oven}\npairs:"));
  expect(run(project, "show WP01").stdout).toContain("dough -> oven");
  expect(run(project, "validate").stdout).toContain("give its table that pair back");

  writeFileSync(
    path,
    `${stove.replace("to: [stove]", "to: [stove, oven]").replace("pairs:", "  - {name: oven}\npairs:")}`,
  );
  expect(run(project, "validate").code).toBe(0);
});

test("a lane that no pair leaves is a dead end, and not said to be over", () => {
  using project = makeBakery();
  const table = BAKERY.replace(", terminal: true}\npairs", "}\npairs");
  writeFileSync(join(project.root, ".kittify", "workflow.yaml"), table);
  run(project, "emit WP01 --to binned --actor ana --reason burnt");

  expect(run(project, "emit WP01 --to oven --actor ana").stderr).toContain(
    "From binned: nothing, no move of bakery leaves it",
  );
  expect(run(project, "show WP01").stdout).toContain(
    "next: nothing without force, no move of bakery leaves it",
  );
});

describe("a feature's own word", () => {
  test("names another workflow, and the project's by its name", () => {
    using project = makeBakery();
    project.write("meta.json", '{"status_workflow": "seven-lane"}');
    expect(lane(project.root, "show --json").json).toMatchObject({ data: { workflow: "seven-lane" } });

    project.write("meta.json", '{"status_workflow": "bakery"}');
    expect(lane(project.root, "show --json").json).toMatchObject({ data: { workflow: "bakery" } });

    project.write("meta.json", '{"status_workflow": "brewery"}');
    expect(run(project, "show")).toEqual(
      refused(
        6,
        'Error: this version of lane has no workflow called "brewery"',
        "Hint: it knows seven-lane, nine-lane, bakery; status_workflow in meta.json or status.workflow in .kittify/config.yaml names one",
      ),
    );
  });
});

test("a workflow that can't be used stops every command but the checks, which name the line", () => {
  using project = makeBakery();
  writeFileSync(join(project.root, ".kittify", "workflow.yaml"), BAKERY.replace("to: [oven]", "to: [owen]"));
  const problem = '.kittify/workflow.yaml: line 9: pairs.0.to.0: "owen" is no lane';

  expect(run(project, "emit WP01 --to oven --actor ana")).toEqual(
    refused(6, `Error: ${problem}`, "Hint: mend .kittify/workflow.yaml"),
  );
  const checked = run(project, "validate");
  expect(checked.code).toBe(1);
  expect(checked.stdout).toContain("CONFIG_INVALID");
  expect(checked.stdout).toContain(problem);
});
