/** The system calls of a run by which it changes files, and a run that is killed before one of them. */

import { readFileSync, rmSync } from "node:fs";
import { type Ran, runIn, type Scene } from "./scene.ts";

/** One call of a run. */
export interface SystemCall {
  readonly name: string;
  /** The how many-th call of this name in its thread, from 1: what `when=` of strace counts. */
  readonly nth: number;
  /** What strace says of it, without the scene's own folder. */
  readonly shown: string;
  /** Whether it is about a file of the scene. */
  readonly is_on_scene: boolean;
  /** Whether the first thread makes it, the only one that is followed then. */
  readonly is_first_thread: boolean;
  /** Whether it is out of reach: another thread made its own such call before, and strace would kill there. */
  readonly is_hidden: boolean;
}

/** Calls that write, sync, rename, truncate, link, remove or create; and the end, when all is answered. */
const CALLS = [
  ...["write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "splice"],
  ...["fsync", "fdatasync", "sync_file_range", "truncate", "ftruncate", "fallocate"],
  ...["rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat"],
  ...["open", "openat", "openat2", "creat", "mkdir", "mkdirat", "rmdir", "mknod", "mknodat"],
  ...["chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown", "utimensat", "exit_group"],
];

/** All calls of a run that change something, in their order; it runs to its end. */
export async function callsOf(scene: Scene, command: readonly string[]): Promise<readonly SystemCall[]> {
  const { trace, ran } = await traced(scene, ["-f"], command);
  if (trace === "") throw new Error(`no trace of ${command.join(" ")}: ${ran.stderr}`);
  return callsIn(trace, scene.base);
}

/** Runs a command that is killed when it is about to make a call; the call itself is not made. */
export async function killBefore(
  call: SystemCall,
  scene: Scene,
  command: readonly string[],
): Promise<{ readonly ran: Ran; readonly was_killed: boolean }> {
  const { ran, trace } = await traced(scene, injection(call), command);
  return { ran, was_killed: trace.includes("+++ killed by SIGKILL +++") };
}

/** The options by which strace kills before a call. */
export function injection({ name, nth, is_first_thread }: SystemCall): readonly string[] {
  return [...(is_first_thread ? [] : ["-f"]), "-e", `inject=${name}:signal=KILL:when=${nth}`];
}

/** The calls of a trace by `strace -f -y` that change something: opening to read does not. */
export function callsIn(trace: string, base: string): readonly SystemCall[] {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  const [first_thread] = /^\d+/.exec(trace) ?? [];
  return trace.split("\n").flatMap((line) => {
    const [, thread = "", name, rest = ""] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const nth = (counts.get(`${thread} ${name}`) ?? 0) + 1;
    counts.set(`${thread} ${name}`, nth);
    const is_first_thread = thread === first_thread;
    const is_hidden = !is_first_thread && seen.has(`${name} ${nth}`);
    seen.add(`${name} ${nth}`);
    if (name.startsWith("open") && !rest.includes("O_CREAT")) return [];
    // A file is named behind its number, or in quotes. So is the folder that lane runs in; and what is written may name one.
    const [named = ""] = rest.replace(/^AT_FDCWD<[^>]*>/, "").split(', "{');
    const is_on_scene = named.includes(base);
    const shown = `${name}(${rest.replaceAll(base, "…")}`;
    return [{ name, nth, shown, is_on_scene, is_first_thread, is_hidden }];
  });
}

async function traced(
  scene: Scene,
  more: readonly string[],
  command: readonly string[],
): Promise<{ readonly ran: Ran; readonly trace: string }> {
  // Beside the scene, where it is not taken for something that lane made.
  const path = `${scene.base}.trace`;
  const calls = `trace=${CALLS.map((call) => `?${call}`).join(",")}`;
  const ran = await runIn(scene, ["strace", "-qq", "-y", "-o", path, "-e", calls, ...more, "--", ...command]);
  const trace = readFileSync(path, "utf8");
  rmSync(path);
  return { ran, trace };
}
