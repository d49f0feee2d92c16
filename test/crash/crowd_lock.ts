/** A holder of the lock that is stopped, or killed, while many wait for it. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { filesBelow } from "../support/project.ts";
import { eventsOf, makeGround } from "./crowd.ts";
import { type Ask, type Call, call, type Stand, wordsOf, wpNames } from "./crowd_calls.ts";
import { breaksIn } from "./crowd_log.ts";
import type { Outcome, Proof } from "./proof.ts";

const SIZES = { short: { rounds: 1, waiters: 8 }, full: { rounds: 3, waiters: 32 } } as const;

const IMPATIENCE_MS = 300;

/** A ceiling against hangs, far below the patience of those who wait. */
const AT_ONCE_MS = 20_000;

export const CROWD_LOCK: Proof = {
  name: "crowd_lock",
  claim:
    "while the lock's holder is stopped nobody steals the lock or loses anything, and when it is killed the next one has the lock at once",
  needs: ["strace", "git"],
  run: async (trial) => {
    const { rounds, waiters } = SIZES[trial.form];
    const seen: Seen[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const moment of MOMENTS) {
        for (const end of ["SIGCONT", "SIGKILL"] as const) {
          trial.say(`round ${round + 1} of ${rounds}: stopped at ${moment.name}, then ${end}`);
          seen.push(await stopHolder(moment, end, waiters));
        }
      }
    }
    return summary(seen);
  },
};

/** A call of the holder, and which of them. */
interface Moment {
  readonly name: string;
  readonly calls: string;
  /** About the log; else the first of all. */
  readonly is_of_log: boolean;
}

const MOMENTS: readonly Moment[] = [
  { name: "the write to the log", calls: "write,pwrite64,writev", is_of_log: true },
  { name: "the sync of the log", calls: "fsync,fdatasync", is_of_log: true },
  { name: "the snapshot's rename", calls: "rename,renameat,renameat2", is_of_log: false },
];

interface Seen {
  readonly end: "SIGCONT" | "SIGKILL";
  readonly timeouts: number;
  readonly served: number;
  /** From the signal until the first of those who waited was answered. */
  readonly next_after_ms: number;
  readonly breaks: readonly string[];
}

const WPS = wpNames(4);

async function stopHolder(moment: Moment, end: Seen["end"], waiters: number): Promise<Seen> {
  using ground = makeGround(["001-crowd"], WPS);
  const [stand] = ground.stands;
  if (stand === undefined) throw new Error("a ground without a stand");
  const calls = [await call(stand, askOf("first", 0)), await call(stand, askOf("second", 1))];
  const holder = await startHolder(stand, moment);
  const lock_folder = join(ground.root, ".git", "lanekeeper", "kitty-specs");
  await killOneThatWaits(stand, lock_folder);
  const waiting = Array.from({ length: waiters }, (_, i) => call(stand, askOf(`patient${i}`, i)));
  const impatient = await Promise.all(
    Array.from({ length: waiters }, (_, i) => call(hurried(stand), askOf(`impatient${i}`, i))),
  );
  const signal_ms = performance.now();
  process.kill(holder.pid, end);
  const served = await Promise.all(waiting);
  const held = await holder.ended;
  const next_after_ms = Math.min(...served.map(({ ended_ms }) => ended_ms)) - signal_ms;
  calls.push(...served, ...(end === "SIGCONT" ? [held] : []), await call(stand, askOf("last", 0)));
  const unanswered = new Set([...(end === "SIGKILL" ? [HOLDER] : []), KILLED]);
  const breaks = [
    ...breaksIn(eventsOf(stand.log), calls, { wps: WPS, unanswered }),
    ...impatient.flatMap(whyNoTimeout),
    ...calls.filter(({ reply }) => reply.data === undefined).map((one) => `not served: ${told(one)}`),
    ...(next_after_ms < AT_ONCE_MS ? [] : [`the next one was served after ${Math.round(next_after_ms)} ms`]),
    ...filesBelow(lock_folder)
      .filter((name) => name !== "001-crowd.lock")
      .map((name) => `${name} is left behind`),
  ];
  return {
    end,
    timeouts: impatient.length,
    served: served.length,
    next_after_ms,
    breaks: breaks.map((one) => `holder stopped at ${moment.name}, then ${end}, ${waiters} waiting: ${one}`),
  };
}

const HOLDER = "holder";
const KILLED = "killed";

/** Forced, so that every one of them takes effect whatever came before. */
function askOf(actor: string, i: number): Ask {
  return { actor, wp: WPS[i % WPS.length] ?? "WP01", to_lane: "in_progress", force: true, key: actor };
}

function hurried(stand: Stand): Stand {
  return { ...stand, words: ["--feature", "001-crowd", "--lock-timeout", String(IMPATIENCE_MS / 1000)] };
}

/** Starts an emit that is stopped at such a call; returns when it is. */
async function startHolder(stand: Stand, { calls, is_of_log }: Moment) {
  const trace = `${stand.log}.trace`;
  const began_ms = performance.now();
  const ask = askOf(HOLDER, 2);
  const strace = [
    "strace",
    "-f",
    "-qq",
    "-o",
    trace,
    ...(is_of_log ? ["-P", stand.log] : []),
    "-e",
    `trace=${calls}`,
  ];
  const inject = ["-e", `inject=${calls}:signal=SIGSTOP:when=1`];
  const child = Bun.spawn([...strace, ...inject, LANE, ...wordsOf(ask), ...stand.words, "--json"], {
    cwd: stand.folder,
    env: cleanEnvironment(),
    stdin: "ignore",
  });
  await until("the holder to be stopped", () => /stopped by SIGSTOP/.test(textOf(trace)));
  const pid = Number(textOf(`/proc/${child.pid}/task/${child.pid}/children`).trim().split(" ")[0]);
  const ended = (async (): Promise<Call> => {
    const [stdout, code] = await Promise.all([child.stdout.text(), child.exited]);
    const reply = stdout === "" ? {} : (JSON.parse(stdout) as Call["reply"]);
    return { ask, log: stand.log, began_ms, ended_ms: performance.now(), code, reply };
  })();
  return { pid, ended };
}

/** Its ticket is left behind until the next one waits, and must be in nobody's way. */
async function killOneThatWaits(stand: Stand, lock_folder: string): Promise<void> {
  const child = Bun.spawn([LANE, ...wordsOf(askOf(KILLED, 3)), ...stand.words], {
    cwd: stand.folder,
    env: cleanEnvironment(),
    stdio: ["ignore", "ignore", "ignore"],
  });
  const hasTicket = () => readdirSync(lock_folder).some((name) => name.includes(`-${child.pid}-`));
  await until("a ticket", hasTicket);
  child.kill("SIGKILL");
  await child.exited;
}

/** What is wrong about the answer of one whose patience must have ended first. */
function whyNoTimeout(one: Call): string[] {
  const { code, reply, began_ms, ended_ms } = one;
  const is_refused = code === 5 && reply.error?.code === "LOCK_TIMEOUT";
  const says_how_long = reply.error?.message.includes(`for ${IMPATIENCE_MS / 1000} s`) === true;
  const waited = ended_ms - began_ms >= IMPATIENCE_MS;
  return is_refused && says_how_long && waited
    ? []
    : [`no LOCK_TIMEOUT after ${IMPATIENCE_MS} ms: ${told(one)}`];
}

function told({ ask, code, reply }: Call): string {
  return `lane ${wordsOf(ask).join(" ")} (${code}) ${JSON.stringify(reply)}`;
}

function summary(seen: readonly Seen[]): Outcome {
  const sum = (of: (one: Seen) => number) => seen.reduce((all, one) => all + of(one), 0);
  const killed = seen.filter(({ end }) => end === "SIGKILL");
  return {
    counts: {
      "holders stopped, which went on": seen.length - killed.length,
      "holders stopped, then killed": killed.length,
      "refused with LOCK_TIMEOUT meanwhile": sum(({ timeouts }) => timeouts),
      "waited, and served": sum(({ served }) => served),
      "waiters killed": seen.length,
      "ms from a kill to the next answer, longest": Math.round(
        Math.max(0, ...killed.map(({ next_after_ms }) => next_after_ms)),
      ),
    },
    breaks: seen.flatMap(({ breaks }) => breaks),
  };
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Looks again and again; throws when it takes so long that something must hang. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 5000) throw new Error(`waited in vain for ${what}`);
    await Bun.sleep(5);
  }
}
