// What does a command cost, over a program that does nothing, or only what can't be left out? All as ratios within one
// run: `npm run bench`, `npm run bench -- --quick`, `-- --only emit,show`, `-- --peers`, `-- --json`.
// It ends with 1 where a ratio is over its limit. `--quick` is for machines that other work makes noisy, and for CI:
// there it takes half again over the limit, or over what was reached so far.

import { arch, cpus, release, totalmem, type } from "node:os";
import { parseArgs } from "node:util";
import { describeMachine, describePeers, describeResult, type Result } from "./bench/describe.ts";
import { measure } from "./bench/measure.ts";
import { comparePeers } from "./bench/peers.ts";
import { type Row, rowsFor } from "./bench/rows.ts";
import { buildLane } from "./build.ts";
import { LANE, withTemporaryFolder } from "./project.ts";

const ROUNDS = 3;
const WARM_UP_RUNS = 5;
const QUICK_TOLERANCE = 1.5;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    peers: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

await buildLane();
const lane = Bun.spawnSync([LANE, "--version"]).stdout.toString().trim();
const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memory_bytes: totalmem(),
  os: `${type()} ${release()} ${arch()}`,
};
const about = { machine, bun: Bun.version, lane };
if (!values.json) console.log(`${describeMachine(about)}\n`);
const is_good = await withTemporaryFolder(values.peers ? benchPeers : benchRows);
process.exitCode = is_good ? 0 : 1;

async function benchRows(folder: string): Promise<boolean> {
  const results: Result[] = [];
  for (const row of asked(rowsFor(values.quick))) {
    const result = await benchRow(row, folder);
    results.push(result);
    if (!values.json) console.log(`${describeResult(result)}\n`);
  }
  const form = values.quick ? "quick" : "full";
  if (values.json) console.log(JSON.stringify({ ...about, form, results }));
  return results.every(({ ok }) => ok);
}

async function benchRow({ prepare, ...row }: Row, folder: string): Promise<Result> {
  const pair = await prepare(folder);
  // The best round counts: who is in haste needs no other once one is within the limit.
  const isEnough = (ratio: number) => (values.quick || row.is_long) && ratio <= row.limit;
  const warm_up_runs = row.is_long ? 1 : WARM_UP_RUNS;
  const measured = measure(pair, { runs: row.runs, warm_up_runs, most_rounds: ROUNDS, isEnough });
  const { limit, reached = limit } = row;
  const most = values.quick ? reached * QUICK_TOLERANCE : limit;
  return { ...row, ...measured, most, ok: measured.ratio <= most };
}

async function benchPeers(folder: string): Promise<boolean> {
  const peers = await comparePeers(folder);
  console.log(values.json ? JSON.stringify({ ...about, peers }) : describePeers(peers));
  return peers.every((peer) => peer.name !== "lane" || ("crowd" in peer && peer.crowd.lost.length === 0));
}

function asked(rows: Row[]): Row[] {
  if (values.only === undefined) return rows;
  return values.only.split(",").map((name) => {
    const row = rows.find((one) => one.name === name);
    if (row !== undefined) return row;
    throw new Error(`no row is called ${name}; there are ${rows.map((one) => one.name).join(", ")}`);
  });
}
