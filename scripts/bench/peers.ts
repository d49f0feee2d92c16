// The same two acts with lane and with others of its trade: the state of one item among 50 is changed, one call at
// a time and timed; and one item is changed by eight processes at once, each change told from all others.

import { stopIfAsked } from "../stop.ts";
import { type Spread, spread, type Task, time_ms } from "./measure.ts";
import { prepareBacklog, prepareLane, prepareTaskwarrior } from "./peer_tools.ts";

/** One tool, with 50 items in a folder of its own. */
export type Peer = {
  name: string;
  version: string;
  cwd: string;
  env: Record<string, string | undefined>;
  /** Changes the first item's state: to another one in every second run. */
  change: (run: number) => Pick<Task, "cmd" | "verify">;
  /** Changes the first item in a way that can be found again, as long as nobody overwrites it. */
  mark: (mark: string) => string[];
  marks: () => string[];
};

/** `missing`: why a tool could not be had. */
export type Compared =
  | { name: string; missing: string }
  | { name: string; version: string; change: Spread; ratio: number; crowd: Crowd };

/** What became of changes at the same time. Lost: answered with success, and not to be found afterwards. */
export type Crowd = { answered: number; refused: number; refusal: string | undefined; lost: string[] };

const RUNS = 20;
const WARM_UP_RUNS = 2;
const PROCESSES = 8;
const CHANGES = 5;

export async function comparePeers(folder: string): Promise<Compared[]> {
  const tools = [prepareLane(folder), prepareBacklog(folder), prepareTaskwarrior(folder)];
  const peers = tools.flatMap((tool) => ("missing" in tool ? [] : [tool]));
  const durations_ms = await changeInTurn(peers);
  const [lane_ms = []] = durations_ms;
  const compared: Compared[] = [];
  for (const [i, peer] of peers.entries()) {
    const change = spread(durations_ms[i] ?? []);
    const ratio = change.median_ms / spread(lane_ms).median_ms;
    compared.push({ name: peer.name, version: peer.version, change, ratio, crowd: await changeAtOnce(peer) });
  }
  return [...compared, ...tools.filter((tool) => "missing" in tool)];
}

/** @returns how long each run took, for each tool */
async function changeInTurn(peers: readonly Peer[]): Promise<number[][]> {
  const durations_ms = peers.map((): number[] => []);
  for (let run = 0; run < WARM_UP_RUNS + RUNS; run++) {
    for (const [i, { cwd, env, change }] of peers.entries()) {
      const duration_ms = time_ms({ ...change(run), cwd, reset: () => {} }, env);
      if (run >= WARM_UP_RUNS) durations_ms[i]?.push(duration_ms);
    }
    await stopIfAsked();
  }
  return durations_ms;
}

async function changeAtOnce(peer: Peer): Promise<Crowd> {
  const answered: string[] = [];
  const refusals: string[] = [];
  const changeByOne = async (process: number) => {
    for (let change = 0; change < CHANGES; change++) {
      const mark = `p${process}c${change}`;
      const refusal = await attempt(peer, mark);
      if (refusal === undefined) answered.push(mark);
      else refusals.push(refusal);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, (_, process) => changeByOne(process)));
  const found = new Set(peer.marks());
  const lost = answered.filter((mark) => !found.has(mark));
  return { answered: answered.length, refused: refusals.length, refusal: refusals[0], lost };
}

/** @returns what it said, if it refused */
async function attempt({ cwd, env, mark }: Peer, text: string): Promise<string | undefined> {
  const child = Bun.spawn(mark(text), { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return (await child.exited) === 0 ? undefined : `${stderr}${stdout}`.trim().split("\n")[0];
}
