/** A crowd: many processes that write at once, each answer held to the log. */

import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { writeFiles } from "../project/git.ts";
import { commitAll, makeRepository, useGit } from "../support/git_user.ts";
import { lane } from "../support/lane.ts";
import { makeFolder, pageText } from "../support/project.ts";
import { type Call, callAll, type Stand, turnsOf, wpNames } from "./crowd_calls.ts";
import { breaksIn } from "./crowd_log.ts";
import type { Outcome, Proof, Trial } from "./proof.ts";

const SIZES = {
  short: { one: [32, 6], many: [16, 4], worktrees: [8, 6], sink: [8, 3] },
  full: { one: [32, 100], many: [16, 100], worktrees: [16, 40], sink: [16, 20] },
} as const;

/** No process waits more than so many times the median. */
const MOST_MEDIANS = 10;

export const CROWD: Proof = {
  name: "crowd",
  claim:
    "of any number of writers at once, each is answered what the log says, and none waits much longer than the others",
  needs: ["git"],
  run: async (trial) => {
    const sizes = SIZES[trial.form];
    const outcomes = [
      await onOneFeature(trial, sizes.one),
      await onManyFeatures(trial, sizes.many),
      await inWorktrees(trial, sizes.worktrees),
      await withSink(trial, sizes.sink),
    ];
    return {
      counts: Object.assign({}, ...outcomes.map(({ counts }) => counts)) as Outcome["counts"],
      breaks: outcomes.flatMap(({ breaks }) => breaks),
    };
  },
};

/** How many callers, and how often each has its turn. */
type Size = readonly [callers: number, turns: number];

/** All on one feature, from the beginning of its life: no log yet, no lock. */
async function onOneFeature(trial: Trial, size: Size): Promise<Outcome> {
  using ground = makeGround(["001-crowd"]);
  const calls = await crowd(trial, "one feature", size, ground.stands);
  return judge("one feature", calls, ground.stands);
}

/** One feature for each caller. */
async function onManyFeatures(trial: Trial, [callers, turns]: Size): Promise<Outcome> {
  const slugs = Array.from({ length: callers }, (_, i) => `${String(i + 1).padStart(3, "0")}-crowd`);
  using ground = makeGround(slugs);
  const calls = await crowd(trial, "own feature", [callers, turns], ground.stands);
  return judge("own feature", calls, ground.stands);
}

/**
 * One clone by five ways: itself, a linked worktree (which means the main one's features),
 * that with `--here` (its own), a link to the clone's parent, and the clone mounted elsewhere.
 */
async function inWorktrees(trial: Trial, size: Size): Promise<Outcome> {
  using ground = makeGround(["001-crowd"]);
  const [main] = ground.stands;
  if (main === undefined) throw new Error("a ground without a stand");
  commitAll(ground.root);
  const linked = ground.beside("linked");
  useGit(ground.root, "worktree", "add", "--quiet", "-b", "linked", linked);
  symlinkSync(ground.beside(""), ground.beside("by-link"));
  const here = { folder: linked, words: [...main.words, "--here"], log: join(linked, LOG_OF_FIRST) };
  using mounted = mount(ground.root, ground.beside("mounted"));
  const stands: Stand[] = [
    main,
    { ...main, folder: linked },
    here,
    { ...main, folder: join(ground.beside("by-link"), basename(ground.root)) },
    ...(mounted === undefined ? [] : [{ ...main, folder: mounted.path }]),
  ];
  const { counts, breaks } = judge("one clone", await crowd(trial, "one clone", size, stands), stands);
  return { counts: { ...counts, "ways into one clone": stands.length }, breaks };
}

/** With a sink of the user's own, a file: each event is told once, in the order of the log. */
async function withSink(trial: Trial, size: Size): Promise<Outcome> {
  using home = makeFolder();
  using ground = makeGround(["001-crowd"]);
  const sink = join(home.path, "events.jsonl");
  const settings = { status: { telemetry: { sinks: [{ name: "file", kind: "file", path: sink }] } } };
  writeFiles(home.path, { ".config/lanekeeper/config.yaml": JSON.stringify(settings) });
  const env = { HOME: home.path, XDG_CONFIG_HOME: "", XDG_STATE_HOME: "" };
  const stands = ground.stands.map((stand) => ({ ...stand, env }));
  const { counts, breaks } = judge("with a sink", await crowd(trial, "with a sink", size, stands), stands);
  const synced = lane(ground.root, "sync --json", { env });
  const heard = linesOf(sink).map((line) => (JSON.parse(line) as { data: StatusEvent }).data.event_id);
  const written = eventsOf(stands[0]?.log ?? "").map(({ event_id }) => event_id);
  const is_same = Bun.deepEquals([...new Set(heard)], written);
  return {
    counts: { ...counts, "events that the sink heard": heard.length },
    breaks: [
      ...breaks,
      ...(synced.code === 0 ? [] : [`lane sync ends with ${synced.code}: ${synced.stdout}`]),
      ...(is_same
        ? []
        : [`the sink heard ${heard.length} events, not the log's ${written.length} in their order`]),
    ],
  };
}

const WPS = wpNames(16);
const LOG_OF_FIRST = "kitty-specs/001-crowd/status.events.jsonl";

/** A repository with features that nobody has moved anything in. */
export function makeGround(slugs: readonly string[], wps = WPS) {
  const repository = makeRepository();
  for (const slug of slugs) {
    const pages = wps.map((wp) => [`kitty-specs/${slug}/tasks/${wp}.md`, pageText("planned")]);
    writeFiles(repository.root, Object.fromEntries(pages));
  }
  const stands = slugs.map((slug): Stand => {
    const log = join(repository.root, "kitty-specs", slug, "status.events.jsonl");
    return { folder: repository.root, words: ["--feature", slug, "--lock-timeout", "300"], log };
  });
  return { ...repository, stands };
}

async function crowd(
  { random, say }: Trial,
  name: string,
  [callers, turns]: Size,
  stands: readonly Stand[],
): Promise<Call[]> {
  const all = Array.from({ length: callers }, (_, i) => turnsOf(`caller${i}`, turns, WPS, random));
  return await callAll(stands, all, (done) => say(`${name}: ${done} calls of some ${callers * turns}`));
}

/** Holds the calls to their logs, and the longest wait to the median. */
export function judge(name: string, calls: readonly Call[], stands: readonly Stand[]): Outcome {
  const logs = [...new Set(stands.map(({ log }) => log))];
  const breaks = logs.flatMap((log) => {
    const events = eventsOf(log);
    const mine = calls.filter((call) => call.log === log);
    return breaksIn(events, mine, { wps: WPS });
  });
  const waits_ms = calls.map(({ began_ms, ended_ms }) => ended_ms - began_ms).sort((a, b) => a - b);
  const at = (share: number) => Math.round(waits_ms[Math.floor((waits_ms.length - 1) * share)] ?? 0);
  const answered = calls.filter(({ reply }) => reply.data !== undefined);
  const replayed = answered.filter(({ reply }) => reply.data?.replayed).length;
  return {
    counts: {
      [`${name}: calls`]: calls.length,
      [`${name}: events appended`]: answered.length - replayed,
      [`${name}: retries that got their first answer`]: replayed,
      [`${name}: refused, truthfully`]: calls.length - answered.length,
      [`${name}: ms for a call, median`]: at(0.5),
      [`${name}: ms for a call, of 99 in 100 at most`]: at(0.99),
      [`${name}: ms for a call, longest`]: at(1),
    },
    breaks: [...breaks, ...unfairness(name, waits_ms)],
  };
}

/** @param waits_ms in ascending order */
export function unfairness(name: string, waits_ms: readonly number[]): string[] {
  const median_ms = waits_ms[Math.floor(waits_ms.length / 2)] ?? 0;
  const longest_ms = waits_ms.at(-1) ?? 0;
  if (longest_ms <= MOST_MEDIANS * median_ms) return [];
  return [`${name}: a call took ${longest_ms.toFixed(0)} ms, the median is ${median_ms.toFixed(0)} ms`];
}

/** The events of a log, in the order of its lines. */
export function eventsOf(log: string): StatusEvent[] {
  return linesOf(log).map((line) => JSON.parse(line) as StatusEvent);
}

export function linesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/** The same folder by another path; undefined where that is not allowed. */
function mount(folder: string, path: string): (Disposable & { readonly path: string }) | undefined {
  if (userInfo().uid !== 0 || Bun.which("mount") === null) return undefined;
  mkdirSync(path);
  if (Bun.spawnSync(["mount", "--bind", folder, path]).exitCode !== 0) return undefined;
  return { path, [Symbol.dispose]: () => void Bun.spawnSync(["umount", path]) };
}
