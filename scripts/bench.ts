// What does a command cost, over a program that does nothing, or only what can't be left out? All as ratios within one
// run: `npm run bench`, `npm run bench -- --quick`, `-- --only emit,show`, `-- --peers`, `-- --json`.
// It ends with 1 where a ratio is over its limit. `--quick` is for machines that other work makes noisy, and for CI:
// there it takes half again over the limit, or over what was reached so far.

import { arch, cpus, release, totalmem, type } from "node:os";
import { describeMachine, describePeers, describeResult, type Result } from "./bench/describe.ts";
import { measure } from "./bench/measure.ts";
import { readOptions } from "./bench/options.ts";
import { comparePeers } from "./bench/peers.ts";
import type { Row } from "./bench/rows.ts";
import { buildLane } from "./build.ts";
import { LANE, withTemporaryFolder } from "./project.ts";
import { askedToStop, listenForSignals } from "./stop.ts";

const ROUNDS = 3;
const WARM_UP_RUNS = 5;
const QUICK_TOLERANCE = 1.5;

const options = readOptions(process.argv.slice(2));
if ("problem" in options) {
  console.error(`Error: ${options.problem}`);
  process.exit(2);
}
const { quick, peers, json, rows } = options;

listenForSignals();
await buildLane();
const lane = Bun.spawnSync([LANE, "--version"]).stdout.toString().trim();
const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memory_bytes: totalmem(),
  os: `${type()} ${release()} ${arch()}`,
};
const about = { machine, bun: Bun.version, lane };
if (!json) console.log(`${describeMachine(about)}\n`);
try {
  const is_good = await withTemporaryFolder(peers ? benchPeers : benchRows);
  process.exitCode = is_good ? 0 : 1;
} catch (error) {
  // Ctrl-C ends the program that is timed as well, and that is the first that is heard of it.
  const code = await askedToStop();
  if (code === undefined) throw error;
  process.exitCode = code;
}

async function benchRows(folder: string): Promise<boolean> {
  const results: Result[] = [];
  for (const row of rows) {
    const result = await benchRow(row, folder);
    results.push(result);
    if (!json) console.log(`${describeResult(result)}\n`);
  }
  const form = quick ? "quick" : "full";
  if (json) console.log(JSON.stringify({ ...about, form, results }));
  return results.every(({ ok }) => ok);
}

async function benchRow({ prepare, ...row }: Row, folder: string): Promise<Result> {
  const pair = await prepare(folder);
  // The best round counts: who is in haste needs no other once one is within the limit.
  const isEnough = (ratio: number) => (quick || row.is_long) && ratio <= row.limit;
  const warm_up_runs = row.is_long ? 1 : WARM_UP_RUNS;
  const measured = await measure(pair, { runs: row.runs, warm_up_runs, most_rounds: ROUNDS, isEnough });
  const { limit, reached = limit } = row;
  const most = quick ? reached * QUICK_TOLERANCE : limit;
  return { ...row, ...measured, most, ok: measured.ratio <= most };
}

async function benchPeers(folder: string): Promise<boolean> {
  const compared = await comparePeers(folder);
  console.log(json ? JSON.stringify({ ...about, peers: compared }) : describePeers(compared));
  return compared.every((peer) => peer.name !== "lane" || ("crowd" in peer && peer.crowd.lost.length === 0));
}
