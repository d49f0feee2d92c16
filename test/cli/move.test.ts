/** `lane move`: emit for hands, with the lane by its place. */

import { expect, test } from "bun:test";
import { answered, lane, refused, told } from "../support/lane.ts";
import { makeProject, pageText, SLUG } from "../support/project.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;

test("move moves, and takes every option that emit takes", () => {
  using project = makeProject();
  const moves: [string, string][] = [
    ["move 1 claimed --actor ana --if-lane planned", "WP01: planned -> claimed, by ana"],
    [
      "move wp1 doing --actor ana --workspace-context here --execution-mode direct_repo",
      "WP01: claimed -> in_progress, by ana",
    ],
    ["move --reason again WP01 planned --actor ana", "WP01: in_progress -> planned, by ana"],
    [
      "move WP01 for_review --force --reason hurry --actor=ana",
      "WP01: planned -> for_review, by ana, forced",
    ],
    ["move WP01 done --actor ana --reviewer bob", "WP01: for_review -> done, by ana"],
  ];
  for (const [words, line] of moves) {
    expect(told(lane(project.root, words))).toEqual(answered(line, `event <id 1> in ${LOG}`));
  }
  expect(project.events().map(({ execution_mode }) => execution_mode)).toEqual(
    "worktree direct_repo worktree worktree worktree".split(" ") as ("worktree" | "direct_repo")[],
  );
  expect(project.read("tasks/WP01-first.md")).toBe(pageText("done"));
});

test("move refuses as emit does", () => {
  using project = makeProject();
  expect(told(lane(project.root, "move 1 done --actor ana"))).toEqual(
    refused(
      1,
      "Error: WP01: cannot move planned -> done: no such transition. From planned: claimed, blocked, canceled",
      "Hint: lane emit WP01 --to claimed --actor ana",
    ),
  );
  expect(told(lane(project.root, "move 1 dnoe --actor ana"))).toEqual(
    refused(
      2,
      'Error: WP01: no lane is called "dnoe"',
      "Hint: the lanes of seven-lane are planned, claimed, in_progress, for_review, done, blocked, canceled",
    ),
  );
});
