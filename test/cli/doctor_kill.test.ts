/** A killed repair leaves the old log or the mended one; `npm run test:system` kills more often. */

import { expect, test } from "bun:test";
import { killRepairs } from "../support/killed_repairs.ts";
import { lane } from "../support/lane.ts";
import { filesBelow, lineAt, makeProject, pageText } from "../support/project.ts";

test.skipIf(process.platform === "win32")(
  "doctor --fix --apply killed at ten moments leaves the old log or the mended one, and the next run finishes",
  async () => {
    const { old, mended } = await killRepairs(10, 500);
    expect(old + mended).toBe(10);
  },
);

test("doctor --fix --apply sweeps away what a killed repair left, though the log needs nothing any more", () => {
  using project = makeProject({
    files: {
      "tasks/WP01.md": pageText("claimed"),
      "status.events.jsonl": lineAt(1),
      ".status.events.jsonl.lane-tmp": lineAt(1),
    },
  });

  expect(lane(project.root, "doctor --fix --apply")).toMatchObject({ code: 0, stderr: "" });

  expect(filesBelow(project.folder)).toEqual(["status.events.jsonl", "status.json", "tasks/WP01.md"]);
  expect(project.read("status.events.jsonl")).toBe(lineAt(1));
});
