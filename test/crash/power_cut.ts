/**
 * Proof: what was answered survives a power cut. The calls of real runs are recorded, the power
 * is cut after each of them, and each state that the disk may be left in ({@link Disk}) is
 * built in a folder, where lane has to go on.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkMaterialized } from "../../src/pipeline/materialize.ts";
import { openFeature } from "../../src/project/feature.ts";
import { openProject } from "../../src/project/project.ts";
import { laneBeside } from "../support/lane.ts";
import { answerOf, makeFolder, SLUG } from "../support/project.ts";
import { type Random, sampleOf } from "../support/random.ts";
import { Disk, type Tree } from "./disk_model.ts";
import { CUTS, type Cut } from "./power_cut_runs.ts";
import type { Form, Outcome, Proof, Trial } from "./proof.ts";
import { namesIn, type Operation, recordCalls } from "./recorded_calls.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;

/** How many states are looked at: for each cut, and of each run. */
const LIMITS: Readonly<Record<Form, { readonly of_cut: number; readonly of_run: number }>> = {
  short: { of_cut: 200, of_run: 40 },
  full: { of_cut: 20_000, of_run: 4000 },
};

export const POWER_CUT: Proof = {
  name: "power_cut",
  claim: "After a power cut at any moment, all that was answered is there, and lane goes on.",
  needs: ["strace"],
  run: cutThePower,
};

async function cutThePower({ form, random, say }: Trial): Promise<Outcome> {
  const counts = { "runs recorded": 0, "moments of a cut": 0, "states of the disk": 0, "states tried": 0 };
  const breaks: string[] = [];
  for (const cut of CUTS) {
    const run = recordRun(cut);
    counts["runs recorded"]++;
    counts["moments of a cut"] += run.operations.length + 1;
    breaks.push(...breaksOfOrder(run.operations).map((broken) => `${cut.name}: ${broken}`));
    const states = statesOf(run, LIMITS[form].of_cut, random);
    const tried = sampleOf([...states.values()], LIMITS[form].of_run, random);
    counts["states of the disk"] += states.size;
    counts["states tried"] += tried.length;
    breaks.push(...(await tryStates(cut, tried, say)));
  }
  return { counts, breaks };
}

/** A run, and what there was before it. */
export interface RecordedRun {
  readonly cut: Cut;
  readonly before: Tree;
  readonly operations: readonly Operation[];
}

export function recordRun(cut: Cut): RecordedRun {
  using folder = makeFolder();
  cut.prepare(folder.path);
  const before = treeOf(folder.path);
  const names = namesIn(folder.path);
  const operations = cut.calls.flatMap((words) => recordCalls(folder.path, words, names));
  return { cut, before, operations };
}

/** What the order of calls itself must hold: nothing is answered or derived before it is safe. */
export function breaksOfOrder(operations: readonly Operation[]): string[] {
  const loose_data = new Set<string>();
  const loose_names = new Map<string, string>();
  const breaks: string[] = [];
  const isLog = (path: string) => path.endsWith("/status.events.jsonl");
  // Its reader tells whether it is whole.
  const isCache = (path: string) => path.endsWith(".checkpoint");
  for (const operation of operations) {
    if (operation.kind === "create") loose_names.set(operation.path, dirname(operation.path));
    if (operation.kind === "write") loose_data.add(operation.path);
    if (operation.kind === "sync_file") loose_data.delete(operation.path);
    if (operation.kind === "sync_folder") {
      for (const [path, folder] of loose_names) if (folder === operation.path) loose_names.delete(path);
    }
    const loose_log = [...loose_data, ...loose_names.keys()].find(isLog);
    if (operation.kind === "answer" && loose_log !== undefined)
      breaks.push("answered before the log is synced");
    if (operation.kind !== "rename") continue;
    if (loose_data.has(operation.from) && !isCache(operation.to))
      breaks.push(`${operation.to} replaced by a file that is not synced`);
    if (loose_log !== undefined) breaks.push(`${operation.to} replaced before the log is synced`);
  }
  return breaks;
}

/** What a disk can be left with, and what was answered before. */
export interface DiskState {
  readonly tree: Tree;
  readonly answered: ReadonlySet<string>;
  /** How many calls were over when the power went. */
  readonly after_calls: number;
}

/** Every state that differs from the others, by its hash. */
export function statesOf(
  { before, operations, cut }: Pick<RecordedRun, "before" | "operations" | "cut">,
  limit: number,
  random: Random,
): Map<string, DiskState> {
  using folder = makeFolder();
  cut.prepare(folder.path);
  const disk = new Disk(before, namesIn(folder.path));
  const answered = new Set<string>();
  const states = new Map<string, DiskState>();
  for (let after_calls = 0; after_calls <= operations.length; after_calls++) {
    const is_of_use = answered.size > 0 || cut.only_answered !== true;
    for (const tree of is_of_use ? disk.statesAfterCut(limit, random) : []) {
      const hash = hashOf(tree, answered);
      if (!states.has(hash)) states.set(hash, { tree, answered: new Set(answered), after_calls });
    }
    const operation = operations[after_calls];
    if (operation === undefined) break;
    disk.take(operation);
    if (operation.kind === "answer") for (const id of idsIn(operation.text)) answered.add(id);
  }
  return states;
}

/** Two at a time, as there are two cores at least. */
export async function tryStates(
  cut: Cut,
  states: readonly DiskState[],
  say: (progress: string) => void = () => {},
): Promise<string[]> {
  const breaks: string[] = [];
  let next = 0;
  const work = async () => {
    using folder = makeFolder();
    for (let at = next++; at < states.length; at = next++) {
      if (at % 20 === 0) say(`${cut.name}: ${at} of ${states.length} states`);
      const state = states[at];
      if (state === undefined) continue;
      const broken = await whatIsBroken(join(folder.path, String(at)), cut, state);
      if (broken === undefined) continue;
      const where = `power cut after call ${state.after_calls}`;
      breaks.push(`${cut.name}, ${where}: ${broken}; log: ${JSON.stringify(logIn(state))}`);
    }
  };
  await Promise.all([work(), work()]);
  return breaks;
}

/** Builds a state, has lane go on in it, and looks at what comes of that. */
async function whatIsBroken(root: string, cut: Cut, state: DiskState): Promise<string | undefined> {
  build(root, state.tree);
  try {
    const before = logIn(state);
    const must_be_there = [...idsIn(cut.log), ...state.answered];
    const lost = must_be_there.filter((id) => !idsIn(before).includes(id));
    if (lost.length > 0) return `${lost.length} answered events are gone`;
    const next = await goOn(root, cut);
    if (typeof next === "string") return next;
    const after = idsIn(readFileSync(join(root, LOG), "utf8"));
    const lost_later = must_be_there.filter((id) => !after.includes(id));
    if (lost_later.length > 0) return `${lost_later.length} answered events are gone after the next emit`;
    if (new Set(after).size !== after.length) return "an event is there twice";
    if (!after.includes(next.id)) return "the next emit is not in the log";
    return await whatIsStale(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The next emit; where it is refused, what the refusal names as the remedy, and then again. */
async function goOn(root: string, cut: Cut): Promise<string | { readonly id: string }> {
  const emit = () => laneBeside(root, [...cut.next, "--json"]);
  let next = await emit();
  const refused = next.json as { error?: { code: string; hint: string } } | undefined;
  if (next.code === 3 && refused?.error?.hint.startsWith("lane doctor")) {
    const doctor = await laneBeside(root, "doctor --fix --apply --json");
    next = await emit();
    if (next.code !== 0) return `doctor does not help: ${doctor.stdout}${next.stdout}`;
  }
  if (next.code !== 0) return `the next emit ends with ${next.code}: ${next.stdout}${next.stderr}`;
  return { id: idsIn(next.stdout)[0] ?? "" };
}

/** Whether snapshot and pages say what the log says, and nothing lies about. */
async function whatIsStale(root: string): Promise<string | undefined> {
  const feature = answerOf(openFeature(answerOf(await openProject(root)), SLUG));
  const { snapshot, views } = answerOf(await checkMaterialized(feature, 0));
  if (snapshot !== "unchanged" || views !== "unchanged") return `snapshot ${snapshot}, views ${views}`;
  const left = [...treeOf(root).files.keys()].filter((path) => path.endsWith("status.json.lane-tmp"));
  return left.length > 0 ? `${left} is left` : undefined;
}

/** The events of a log or an answer, by a plain reading of what can be read. */
function idsIn(text: string): string[] {
  const unreadable = (line: string) => {
    try {
      JSON.parse(line);
      return false;
    } catch {
      return true;
    }
  };
  const lines = text.split(/\n|\0+/).filter((line) => line !== "" && !unreadable(line));
  return lines.flatMap((line) => [...line.matchAll(/"event_id":\s?"(\w+)"/g)].map(([, id = ""]) => id));
}

function logIn({ tree }: DiskState): string {
  return tree.files.get(LOG)?.toString("utf8") ?? "";
}

export function treeOf(root: string): Tree {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  const isFolder = (name: string) => statSync(join(root, name)).isDirectory();
  return {
    folders: new Set(["", ...names.filter(isFolder)]),
    files: new Map(
      names.filter((name) => !isFolder(name)).map((name) => [name, readFileSync(join(root, name))]),
    ),
  };
}

function build(root: string, { folders, files }: Tree): void {
  mkdirSync(root, { recursive: true });
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  for (const [path, bytes] of files) writeFileSync(join(root, path), bytes);
}

function hashOf({ folders, files }: Tree, answered: ReadonlySet<string>): string {
  const hash = createHash("sha256").update(JSON.stringify([[...folders].sort(), [...answered]]));
  for (const path of [...files.keys()].sort()) {
    hash.update(`\0${path}\0`).update(files.get(path) ?? "");
  }
  return hash.digest("hex");
}
