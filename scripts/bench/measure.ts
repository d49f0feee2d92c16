// Runs two programs in turn and compares what they took. The best of several rounds counts, since whatever else
// the machine does can only make a program look slower.

import { join } from "node:path";
import { environmentWithoutLane } from "../project.ts";
import { stopIfAsked } from "../stop.ts";

/** `verify` throws unless the run did its work; `reset` lets the next run find what this one found. */
export type Task = { cmd: string[]; cwd: string; verify: (stdout: string) => void; reset: () => void };

/** What is measured, and what it is measured over. */
export type Pair = { act: Task; over: Task };

export type Spread = { median_ms: number; p85_ms: number };
export type Round = { ratio: number; act: Spread; over: Spread };
export type Measured = { ratio: number; rounds: Round[]; peak_bytes: { act: number; over: number } };

const ENVIRONMENT = environmentWithoutLane();

/** `runs`: in each round. `warm_up_runs`: before the first, not counted. `isEnough` is asked after each round. */
export type Plan = {
  runs: number;
  warm_up_runs: number;
  most_rounds: number;
  isEnough: (ratio: number) => boolean;
};

export async function measure(
  { act, over }: Pair,
  { runs, warm_up_runs, most_rounds, isEnough }: Plan,
): Promise<Measured> {
  await runInTurn({ act, over }, warm_up_runs);
  const rounds: Round[] = [];
  let ratio = Number.POSITIVE_INFINITY;
  while (rounds.length < most_rounds && !isEnough(ratio)) {
    const round = await runInTurn({ act, over }, runs);
    ratio = Math.min(ratio, round.ratio);
    rounds.push(round);
  }
  return { ratio, rounds, peak_bytes: { act: peakBytes(act), over: peakBytes(over) } };
}

async function runInTurn({ act, over }: Pair, runs: number): Promise<Round> {
  const act_ms: number[] = [];
  const over_ms: number[] = [];
  for (let run = 0; run < runs; run++) {
    over_ms.push(time_ms(over));
    act_ms.push(time_ms(act));
    await stopIfAsked();
  }
  const [actSpread, overSpread] = [spread(act_ms), spread(over_ms)];
  return { ratio: actSpread.median_ms / overSpread.median_ms, act: actSpread, over: overSpread };
}

/** How long one run takes, from before its start until it has ended. */
export function time_ms({ cmd, cwd, verify, reset }: Task, env = ENVIRONMENT): number {
  const start_ns = Bun.nanoseconds();
  const child = Bun.spawnSync({ cmd, cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const duration_ms = (Bun.nanoseconds() - start_ns) / 1e6;
  if (child.exitCode !== 0) throw new Error(`${cmd.join(" ")}: exit code ${child.exitCode}\n${child.stderr}`);
  verify(child.stdout.toString());
  reset();
  return duration_ms;
}

/** The most memory that one process of the task took at once. */
function peakBytes({ cmd, cwd, verify, reset }: Task): number {
  const helper = [process.execPath, join(import.meta.dir, "peak.ts")];
  const child = Bun.spawnSync({ cmd: [...helper, ...cmd], cwd, env: ENVIRONMENT, stdin: "ignore" });
  if (child.exitCode !== 0) throw new Error(`${cmd.join(" ")}: exit code ${child.exitCode}`);
  verify(child.stdout.toString());
  reset();
  return Number(child.stderr.toString());
}

export function spread(durations_ms: readonly number[]): Spread {
  const sorted = durations_ms.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median_ms: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    p85_ms: at(Math.ceil(0.85 * sorted.length) - 1),
  };
}
