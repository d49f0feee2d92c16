// A file system without a free page: root mounts one, in a namespace of its own, so that nothing stays mounted.

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, lineAt, makeFolder, makeProject, pageText, SLUG } from "../support/project.ts";

const EMIT = [process.execPath, join(import.meta.dir, "../pipeline/emit_once.ts"), "WP01", "claimed"];
const PAGE_BYTES = 4096;
const CAN_MOUNT = Bun.spawnSync(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).exitCode === 0;
if (!CAN_MOUNT) console.warn("Skipped: no file system can be mounted here (unshare -m, mount)");

/** Arguments: where to mount, what to copy there, where to copy the outcome to, the command. */
const SHELL = `
  set -e
  mounted=$1 project=$2 outcome=$3; shift 3
  mount -t tmpfs -o size=1m tmpfs "$mounted"
  cp -a "$project/." "$mounted"
  dd if=/dev/zero of="$mounted/filler" bs=4096 2>/dev/null || true
  cd "$mounted"
  "$@"
  rm filler
  cp -a "$mounted/." "$outcome"
`;

/** Emits in a copy of a project on a full disk. @returns the answer, and the feature's files after it */
function emitOnFullDisk(files: Readonly<Record<string, string>>) {
  using project = makeProject({ files });
  using mounted = makeFolder();
  using outcome = makeFolder();
  const shell = ["unshare", "-m", "bash", "-c", SHELL, "bash", mounted.path, project.root, outcome.path];
  const { stdout, stderr } = Bun.spawnSync([...shell, ...EMIT]);
  if (stdout.length === 0) throw new Error(stderr.toString());
  const feature = join(outcome.path, "kitty-specs", SLUG);
  const names = filesBelow(feature);
  return {
    answer: JSON.parse(stdout.toString()),
    names,
    texts: Object.fromEntries(names.map((name) => [name, readFileSync(join(feature, name), "utf8")])),
  };
}

function logOf(size_bytes: number): string {
  return lineAt(1, { reason: "x".repeat(size_bytes - Buffer.byteLength(lineAt(1, { reason: "" }))) });
}

describe.skipIf(!CAN_MOUNT)("emitStatusTransition() on a full disk", () => {
  test.each([
    ["has room for a part of the line", PAGE_BYTES - 100],
    ["has no room at all", PAGE_BYTES],
  ])("throws, and leaves the log as it was, where its last page %s", (_, size_bytes) => {
    const log = logOf(size_bytes);

    const { answer, texts } = emitOnFullDisk({ "status.events.jsonl": log });

    expect(answer.thrown).toMatchObject({ outcome_unknown: false });
    expect(answer.thrown.message).toMatch(/the disk is full|is the disk full/);
    expect(texts).toEqual({ "status.events.jsonl": log });
  });

  test("throws for the first event, and records nothing", () => {
    const { answer, texts } = emitOnFullDisk({ "tasks/WP01.md": pageText("planned") });

    expect(answer.thrown).toMatchObject({ errno: "ENOSPC", outcome_unknown: false });
    expect(texts).toEqual({ "tasks/WP01.md": pageText("planned") });
  });

  test("is ok where the log has room: old snapshot and page stay, and no temporary file is left", () => {
    const files = {
      "status.events.jsonl": lineAt(1),
      "status.json": "{}\n",
      "tasks/WP01.md": pageText("planned"),
    };

    const { answer, names, texts } = emitOnFullDisk(files);

    expect(answer).toMatchObject({
      ok: true,
      value: {
        lane: "claimed",
        snapshot: "failed",
        views: "failed",
        warnings: [{ code: "SNAPSHOT_FAILED" }, { code: "VIEW_FAILED" }],
      },
    });
    expect(texts["status.events.jsonl"]?.split("\n")).toHaveLength(3);
    expect(texts).toMatchObject({ "status.json": "{}\n", "tasks/WP01.md": pageText("planned") });
    expect(names).toEqual(Object.keys(files).sort());
  });
});
