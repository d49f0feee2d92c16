/**
 * Damaged logs by the dozen, looked at and repaired. `npm run fuzz` takes a thousand;
 * FUZZ_SEED and FUZZ_COUNT choose others.
 */

import { expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { damagedLog } from "../support/damaged_logs.ts";
import { expectRepair, plainLines } from "../support/doctored.ts";
import { lane } from "../support/lane.ts";
import { makeProject, type TemporaryProject } from "../support/project.ts";
import { randomFrom } from "../support/random.ts";

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const COUNT = Number(process.env.FUZZ_COUNT ?? 60);
const MOST_TOLD = 5;
/** One of so many goes through the executable too. */
const SAMPLE = 20;
const TIMEOUT_MS = 30 * 60_000;

test(
  `${COUNT} damaged logs from seed ${SEED} on are told and repaired as promised`,
  async () => {
    using project = makeProject({ files: {} });
    const failures: string[] = [];
    for (let seed = SEED; seed < SEED + COUNT && failures.length < MOST_TOLD; seed++) {
      const { bytes, damages } = damagedLog(randomFrom(seed));
      try {
        await expectRepair(project, bytes);
        if (seed % SAMPLE === 0) expectExecutable(project, bytes);
      } catch (error) {
        failures.push(`FUZZ_SEED=${seed} FUZZ_COUNT=1 (${damages.join(", ")}): ${(error as Error).stack}`);
      }
    }
    expect(failures.join("\n\n")).toBe("");
  },
  TIMEOUT_MS,
);

/** The executable says the same as the functions, in one line of JSON, and exits as it says. */
function expectExecutable(project: TemporaryProject, log: Uint8Array): void {
  const mended = readFileSync(project.log_path);
  const damaged_lines = (bytes: Uint8Array) =>
    plainLines(bytes).filter(({ is_readable, is_blank }) => !is_readable && !is_blank);
  rmSync(join(project.root, ".lanekeeper"), { recursive: true, force: true });
  for (const path of [project.log_path, project.snapshot_path]) rmSync(path, { force: true });
  writeFileSync(project.log_path, log);
  const calls = ["validate --json", "doctor --json", "doctor --fix --json"].map((words) =>
    lane(project.root, words),
  );
  expect(readFileSync(project.log_path).equals(Buffer.from(log))).toBe(true);

  const repaired = lane(project.root, "doctor --fix --apply --json");

  for (const { code, json, stderr } of [...calls, repaired]) {
    expect(stderr).toBe("");
    expect(json).toMatchObject(code === 0 ? { ok: true } : { ok: false, error: { code: "CHECK_FAILED" } });
    expect([0, 1]).toContain(code ?? -1);
  }
  if (damaged_lines(log).length > 0) expect(calls.map(({ code }) => code)).toEqual([1, 1, 1]);
  const after = readFileSync(project.log_path);
  if (damaged_lines(after).length > 0) expect(repaired.code).toBe(1);
  // The functions went on to emit, so their log has one line more where none is damaged.
  expect(mended.subarray(0, after.length).equals(after)).toBe(true);
}
