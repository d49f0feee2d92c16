import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import {
  answerOf,
  eventAt,
  makeProject,
  pageText,
  refusalOf,
  stampAt,
  treeState,
} from "../support/project.ts";

test("emitStatusTransition() in a dry run answers what it would do, and writes nothing, not even a lock", async () => {
  using project = makeProject();
  const before = treeState(project.root);

  const answer = answerOf(await project.emit({ to_lane: "claimed", dry_run: true }));

  expect(answer).toEqual({
    event: eventAt(1),
    wp: "WP01",
    from_lane: "planned",
    lane: "claimed",
    replayed: false,
    dry_run: true,
    log: project.log_path,
    snapshot: "unchanged",
    views: "unchanged",
    telemetry: "off",
    warnings: [],
  });
  expect(treeState(project.root)).toEqual(before);
});

test("emitStatusTransition() in a dry run on a log that is there leaves it alone", async () => {
  using project = makeProject();
  await project.walk("claimed");
  const before = treeState(project.root);

  expect(answerOf(await project.emit({ to_lane: "in_progress", dry_run: true }))).toMatchObject({
    from_lane: "claimed",
    lane: "in_progress",
    dry_run: true,
  });

  expect(treeState(project.root)).toEqual(before);
});

test("emitStatusTransition() in a dry run in phase 0 says that views are off", async () => {
  using project = makeProject({ files: { "meta.json": '{"status_phase": 0}' } });

  expect(answerOf(await project.emit({ to_lane: "claimed", dry_run: true })).views).toBe("off");
});

test("emitStatusTransition() in a dry run refuses what the real one would refuse", async () => {
  using project = makeProject({ files: { "tasks/WP01.md": pageText("done") } });
  const refused = async (request: object) =>
    refusalOf(await project.emit({ to_lane: "claimed", dry_run: true, ...request })).code;
  const before = treeState(project.root);

  expect(await refused({})).toBe("NOT_MIGRATED");
  expect(await refused({ to_lane: "nowhere" })).toBe("UNKNOWN_LANE");
  expect(await refused({ actor: null })).toBe("USAGE");
  expect(await refused({ force: true })).toBe("NOT_MIGRATED");

  expect(treeState(project.root)).toEqual(before);
});

test("emitStatusTransition() in a dry run warns of a clock that is behind", async () => {
  using project = makeProject();
  await project.emit({ to_lane: "claimed" }, stampAt(60));

  const answer = answerOf(await project.emit({ to_lane: "in_progress", dry_run: true }, stampAt(1)));

  expect(answer.warnings.map(({ code }) => code)).toEqual(["CLOCK_AHEAD"]);
});

test("emitStatusTransition() in a dry run of a repeated key says that it was recorded before", async () => {
  using project = makeProject();
  const first = answerOf(await project.emit({ to_lane: "claimed", idempotency_key: "k" }));
  const before = treeState(project.root);

  expect(
    answerOf(await project.emit({ to_lane: "claimed", idempotency_key: "k", dry_run: true })),
  ).toMatchObject({
    event: first.event,
    replayed: true,
    dry_run: true,
  });

  expect(treeState(project.root)).toEqual(before);
});

test("emitStatusTransition() in a dry run decides also where the pages can't be listed", async () => {
  using project = makeProject();
  await project.walk("claimed");
  rmSync(project.path("tasks"), { recursive: true });
  writeFileSync(project.path("tasks"), "");

  const answer = answerOf(await project.emit({ to_lane: "in_progress", dry_run: true }));

  expect(answer).toMatchObject({ lane: "in_progress", warnings: [] });
});
