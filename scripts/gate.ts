// The gate: types, lint and format, build, tests, smoke. It ends with `N passed, N failed`, counted by tests.

import { join } from "node:path";
import { type Captured, ROOT, runBun } from "./project.ts";
import { type Counts, NO_RUN, runTests, summary } from "./test_run.ts";

const failedSteps: string[] = [];

await step("types", () => runBun([tool("typescript/bin/tsc"), "--noEmit"]));
await step("lint and format", () => runBun([tool("@biomejs/biome/bin/biome"), "ci", "--colors=off"]));
const build = await step("build", () => runBun(["scripts/build.ts"]));
const counts = build.exitCode === 0 ? await testAndSmoke() : NO_RUN;

if (build.exitCode !== 0) console.log("Not run: tests, smoke (they need the executable)");
console.log("Left out: test/system/ (needs python3, strace, root…: npm run test:system)");
if (!process.env.LANE_CORPUS) console.log("Left out: the corpus tests (LANE_CORPUS is not set)");
if (failedSteps.length > 0) console.log(`Failed: ${failedSteps.join(", ")}`);
console.log(summary(counts));
process.exitCode = failedSteps.length > 0 ? 1 : 0;

async function testAndSmoke(): Promise<Counts> {
  // As many files at once as there are cores: most of a test's time is spent by the processes that it starts.
  const tests = await step("tests", () => runTests(["--parallel", "--path-ignore-patterns=test/system/**"]));
  // What tests counted on the way, on data that is not the project's own.
  if (tests.exitCode === 0) for (const [note] of tests.output.matchAll(/^note: .*$/gm)) console.log(note);
  await step("smoke", () => runBun(["scripts/smoke.ts"]));
  return tests.counts;
}

/** A failure is shown in full and remembered; the steps after it still have something to say. */
async function step<T extends Captured>(name: string, run: () => Promise<T>): Promise<T> {
  process.stdout.write(name.padEnd(18));
  const captured = await run();
  const isFailed = captured.exitCode !== 0;
  console.log(`${isFailed ? "FAILED" : "ok"}  ${(captured.duration_ms / 1000).toFixed(1)} s`);
  if (isFailed) {
    failedSteps.push(name);
    console.log(captured.output.trimEnd());
  }
  return captured;
}

function tool(path: string): string {
  return join(ROOT, "node_modules", path);
}
