/** Worlds in which lane can't have what it needs: a full disk, one that can't be written, a folder that goes. */

import { dirname } from "node:path";
import { lineAt, SLUG } from "../support/project.ts";
import type { Call } from "./fault_calls.ts";
import type { Doing, Fault } from "./fault_check.ts";

const FEATURE = `kitty-specs/${SLUG}`;

/** Full disks, at every level; and those that can't be written. */
export function worlds(doing: Doing): Fault[] {
  return [...fullDisks(doing), ...readOnly(doing)];
}

/**
 * Arguments: how many blocks stay free, the command. Works in a copy of the current folder on a
 * small file system of its own, in a namespace of its own, so that nothing stays mounted.
 */
const ON_FULL_DISK = `
  here=$PWD free=$1; shift
  mount -t tmpfs -o size=512k tmpfs /mnt && cp -a . /mnt && cd /mnt || exit 99
  dd if=/dev/zero of=spare bs=4096 count="$free" 2>/dev/null
  dd if=/dev/zero of=filler bs=4096 2>/dev/null
  rm spare
  "$@"; code=$?
  rm filler
  cp -a . "$here" && exit $code
`;

const PAGE_BYTES = 4096;
const STEP_BYTES = 64;
const MOST_ROOM_BYTES = 640;
const MOST_BLOCKS = 12;

function fullDisks(doing: Doing): Fault[] {
  const rooms = doing.log === undefined ? [0] : steps(MOST_ROOM_BYTES, STEP_BYTES);
  return rooms.flatMap((room) =>
    steps(MOST_BLOCKS, 1).map((blocks) => ({
      kind: "full disks",
      name: `room for ${blocks} blocks, and for ${room} bytes in the log's last one`,
      doing: doing.log === undefined ? doing : { ...doing, log: logUpTo(doing.log, PAGE_BYTES - room) },
      command: ["unshare", "-m", "bash", "-c", ON_FULL_DISK, "bash", String(blocks)],
    })),
  );
}

/** A log with one more line, that is so long. */
function logUpTo(log: string, size_bytes: number): string {
  const line = (reason: string) => lineAt(3, { wp_id: "WP05", reason });
  return log + line("x".repeat(size_bytes - log.length - line("").length));
}

/** Arguments: what can't be written, the command. */
const READ_ONLY = `
  mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99
  cd "$PWD"; shift
  exec "$@"
`;

function readOnly(doing: Doing): Fault[] {
  const files = doing.log === undefined ? [] : [`${FEATURE}/status.events.jsonl`];
  return [".", FEATURE, `${FEATURE}/tasks`, ...files].map((path) => ({
    kind: "what can only be read",
    name: `${path} can only be read`,
    doing,
    command: ["unshare", "-m", "bash", "-c", READ_ONLY, "bash", path],
  }));
}

/**
 * Arguments: the call at which lane is stopped, what is moved away then, the command. Everything is
 * in its place again at the end.
 */
const WITHOUT = `
  call=$1 when=$2 folder=$PWD/$3 trace=$PWD.trace; shift 3
  strace -f -qq -o "$trace" -e "trace=$call" -e "inject=$call:signal=SIGSTOP:when=$when" "$@" &
  until grep -q 'stopped by SIGSTOP' "$trace" 2>/dev/null || ! kill -0 $! 2>/dev/null; do sleep 0.005; done
  moved=$folder.moved
  case $folder in */.) folder=$PWD moved=$PWD.moved;; esac
  mv "$folder" "$moved" 2>/dev/null
  kill -CONT $(grep -m1 'stopped by SIGSTOP' "$trace" | cut -d' ' -f1) 2>/dev/null
  wait $!; code=$?
  rm "$trace"
  [ -e "$moved" ] || exit $code
  [ -e "$folder" ] && cp -an "$folder/." "$moved" && rm -r "$folder"
  mv "$moved" "$folder" && exit $code
`;

/** Folders that are moved away between two calls. */
export function vanishing(doing: Doing, calls: readonly Call[]): Fault[] {
  const folders = [FEATURE, `${FEATURE}/tasks`, dirname(FEATURE), ".lanekeeper", "."];
  return folders.flatMap((folder) =>
    calls.map(({ name, when }) => ({
      kind: "folders that go",
      name: `${folder} is moved away at ${name} number ${when}`,
      doing,
      command: ["bash", "-c", WITHOUT, "bash", name, String(when), folder],
    })),
  );
}

function steps(limit: number, step: number): number[] {
  return Array.from({ length: Math.ceil(limit / step) }, (_, i) => i * step);
}
