// `lane doctor --fix --apply` on a full disk: root mounts a small one, in a namespace of its own.

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { filesBelow, lineAt, makeFolder, makeProject, pageText, SLUG } from "../support/project.ts";

const CAN_MOUNT = Bun.spawnSync(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).exitCode === 0;
if (!CAN_MOUNT) console.warn("Skipped: no file system can be mounted here (unshare -m, mount)");
const PAGE_BYTES = 4096;

/** Arguments: where to mount, what to copy there, how many blocks stay free, where to copy to, the command. */
const SHELL = `
  set -e
  mounted=$1 project=$2 free=$3 outcome=$4; shift 4
  mount -t tmpfs -o size=1m tmpfs "$mounted"
  cp -a "$project/." "$mounted"
  dd if=/dev/zero of="$mounted/spare" bs=4096 count="$free" 2>/dev/null
  dd if=/dev/zero of="$mounted/filler" bs=4096 2>/dev/null || true
  rm "$mounted/spare"
  cd "$mounted"
  "$@" || echo "exit $?"
  rm filler
  cp -a "$mounted/." "$outcome"
`;

const LINES = Array.from({ length: 100 }, (_, i) => lineAt(i + 1)).join("");
const BROKEN = `<<<<<<< HEAD\n${LINES}=======\n>>>>>>> other\n{"actor`;

/** Repairs a copy of a project on a disk with so many blocks left. */
function repairOnFullDisk(free_blocks: number) {
  using project = makeProject({
    files: { "status.events.jsonl": BROKEN, "status.json": "{}\n", "tasks/WP01.md": pageText("planned") },
  });
  using mounted = makeFolder();
  using outcome = makeFolder();
  const shell = ["unshare", "-m", "bash", "-c", SHELL, "bash"];
  const places = [mounted.path, project.root, String(free_blocks), outcome.path];
  const { stdout, stderr } = Bun.spawnSync(
    [...shell, ...places, LANE, "doctor", "--fix", "--apply", "--json"],
    {
      env: cleanEnvironment(),
    },
  );
  if (stdout.length === 0) throw new Error(stderr.toString());
  const feature = join(outcome.path, "kitty-specs", SLUG);
  return {
    answer: JSON.parse(stdout.toString().split("\n")[0] ?? ""),
    names: filesBelow(feature),
    log: readFileSync(join(feature, "status.events.jsonl"), "utf8"),
    page: readFileSync(join(feature, "tasks/WP01.md"), "utf8"),
    kept: filesBelow(outcome.path)
      .filter((name) => name.includes(".kept/"))
      .map((name) => readFileSync(join(outcome.path, name), "utf8")),
  };
}

const NAMES = ["status.events.jsonl", "status.json", "tasks/WP01.md"];
const LOG_BLOCKS = Math.ceil(BROKEN.length / PAGE_BYTES);

describe.skipIf(!CAN_MOUNT)("lane doctor --fix --apply on a full disk", () => {
  test.each([
    ["no room at all", 0],
    ["room for half of the copy", Math.floor(LOG_BLOCKS / 2)],
    ["room for the copy, not for the torn piece", LOG_BLOCKS + 2],
    ["room for what is kept, and half of the new log", LOG_BLOCKS + Math.floor(LOG_BLOCKS / 2)],
  ])("with %s refuses, and leaves log, snapshot and page as they were", (_, free_blocks) => {
    const { answer, names, log, page } = repairOnFullDisk(free_blocks);
    expect(answer).toMatchObject({ ok: false, error: { code: "IO", details: { errno: "ENOSPC" } } });
    expect(log).toBe(BROKEN);
    expect(page).toBe(pageText("planned"));
    expect(names).toEqual(NAMES);
  });

  test("with room for the repair does it, keeps what it cut off, and leaves no temporary file", () => {
    const { answer, names, log, page, kept } = repairOnFullDisk(2 * LOG_BLOCKS + 20);
    expect(answer).toMatchObject({ ok: true, warnings: [] });
    expect(log).toBe(LINES);
    expect(page).toBe(pageText("claimed"));
    expect(names).toEqual(NAMES);
    expect(kept.sort()).toEqual([BROKEN, '{"actor'].sort());
  });

  test("whatever room there is, the log is the old one or the mended one, and the old one is kept", () => {
    for (let free_blocks = 0; free_blocks <= 2 * LOG_BLOCKS + 12; free_blocks++) {
      const { log, names, kept } = repairOnFullDisk(free_blocks);
      expect([BROKEN, LINES]).toContain(log);
      expect(names).toEqual(NAMES);
      if (log === LINES) expect(kept).toContain(BROKEN);
    }
  });
});
