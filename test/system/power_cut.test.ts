// The proof of power cuts finds what it is there to find: needs strace, which records the calls of real runs.

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  breaksOfOrder,
  type DiskState,
  type RecordedRun,
  recordRun,
  statesOf,
  tryStates,
} from "../crash/power_cut.ts";
import { CUTS } from "../crash/power_cut_runs.ts";
import type { Operation } from "../crash/recorded_calls.ts";
import { randomFrom } from "../support/random.ts";

/** A ceiling against hangs. */
setDefaultTimeout(60_000);

const CAN_TRACE = Bun.spawnSync(["strace", "-f", "-o", "/dev/null", "true"]).exitCode === 0;
if (!CAN_TRACE) console.warn("Skipped: no process can be traced here (strace, ptrace)");

const STATES_OF_CUT = 100;

function runOf(name: string): RecordedRun {
  const cut = CUTS.find((one) => one.name === name);
  if (cut === undefined) throw new Error(`there is no run called ${name}`);
  return recordRun(cut);
}

/** The states after an event was answered, without the calls that are left out. */
function answeredStates(run: RecordedRun, isLeftOut: (operation: Operation) => boolean): DiskState[] {
  const operations = run.operations.filter((operation) => !isLeftOut(operation));
  const states = statesOf({ ...run, operations }, STATES_OF_CUT, randomFrom(1));
  return [...states.values()].filter(({ answered }) => answered.size > 0);
}

const isNone = () => false;
const isOfLog = (operation: Operation) => "path" in operation && operation.path.endsWith("events.jsonl");

describe.skipIf(!CAN_TRACE)("power_cut", () => {
  test("finds nothing after the answer to a first emit", async () => {
    const run = runOf("the first emit");
    expect(breaksOfOrder(run.operations)).toEqual([]);
    const states = answeredStates(run, isNone);
    expect(states.length).toBeGreaterThan(5);
    expect(await tryStates(run.cut, states)).toEqual([]);
  });

  test("finds a log whose folder is not synced", async () => {
    const run = runOf("the first emit");
    const isLeftOut = ({ kind }: Operation) => kind === "sync_folder";
    expect(breaksOfOrder(run.operations.filter((one) => !isLeftOut(one)))).toContain(
      "answered before the log is synced",
    );
    const [broken] = await tryStates(run.cut, answeredStates(run, isLeftOut));
    expect(broken).toStartWith("the first emit, power cut after call ");
    expect(broken).toContain("1 answered events are gone");
  });

  test.each(["an emit", "a batch"])("finds %s whose log is not synced", async (name) => {
    const run = runOf(name);
    const isLeftOut = (one: Operation) => one.kind === "sync_file" && isOfLog(one);
    expect(breaksOfOrder(run.operations.filter((one) => !isLeftOut(one)))).toContain(
      "answered before the log is synced",
    );
    expect((await tryStates(run.cut, answeredStates(run, isLeftOut).slice(0, 40))).join()).toContain(
      "answered events are gone",
    );
  });

  test("finds an answer before the sync of the log", () => {
    const run = runOf("an emit");
    const answer = run.operations.filter(({ kind }) => kind === "answer");
    const at = run.operations.findIndex((one) => one.kind === "write" && isOfLog(one)) + 1;
    const others = run.operations.filter(({ kind }) => kind !== "answer");
    const too_early = [...others.slice(0, at), ...answer, ...others.slice(at)];
    expect(breaksOfOrder(run.operations)).toEqual([]);
    expect(breaksOfOrder(too_early)).toEqual(["answered before the log is synced"]);
  });

  test("finds a snapshot that is put in place before it is synced", () => {
    const { operations } = runOf("an emit");
    const isLeftOut = (one: Operation) => one.kind === "sync_file" && one.path.endsWith(".json.lane-tmp");
    expect(breaksOfOrder(operations.filter((one) => !isLeftOut(one)))).toEqual([
      expect.stringMatching(/status\.json replaced by a file that is not synced$/),
    ]);
  });
});
