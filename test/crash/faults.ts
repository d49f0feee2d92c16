/**
 * Proof: whatever the disk and the system refuse, the answer is honest, nothing is half done,
 * and the next call goes on. Faults are made by the kernel (limits, a full file system) or
 * answered in its place by strace, one call of one run at a time.
 */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { type Answer, cleanEnvironment } from "../support/lane.ts";
import { makeFolder } from "../support/project.ts";
import { sampleOf } from "../support/random.ts";
import { type Call, callsOf } from "./fault_calls.ts";
import { DOINGS, type Doing, type Fault, prepare, whatIsWrong } from "./fault_check.ts";
import { vanishing, worlds } from "./fault_worlds.ts";
import type { Form, Outcome, Proof, Trial } from "./proof.ts";

/** How many faults of each kind are tried. */
const MOST_OF_KIND: Readonly<Record<Form, number>> = { short: 45, full: Number.POSITIVE_INFINITY };

export const FAULTS: Proof = {
  name: "faults",
  claim:
    "When a call fails, a disk is full or a signal comes, the answer is honest and the next call goes on.",
  needs: ["strace", "prlimit", "root"],
  run: strike,
};

async function strike({ form, random, say }: Trial): Promise<Outcome> {
  const kinds = Map.groupBy(allFaults(), ({ kind }) => kind);
  const counts: Record<string, number> = {};
  const ends = new Map<number | null, number>();
  const breaks: string[] = [];
  for (const [kind, all] of kinds) {
    const chosen = sampleOf(all, MOST_OF_KIND[form], random);
    counts[kind] = chosen.length;
    const tell = (done: number) => say(`${kind}: ${done} of ${chosen.length}`);
    breaks.push(...(await tryFaults(chosen, { tell, ends })));
  }
  for (const [code, count] of [...ends].sort()) counts[`of all: ended with ${code}`] = count;
  return { counts, breaks };
}

/** Every fault in everything that is done. */
export function allFaults(): Fault[] {
  return DOINGS.flatMap((doing) => {
    const calls = callsOf(doing);
    return [
      ...failingCalls(doing, calls),
      ...signals(doing, calls),
      ...lateSignals(doing),
      ...limits(doing),
      ...worlds(doing),
      ...vanishing(doing, calls),
    ];
  });
}

const ERRORS: Readonly<Record<string, readonly string[]>> = {
  write: ["EIO", "ENOSPC"],
  openat: ["EIO", "EMFILE", "EACCES"],
  mkdir: ["ENOSPC", "EROFS"],
  fcntl: ["ENOLCK"],
  rename: ["EIO", "ENOSPC"],
};

function failingCalls(doing: Doing, calls: readonly Call[]): Fault[] {
  return calls.flatMap(({ name, when, is_answer }) =>
    (ERRORS[name] ?? ["EIO"]).map((error) => ({
      kind: is_answer ? "answers that can't be written" : "calls that fail",
      name: `${name} number ${when} fails with ${error}`,
      doing,
      command: injected(name, `error=${error}:when=${when}`),
      allowance: { answer_lost: is_answer },
    })),
  );
}

const EXIT_CODES: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

function signals(doing: Doing, calls: readonly Call[]): Fault[] {
  return Object.entries(EXIT_CODES).flatMap(([signal, code]) =>
    calls.map(({ name, when }) => ({
      kind: `${signal} at a call`,
      name: `${signal} at ${name} number ${when}`,
      doing,
      command: injected(name, `signal=${signal}:when=${when}`),
      allowance: { ended_by_signal: [code] },
    })),
  );
}

/** Arguments: the signal, the seconds until it comes, the command. */
const LATER =
  'signal=$1 wait_s=$2; shift 2; "$@" & sleep "$wait_s"; kill -s "$signal" $! 2>/dev/null; wait $!';
const MOMENTS = 40;
const LONGEST_WAIT_MS = 20;

function lateSignals(doing: Doing): Fault[] {
  return Object.entries(EXIT_CODES).flatMap(([signal, code]) =>
    Array.from({ length: MOMENTS }, (_, i) => {
      const wait_s = (i * LONGEST_WAIT_MS) / MOMENTS / 1000;
      return {
        kind: "signals at any moment",
        name: `${signal} after ${wait_s} s`,
        doing,
        command: ["bash", "-c", LATER, "bash", signal, String(wait_s)],
        allowance: { ended_by_signal: [code] },
      };
    }),
  );
}

function injected(call: string, what: string): string[] {
  return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${call}`, "-e", `inject=${call}:${what}`];
}

const LONGEST_APPEND_BYTES = 2500;
const STEP_BYTES = 64;
const ENOUGH_FILES = 40;

/** Short writes, and too few file descriptors: the kernel's own limits. */
function limits(doing: Doing): Fault[] {
  const old_bytes = doing.log?.length ?? 0;
  const rooms = Array.from({ length: LONGEST_APPEND_BYTES / STEP_BYTES }, (_, i) => i * STEP_BYTES);
  const short = rooms.map((room) => ({
    kind: "short writes",
    name: `no file may be longer than ${old_bytes + room} bytes`,
    doing,
    command: ["prlimit", `--fsize=${old_bytes + room}`],
  }));
  const not_undone = ["ftruncate", "fsync"].flatMap((call) =>
    rooms.slice(1, 4).map((room) => ({
      kind: "short writes that can't be taken back",
      name: `no file may be longer than ${old_bytes + room} bytes, and ${call} fails`,
      doing,
      command: [...injected(call, "error=EIO:when=1"), "prlimit", `--fsize=${old_bytes + room}`],
    })),
  );
  const files = Array.from({ length: ENOUGH_FILES - 3 }, (_, i) => ({
    kind: "too few open files",
    name: `no more than ${i + 3} open files`,
    doing,
    command: ["prlimit", `--nofile=${i + 3}`],
    allowance: { may_not_start: true },
  }));
  return [...short, ...not_undone, ...files];
}

/** What a caller may want to know, and to have tried. */
interface Wishes {
  readonly tell?: (done: number) => void;
  /** Counts exit codes. */
  readonly ends?: Map<number | null, number>;
  /** What stands in for lane while the fault is there. */
  readonly executable?: string;
}

/** Two at a time. @returns the breaks, each with what it takes to see it again */
export async function tryFaults(
  all: readonly Fault[],
  { tell = () => {}, ends = new Map(), executable = LANE }: Wishes = {},
): Promise<string[]> {
  using folder = makeFolder();
  const breaks: string[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < all.length; at = next++) {
      const fault = all[at];
      if (fault === undefined) continue;
      if (at % 20 === 0) tell(at);
      const root = join(folder.path, String(at));
      mkdirSync(root);
      prepare(root, fault.doing);
      const answer = await runIn(root, [...fault.command, executable, ...fault.doing.words]);
      ends.set(answer.code, (ends.get(answer.code) ?? 0) + 1);
      const wrong = await whatIsWrong(root, fault.doing, answer, fault.allowance);
      if (wrong !== undefined) breaks.push(`${fault.doing.name}, ${fault.name}: ${wrong}`);
      rmSync(root, { recursive: true, force: true });
    }
  };
  await Promise.all([work(), work()]);
  return breaks;
}

async function runIn(root: string, command: readonly string[]): Promise<Answer> {
  const child = Bun.spawn([...command], {
    cwd: root,
    env: cleanEnvironment(),
    stdin: "ignore",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const json = /^\{[^\n]*\}\n$/.test(stdout) ? JSON.parse(stdout) : undefined;
  return { code, stdout, stderr, json, folder: root };
}
