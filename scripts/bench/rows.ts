// What is measured. A row makes its ground, says what is run there and what it is measured over, and proves that
// every run did its work.

import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildExecutable } from "../build.ts";
import { LANE } from "../project.ts";
import {
  appendedLines,
  FEATURE,
  LOG,
  makeEmptyProject,
  makeMovedProject,
  makeProject,
  readPage,
  rememberFiles,
  run,
  SNAPSHOT,
} from "./ground.ts";
import { makeFeatures, makeLongLog, workPackages } from "./history.ts";
import type { Pair, Task } from "./measure.ts";

/**
 * `limit`: how many times what stands in `over` the act may take. `reached`: what it takes now, where that is more;
 * the quick form holds changes against it. `runs`: in each round. `is_long`: a run takes seconds, so that there is no
 * other round once one is within the limit.
 */
export type Row = {
  name: string;
  act: string;
  over: string;
  limit: number;
  reached?: number;
  runs: number;
  is_long: boolean;
  /** @param folder where all rows make their grounds, below their names; some share what takes long to make */
  prepare: (folder: string) => Promise<Pair>;
};

const RUNS = 30;
const LONG_RUNS = 20;
const QUICK_LONG_RUNS = 5;

const WORK_PACKAGES = 10;
const FEATURES = 400;
const WRITERS = 8;

/** @param is_quick fewer events and emits in the rows that take long; their names say so */
export function rowsFor(is_quick: boolean): Row[] {
  const most_events = is_quick ? 100_000 : 1_000_000;
  const emits = is_quick ? 80 : 400;
  const long_runs = is_quick ? QUICK_LONG_RUNS : LONG_RUNS;
  return [
    overEmpty("emit", "`lane emit`", { limit: 2.2, reached: 3.7 }, (folder) => {
      makeMovedProject(folder, WORK_PACKAGES);
      return emitTask(folder, "in_progress");
    }),
    overEmpty("version", "`lane --version`", { limit: 1.3 }, versionTask),
    overEmpty("show", "`lane show --json`", { limit: 2, reached: 2.6 }, showTask),
    overEmpty("complete", "a completion", { limit: 2.5 }, completeTask),
    emitOnLongLog(10_000, 1.5),
    emitOnLongLog(most_events, 4),
    materialize(most_events, long_runs),
    validate(long_runs),
    crowd(emits, long_runs),
  ];
}

function overEmpty(
  name: string,
  act: string,
  bounds: Pick<Row, "limit" | "reached">,
  prepareAct: (folder: string) => Task,
): Row {
  return {
    name,
    act,
    over: "an empty program compiled with the same flags",
    ...bounds,
    runs: RUNS,
    is_long: false,
    async prepare(folder) {
      const cwd = join(folder, name);
      const cmd = [await buildOnce(folder, "empty.exe", writeEmptyProgram(folder))];
      return { act: prepareAct(cwd), over: { cmd, cwd, verify: expectOutput(""), reset: () => {} } };
    },
  };
}

function versionTask(folder: string): Task {
  makeEmptyProject(folder);
  return readTask(folder, ["--version"], (stdout) => /^lane \d+\.\d+\.\d+ /.test(stdout));
}

function showTask(folder: string): Task {
  makeMovedProject(folder, WORK_PACKAGES);
  return readTask(folder, ["show", "--json"], (stdout) => {
    const { ok, data } = JSON.parse(stdout);
    return ok && data.wps.length === WORK_PACKAGES;
  });
}

function completeTask(folder: string): Task {
  makeMovedProject(folder, WORK_PACKAGES);
  const offered = "words\nin_progress\ncanceled\n";
  const words = ["complete", "bash", "--", "emit", "WP01", "--to", ""];
  return readTask(folder, words, (stdout) => stdout === offered);
}

function emitOnLongLog(events: number, limit: number): Row {
  return {
    name: `emit_${short(events)}`,
    act: `\`lane emit\` on ${events.toLocaleString("en")} events`,
    over: "on 10",
    limit,
    runs: RUNS,
    is_long: false,
    async prepare(folder) {
      const [act, over] = [events, 10].map((count) => {
        const cwd = join(folder, `emit_${short(events)}`, String(count));
        makeProject(cwd, WORK_PACKAGES);
        makeLongLog(join(cwd, LOG), FEATURE, count, folder);
        // What an emit leaves for the next one is there, as it is in everyday use.
        run(cwd, emitCommand("WP10", "canceled"));
        return emitTask(cwd, "canceled");
      });
      if (act === undefined || over === undefined) throw new Error("two tasks expected");
      return { act, over };
    },
  };
}

function materialize(events: number, runs: number): Row {
  const name = `materialize_${short(events)}`;
  return {
    name,
    act: `\`lane materialize\` of ${events.toLocaleString("en")} events, nothing cached`,
    over: "reading and `JSON.parse` by line",
    limit: 3,
    runs,
    is_long: true,
    async prepare(folder) {
      const cwd = join(folder, name);
      makeProject(cwd, WORK_PACKAGES);
      makeLongLog(join(cwd, LOG), FEATURE, events, folder);
      const verify = () => {
        const { event_count } = JSON.parse(readFileSync(join(cwd, SNAPSHOT), "utf8"));
        if (event_count !== events) throw new Error(`materialize counted ${event_count} events of ${events}`);
      };
      const act = { cmd: [LANE, "materialize"], cwd, verify, reset: rememberFiles(cwd) };
      // The feature's meta.json is parsed as well.
      return { act, over: await parseTask(folder, cwd, events + 1) };
    },
  };
}

function validate(runs: number): Row {
  return {
    name: "validate",
    act: `\`lane validate --all\` on ${FEATURES} features`,
    over: "reading and `JSON.parse` by line",
    limit: 4,
    runs,
    is_long: true,
    async prepare(folder) {
      const cwd = join(folder, "validate");
      makeEmptyProject(cwd);
      makeFeatures(cwd, FEATURES);
      run(cwd, [LANE, "materialize", "--all"]);
      const act = readTask(cwd, ["validate", "--all", "--json"], (stdout) => {
        const { data } = JSON.parse(stdout);
        const { error, warning, information } = data.summary;
        return data.features.length === FEATURES && error + warning + information === 0;
      });
      // Of each feature the lines of its log, meta.json and status.json.
      return { act, over: await parseTask(folder, cwd, FEATURES * (WORK_PACKAGES * 5 + 2)) };
    },
  };
}

/** Each writer moves a work package of its own to and fro; the one writer moves them all, so many times. */
const TO_AND_FRO = `
lane=$1 trips=$2; shift 2
move() {
  left=$trips
  while [ "$left" -gt 0 ]; do
    for wp; do
      for to in in_progress blocked; do "$lane" emit "$wp" --to "$to" --actor bench || exit 1; done
    done
    left=$((left - 1))
  done
}`;
const BY_ONE = `${TO_AND_FRO}\nmove "$@"`;
const BY_MANY = `${TO_AND_FRO}\nfor wp; do move "$wp" & done; wait`;

function crowd(emits: number, runs: number): Row {
  return {
    name: `crowd_${emits}`,
    act: `${emits} emits by ${WRITERS} processes`,
    over: `${emits} emits by 1`,
    limit: 1.2,
    runs,
    is_long: true,
    async prepare(folder) {
      const [act, over] = [BY_MANY, BY_ONE].map((script, i) => {
        const cwd = join(folder, `crowd_${emits}`, String(i));
        makeMovedProject(cwd, WRITERS);
        const trips = emits / WRITERS / 2;
        const cmd = ["sh", "-c", script, "sh", LANE, String(trips), ...workPackages(WRITERS)];
        return { cmd, cwd, verify: expectAppended(cwd, emits), reset: rememberFiles(cwd) };
      });
      if (act === undefined || over === undefined) throw new Error("two tasks expected");
      return { act, over };
    },
  };
}

function emitTask(cwd: string, to: string): Task {
  const verifyLog = expectAppended(cwd, 1);
  const verify = () => {
    verifyLog();
    expectDerived(cwd, "WP01", to);
  };
  return { cmd: emitCommand("WP01", to), cwd, verify, reset: rememberFiles(cwd) };
}

function emitCommand(wp: string, to: string): string[] {
  return [LANE, "emit", wp, "--to", to, "--actor", "bench"];
}

function expectAppended(cwd: string, events: number): () => void {
  const size_bytes = statSync(join(cwd, LOG)).size;
  return () => {
    const ids = new Set(appendedLines(cwd, size_bytes).map((line) => JSON.parse(line).event_id));
    if (ids.size !== events)
      throw new Error(`${ids.size} events were appended to the log, expected ${events}`);
  };
}

/** Snapshot and page say it as well: else a quick emit could be one that leaves them out. */
function expectDerived(cwd: string, wp: string, lane: string): void {
  const { work_packages } = JSON.parse(readFileSync(join(cwd, SNAPSHOT), "utf8"));
  const page = readPage(cwd, wp);
  if (work_packages[wp].lane === lane && page.includes(`\nlane: ${lane}\n`)) return;
  throw new Error(`${wp} is in ${lane}, but not in the snapshot and on its page:\n${page}`);
}

/** A command that changes nothing. */
function readTask(cwd: string, args: string[], isRight: (stdout: string) => boolean): Task {
  const verify = (stdout: string) => {
    if (!isRight(stdout)) throw new Error(`lane ${args.join(" ")} printed ${stdout}`);
  };
  return { cmd: [LANE, ...args], cwd, verify, reset: () => {} };
}

async function parseTask(folder: string, cwd: string, values: number): Promise<Task> {
  const program = await buildOnce(folder, "parse.exe", join(import.meta.dir, "parse.ts"));
  return { cmd: [program], cwd, verify: expectOutput(`${values}\n`), reset: () => {} };
}

function expectOutput(expected: string): (stdout: string) => void {
  return (stdout) => {
    if (stdout !== expected) throw new Error(`printed ${stdout}, expected ${expected}`);
  };
}

function writeEmptyProgram(folder: string): string {
  const entry = join(folder, "empty.ts");
  writeFileSync(entry, "");
  return entry;
}

async function buildOnce(folder: string, name: string, entry: string): Promise<string> {
  const outfile = join(folder, name);
  if (!existsSync(outfile)) await buildExecutable({ entry, outfile });
  return outfile;
}

/** @example short(10_000) // "10k" */
function short(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000}m` : `${count / 1000}k`;
}
