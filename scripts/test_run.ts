// Runs tests and counts them. `bun test` prints its counts for people: these come from its JUnit report.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Captured, environmentWithoutLane, runBun, withTemporaryFolder } from "./project.ts";

export type Counts = { passed: number; failed: number; skipped: number };

/** A run that never came about: one failure, so that nobody reads it as a good one. */
export const NO_RUN: Counts = { passed: 0, failed: 1, skipped: 0 };

/** For one test; a machine that is merely slow must not fail. */
const TEST_TIMEOUT_MS = 60_000;

/** `args` select the tests. What is left out of the report (a file that does not load, a crash) is a failure. */
export async function runTests(args: string[]): Promise<Captured & { counts: Counts }> {
  return await withTemporaryFolder(async (folder) => {
    const report = join(folder, "junit.xml");
    const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
    const env = { ...environmentWithoutLane(), LANE_CORPUS: process.env.LANE_CORPUS };
    const captured = await runBun(
      ["test", "--only-failures", `--timeout=${TEST_TIMEOUT_MS}`, ...reporter, ...args],
      env,
    );
    if (!existsSync(report)) {
      const output = `${captured.output}No report was written: no test was found, a test ended the process, or Bun crashed.`;
      return { ...captured, output, exitCode: captured.exitCode || 1, counts: NO_RUN };
    }
    const counts = count(readFileSync(report, "utf8"), captured);
    return { ...captured, exitCode: captured.exitCode || (counts.failed > 0 ? 1 : 0), counts };
  });
}

/** The lines that a run of tests ends with; the last one is for programs too. */
export function summary({ passed, failed, skipped }: Counts): string {
  const left_out = skipped > 0 ? `Skipped: ${skipped} tests\n` : "";
  return `${left_out}${passed} passed, ${failed} failed`;
}

function count(report: string, { exitCode, output }: Captured): Counts {
  const root = /<testsuites [^>]*>/.exec(report)?.[0] ?? "";
  const attribute = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(root)?.[1] ?? 0);
  const skipped = attribute("skipped");
  const failures = attribute("failures") + attribute("errors");
  const passed = attribute("tests") - failures - skipped;
  const failed = failures + errorsBetweenTests(output);
  const isUncountedFailure = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: isUncountedFailure ? 1 : failed, skipped };
}

/** Bun counts them in the last lines of its output, and nowhere in its report. */
function errorsBetweenTests(output: string): number {
  const lines = [...output.matchAll(/^ (\d+) errors?$/gm)];
  return Number(lines.at(-1)?.[1] ?? 0);
}
