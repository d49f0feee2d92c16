// Where the bench runs: projects made with `lane` itself, and what brings them back to what they were.

import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { environmentWithoutLane, LANE } from "../project.ts";

export const FEATURE = "001-bench";
const FEATURE_FOLDER = join("kitty-specs", FEATURE);
export const LOG = join(FEATURE_FOLDER, "status.events.jsonl");
export const SNAPSHOT = join(FEATURE_FOLDER, "status.json");

/** Five events each; all end in `blocked`, which any work package may leave without more ado. */
const HISTORY = [
  ["claimed"],
  ["in_progress"],
  ["for_review"],
  ["in_progress", "--review-ref", "review-1"],
  ["blocked"],
];

/** A git repository with a config, and one feature with so many work packages and their pages. */
export function makeProject(folder: string, work_packages: number): void {
  makeEmptyProject(folder);
  run(folder, [LANE, "new", FEATURE]);
  for (let number = 1; number <= work_packages; number++)
    run(folder, [LANE, "add", `Piece of work ${number}`]);
}

export function makeEmptyProject(folder: string): void {
  mkdirSync(join(folder, ".kittify"), { recursive: true });
  writeFileSync(join(folder, ".kittify", "config.yaml"), "status:\n  phase: 1\n  workflow: seven-lane\n");
  run(folder, ["git", "init", "--quiet", "--template="]);
}

/** The same, with five events for each work package. */
export function makeMovedProject(folder: string, work_packages: number): void {
  makeProject(folder, work_packages);
  for (let number = 1; number <= work_packages; number++) {
    for (const to of HISTORY) run(folder, [LANE, "emit", String(number), "--actor", "bench", "--to", ...to]);
  }
  const events = countEvents(folder);
  const expected = work_packages * HISTORY.length;
  if (events !== expected) throw new Error(`The history has ${events} events, expected ${expected}`);
}

/** @returns what the command printed */
export function run(cwd: string, cmd: string[], env = environmentWithoutLane()): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(cmd, { cwd, env, stdin: "ignore" });
  if (exitCode === 0) return stdout.toString();
  throw new Error(`${cmd.join(" ")}: exit code ${exitCode}\n${stdout}${stderr}`);
}

export function countEvents(folder: string): number {
  return readFileSync(join(folder, LOG)).reduce((count, byte) => count + (byte === LINE_FEED ? 1 : 0), 0);
}

const LINE_FEED = 10;

/** What was appended to a project's log since it was so long. */
export function appendedLines(folder: string, size_bytes: number): string[] {
  const lines = readFileSync(join(folder, LOG)).subarray(size_bytes).toString().split("\n");
  return lines.slice(0, -1);
}

/** A work package's page. */
export function readPage(folder: string, wp: string): string {
  const tasks = join(folder, FEATURE_FOLDER, "tasks");
  const [name = ""] = readdirSync(tasks).filter((file) => file.startsWith(`${wp}-`));
  return readFileSync(join(tasks, name), "utf8");
}

/**
 * Remembers every file, and gives back what brings them all back to what they were. Of the log only its
 * length is remembered: it can be large, and only grows.
 */
export function rememberFiles(folder: string): () => void {
  const log = join(folder, LOG);
  const log_bytes = statSync(log).size;
  const others = () => listFiles(folder).filter((path) => path !== log);
  const remembered = new Map(others().map((path) => [path, readFileSync(path)]));
  return () => {
    for (const path of others()) if (!remembered.has(path)) rmSync(path);
    for (const [path, bytes] of remembered) if (!readFileSync(path).equals(bytes)) writeDurably(path, bytes);
    cutDurably(log, log_bytes);
  };
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** Without the fsync, the next timed run's own fsync would pay for this write. */
function writeDurably(path: string, bytes: Buffer): void {
  const file = openSync(path, "w");
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
}

function cutDurably(path: string, size_bytes: number): void {
  if (statSync(path).size === size_bytes) return;
  const file = openSync(path, "r+");
  ftruncateSync(file, size_bytes);
  fsyncSync(file);
  closeSync(file);
}
