/**
 * The proof of damage: logs as flaky disks, editors, merges and other tools leave them,
 * looked at, repaired, and written to again.
 */

import { expect } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../src/domain/finding.ts";
import { repair } from "../../src/repair/repair.ts";
import { DAMAGES, damagedLog, soundLog } from "../support/damaged_logs.ts";
import { expectNothingLost, expectRepair, isDamaged, plainLines } from "../support/doctored.ts";
import { lane } from "../support/lane.ts";
import { filesBelow, makeProject, pageText, type TemporaryProject } from "../support/project.ts";
import { type Random, randomFrom } from "../support/random.ts";
import type { Form, Outcome, Proof, Trial } from "./proof.ts";

export const DAMAGE: Proof = {
  name: "damage",
  claim:
    "No damage leaves a log without a remedy, no repair loses an event that could be read, and after it emit works.",
  needs: [],
  run: (trial) => proveDamage(trial, SIZES[trial.form]),
};

/** How much is tried. */
export interface Size {
  /** Logs damaged at random. */
  readonly logs: number;
  /** One of so many goes through the executable too. */
  readonly sample: number;
  /** A log is cut off at every so many bytes of its length. */
  readonly cut_step_bytes: number;
}

const SIZES: Readonly<Record<Form, Size>> = {
  short: { logs: 250, sample: 20, cut_step_bytes: 41 },
  full: { logs: 10_000, sample: 20, cut_step_bytes: 1 },
};

/** What carries out what is put to the test; others only to show that a break is found. */
export interface Subject {
  readonly repair: typeof repair;
  readonly lane: typeof lane;
}

const REAL: Subject = { repair, lane };

/** More are the same few again. */
const MOST_BREAKS = 10;

/** Puts the claim to the test. */
export async function proveDamage(
  { random, say }: Pick<Trial, "random" | "say">,
  size: Size,
  subject: Subject = REAL,
): Promise<Outcome> {
  using project = makeProject({ files: {} });
  const breaks: string[] = [];
  const counts = { logs: 0, kinds: 0, cuts: 0, called: 0, mended: 0, left: 0 };
  const kinds = new Set<string>();
  const look = async (log: Uint8Array, is_called: boolean, how: string) => {
    try {
      counts[(await expectRepair(project, log, subject.repair)) ? "mended" : "left"]++;
      if (is_called) counts.called += expectCalls(log, subject.lane);
    } catch (error) {
      breaks.push(`${how}: ${(error as Error).stack}`);
    }
  };
  for (; counts.logs < size.logs && breaks.length < MOST_BREAKS; counts.logs++) {
    say(`${counts.logs} of ${size.logs} damaged logs, ${breaks.length} breaks`);
    const seed = random.below(1e9);
    const { bytes, damages } = damagedLog(randomFrom(seed));
    for (const kind of damages) kinds.add(kind);
    await look(
      bytes,
      counts.logs % size.sample === 0,
      `damagedLog(randomFrom(${seed})), ${damages.join(", ")}`,
    );
  }
  const seed = random.below(1e9);
  const whole = Buffer.from(longLog(randomFrom(seed)));
  for (let length = 0; length <= whole.length && breaks.length < MOST_BREAKS; length += size.cut_step_bytes) {
    say(`cut off at byte ${length} of ${whole.length}, ${breaks.length} breaks`);
    const is_called = counts.cuts++ % (10 * size.sample) === 0;
    await look(
      whole.subarray(0, length),
      is_called,
      `longLog(randomFrom(${seed})) cut off at ${length} bytes`,
    );
  }
  return {
    counts: {
      "logs damaged at random": counts.logs,
      [`kinds of damage, of ${Object.keys(DAMAGES).length + 1}`]: kinds.size,
      "lengths at which a log was cut off": counts.cuts,
      "repairs after which emit worked": counts.mended,
      "repairs that left damage, each line of it named with its remedy": counts.left,
      "calls of the executable": counts.called,
    },
    breaks,
  };
}

/** A log with a batch at its end. */
export function longLog(random: Random): string {
  for (;;) {
    const log = soundLog(random);
    if (log.split("\n").length > 9 && log.includes('"batch"')) return log;
  }
}

/** Everything that readers call of a damaged log says so with a remedy; the repair keeps what it must. @returns how many calls */
function expectCalls(log: Uint8Array, call: typeof lane): number {
  using project = makeProject({
    files: { "tasks/WP01.md": pageText("planned"), "status.events.jsonl": log },
  });
  const emit = "emit WP01 --to blocked --actor ana --force --reason why --json";
  const reads = ["show --json", "log --json", "board --json", "next --json"];
  for (const words of reads) expectReadOrRefused(call(project.root, words).json);
  for (const words of ["validate --json", "doctor --json", "doctor --fix --json"]) {
    expectReport(call(project.root, words), log);
  }
  expect(readFileSync(project.log_path).equals(Buffer.from(log))).toBe(true);
  const first = call(project.root, emit);
  expectReadOrRefused(first.json);
  if (first.code !== 0) expect(readFileSync(project.log_path).equals(Buffer.from(log))).toBe(true);
  writeFileSync(project.log_path, log);
  project.write("tasks/WP01.md", pageText("planned"));
  rmSync(join(project.root, ".lanekeeper"), { recursive: true, force: true });

  const repaired = call(project.root, "doctor --fix --apply --json");

  const after = readFileSync(project.log_path);
  expectReport(repaired, after);
  expectNothingLost(plainLines(log), after, tornPieces(project));
  const last = call(project.root, emit);
  const is_mended = !findingsOf(repaired.json).some(isDamage);
  if (is_mended) expect(last).toMatchObject({ code: 0, json: { ok: true } });
  else expect(last).toMatchObject({ code: 3, json: REFUSED });
  return reads.length + 6;
}

const REFUSED = { ok: false, error: { code: "LOG_CORRUPT", hint: expect.stringContaining("lane doctor") } };

/** A log is read whole, or refused with what to do about it. */
function expectReadOrRefused(json: unknown): void {
  expect(json).toMatchObject((json as { ok?: unknown }).ok === true ? { ok: true } : REFUSED);
}

/** A check says what is wrong, each with its remedy, and what is damaged is wrong. */
function expectReport({ code, json, stderr }: ReturnType<typeof lane>, log: Uint8Array): void {
  expect(stderr).toBe("");
  const findings = findingsOf(json);
  const is_wrong = findings.some(({ severity }) => severity === "error");
  expect(code).toBe(is_wrong ? 1 : 0);
  expect(json).toMatchObject(is_wrong ? { ok: false, error: { code: "CHECK_FAILED" } } : { ok: true });
  expect(findings.filter(({ remedy }) => remedy.trim() === "")).toEqual([]);
  if (plainLines(log).some(isDamaged)) expect(is_wrong).toBe(true);
}

function findingsOf(json: unknown): Finding[] {
  const { data, error } = json as { data?: Report; error?: { details: Report } };
  return (data ?? error?.details)?.features.flatMap(({ findings }) => findings) ?? [];
}

interface Report {
  readonly features: readonly { readonly findings: readonly Finding[] }[];
}

function isDamage({ code, severity }: Finding): boolean {
  return severity === "error" && /^(?:LOG_|EVENT_FIELD_INVALID|LANE_NOT_CANONICAL)/.test(code);
}

/** What the repair cut off and kept. */
function tornPieces({ root }: TemporaryProject): Uint8Array {
  const pieces = filesBelow(root).filter((path) => path.endsWith("torn.jsonl"));
  return Buffer.concat(pieces.map((path) => readFileSync(join(root, path))));
}
