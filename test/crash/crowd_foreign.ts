/**
 * Others who write the log without our lock: tools that append, and git, which replaces it.
 *
 * What is promised of an answered event: it was in the file at the log's path when lane looked
 * last, after the sync. Whoever only appends takes nothing away from then on. Git takes along
 * what it saw: into a commit, another branch, a stash. But what is written between git's last
 * look and its replacing the file, git discards, as it discards any editor's work: `git stash`
 * and a `git merge` that finds changes save what they see and then reset everything. So an event
 * may be nowhere only if its call and such a run of git overlapped; those are counted.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { parseLine } from "../../src/domain/line.ts";
import { writeFiles } from "../project/git.ts";
import { commitAll, gitBeside, useGit } from "../support/git_user.ts";
import { lane } from "../support/lane.ts";
import type { Random } from "../support/random.ts";
import { linesOf, makeGround } from "./crowd.ts";
import { type Ask, type Call, call, type Stand, wordsOf, wpNames } from "./crowd_calls.ts";
import type { Outcome, Proof, Trial } from "./proof.ts";

const SIZES = {
  short: { callers: 4, emits: 8, halves_rounds: 2, git_runs: 24 },
  full: { callers: 8, emits: 60, halves_rounds: 20, git_runs: 600 },
} as const;

export const CROWD_FOREIGN: Proof = {
  name: "crowd_foreign",
  claim:
    "whoever appends without our lock takes nothing away that was answered, nor does git but what comes into its own replacing of the file",
  needs: ["git"],
  run: async (trial) => {
    const { callers, emits, halves_rounds, git_runs } = SIZES[trial.form];
    const outcomes = [
      await besideAppender(trial, "quick", callers, emits),
      await besideAppender(trial, "slow", callers, emits),
      await besideHalves(trial, halves_rounds),
      await besideGit(trial, git_runs),
    ];
    return {
      counts: Object.assign({}, ...outcomes.map(({ counts }) => counts)) as Outcome["counts"],
      breaks: outcomes.flatMap(({ breaks }) => breaks),
    };
  },
};

const WPS = wpNames(8);
const PAUSES_MS = { quick: 2, slow: 50 } as const;

/** Beside a tool that appends whole lines: everything is served, and everything is there. */
async function besideAppender(
  { random, say }: Trial,
  pace: keyof typeof PAUSES_MS,
  callers: number,
  emits: number,
): Promise<Outcome> {
  say(`beside a ${pace} appender`);
  using ground = makeGround(["001-crowd"], WPS);
  const stand = first(ground.stands);
  const before = [await call(stand, askOf("first", 0, random))];
  const writer = startWriter(stand.log, PAUSES_MS[pace], "whole");
  const asks = asksOf(callers, emits, random);
  const calls = await Promise.all(asks.map((mine) => oneAfterAnother(stand, mine)));
  const foreign = await writer.finish();
  const all = [...before, ...calls.flat()];
  const refused = all
    .filter(({ reply }) => reply.data === undefined)
    .map((one) => `not served: ${told(one)}`);
  return {
    counts: {
      [`lines by a ${pace} appender`]: foreign.length,
      [`emits beside a ${pace} appender`]: all.length,
    },
    breaks: [...refused, ...lostIn(stand.log, all, foreign)].map(
      (one) => `beside a ${pace} appender: ${one}`,
    ),
  };
}

/** Beside one that appends a line in two halves: refused or unknown now and then, but nothing is lost. */
async function besideHalves({ random, say }: Trial, rounds: number): Promise<Outcome> {
  const breaks: string[] = [];
  const counts = { served: 0, refused: 0, unknown: 0, nobody: 0, doctor: 0, hand: 0 };
  for (let round = 0; round < rounds; round++) {
    say(`beside half lines: ${round} of ${rounds}`);
    using ground = makeGround(["001-crowd"], WPS);
    const stand = first(ground.stands);
    const before = [await call(stand, askOf("first", 0, random))];
    const writer = startWriter(stand.log, 10, "halves");
    const calls = await Promise.all(asksOf(4, 6, random).map((mine) => oneAfterAnother(stand, mine)));
    await writer.finish();
    const all = [...before, ...calls.flat()];
    for (const { reply } of all) {
      if (reply.data !== undefined) counts.served++;
      else if (reply.error?.message.includes("outcome unknown")) counts.unknown++;
      else counts.refused++;
    }
    const found = [...lostIn(stand.log, all, []), ...untoldRefusals(all)];
    const healed = heal(stand);
    counts[healed.by]++;
    found.push(...healed.breaks, ...lostIn(stand.log, all, []));
    breaks.push(...found.map((one) => `beside half lines: ${one}`));
  }
  return {
    counts: {
      "emits beside half lines, served": counts.served,
      "emits beside half lines, refused": counts.refused,
      "emits beside half lines, outcome unknown": counts.unknown,
      "logs that half lines broke, repaired by doctor": counts.doctor,
      "logs with two writers in one line, repaired by hand as doctor says": counts.hand,
    },
    breaks,
  };
}

/** Beside git, which commits, changes branches, merges and stashes. */
async function besideGit({ random, say }: Trial, git_runs: number): Promise<Outcome> {
  using ground = makeGround(["001-crowd"], WPS);
  const stand = first(ground.stands);
  writeFiles(ground.root, {
    ".gitignore": "status.json\n",
    ".gitattributes": "*.jsonl merge=union\n",
    "kitty-specs/001-crowd/meta.json": '{"status_phase": 0}',
  });
  const calls = [await call(stand, askOf("first", 0, random))];
  commitAll(ground.root);
  useGit(ground.root, "branch", "other");
  const runs: GitRunSeen[] = [];
  let is_over = false;
  const caller = async (number: number) => {
    for (let i = 0; !is_over; i++) {
      calls.push(await call(stand, askOf(`caller${number}-${i}`, number, random)));
      await Bun.sleep(random.below(60));
    }
  };
  const git = async () => {
    while (runs.length < git_runs) {
      for (const words of random.pick(GIT_WORK)) runs.push(await runGit(ground.root, words));
      await Bun.sleep(random.below(120));
      say(`beside git: ${runs.length} of ${git_runs} runs, ${calls.length} emits`);
    }
    is_over = true;
  };
  await Promise.all([git(), ...[0, 1, 2, 3].map(caller)]);
  const kept = keptBy(ground.root);
  const { discarded, breaks } = judgeBesideGit(stand.log, kept, calls, runs);
  const healed = heal(stand);
  return {
    counts: {
      "runs of git": runs.length,
      "runs of git that refused, since the log had changed": runs.filter(({ code }) => code !== 0).length,
      "emits beside git, served": calls.filter(({ reply }) => reply.data !== undefined).length,
      "emits beside git, refused": calls.filter(({ reply }) => reply.data === undefined).length,
      "events that came into a stash or merge, and were discarded by it": discarded.length,
      "emits outside of any run of git that replaces": calls.length - besideReplacing(calls, runs),
    },
    breaks: [...breaks, ...untoldRefusals(calls), ...healed.breaks].map((one) => `beside git: ${one}`),
  };
}

const COMMIT = ["commit", "--quiet", "--all", "--allow-empty", "--message", "work"];
const GIT_WORK: readonly [readonly string[][], ...(readonly string[][])[]] = [
  [COMMIT, ["checkout", "--quiet", "other"]],
  [COMMIT, ["checkout", "--quiet", "main"]],
  [COMMIT, ["merge", "--quiet", "--no-edit", "other"]],
  [COMMIT, ["merge", "--quiet", "--no-edit", "main"]],
  [
    ["stash", "--quiet"],
    ["stash", "pop", "--quiet"],
  ],
];

/** One run of git, by the driver's clock. */
export interface GitRunSeen {
  readonly words: string;
  readonly began_ms: number;
  readonly ended_ms: number;
  readonly code: number;
}

async function runGit(root: string, words: readonly string[]): Promise<GitRunSeen> {
  const began_ms = performance.now();
  const { code } = await gitBeside(root, words);
  return { words: words.join(" "), began_ms, ended_ms: performance.now(), code };
}

/** Everything that git ever saw, as one text: commits of every branch, stashes, what nothing leads to any more. */
function keptBy(root: string): string {
  return useGit(root, "cat-file", "--batch", "--batch-all-objects", "--unordered");
}

/** Answered events that are neither in the file nor in git: breaks, unless git reset all files at that moment. */
export function judgeBesideGit(
  log: string,
  kept: string,
  calls: readonly Call[],
  runs: readonly GitRunSeen[],
): { readonly discarded: readonly string[]; readonly breaks: readonly string[] } {
  const there = readable(log);
  const discarded: string[] = [];
  const breaks: string[] = [];
  for (const one of calls) {
    const id = one.reply.data?.event.event_id;
    if (id === undefined || there.has(id) || kept.includes(id)) continue;
    const meanwhile = runs.filter((run) => REPLACES.test(run.words) && overlap(run, one));
    const words = meanwhile.map((run) => run.words).join(", ");
    if (isByReset(words)) discarded.push(words);
    else
      breaks.push(
        `answered beside ${words || "no run of git that resets"}, and nowhere any more: ${told(one)}`,
      );
  }
  return { discarded, breaks };
}

function besideReplacing(calls: readonly Call[], runs: readonly GitRunSeen[]): number {
  const replacers = runs.filter(({ words }) => REPLACES.test(words));
  return calls.filter((one) => replacers.some((run) => overlap(run, one))).length;
}

function overlap(a: Span, b: Span): boolean {
  return a.began_ms < b.ended_ms && b.began_ms < a.ended_ms;
}

type Span = Pick<Call, "began_ms" | "ended_ms">;

function isByReset(words: string): boolean {
  return /\b(?:stash|merge)\b/.test(words);
}

/** What git replaces the file by; a commit only reads it. */
const REPLACES = /^(?:checkout|merge|stash) /;

/** Answered and foreign events that do not stand in the log, once, as they were answered. */
export function lostIn(log: string, calls: readonly Call[], foreign: readonly string[]): string[] {
  const there = readable(log);
  const breaks = foreign
    .filter((id) => there.get(id)?.length !== 1)
    .map((id) => `the foreign line of ${id} stands there ${there.get(id)?.length ?? 0} times`);
  for (const one of calls) {
    const event = one.reply.data?.event;
    if (event === undefined) continue;
    const found = there.get(event.event_id) ?? [];
    if (found.length !== 1) breaks.push(`answered, and ${found.length} times in the log: ${told(one)}`);
    else if (!Bun.deepEquals(found[0], event))
      breaks.push(`answered otherwise than the log says: ${told(one)}`);
  }
  return breaks;
}

/** The events of the lines that can be read, by id. */
function readable(log: string): Map<string, StatusEvent[]> {
  const by_id = new Map<string, StatusEvent[]>();
  for (const line of linesOf(log)) {
    const parsed = parseLine(line);
    if (parsed.kind !== "event") continue;
    const { event_id } = parsed.event;
    by_id.set(event_id, [...(by_id.get(event_id) ?? []), parsed.event]);
  }
  return by_id;
}

/** Refusals that do not say what is: that the log can't be trusted now, or that the outcome is unknown. */
function untoldRefusals(calls: readonly Call[]): string[] {
  return calls
    .filter(({ reply: { data, error } }) => {
      if (data !== undefined) return false;
      return !(
        error?.code === "LOG_CORRUPT" ||
        (error?.code === "IO" && error.message.includes("outcome unknown"))
      );
    })
    .map((one) => `refused for no reason that others give: ${told(one)}`);
}

/** What became of a log that may not be readable, by the remedies that lane names. */
interface Healed {
  readonly by: "nobody" | "doctor" | "hand";
  readonly breaks: readonly string[];
}

/** Repairs a log by what the refusal names, then by what doctor says; the next emit must be served. */
function heal(stand: Stand): Healed {
  const { folder, words, log } = stand;
  const next = [
    "emit",
    "WP01",
    "--to",
    "claimed",
    "--force",
    "--reason",
    "after",
    "--actor",
    "after",
    ...words,
  ];
  const answer = lane(folder, next);
  if (answer.code === 0) return { by: "nobody", breaks: [] };
  const named = /lane (doctor .*)/.exec(answer.stderr)?.[1];
  if (named === undefined) return { by: "nobody", breaks: [`no remedy is named: ${answer.stderr}`] };
  const repaired = lane(folder, `${named} --fix --apply`);
  if (lane(folder, next).code === 0) return { by: "doctor", breaks: [] };
  // Two writers in one line: what never was an event is for people to take out, and doctor says so.
  if (!repaired.stdout.includes("take out what never was an event")) {
    return { by: "doctor", breaks: [`lane ${named} --fix --apply names no remedy: ${repaired.stdout}`] };
  }
  const sound = linesOf(log).filter((line) => parseLine(line).kind === "event");
  writeFileSync(log, sound.map((line) => `${line}\n`).join(""));
  const again = lane(folder, next);
  return { by: "hand", breaks: again.code === 0 ? [] : [`what doctor names does not help: ${again.stderr}`] };
}

function startWriter(log: string, pause_ms: number, manner: "whole" | "halves") {
  const command = [
    process.execPath,
    join(import.meta.dir, "foreign_writer.ts"),
    log,
    String(pause_ms),
    manner,
  ];
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe" });
  return {
    /** Lets it end. @returns the ids that it wrote */
    finish: async () => {
      child.stdin.end();
      const ids = await child.stdout.text();
      return ids.split("\n").filter((id) => id !== "");
    },
  };
}

async function oneAfterAnother(stand: Stand, asks: readonly Ask[]): Promise<Call[]> {
  const calls: Call[] = [];
  for (const ask of asks) calls.push(await call(stand, ask));
  return calls;
}

function asksOf(callers: number, emits: number, random: Random): Ask[][] {
  return Array.from({ length: callers }, (_, caller) =>
    Array.from({ length: emits }, (_, i) => askOf(`caller${caller}-${i}`, caller, random)),
  );
}

/** Forced, so that it takes effect whatever came before. */
function askOf(actor: string, number: number, random: Random): Ask {
  const to_lane = random.pick(["claimed", "in_progress", "for_review"]);
  return { actor, wp: WPS[number % WPS.length] ?? "WP01", to_lane, force: true, key: actor };
}

function first(stands: readonly Stand[]): Stand {
  const [stand] = stands;
  if (stand === undefined) throw new Error("a ground without a stand");
  return stand;
}

function told({ ask, code, reply }: Call): string {
  return `lane ${wordsOf(ask).join(" ")} (${code}) ${JSON.stringify(reply)}`;
}
