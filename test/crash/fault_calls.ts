/** The system calls of a run that can fail, numbered as strace counts them. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { makeFolder } from "../support/project.ts";
import { type Doing, prepare } from "./fault_check.ts";

/** What strace lists of one run: a system call, and which one of its name it is. */
export interface Call {
  readonly name: string;
  readonly when: number;
  /** Whether it writes the answer to stdout. */
  readonly is_answer: boolean;
}

const CALLS = [
  ["openat", "read", "pread64", "write", "fsync", "fdatasync", "ftruncate", "close", "fchmod", "fcntl"],
  ["rename", "unlink", "mkdir", "access", "statx", "stat", "lstat", "fstat", "getdents64", "readlink"],
].flat();

/** The calls of what is done, from the first that touches the project on. */
export function callsOf(doing: Doing): Call[] {
  using project = makeFolder();
  using traces = makeFolder();
  prepare(project.path, doing);
  const strace = ["strace", "-ff", "-qq", "-s", "200", "-o", join(traces.path, "trace")];
  Bun.spawnSync([...strace, "-e", `trace=${CALLS.join(",")}`, LANE, ...doing.words], {
    cwd: project.path,
    env: cleanEnvironment(),
  });
  const threads = readdirSync(traces.path).map((name) => readFileSync(join(traces.path, name), "utf8"));
  const main = threads.find((text) => text.includes(project.path)) ?? "";
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  for (const line of main.split("\n")) {
    const name = /^(\w+)\(/.exec(line)?.[1];
    if (name === undefined) continue;
    const when = (counts.get(name) ?? 0) + 1;
    counts.set(name, when);
    if (calls.length === 0 && !line.includes(`"${project.path}/`)) continue;
    calls.push({ name, when, is_answer: line.startsWith("write(1,") });
  }
  return calls;
}
