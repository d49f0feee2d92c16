/**
 * scripts/install.sh in a Debian that holds nothing but its smallest set of packages: no git, no curl, no user.
 * Needs root, debootstrap and Debian's packages from the network; they are kept in node_modules/.cache.
 */

import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { contentsOf, REAL_LANE, writeRelease } from "../support/installing.ts";
import { makeFolder } from "../support/project.ts";

const SUITE = "bookworm";
const PACKAGES = join(ROOT, "node_modules/.cache/lanekeeper", `debootstrap-${SUITE}.tar`);
const LONGEST_MS = 600_000;

/** The tool's packages, fetched once. @returns whether they are here */
function havePackages(): boolean {
  if (process.getuid?.() !== 0 || Bun.which("debootstrap") === null) return false;
  if (existsSync(PACKAGES)) return true;
  mkdirSync(join(PACKAGES, ".."), { recursive: true });
  using work = makeFolder();
  const unfinished = `${PACKAGES}.${process.pid}`;
  const making = [
    "debootstrap",
    "--variant=minbase",
    `--make-tarball=${unfinished}`,
    SUITE,
    join(work.path, "x"),
  ];
  if (Bun.spawnSync(making).exitCode !== 0) return false;
  renameSync(unfinished, PACKAGES);
  return true;
}

const CAN_BOOTSTRAP = havePackages();
if (!CAN_BOOTSTRAP) console.warn("Skipped: no fresh Debian can be made here (root, debootstrap, a network)");

const folder = makeFolder();
afterAll(() => folder[Symbol.dispose]());

describe.skipIf(!CAN_BOOTSTRAP)("install.sh in a fresh chroot", () => {
  test(
    "install.sh in a fresh chroot: from the copied release to the first emit and board, and back to nothing",
    () => {
      const machine = join(folder.path, "machine");
      const release = join(folder.path, "release");
      mkdirSync(release);
      writeRelease(release, REAL_LANE);
      const making = ["debootstrap", "--variant=minbase", `--unpack-tarball=${PACKAGES}`, SUITE, machine];
      expect(Bun.spawnSync(making).exitCode).toBe(0);
      const home = join(machine, "root");
      const before = contentsOf(home);
      const start_ns = Bun.nanoseconds();

      cpSync(release, join(machine, "media/stick"), { recursive: true });
      const copied_ns = Bun.nanoseconds();
      expect(inside(machine, "sh /media/stick/install.sh")).toMatch(/^lane for linux-x64: Linux on x86_64 /m);
      const lane = "/root/.local/bin/lane";
      const emitted = inside(
        machine,
        `mkdir -p /srv/p/kitty-specs && cd /srv/p && ${lane} new 001-first && ${lane} add "First step" && ${lane} emit WP01 --to claimed --actor ana`,
      );
      const emitted_ns = Bun.nanoseconds();

      expect(emitted).toContain("WP01: planned -> claimed, by ana\n");
      expect(inside(machine, `cd /srv/p && ${lane} board`)).toContain("▎First step");
      expect(inside(machine, "sh /media/stick/install.sh --uninstall")).toBe(`Removed: ${lane}\n`);
      expect(contentsOf(home)).toEqual(before);
      const seconds = (from_ns: number) => ((emitted_ns - from_ns) / 1e9).toFixed(1);
      console.log(
        `In a fresh Debian: ${seconds(start_ns)} s from the start of the copy to the first emit, ${seconds(copied_ns)} s of it after the copy`,
      );
    },
    LONGEST_MS,
  );
});

/** Runs a line in the machine, with nothing of this one's environment. @returns its stdout */
function inside(machine: string, line: string): string {
  const environment = ["HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"];
  // Of its own: /proc is mounted for this one line.
  const steps = 'mount -t proc proc "$1/proc" && exec chroot "$1" /usr/bin/env -i "$2" "$3" "$4" sh -c "$5"';
  const command = ["unshare", "-m", "sh", "-c", steps, "sh", machine, ...environment, line];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`${line}: ${stderr.toString()}`);
  return stdout.toString();
}
