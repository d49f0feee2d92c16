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
  const { trace, ran } = await traced(scene, command);
  if (trace === "") throw new Error(`no trace of ${command.join(" ")}: ${ran.stderr}`);
  return callsIn(trace, scene.base);
}

/** Runs a command that is killed when it is about to make a call; the call itself is not made. */
export async function killBefore(
  { name, nth }: SystemCall,
  scene: Scene,
  command: readonly string[],
): Promise<{ readonly ran: Ran; readonly was_killed: boolean }> {
  const { ran, trace } = await traced(scene, command, injection(name, nth));
  return { ran, was_killed: trace.includes("+++ killed by SIGKILL +++") };
}

/** What makes strace kill, for people who want to see it again. */
export function injection(name: string, nth: number): string {
  return `inject=${name}:signal=KILL:when=${nth}`;
}

/** The calls of a trace by `strace -f -y` that change something: opening to read does not. */
export function callsIn(trace: string, base: string): readonly SystemCall[] {
  const counts = new Map<string, number>();
  return trace.split("\n").flatMap((line) => {
    const [, thread = "", name, rest = ""] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const nth = (counts.get(`${thread} ${name}`) ?? 0) + 1;
    counts.set(`${thread} ${name}`, nth);
    if (name.startsWith("open") && !rest.includes("O_CREAT")) return [];
    // A file is named behind its number, or in quotes; the text that is written may name one, too.
    const is_on_scene = rest.split(', "{')[0]?.includes(base) === true;
    return [{ name, nth, shown: `${name}(${rest.replaceAll(base, "…")}`, is_on_scene }];
  });
}

async function traced(
  scene: Scene,
  command: readonly string[],
  inject?: string,
): Promise<{ readonly ran: Ran; readonly trace: string }> {
  // Beside the scene, where it is not taken for something that lane made.
  const path = `${scene.base}.trace`;
  const calls = `trace=${CALLS.map((call) => `?${call}`).join(",")}`;
  const options = ["-f", "-qq", "-y", "-o", path, "-e", calls, ...(inject ? ["-e", inject] : [])];
  const ran = await runIn(scene, ["strace", ...options, "--", ...command]);
  const trace = readFileSync(path, "utf8");
  rmSync(path);
  return { ran, trace };
}
