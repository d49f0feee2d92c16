/** A page that can't be written: a full disk, a folder that is read-only. Needs root, for mounting. */

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { lineAt, makeFolder, makeProject, pageText } from "../support/project.ts";

const CAN_MOUNT = Bun.spawnSync(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).exitCode === 0;
if (!CAN_MOUNT) console.warn("Skipped: no file system can be mounted here (unshare -m, mount)");

/** Arguments: lane, the project, where to mount, what to do with the mounted folder before. */
const SHELL = `
  lane=$1 project=$2 mounted=$3 before=$4
  mount -t tmpfs -o size=64k tmpfs "$mounted"
  printf '%s' "$5" > "$mounted/flow.html"
  eval "$before"
  cd "$project"
  "$lane" flow --html "$mounted/flow.html"
  echo "code $?"
  ls -A "$mounted" | grep -v filler
  cat "$mounted/flow.html"
`;

/** Writes a page where one stands already, in a folder that something was done to. */
function writeInto(before: string, old_page: string) {
  using project = makeProject({
    files: { "tasks/WP01.md": pageText("planned"), "status.events.jsonl": lineAt(1) },
  });
  using mounted = makeFolder();
  const shell = [
    "unshare",
    "-m",
    "bash",
    "-c",
    SHELL,
    "bash",
    LANE,
    project.root,
    mounted.path,
    before,
    old_page,
  ];
  const { stdout, stderr } = Bun.spawnSync(shell, { cwd: "/" });
  const path = join(mounted.path, "flow.html");
  return { stdout: stdout.toString(), stderr: stderr.toString().replace(path, "<page>") };
}

const OLD_PAGE = '<!DOCTYPE html>\n<meta name="generator" content="lanekeeper flow">\nold\n';
const UNTOUCHED = `code 6\nflow.html\n${OLD_PAGE}`;

describe.skipIf(!CAN_MOUNT)("lane flow --html", () => {
  test("on a full disk leaves the old page, and nothing beside it", () => {
    const fill = `dd if=/dev/zero of="$mounted/filler" bs=4096 2>/dev/null; true`;
    expect(writeInto(fill, OLD_PAGE)).toEqual({
      stdout: UNTOUCHED,
      stderr: "Error: cannot write <page>: the disk is full (ENOSPC)\n",
    });
  });

  test("on a read-only file system leaves the old page", () => {
    expect(writeInto(`mount -o remount,ro "$mounted"`, OLD_PAGE)).toEqual({
      stdout: UNTOUCHED,
      stderr: "Error: cannot write <page>: the file system is read-only (EROFS)\n",
    });
  });
});
