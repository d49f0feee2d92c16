// What does a command cost, over a program that does nothing, or only what can't be left out, compiled with the
// same flags? The two are run in turn, in rounds; the best round counts, since whatever else the machine does can only make a command look slower.

import { writeFileSync } from "node:fs";
import { arch, cpus, release, type } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROWS, type Row, type Task } from "./bench_rows.ts";
import { buildExecutable, buildLane } from "./build.ts";
import { environmentWithoutLane, LANE, withTemporaryFolder } from "./project.ts";

type Spread = { median_ms: number; p85_ms: number };
type Round = { ratio: number; base: Spread; lane: Spread };
type Result = { name: string; over: string; limit: number; ratio: number; ok: boolean; rounds: Round[] };

const MINIMUM_RUNS = 20;
const WARM_UP_RUNS = 5;
const ENVIRONMENT = environmentWithoutLane();

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    runs: { type: "string", default: "30" },
    rounds: { type: "string", default: "3" },
    /** Times the limit: for machines that other work makes noisy. */
    tolerance: { type: "string", default: "1" },
  },
});
const runs = Math.max(MINIMUM_RUNS, Number(values.runs));
const rounds = Math.max(1, Number(values.rounds));
const tolerance = Number(values.tolerance);

await buildLane();
const results = await withTemporaryFolder(async (folder) => {
  const measured: Result[] = [];
  for (const row of ROWS) measured.push(measure(row, await buildBase(row, folder), folder));
  return measured;
});
const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  os: `${type()} ${release()} ${arch()}`,
};
const lane = Bun.spawnSync([LANE, "--version"], { env: ENVIRONMENT }).stdout.toString().trim();
const report = { machine, bun: Bun.version, lane, runs, tolerance, results };
console.log(values.json ? JSON.stringify(report) : asText());
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;

/** The program that a row is measured over, compiled with the same flags. */
async function buildBase({ name, over }: Row, folder: string): Promise<string> {
  const outfile = join(folder, `${name}-base.exe`);
  const empty = join(folder, "empty.ts");
  writeFileSync(empty, "");
  await buildExecutable({ entry: over === undefined ? empty : join(import.meta.dir, over), outfile });
  return outfile;
}

function measure(
  { name, limit, over, most_rounds = rounds, prepare }: Row,
  base: string,
  folder: string,
): Result {
  const task = prepare(join(folder, name));
  runInTurn(base, task, WARM_UP_RUNS);
  const measured = Array.from({ length: Math.min(rounds, most_rounds) }, () => runInTurn(base, task, runs));
  const ratio = Math.min(...measured.map((round) => round.ratio));
  return {
    name,
    over: over ?? "an empty program",
    limit,
    ratio,
    ok: ratio <= limit * tolerance,
    rounds: measured,
  };
}

function runInTurn(base: string, task: Task, count: number): Round {
  const base_ms: number[] = [];
  const lane_ms: number[] = [];
  for (let run = 0; run < count; run++) {
    base_ms.push(time_ms([base], task.cwd));
    lane_ms.push(time_ms([LANE, ...task.args], task.cwd));
    task.verify();
    task.reset();
  }
  const [baseSpread, laneSpread] = [spread(base_ms), spread(lane_ms)];
  return { ratio: laneSpread.median_ms / baseSpread.median_ms, base: baseSpread, lane: laneSpread };
}

function time_ms(cmd: string[], cwd: string): number {
  const start_ns = Bun.nanoseconds();
  const { exitCode } = Bun.spawnSync({
    cmd,
    cwd,
    env: ENVIRONMENT,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const duration_ms = (Bun.nanoseconds() - start_ns) / 1e6;
  if (exitCode !== 0) throw new Error(`${cmd.join(" ")}: exit code ${exitCode}`);
  return duration_ms;
}

function spread(durations_ms: number[]): Spread {
  const sorted = durations_ms.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median_ms: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    p85_ms: at(Math.ceil(0.85 * sorted.length) - 1),
  };
}

function asText(): string {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.os}; Bun ${Bun.version}; ${lane}`,
    `medians of ${runs} runs in turn, in ms; p85 in brackets`,
    "",
  ];
  for (const { name, over, limit, ratio, ok, rounds } of results) {
    lines.push(`lane ${name} over ${over}`);
    lines.push(`${" ".repeat(8)}${"base".padStart(14)}${"lane".padStart(16)}${"ratio".padStart(8)}`);
    for (const [index, round] of rounds.entries()) {
      const cells = [
        shown(round.base).padStart(14),
        shown(round.lane).padStart(16),
        round.ratio.toFixed(2).padStart(8),
      ];
      lines.push(`round ${index + 1} ${cells.join("")}`);
    }
    const verdict =
      ratio <= limit
        ? "ok"
        : ok
          ? `over the limit, tolerated up to ${(limit * tolerance).toFixed(2)}`
          : "OVER THE LIMIT";
    lines.push(`best ratio ${ratio.toFixed(2)}, limit ${limit}: ${verdict}`, "");
  }
  return lines.join("\n").trimEnd();
}

function shown({ median_ms, p85_ms }: Spread): string {
  return `${median_ms.toFixed(2)} (${p85_ms.toFixed(2)})`;
}
