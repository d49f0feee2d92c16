import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import {
  answerOf,
  eventAt,
  lineAt,
  makeProject,
  pageText,
  refusalOf,
  stampAt,
  treeState,
} from "../support/project.ts";

const KEY = { idempotency_key: "claim-1" };

describe("emitStatusTransition() with a key that was used for the same", () => {
  test("appends nothing, and answers with the event of the first time", async () => {
    using project = makeProject();
    const first = answerOf(await project.emit({ to_lane: "claimed", ...KEY }));
    const before = treeState(project.folder);

    const second = answerOf(await project.emit({ to_lane: "claimed", ...KEY }));

    expect(second).toEqual({ ...first, replayed: true, snapshot: "unchanged", views: "unchanged" });
    expect(treeState(project.folder)).toEqual(before);
  });

  test("writes the key into the event", async () => {
    using project = makeProject();

    await project.emit({ to_lane: "claimed", ...KEY });

    expect(project.events()[0]?.idempotency_key).toBe("claim-1");
  });

  test("heals a snapshot and a page that were lost after the first time", async () => {
    using project = makeProject();
    await project.emit({ to_lane: "claimed", ...KEY });
    const snapshot = project.read("status.json");
    const log = project.read("status.events.jsonl");
    rmSync(project.snapshot_path);
    project.write("tasks/WP01-first.md", pageText("planned"));

    expect(answerOf(await project.emit({ to_lane: "claimed", ...KEY }))).toMatchObject({
      replayed: true,
      snapshot: "written",
      views: "written",
    });

    expect(project.read("status.json")).toBe(snapshot);
    expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
    expect(project.read("status.events.jsonl")).toBe(log);
  });

  test("answers with the present lane when the work package has moved on", async () => {
    using project = makeProject();
    await project.emit({ to_lane: "claimed", ...KEY });
    await project.walk("in_progress");

    expect(answerOf(await project.emit({ to_lane: "claimed", ...KEY }))).toMatchObject({
      replayed: true,
      lane: "in_progress",
      event: { to_lane: "claimed" },
    });
    expect(project.events()).toHaveLength(2);
    expect(project.read("tasks/WP01-first.md")).toBe(pageText("in_progress"));
  });

  test("knows the same by another word for the lane and another form of the id", async () => {
    using project = makeProject();
    await project.walk("claimed");
    await project.emit({ to_lane: "in_progress", ...KEY });

    const answer = answerOf(await project.emit({ wp_id: "1", to_lane: "Doing", ...KEY }));

    expect(answer.replayed).toBe(true);
  });

  test("is not held back by conditions, guards or a table that the first time has passed", async () => {
    using project = makeProject();
    await project.emit({ to_lane: "claimed", if_lane: "planned", ...KEY });

    const again = await project.emit({ to_lane: "claimed", if_lane: "planned", ...KEY });

    expect(answerOf(again).replayed).toBe(true);
  });

  test("adds no line end to a log that lacks it", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1, KEY).trimEnd() } });

    answerOf(await project.emit({ to_lane: "claimed", ...KEY }));

    expect(project.read("status.events.jsonl")).toBe(lineAt(1, KEY).trimEnd());
  });
});

describe("emitStatusTransition() with a key that was used for something else", () => {
  test.each([
    ["another work package", { wp_id: "WP02" }],
    ["another lane", { to_lane: "in_progress" }],
    ["another actor", { actor: "anna" }],
  ])("refuses %s, and names what it was used for", async (_, other) => {
    using project = makeProject();
    const first = answerOf(await project.emit({ to_lane: "claimed", ...KEY }));
    const before = treeState(project.folder);

    const refusal = refusalOf(await project.emit({ to_lane: "claimed", ...KEY, ...other }));

    expect(refusal).toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
      message: expect.stringContaining(`WP01 planned -> claimed by claude (event ${first.event.event_id})`),
    });
    expect(treeState(project.folder)).toEqual(before);
  });

  test("appends under another key", async () => {
    using project = makeProject();
    await project.emit({ to_lane: "claimed", ...KEY });

    answerOf(await project.emit({ to_lane: "in_progress", idempotency_key: "start-1" }));

    expect(project.events()).toHaveLength(2);
  });
});

test("emitStatusTransition() refuses a key whose event was superseded, and names by what", async () => {
  const [id1, id2] = [1, 2].map((minute) => eventAt(minute).event_id) as [string, string];
  const review = { from_lane: "for_review", parent_event_ids: [id1] };
  const rollback = eventAt(3, { ...review, to_lane: "in_progress", review_ref: "PR#1", actor: "anna" });
  using project = makeProject({
    files: {
      "status.events.jsonl":
        lineAt(1, { to_lane: "for_review", force: true, reason: "set-up" }) +
        lineAt(2, { ...review, to_lane: "done", force: true, reason: "hurry", ...KEY }) +
        lineAt(3, rollback),
    },
  });

  const refusal = refusalOf(
    await project.emit({ to_lane: "done", force: true, reason: "hurry", ...KEY }, stampAt(9)),
  );

  expect(refusal).toMatchObject({
    code: "IDEMPOTENCY_CONFLICT",
    message: expect.stringContaining(`${id2}, was recorded, and later superseded by ${rollback.event_id}`),
    details: { event_id: id2, superseded_by: rollback.event_id },
  });
  expect(project.events()).toHaveLength(3);
});

test("emitStatusTransition() refuses a key that is blank, which would turn the safety off", async () => {
  using project = makeProject();

  expect(refusalOf(await project.emit({ to_lane: "claimed", idempotency_key: " " })).code).toBe("USAGE");
  expect(project.events()).toEqual([]);
});
