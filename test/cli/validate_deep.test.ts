/** `lane validate` on events that nest as deep as a line is long: no crash, whatever it says of them. */

import { expect, test } from "bun:test";
import { lane } from "../support/lane.ts";
import { lineAt, makeProject, pageText } from "../support/project.ts";

const DEPTH = 100_000;
const DEEP = lineAt(1).replace(
  '"evidence": null',
  `"evidence": ${'{"a": '.repeat(DEPTH)}1${"}".repeat(DEPTH)}`,
);

test.each([
  ["once", DEEP],
  ["twice, as a merge of both sides leaves it", DEEP + DEEP],
])("validate comes to an end on an event that nests 100,000 deep and stands there %s", (_, log) => {
  using project = makeProject({
    files: { "tasks/WP01.md": pageText("claimed"), "status.events.jsonl": log },
  });
  const { code, stderr } = lane(project.root, "validate");
  expect(stderr).not.toContain("a bug in lane");
  expect([0, 1]).toContain(code ?? -1);
});
