import { describe, expect, test } from "bun:test";
import { checkMaterialized, materialize } from "../../src/pipeline/materialize.ts";
import { startHolder } from "../store/holder.ts";
import {
  answerOf,
  eventAt,
  lineAt,
  makeProject,
  pageText,
  refusalOf,
  SLUG,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";

const renew = async (project: TemporaryProject) => answerOf(await materialize(await project.open(), 0));
const check = async (project: TemporaryProject) => answerOf(await checkMaterialized(await project.open(), 0));

const LOG = [
  lineAt(1),
  lineAt(2, { wp_id: "WP02" }),
  lineAt(3, { from_lane: "claimed", to_lane: "in_progress", parent_event_ids: [eventAt(1).event_id] }),
].join("");

describe("checkMaterialized()", () => {
  test("says what is stale, and writes nothing, not even a lock", async () => {
    using project = makeProject({
      files: { "status.events.jsonl": LOG, "tasks/WP01.md": pageText("planned") },
    });
    const before = treeState(project.root);

    expect(await check(project)).toEqual({ feature: SLUG, snapshot: "stale", views: "stale", warnings: [] });

    expect(treeState(project.root)).toEqual(before);
  });

  test("finds nothing stale after materialize", async () => {
    using project = makeProject({
      files: { "status.events.jsonl": LOG, "tasks/WP01.md": pageText("planned") },
    });
    await renew(project);
    const before = treeState(project.root);

    expect(await check(project)).toMatchObject({ snapshot: "unchanged", views: "unchanged" });

    expect(treeState(project.root)).toEqual(before);
  });

  test("finds nothing stale where there is no log", async () => {
    using project = makeProject({ files: { "tasks/WP01.md": pageText("done") } });

    expect(await check(project)).toMatchObject({ snapshot: "unchanged", views: "unchanged" });
  });

  test("does not take another tool's keys or layout for stale", async () => {
    using project = makeProject({ files: { "status.events.jsonl": LOG } });
    await renew(project);
    const theirs = { ...JSON.parse(project.read("status.json")), zeta: 1 };
    project.write("status.json", JSON.stringify(theirs));

    expect(await check(project)).toMatchObject({ snapshot: "unchanged" });
    expect(await renew(project)).toMatchObject({ snapshot: "unchanged" });
  });

  test("says that views are off in phase 0", async () => {
    using project = makeProject({
      files: { "meta.json": '{"status_phase": 0}', "status.events.jsonl": LOG },
    });

    expect(await check(project)).toMatchObject({ snapshot: "stale", views: "off" });
  });

  test("says that a view can't be told", async () => {
    using project = makeProject({
      files: { "status.events.jsonl": LOG, "tasks/WP01.md": pageText("planned"), "tasks/WP01-b.md": "" },
    });
    await renew(project);

    expect(await check(project)).toMatchObject({ views: "failed", warnings: [{ code: "PAGE_AMBIGUOUS" }] });
  });

  test("refuses a torn log where nobody is writing, and makes no lock file", async () => {
    using project = makeProject({ files: { "status.events.jsonl": LOG.slice(0, -20) } });
    const before = treeState(project.root);

    expect(refusalOf(await checkMaterialized(await project.open(), 0)).details?.finding).toBe("LOG_TORN");

    expect(treeState(project.root)).toEqual(before);
  });

  test("looks again at a torn log when the writer that holds the lock is done", async () => {
    using project = makeProject({ files: { "status.events.jsonl": LOG.slice(0, -20) } });
    const feature = await project.open();
    await using holder = await startHolder(feature.lock);
    const checking = checkMaterialized(feature, 30_000);

    project.write("status.events.jsonl", LOG);
    await holder.finish();

    expect(answerOf(await checking)).toMatchObject({ snapshot: "stale" });
  });
});
