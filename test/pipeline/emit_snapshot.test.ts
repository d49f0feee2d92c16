import { describe, expect, test } from "bun:test";
import { mkdirSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { materialize } from "../../src/pipeline/materialize.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import {
  answerOf,
  errorOf,
  filesBelow,
  makeFolder,
  makeProject,
  pageText,
  treeState,
} from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

describe("emitStatusTransition() that can't write the snapshot", () => {
  test("is ok: the event stands, and a warning says what to do", async () => {
    using project = makeProject();
    mkdirSync(project.snapshot_path);

    const answer = answerOf(await project.emit({ to_lane: "claimed" }));

    expect(answer).toMatchObject({
      lane: "claimed",
      snapshot: "failed",
      views: "written",
      warnings: [
        {
          code: "SNAPSHOT_FAILED",
          message: expect.stringMatching(/^the event is recorded, but .*lane materialize/),
        },
      ],
    });
    expect(project.events()).toEqual([answer.event]);
    expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
    expect(filesBelow(project.folder)).toEqual(["status.events.jsonl", "tasks/WP01-first.md"]);
  });

  test("is healed by materialize", async () => {
    using project = makeProject();
    mkdirSync(project.snapshot_path);
    await project.emit({ to_lane: "claimed" });
    rmdirSync(project.snapshot_path);

    expect(answerOf(await materialize(await project.open(), 0))).toMatchObject({ snapshot: "written" });

    expect(JSON.parse(project.read("status.json")).work_packages.WP01.lane).toBe("claimed");
  });

  test("is healed by the next emit", async () => {
    using project = makeProject();
    mkdirSync(project.snapshot_path);
    await project.emit({ to_lane: "claimed" });
    rmdirSync(project.snapshot_path);

    expect(answerOf(await project.emit({ to_lane: "in_progress" })).snapshot).toBe("written");

    expect(JSON.parse(project.read("status.json"))).toMatchObject({ event_count: 2 });
  });
});

test.skipIf(!CAN_LINK)(
  "emitStatusTransition() refuses a snapshot that is a link out of the project, and writes nothing",
  async () => {
    using outside = makeFolder();
    using project = makeProject();
    writeFileSync(join(outside.path, "precious"), "kept");
    symlinkSync(join(outside.path, "precious"), project.snapshot_path);
    const before = [treeState(outside.path), treeState(project.folder)];

    expect(await errorOf(() => project.emit({ to_lane: "claimed" }))).toBeInstanceOf(StorageError);

    expect([treeState(outside.path), treeState(project.folder)]).toEqual(before);
  },
);

test.each(["not json", "[]", "", '{"work_packages": '])(
  "emitStatusTransition() takes the snapshot %j for absent",
  async (old) => {
    using project = makeProject();
    project.write("status.json", old);

    expect(answerOf(await project.emit({ to_lane: "claimed" })).snapshot).toBe("written");

    expect(Object.keys(JSON.parse(project.read("status.json")))).toHaveLength(6);
  },
);

test("emitStatusTransition() does not believe a snapshot that says something else than the log", async () => {
  using project = makeProject();
  await project.walk("claimed");
  const lying = JSON.parse(project.read("status.json"));
  lying.work_packages.WP01.lane = "done";
  lying.summary = { done: 7 };
  project.write("status.json", JSON.stringify(lying));

  const answer = answerOf(await project.emit({ to_lane: "in_progress" }));

  expect(answer.from_lane).toBe("claimed");
  expect(JSON.parse(project.read("status.json"))).toMatchObject({
    summary: { done: 0, in_progress: 1 },
    work_packages: { WP01: { lane: "in_progress" } },
  });
});

test("emitStatusTransition() keeps the snapshot's keys that belong to another tool", async () => {
  using project = makeProject();
  const theirs = `{"zeta": 1.0, "work_packages": {
    "WP01": {"lane": "done", "shell_pid": 12345678901234567890, "last_event_id": "x"},
    "WP07": {"lane": "planned", "last_event_id": null, "seeded": true},
    "WP08": {"lane": "done", "last_event_id": "y"}}, "mission_number": "034"}`;
  project.write("status.json", theirs);

  answerOf(await project.emit({ to_lane: "claimed" }));

  const text = project.read("status.json");
  expect(text).toContain('"zeta": 1.0');
  expect(text).toContain('"shell_pid": 12345678901234567890');
  const snapshot = JSON.parse(text);
  expect(snapshot).toMatchObject({
    mission_number: "034",
    event_count: 1,
    summary: { claimed: 1, planned: 0, done: 0 },
    work_packages: {
      WP01: { lane: "claimed", actor: "claude" },
      WP07: { lane: "planned", last_event_id: null, seeded: true },
    },
  });
  expect(snapshot.work_packages).not.toHaveProperty("WP08");
});
