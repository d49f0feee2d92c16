// What is measured. A row makes its ground, says what to run there, and proves that every run did its work.

import {
  closeSync,
  fsyncSync,
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
import { makeFeatures } from "./bench_features.ts";
import { environmentWithoutLane, LANE } from "./project.ts";

/**
 * `limit` is how many times the program `over` the command may take: an empty one, or one of `scripts/` that
 * does by hand what can't be left out. `most_rounds` keeps a long row from taking all the time.
 */
export type Row = {
  name: string;
  limit: number;
  over: string | undefined;
  most_rounds?: number;
  prepare: (folder: string) => Task;
};

/** `verify` throws unless the run did its work; `reset` lets the next run find what this one found. */
export type Task = { args: string[]; cwd: string; verify: () => void; reset: () => void };

const FEATURE = "001-bench";
const LOG = join("kitty-specs", FEATURE, "status.events.jsonl");
const WORK_PACKAGES = 10;
/** Five events each; all end in `blocked`, which any work package may leave without more ado. */
const HISTORY = [
  ["claimed"],
  ["in_progress"],
  ["for_review"],
  ["in_progress", "--review-ref", "review-1"],
  ["blocked"],
];

const emit: Row = {
  name: "emit",
  limit: 3.5,
  over: undefined,
  prepare(folder) {
    makeProject(folder);
    const eventsBefore = countEvents(folder);
    return {
      args: ["emit", "WP01", "--to", "in_progress", "--actor", "bench"],
      cwd: folder,
      verify() {
        const appended = countEvents(folder) - eventsBefore;
        if (appended !== 1) throw new Error(`emit: ${appended} events appended to the log, expected 1`);
      },
      reset: rememberFiles(folder),
    };
  },
};

const complete: Row = {
  name: "complete",
  limit: 2.5,
  over: undefined,
  prepare(folder) {
    makeProject(folder);
    const args = ["complete", "bash", "--", "emit", "WP01", "--to", ""];
    const { stdout } = Bun.spawnSync([LANE, ...args], { cwd: folder, env: environmentWithoutLane() });
    const expected = "words\nin_progress\ncanceled\n";
    if (stdout.toString() !== expected) throw new Error(`complete offered ${stdout}, expected ${expected}`);
    return { args, cwd: folder, verify: () => {}, reset: () => {} };
  },
};

const FEATURES = 400;

const validate: Row = {
  name: "validate",
  limit: 4,
  over: "bench_parse.ts",
  most_rounds: 2,
  prepare(folder) {
    mkdirSync(join(folder, ".kittify"), { recursive: true });
    writeFileSync(join(folder, ".kittify", "config.yaml"), "status:\n  phase: 1\n");
    run(folder, ["git", "init", "--quiet", "--template="]);
    makeFeatures(folder, FEATURES, WORK_PACKAGES);
    run(folder, [LANE, "materialize", "--all"]);
    const args = ["validate", "--all", "--json"];
    const { stdout } = Bun.spawnSync([LANE, ...args], { cwd: folder, env: environmentWithoutLane() });
    const { data } = JSON.parse(stdout.toString());
    const found = `${data.features.length} ${JSON.stringify(data.summary)}`;
    const expected = `${FEATURES} {"error":0,"warning":0,"information":0}`;
    if (found !== expected) throw new Error(`validate found ${found}, expected ${expected}`);
    return { args, cwd: folder, verify: () => {}, reset: () => {} };
  },
};

export const ROWS: Row[] = [emit, complete, validate];

/** A git repository with a config, and one feature with ten work packages, their pages and fifty events. */
function makeProject(folder: string): void {
  mkdirSync(join(folder, ".kittify"), { recursive: true });
  writeFileSync(join(folder, ".kittify", "config.yaml"), "status:\n  phase: 1\n  workflow: seven-lane\n");
  run(folder, ["git", "init", "--quiet", "--template="]);
  run(folder, [LANE, "new", FEATURE]);
  for (let number = 1; number <= WORK_PACKAGES; number++)
    run(folder, [LANE, "add", `Piece of work ${number}`]);
  for (let number = 1; number <= WORK_PACKAGES; number++) {
    for (const to of HISTORY) run(folder, [LANE, "emit", String(number), "--actor", "bench", "--to", ...to]);
  }
  const events = countEvents(folder);
  const expected = WORK_PACKAGES * HISTORY.length;
  if (events !== expected) throw new Error(`The history has ${events} events, expected ${expected}`);
}

function run(cwd: string, command: string[]): void {
  const result = Bun.spawnSync(command, { cwd, env: environmentWithoutLane(), stdin: "ignore" });
  if (result.exitCode === 0) return;
  throw new Error(`${command.join(" ")}: exit code ${result.exitCode}\n${result.stdout}${result.stderr}`);
}

function countEvents(folder: string): number {
  return readFileSync(join(folder, LOG), "utf8").split("\n").length - 1;
}

/** Remembers every file, and gives back what brings them all back to what they were. */
function rememberFiles(folder: string): () => void {
  const remembered = new Map(listFiles(folder).map((path) => [path, readFileSync(path)]));
  return () => {
    for (const path of listFiles(folder)) if (!remembered.has(path)) rmSync(path);
    for (const [path, bytes] of remembered) if (!readFileSync(path).equals(bytes)) writeDurably(path, bytes);
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
