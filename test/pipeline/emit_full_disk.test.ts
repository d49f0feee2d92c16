import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import {
  answerOf,
  filesBelow,
  lineAt,
  makeProject,
  pageText,
  type TemporaryProject,
} from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";

const SCRIPT = join(import.meta.dir, "emit_once.ts");

/** Emits where no file can grow past some KiB: the same short writes and refusals as on a full disk. */
function emitUnderLimit(project: TemporaryProject, limit_kib: number) {
  const shell = ["bash", "-c", `ulimit -f ${limit_kib}; exec "$@"`, "bash", process.execPath];
  const { stdout, stderr } = Bun.spawnSync([...shell, SCRIPT, "WP01", "claimed"], { cwd: project.root });
  if (stdout.length === 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

/** A log of exactly this size. */
function logOf(size_bytes: number): string {
  const room = size_bytes - Buffer.byteLength(lineAt(1, { reason: "" }));
  return lineAt(1, { reason: "x".repeat(room) });
}

// Windows has no limit for the size of a process's files (`ulimit -f`).
describe.skipIf(ON_WINDOWS)("emitStatusTransition() where the log can't grow", () => {
  test.each([
    ["a part of the line", 2048 - 100],
    ["nothing", 2048],
  ])("throws, and leaves the log byte for byte as it was, when there is room for %s", (_, size_bytes) => {
    const log = logOf(size_bytes);
    using project = makeProject({
      files: { "status.events.jsonl": log, "tasks/WP01.md": pageText("claimed") },
    });

    expect(emitUnderLimit(project, 2)).toMatchObject({ thrown: { outcome_unknown: false } });

    expect(project.read("status.events.jsonl")).toBe(log);
    expect(filesBelow(project.folder)).toEqual(["status.events.jsonl", "tasks/WP01.md"]);
  });

  test("throws for the first event, records nothing, and the next one works", async () => {
    using project = makeProject();

    expect(emitUnderLimit(project, 0)).toMatchObject({ thrown: { errno: "EFBIG", outcome_unknown: false } });

    expect(filesBelow(project.folder)).toEqual(["tasks/WP01-first.md"]);
    expect(answerOf(await project.emit({ to_lane: "claimed" })).lane).toBe("claimed");
    expect(project.events()).toHaveLength(1);
  });

  test("leaves the line end that the last line lacks unwritten too", () => {
    const log = logOf(2048 - 99).trimEnd();
    using project = makeProject({ files: { "status.events.jsonl": log } });

    expect(emitUnderLimit(project, 2)).toMatchObject({ thrown: { outcome_unknown: false } });

    expect(project.read("status.events.jsonl")).toBe(log);
  });
});

describe.skipIf(ON_WINDOWS)("emitStatusTransition() where the log can grow", () => {
  test("is ok without the snapshot, whose old bytes stay, and leaves no temporary file", () => {
    const snapshot = `{"theirs": "${"x".repeat(3000)}"}`;
    using project = makeProject({ files: { "status.json": snapshot } });

    expect(emitUnderLimit(project, 2)).toMatchObject({
      ok: true,
      value: { lane: "claimed", snapshot: "failed", warnings: [{ code: "SNAPSHOT_FAILED" }, {}] },
    });

    expect(project.events()).toHaveLength(1);
    expect(project.read("status.json")).toBe(snapshot);
    expect(filesBelow(project.folder)).toEqual(["status.events.jsonl", "status.json"]);
  });

  test("is ok without a page, whose old bytes stay, and leaves no temporary file", () => {
    const page = `${pageText("planned")}${"x".repeat(3000)}`;
    using project = makeProject({ files: { "tasks/WP01.md": page } });

    expect(emitUnderLimit(project, 2)).toMatchObject({
      ok: true,
      value: { lane: "claimed", snapshot: "written", views: "failed", warnings: [{ code: "VIEW_FAILED" }] },
    });

    expect(project.read("tasks/WP01.md")).toBe(page);
    expect(filesBelow(project.folder)).toEqual(["status.events.jsonl", "status.json", "tasks/WP01.md"]);
  });
});
