/** `lane workflow`: whole outputs, and whose workflow it is. */

import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { WorkflowDataSchema } from "../../src/contract/workflow.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { movesOf } from "../../src/domain/workflow_words.ts";
import { answered, lane, refused, told } from "../support/lane.ts";
import { makeFolder, makeProject, treeState } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const TABLE = [
  "LANES",
  "  planned      where every work package begins",
  "  claimed      somebody is at work; doctor asks after 7 days without a move",
  "  in_progress  somebody is at work; doctor asks after 14 days without a move; can be typed as doing",
  "  for_review   somebody has to look at it",
  "  done         finished: what depends on it may begin; final",
  "  blocked      something stands in the way",
  "  canceled     given up: final",
  "",
  "MOVES, AND WHAT THEY NEED",
  "  planned -> claimed",
  "  planned -> blocked",
  "  planned -> canceled",
  "  claimed -> in_progress     a workspace context (left out, it is the execution mode and the project's root)",
  "  claimed -> blocked",
  "  claimed -> canceled",
  "  in_progress -> planned     a reason (--reason <why>)",
  "  in_progress -> for_review  no unticked subtask of the work package in tasks.md, and an earlier event of the work package",
  "  in_progress -> blocked",
  "  in_progress -> canceled",
  "  for_review -> in_progress  the review that sends it back (--review-ref <where>); a step back",
  "  for_review -> done         evidence of an approved review (--reviewer <who> --reference <where>)",
  "  for_review -> blocked",
  "  for_review -> canceled",
  "  blocked -> in_progress",
  "  blocked -> canceled",
  "",
  "Every move needs an actor: --actor <who>, or LANE_ACTOR.",
  "Any other move needs --force, with an actor and a reason, and is recorded as forced.",
  "When two clones are merged, a step back wins over everything that did not know of it.",
];

test("workflow tells lanes and moves of the feature that is meant, and writes nothing", () => {
  using project = makeProject();
  const before = treeState(project.root);
  const head = "seven-lane  the workflow of 034-test-feature";
  expect(told(lane(project.root, "workflow"))).toEqual(answered(head, "", ...TABLE));
  expect(told(lane(project.root, "workflow --feature 034"))).toEqual(answered(head, "", ...TABLE));
  expect(treeState(project.root)).toEqual(before);
});

test("workflow tells the usual workflow where no feature is meant, and the default outside of a project", () => {
  using project = makeProject();
  using folder = makeFolder();
  mkdirSync(join(project.root, "kitty-specs", "035-other"));
  const usual = "seven-lane  the project's usual workflow: no feature is meant";
  const outside = "seven-lane  the default workflow: there is no project here";
  expect(told(lane(project.root, "workflow"))).toEqual(answered(usual, "", ...TABLE));
  expect(told(lane(folder.path, "workflow"))).toEqual(answered(outside, "", ...TABLE));
  mkdirSync(join(folder.path, "kitty-specs"));
  expect(told(lane(folder.path, "workflow"))).toEqual(answered(usual, "", ...TABLE));
});

test("workflow --json gives rows, moves, aliases and the diagram", () => {
  using project = makeProject();
  using folder = makeFolder();
  const { data } = dataOf(lane(project.root, "workflow --json"), "workflow", WorkflowDataSchema);
  expect(data).toMatchObject({
    workflow: "seven-lane",
    feature: "034-test-feature",
    aliases: { doing: "in_progress" },
  });
  expect(data.lanes.map(({ name }) => name)).toEqual(SEVEN_LANE.lanes.map(({ name }) => name));
  expect(data.lanes[1]).toEqual({
    name: "claimed",
    initial: false,
    active: true,
    review: false,
    blocked: false,
    finished: false,
    terminal: false,
    stale_after_days: 7,
  });
  expect(data.lanes.filter(({ initial }) => initial).map(({ name }) => name)).toEqual(["planned"]);
  expect(data.moves).toHaveLength(movesOf(SEVEN_LANE).length);
  expect(data.moves).toContainEqual({
    from: "for_review",
    to: "in_progress",
    guards: ["review_ref"],
    rollback: "with_review_ref",
  });
  const other = dataOf(lane(folder.path, "workflow --mermaid --json"), "workflow", WorkflowDataSchema).data;
  expect(other).toEqual({ ...data, feature: null });
});

test("workflow --mermaid prints the diagram and nothing else", () => {
  using folder = makeFolder();
  expect(told(lane(folder.path, "workflow --mermaid"))).toEqual(
    answered(
      "stateDiagram-v2",
      "    [*] --> planned",
      "    planned --> claimed",
      "    planned --> blocked",
      "    planned --> canceled",
      "    claimed --> in_progress : workspace context",
      "    claimed --> blocked",
      "    claimed --> canceled",
      "    in_progress --> planned : reason",
      "    in_progress --> for_review : subtasks complete, implementation evidence",
      "    in_progress --> blocked",
      "    in_progress --> canceled",
      "    for_review --> in_progress : review ref",
      "    for_review --> done : approved evidence",
      "    for_review --> blocked",
      "    for_review --> canceled",
      "    blocked --> in_progress",
      "    blocked --> canceled",
      "    done --> [*]",
      "    canceled --> [*]",
    ),
  );
});

test("workflow refuses a feature or root that is named and not there, and settings that make no sense", () => {
  using project = makeProject();
  using broken = makeProject({ files: { "meta.json": '{"status_workflow": "elsewhere"}' } });
  expect(told(lane(project.root, "workflow --feature 999"))).toEqual(
    refused(4, 'Error: no feature is called "999" or begins so', "Hint: there are: 034-test-feature"),
  );
  expect(refusalIn(lane(project.root, "workflow --root nowhere --json")).error.code).toBe("NO_PROJECT");
  const { error } = refusalIn(lane(broken.root, "workflow --json"));
  expect(error.code).toBe("CONFIG_INVALID");
  expect(error.message).toContain('no workflow called "elsewhere"');
});

// Windows has no control characters in file names.
test.skipIf(ON_WINDOWS)("workflow shows a hostile feature name without its escapes", () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "kitty-specs", "001-\u001b[31mred"), { recursive: true });
  const { stdout } = lane(folder.path, "workflow");
  expect(stdout).toStartWith("seven-lane  the workflow of 001-\\u001b[31mred\n");
});
