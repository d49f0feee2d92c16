/** Batches whose writer is killed at random moments, and what is left of them. */

import { expect } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { readLog } from "../../src/store/event_log.ts";
import { forcedMoves, linesOf } from "./batches.ts";
import { cleanEnvironment } from "./lane.ts";
import { lineAt, makeProject, SLUG, type TemporaryProject } from "./project.ts";

const REQUESTS = 300;

/** How often the log was what. */
export interface Outcomes {
  old: number;
  whole: number;
  torn: number;
}

/**
 * Kills `lane emit --batch` again and again, each time at another moment of its run, and
 * expects the log to be the old one, the whole new one, or refused as a torn write that
 * names `lane doctor`, the old part byte for byte as it was.
 */
export async function killBatches(times: number): Promise<Outcomes> {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) + lineAt(2, { wp_id: "WP02" }) } });
  writeFileSync(join(project.root, "batch.jsonl"), linesOf(forcedMoves(REQUESTS, 20)));
  const old = readFileSync(project.log_path);
  const outcomes: Outcomes = { old: 0, whole: 0, torn: 0 };
  const longest_ms = await runFor(project, undefined);
  for (let i = 0; i < times; i++) {
    writeFileSync(project.log_path, old);
    rmSync(project.snapshot_path, { force: true });
    // The write stands near the end: half of the moments are there.
    const share = i % 2 === 0 ? Math.random() : 0.7 + 0.3 * Math.random();
    await runFor(project, longest_ms * share);
    outcomes[await stateOf(project, old)]++;
  }
  expect(outcomes.old + outcomes.whole + outcomes.torn).toBe(times);
  return outcomes;
}

/** Runs the batch, and kills it after some time; says how long it took. */
async function runFor(project: TemporaryProject, kill_after_ms: number | undefined): Promise<number> {
  const start_ns = Bun.nanoseconds();
  const child = Bun.spawn([LANE, "emit", "--batch", "batch.jsonl", "--actor", "claude"], {
    cwd: project.root,
    env: cleanEnvironment(),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  if (kill_after_ms !== undefined) {
    await Bun.sleep(kill_after_ms);
    child.kill("SIGKILL");
  }
  await child.exited;
  if (kill_after_ms === undefined) expect(child.exitCode).toBe(0);
  return (Bun.nanoseconds() - start_ns) / 1e6;
}

async function stateOf(project: TemporaryProject, old: Buffer): Promise<keyof Outcomes> {
  const bytes = readFileSync(project.log_path);
  expect(bytes.subarray(0, old.length).equals(old)).toBe(true);
  const log = readLog((await project.open()).log);
  if (!log.ok) {
    expect(log.refusal).toMatchObject({
      code: "LOG_CORRUPT",
      hint: `lane doctor --feature ${SLUG}`,
      details: { finding: "LOG_TORN" },
    });
    return "torn";
  }
  const added = log.value.events.slice(2);
  if (added.length === 0) {
    expect(bytes.length).toBe(old.length);
    return "old";
  }
  expect(added.map(({ batch }) => batch?.index)).toEqual(Array.from({ length: REQUESTS }, (_, i) => i));
  return "whole";
}
