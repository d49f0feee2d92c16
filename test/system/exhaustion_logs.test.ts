/** Logs that want to exhaust: told or refused in memory that goes with their size. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import {
  deepLine,
  halfBatches,
  linesOf,
  manyParents,
  soundEvents,
  unawareEvents,
} from "../support/exhausting.ts";
import { lineAt, makeProject, pageText } from "../support/project.ts";
import { expectBounded } from "./exhaustion.ts";

setDefaultTimeout(120_000);

const EMIT = "emit WP10 --to blocked --actor ana --force --reason why";
/** A log, and how readers and checks end on it. */
interface HostileLog {
  readonly make: () => string | Uint8Array;
  readonly read: number;
  readonly check: number;
  /** After its repair, where that mends it. */
  readonly repair?: number;
  /** How many times its size a call may hold. */
  readonly times?: number;
}

const LOGS: Readonly<Record<string, HostileLog>> = {
  "100 MB in one line": { make: () => Buffer.alloc(100e6, "x"), read: 3, check: 1 },
  "100 MB of brackets in one line": { make: () => Buffer.alloc(100e6, "{"), read: 3, check: 1 },
  "100 MB of zeros": { make: () => Buffer.alloc(100e6), read: 3, check: 1, repair: 0 },
  "50 million blank lines": { make: () => Buffer.alloc(50e6, "\n"), read: 0, check: 1 },
  "10 MB of lines with a bracket": { make: () => Buffer.alloc(10e6, "[\n"), read: 3, check: 1, times: 40 },
  "conflict markers 300,000 times": {
    make: () => "<<<<<<< a\n=======\n>>>>>>> b\n".repeat(100_000),
    read: 3,
    check: 1,
    times: 120,
  },
  "100 MB of honest events": { make: () => soundEvents(240_000), read: 0, check: 0, times: 10 },
  "30,000 events that knew nothing of each other": {
    make: () => unawareEvents(30_000),
    read: 0,
    check: 0,
    times: 25,
  },
  "20 MB of other tools' records": {
    make: () =>
      linesOf(
        250_000,
        (i) => `{"event_type": "note", "text": "seen by somebody, and told at length", "n": ${i}}\n`,
      ),
    read: 0,
    check: 0,
    times: 25,
  },
  "one line 100,000 times": { make: () => lineAt(1).repeat(100_000), read: 0, check: 0, times: 12 },
  "an event with objects 20,000 deep, 20 times": {
    make: () => deepLine().repeat(20),
    read: 0,
    check: 0,
    times: 120,
  },
  "the same event in other bytes, 20,000 deep, 20 times": {
    make: () => linesOf(20, deepLine),
    read: 0,
    check: 0,
    times: 120,
  },
  "20,000 halves of batches": { make: () => halfBatches(20_000), read: 3, check: 1, repair: 0, times: 40 },
  "events that name 20,000 others each": {
    make: () => linesOf(40, (i) => manyParents(i, 20_000)),
    read: 0,
    check: 0,
    times: 40,
  },
};

for (const [name, { make, read, check, repair = check, times }] of Object.entries(LOGS)) {
  test(`a log of ${name} is read, checked and repaired within its bound`, () => {
    const log = make();
    const bound = { input_bytes: log.length, ...(times !== undefined && { times }) };
    const files = { "tasks/WP01.md": pageText("planned"), "status.events.jsonl": log };
    using project = makeProject({ files });
    expectBounded(project.root, "validate", {
      ...bound,
      code: check,
      ...(check === 1 && { error: "CHECK_FAILED" }),
    });
    expectBounded(project.root, EMIT, { ...bound, code: read, ...(read === 3 && { error: "LOG_CORRUPT" }) });
    if (read === 3) expect(Buffer.from(log).equals(readFileSync(project.log_path))).toBe(true);

    expectBounded(project.root, "doctor --fix --apply", { ...bound, code: repair });

    if (repair === 0) expectBounded(project.root, EMIT, { ...bound, code: 0 });
  });
}

test("a log's damage by the hundred thousand is told of, and that not all of it is", () => {
  using project = makeProject({ files: { "status.events.jsonl": "x\n".repeat(150_000) } });
  const { json } = expectBounded(project.root, "validate", { input_bytes: 300_000, times: 1000, code: 1 });
  const { findings } = (
    json as { error: { details: { features: { findings: { line: number; message: string }[] }[] } } }
  ).error.details.features[0] ?? { findings: [] };
  const told = findings.find(({ message }) => message.includes("this seems to be no log"));
  expect(told?.line).toBe(100_001);
});
