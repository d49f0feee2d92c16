import { describe, expect, test } from "bun:test";
import { answerOf, makeProject, pageText, treeState } from "../support/project.ts";

const TASKS = "<!-- lanekeeper:status -->\n<!-- /lanekeeper:status -->\n";

function makeInPhase(meta: object, config = "") {
  return makeProject({
    files: { "meta.json": JSON.stringify(meta), "tasks.md": TASKS, "tasks/WP01.md": pageText("planned") },
    config,
  });
}

describe("emitStatusTransition() in phase 0", () => {
  test.each([
    [{ status_phase: 0 }, ""],
    [{ status_phase: "0" }, "status: {phase: 2}"],
    [{}, "status: {phase: 0}"],
  ])("as %j or %j says, writes log and snapshot and touches no view", async (meta, config) => {
    using project = makeInPhase(meta, config);
    const before = treeState(project.folder);

    const answer = answerOf(await project.emit({ to_lane: "claimed" }));

    expect(answer).toMatchObject({ lane: "claimed", snapshot: "written", views: "off", warnings: [] });
    expect(project.events()).toHaveLength(1);
    expect(JSON.parse(project.read("status.json")).work_packages.WP01.lane).toBe("claimed");
    expect(treeState(project.folder)).toMatchObject({
      "tasks.md": before["tasks.md"],
      tasks: before.tasks,
      "tasks/WP01.md": before["tasks/WP01.md"],
    });
  });
});

describe.each([1, 2])("emitStatusTransition() in phase %d", (status_phase) => {
  test("writes log, snapshot and views", async () => {
    using project = makeInPhase({ status_phase });

    const answer = answerOf(await project.emit({ to_lane: "claimed" }));

    expect(answer).toMatchObject({ snapshot: "written", views: "written" });
    expect(project.read("tasks/WP01.md")).toBe(pageText("claimed"));
    expect(project.read("tasks.md")).toContain("| WP01 | First | claimed | claude |");
  });
});

test("emitStatusTransition() stops at an invalid phase before it writes anything", async () => {
  using project = makeInPhase({ status_phase: 3 });
  const before = treeState(project.root);

  expect(await project.emit({ to_lane: "claimed" })).toMatchObject({
    ok: false,
    refusal: { code: "CONFIG_INVALID", details: { file: project.path("meta.json") } },
  });

  expect(treeState(project.root)).toEqual(before);
});
