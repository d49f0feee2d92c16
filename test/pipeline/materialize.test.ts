import { describe, expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { materialize } from "../../src/pipeline/materialize.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { startHolder } from "../store/holder.ts";
import {
  answerOf,
  errorOf,
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

/** A log of several work packages, some of them by other tools, out of order and repeated. */
const LOG = [
  lineAt(4, { wp_id: "WP10", from_lane: "planned", to_lane: "blocked", actor: "Zoë" }),
  lineAt(1),
  '{"type": "note"}\n',
  lineAt(3, { from_lane: "claimed", to_lane: "in_progress", parent_event_ids: [eventAt(1).event_id] }),
  lineAt(2, { wp_id: "WP02", at: "2026-02-08T14:02:00Z", actor: { tool: "cursor", role: "x" } as never }),
  lineAt(1),
].join("");

describe("materialize()", () => {
  test("writes snapshot and views from the log, and then finds nothing to do", async () => {
    using project = makeProject({
      files: { "status.events.jsonl": LOG, "tasks/WP01.md": pageText("planned") },
    });

    expect(await renew(project)).toEqual({
      feature: SLUG,
      snapshot: "written",
      views: "written",
      warnings: [],
    });
    const before = treeState(project.folder);
    expect(await renew(project)).toEqual({
      feature: SLUG,
      snapshot: "unchanged",
      views: "unchanged",
      warnings: [],
    });

    expect(treeState(project.folder)).toEqual(before);
    expect(project.read("tasks/WP01.md")).toBe(pageText("in_progress"));
    expect(JSON.parse(project.read("status.json"))).toEqual({
      event_count: 4,
      feature_slug: SLUG,
      last_event_id: eventAt(2).event_id,
      materialized_at: "2026-02-08T14:02:00Z",
      summary: { blocked: 1, canceled: 0, claimed: 1, done: 0, for_review: 0, in_progress: 1, planned: 0 },
      work_packages: {
        WP01: {
          actor: "claude",
          force_count: 0,
          lane: "in_progress",
          last_event_id: eventAt(3).event_id,
          last_transition_at: eventAt(3).at,
        },
        WP02: {
          actor: "cursor",
          force_count: 0,
          lane: "claimed",
          last_event_id: eventAt(2).event_id,
          last_transition_at: "2026-02-08T14:02:00Z",
        },
        WP10: {
          actor: "Zoë",
          force_count: 0,
          lane: "blocked",
          last_event_id: eventAt(4).event_id,
          last_transition_at: eventAt(4).at,
        },
      },
    });
  });

  test("gives the same bytes again after the snapshot was deleted, in another place too", async () => {
    using project = makeProject({ files: { "status.events.jsonl": LOG } });
    using other = makeProject({
      files: { "status.events.jsonl": LOG.trimEnd().split("\n").reverse().join("\r\n") },
    });
    await renew(project);
    const first = project.read("status.json");
    rmSync(project.snapshot_path);

    await renew(project);
    await renew(other);

    expect(project.read("status.json")).toBe(first);
    expect(other.read("status.json")).toBe(first);
  });

  test("gives the bytes that emit wrote", async () => {
    using project = makeProject();
    await project.walk("claimed", "in_progress", "for_review");
    const written = project.read("status.json");
    rmSync(project.snapshot_path);

    await renew(project);

    expect(project.read("status.json")).toBe(written);
  });

  test("writes no snapshot where there is no log", async () => {
    using project = makeProject();
    const before = treeState(project.folder);

    expect(await renew(project)).toEqual({
      feature: SLUG,
      snapshot: "unchanged",
      views: "unchanged",
      warnings: [],
    });

    expect(treeState(project.folder)).toEqual(before);
  });

  test.each(["", '{"type": "note"}\n'])(
    "counts nothing in the log %j, which has no transition",
    async (log) => {
      using project = makeProject({ files: { "status.events.jsonl": log } });

      await renew(project);

      expect(JSON.parse(project.read("status.json"))).toEqual({
        event_count: 0,
        feature_slug: SLUG,
        last_event_id: null,
        materialized_at: null,
        summary: { blocked: 0, canceled: 0, claimed: 0, done: 0, for_review: 0, in_progress: 0, planned: 0 },
        work_packages: {},
      });
    },
  );

  test("mends a page and a snapshot that say something else", async () => {
    using project = makeProject();
    await project.walk("claimed");
    const snapshot = project.read("status.json");
    project.write("tasks/WP01-first.md", pageText("done"));
    project.write("status.json", snapshot.replaceAll("claimed", "done"));

    expect(await renew(project)).toMatchObject({ snapshot: "written", views: "written" });

    expect(project.read("status.json")).toBe(snapshot);
    expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
  });

  test("leaves views alone in phase 0", async () => {
    using project = makeProject({
      files: {
        "meta.json": '{"status_phase": 0}',
        "status.events.jsonl": LOG,
        "tasks/WP01.md": pageText("done"),
      },
    });

    expect(await renew(project)).toMatchObject({ snapshot: "written", views: "off" });

    expect(project.read("tasks/WP01.md")).toBe(pageText("done"));
  });

  test("refuses a corrupt log, and touches nothing", async () => {
    using project = makeProject({ files: { "status.events.jsonl": `${LOG}torn` } });
    const before = treeState(project.folder);

    expect(refusalOf(await materialize(await project.open(), 0)).code).toBe("LOG_CORRUPT");

    expect(treeState(project.folder)).toEqual(before);
  });

  test("throws when the snapshot can't be written: writing it is all that was asked for", async () => {
    using project = makeProject({ files: { "status.events.jsonl": LOG } });
    mkdirSync(project.snapshot_path);

    expect(await errorOf(() => renew(project))).toBeInstanceOf(StorageError);
  });

  test("refuses while another process holds the feature's lock", async () => {
    using project = makeProject({ files: { "status.events.jsonl": LOG } });
    const feature = await project.open();
    await using _ = await startHolder(feature.lock);

    expect(refusalOf(await materialize(feature, 0)).code).toBe("LOCK_TIMEOUT");
  });
});
