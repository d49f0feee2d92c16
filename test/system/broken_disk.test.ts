// A disk that reports errors: strace answers single system calls in the kernel's place.

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import {
  filesBelow,
  lineAt,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
} from "../support/project.ts";

const LANE = join(import.meta.dir, "../../dist/lane");
const CAN_TRACE = Bun.spawnSync(["strace", "-f", "-o", "/dev/null", "true"]).exitCode === 0;
if (!CAN_TRACE) console.warn("Skipped: no process can be traced here (strace, ptrace)");

/** Emits while these calls on a path fail. */
function emitWith(
  project: TemporaryProject,
  calls: string,
  fault: string,
  path: string,
  ...options: string[]
) {
  const inject = ["-e", `trace=${calls}`, "-e", `inject=${calls}:${fault}`, "-P", path];
  const command = ["emit", "WP01", "--to", "in_progress", "--actor", "claude", "--json", ...options];
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["strace", "-f", "-qq", "-o", "/dev/null", ...inject, "--", LANE, ...command],
    { cwd: project.root },
  );
  if (stdout.length === 0) throw new Error(stderr.toString());
  return { exitCode, ...JSON.parse(stdout.toString()) };
}

function makeClaimed() {
  return makeProject({
    files: { "status.events.jsonl": lineAt(1), "status.json": "{}\n", "tasks/WP01.md": pageText("claimed") },
  });
}

const FILES = ["status.events.jsonl", "status.json", "tasks/WP01.md"];

describe.skipIf(!CAN_TRACE)("lane emit", () => {
  test.each(["EIO", "ENOSPC", "EDQUOT"])("records nothing when the log's write fails with %s", (errno) => {
    using project = makeClaimed();

    expect(emitWith(project, "write", `error=${errno}`, project.log_path)).toMatchObject({
      exitCode: 6,
      error: { code: "IO", details: { errno, outcome_unknown: false } },
    });

    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
    expect(project.read("status.json")).toBe("{}\n");
    expect(filesBelow(project.folder)).toEqual(FILES);
  });

  test("records nothing when the log's write is short", () => {
    using project = makeClaimed();

    const answer = emitWith(project, "write", "retval=10", project.log_path);

    expect(answer).toMatchObject({ exitCode: 6, error: { code: "IO", details: { outcome_unknown: false } } });
    expect(answer.error.message).toContain("only 10 of ");
    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
  });

  test("says outcome unknown when the log's fsync fails, and derives nothing from it", () => {
    using project = makeClaimed();

    const answer = emitWith(project, "fsync,fdatasync", "error=EIO", project.log_path);

    expect(answer).toMatchObject({ exitCode: 6, error: { code: "IO", details: { outcome_unknown: true } } });
    expect(answer.error.message).toContain("outcome unknown: it may be recorded");
    expect(project.read("status.json")).toBe("{}\n");
  });

  test("claims no success for a replay that can't be synced either", () => {
    using project = makeClaimed();
    const emit = () =>
      emitWith(project, "fsync,fdatasync", "error=EIO", project.log_path, "--idempotency-key", "k");
    expect(emit()).toMatchObject({ exitCode: 6, error: { details: { outcome_unknown: true } } });

    expect(emit()).toMatchObject({ exitCode: 6, error: { details: { outcome_unknown: true } } });

    expect(project.events()).toHaveLength(2);
  });

  test("says outcome unknown when the folder of a new log can't be synced", () => {
    using project = makeProject();

    const command = ["emit", "WP01", "--to", "claimed", "--actor", "claude", "--json"];
    const inject = ["-e", "trace=fsync", "-e", "inject=fsync:error=EIO", "-P", project.folder];
    const { exitCode, stdout } = Bun.spawnSync(
      ["strace", "-f", "-qq", "-o", "/dev/null", ...inject, LANE, ...command],
      {
        cwd: project.root,
      },
    );

    expect(exitCode).toBe(6);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      error: { code: "IO", details: { outcome_unknown: true } },
    });
    // It may be on the disk, so it must not be taken away.
    expect(project.events()).toHaveLength(1);
  });

  test.each([
    ["read", "pread64,read"],
    ["opened", "openat"],
  ])("records nothing when the log can't be %s", (_, calls) => {
    using project = makeClaimed();

    expect(emitWith(project, calls, "error=EIO", project.log_path)).toMatchObject({
      exitCode: 6,
      error: { code: "IO", details: { errno: "EIO" } },
    });

    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
  });

  test("says outcome unknown when the log can't be read again after the append", () => {
    using project = makeClaimed();

    const answer = emitWith(project, "pread64", "error=EIO:when=2", project.log_path);

    expect(project.events()).toHaveLength(2);
    expect(answer).toMatchObject({ exitCode: 6, error: { code: "IO", details: { outcome_unknown: true } } });
  });

  test.each(["write", "fsync", "rename,renameat,renameat2"])(
    "stands when %s fails for the snapshot, whose old bytes stay, and leaves no temporary file",
    (calls) => {
      using project = makeClaimed();

      expect(emitWith(project, calls, "error=EIO", project.path(".status.json.lane-tmp"))).toMatchObject({
        exitCode: 0,
        data: { lane: "in_progress", snapshot: "failed", views: "written" },
        warnings: [{ code: "SNAPSHOT_FAILED" }],
      });

      expect(project.events()).toHaveLength(2);
      expect(project.read("status.json")).toBe("{}\n");
      expect(filesBelow(project.folder)).toEqual(FILES);
    },
  );

  test.each(["write", "fsync", "rename,renameat,renameat2"])(
    "stands when %s fails for a page, whose old bytes stay, and leaves no temporary file",
    (calls) => {
      using project = makeClaimed();

      expect(emitWith(project, calls, "error=EIO", project.path("tasks/.WP01.md.lane-tmp"))).toMatchObject({
        exitCode: 0,
        data: { lane: "in_progress", snapshot: "written", views: "failed" },
        warnings: [{ code: "VIEW_FAILED" }],
      });

      expect(project.read("tasks/WP01.md")).toBe(pageText("claimed"));
      expect(filesBelow(project.folder)).toEqual(FILES);
    },
  );

  test.each(["ENOLCK", "EIO"])("writes nothing when the system refuses the lock with %s", (errno) => {
    using project = makeClaimed();
    const lock = join(project.root, `.lanekeeper/kitty-specs/${SLUG}.lock`);

    expect(emitWith(project, "fcntl", `error=${errno}`, lock)).toMatchObject({
      exitCode: 6,
      error: { code: "IO" },
    });

    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
    expect(project.read("status.json")).toBe("{}\n");
  });

  test("records one event when a signal interrupts the log's write", () => {
    using project = makeClaimed();

    const answer = emitWith(project, "write", "error=EINTR:when=1", project.log_path);

    expect(project.events()).toHaveLength(answer.ok ? 2 : 1);
    expect([0, 6]).toContain(answer.exitCode);
  });
});
