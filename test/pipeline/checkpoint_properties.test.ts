import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import type { EmitRequest } from "../../src/pipeline/emit.ts";
import {
  checkpointBytes,
  checkpointPath,
  LONG_TEXT,
  makeLongProject,
  removeCheckpoint,
  stampOf,
} from "../support/checkpoints.ts";
import { LANES } from "../support/histories.ts";
import { lineAt, type TemporaryProject } from "../support/project.ts";

const PLACE = fc.nat(1_000_000);
const WP = fc.constantFrom("WP01", "WP01", "WP02", "WP03");

const EMIT = fc.record({
  kind: fc.constant("emit" as const),
  wp_id: WP,
  to_lane: fc.constantFrom(...LANES),
  force: fc.constantFrom(true, true, true, false),
  key: fc.constantFrom(undefined, undefined, undefined, "k1", "k2"),
  is_long: fc.constantFrom(false, false, false, true),
  skew_s: fc.constantFrom(0, 0, 0, 0, 0, -1, -86_400, 600),
});

/** What others do to a log: a merge, an editor, another tool, a crash. */
const LOG_CHANGES = {
  "changes a byte": (log, place) => {
    const changed = Buffer.from(log);
    changed.writeUInt8(changed.readUInt8(nearEnd(log, place)) ^ 1, nearEnd(log, place));
    return changed;
  },
  "swaps lanes of one length": (log) =>
    Buffer.from(
      log.toString("latin1").replaceAll(/"to_lane": "(claimed|blocked|planned)"/g, swapped),
      "latin1",
    ),
  "cuts it short": (log, place) => log.subarray(0, nearEnd(log, place)),
  "cuts its last line off": (log) => joined(linesOf(log).slice(0, -1)),
  "takes a line out": (log, place) => joined(linesOf(log).toSpliced(place % linesOf(log).length, 1)),
  "repeats a line": (log, place) => joined([...linesOf(log), lineIn(log, place)]),
  "moves a line to the end": (log, place) =>
    joined([...linesOf(log).toSpliced(place % linesOf(log).length, 1), lineIn(log, place)]),
  "reverses the lines": (log) => joined(linesOf(log).reverse()),
  "adds an event without parents": (log, place) =>
    append(log, foreign(place, { parent_event_ids: undefined })),
  "adds an event that has seen nothing": (log, place) => append(log, foreign(place, {})),
  "adds an event with an odd field": (log, place) =>
    append(log, foreign(place, { wp_id: "WP09", note: null })),
  "adds a field that others left out": (log, place) =>
    append(log, foreign(place, { wp_id: "WP08", note: "x" })),
  "adds an event that is older": (log, place) =>
    append(log, foreign(place, { at: "2026-02-01T00:00:00.000000+00:00" })),
  "adds a mission's event": (log, place) =>
    append(log, foreign(place, { mission_slug: "m-1", mission_id: null, to_lane: "in_review" })),
  "adds an event with a key": (log, place) => append(log, foreign(place, { idempotency_key: "k1" })),
  "adds a half batch": (log, place) =>
    append(log, foreign(place, { batch: { id: "b", index: place % 2, count: 2 } })),
  "adds another tool's record": (log) => append(log, '{"type": "note"}\n'),
  "adds a lane that nobody knows": (log, place) => append(log, foreign(place, { to_lane: "moon" })),
  "adds a byte order mark": (log) => append(log, `\ufeff${foreign(1, {})}`),
  "adds blank lines": (log) => append(log, "\n\r\n"),
  "leaves the last line without its end": (log) => log.subarray(0, log.length - 1),
  "adds zeros": (log) => append(log, "\0\0\0"),
} satisfies Record<string, (log: Buffer, place: number) => Buffer>;

const CHANGE_LOG = fc.record({
  kind: fc.constant("change the log" as const),
  what: fc.oneof(
    // The one change that nothing but its bytes can tell.
    fc.constant("swaps lanes of one length" as const),
    { weight: 3, arbitrary: fc.constantFrom(...(Object.keys(LOG_CHANGES) as (keyof typeof LOG_CHANGES)[])) },
  ),
  place: PLACE,
  /** Whether it is as before after the next emit, as by a checkout. */
  comes_back: fc.boolean(),
});

const CHANGE_CHECKPOINT = fc.record({
  kind: fc.constant("change the checkpoint" as const),
  what: fc.constantFrom("a byte", "cut short", "another clone's"),
  place: PLACE,
});

const COMMANDS = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: EMIT },
    { weight: 2, arbitrary: CHANGE_LOG },
    { weight: 1, arbitrary: CHANGE_CHECKPOINT },
  ),
  { minLength: 6, maxLength: 16, size: "max" },
);

test("emitStatusTransition() answers and writes the same with a checkpoint and without", async () => {
  let served = 0;
  using other = makeLongProject();
  await other.emit({ to_lane: "blocked" });
  await fc.assert(
    fc.asyncProperty(COMMANDS, async (commands) => {
      using project = makeLongProject();
      using twin = makeLongProject();
      let number = 0;
      let back: Buffer | undefined;
      const theirs = checkpointBytes(other);
      for (const command of commands) {
        if (command.kind === "change the log") {
          const log = readFileSync(project.log_path);
          if (log.length === 0) continue;
          back = command.comes_back ? log : undefined;
          for (const { log_path } of [project, twin]) {
            writeFileSync(log_path, LOG_CHANGES[command.what](log, command.place));
          }
        } else if (command.kind === "change the checkpoint") {
          changeCheckpoint(project, command.what, command.place, theirs);
        } else {
          const { key, is_long, skew_s, kind: _, ...move } = command;
          const request = {
            ...move,
            reason: is_long ? LONG_TEXT : "why",
            review_ref: "PR-7",
            ...(key === undefined ? {} : { idempotency_key: key }),
          };
          const second = 60 * ++number + skew_s;
          const before = checkpointBytes(project);
          removeCheckpoint(twin);
          const expected = await outcome(twin, request, number, second);
          expect(await outcome(project, request, number, second)).toEqual(expected);
          if (before !== undefined && checkpointBytes(project)?.equals(before)) served++;
          if (back !== undefined) for (const { log_path } of [project, twin]) writeFileSync(log_path, back);
          back = undefined;
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(served).toBeGreaterThan(60);
}, 60_000);

/** All that an emit can be told by: its answer, and every file that it writes. */
async function outcome(
  project: TemporaryProject,
  request: Partial<EmitRequest>,
  number: number,
  second: number,
) {
  const answer = await project
    .emit(request, stampOf(number, second))
    .catch((error) => ({ error: String(error) }));
  const snapshot = await Bun.file(project.snapshot_path)
    .text()
    .catch(() => undefined);
  return {
    // As JSON has it: Windows' backslashes are escaped.
    answer: JSON.stringify(answer).replaceAll(JSON.stringify(project.root).slice(1, -1), "/"),
    log: readFileSync(project.log_path, "latin1"),
    snapshot,
    pages: ["tasks/WP01-first.md", "tasks/WP02-second.md"].map(project.read),
  };
}

function changeCheckpoint(
  project: TemporaryProject,
  what: string,
  place: number,
  theirs: Buffer | undefined,
): void {
  const bytes = checkpointBytes(project);
  if (bytes === undefined || bytes.length === 0) return;
  const at = place % bytes.length;
  const changed =
    what === "a byte"
      ? bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
      : what === "cut short"
        ? bytes.subarray(0, at)
        : (theirs ?? bytes);
  writeFileSync(checkpointPath(project), changed);
}

/** A line that another tool adds. */
function foreign(place: number, parts: Parameters<typeof lineAt>[1]): string {
  return lineAt(1000 + (place % 100), { actor: "tool", ...parts });
}

function swapped(_: string, lane: string): string {
  return `"to_lane": "${lane === "blocked" ? "claimed" : "blocked"}"`;
}

/** Not in the long text at the beginning. */
function nearEnd(log: Buffer, place: number): number {
  return log.length - 1 - (place % Math.min(log.length, 3000));
}

function append(log: Buffer, text: string): Buffer {
  return Buffer.concat([log, Buffer.from(text, "utf8")]);
}

function linesOf(log: Buffer): string[] {
  return log.toString("latin1").split("\n").slice(0, -1);
}

function lineIn(log: Buffer, place: number): string {
  const lines = linesOf(log);
  return lines[place % lines.length] ?? "";
}

function joined(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1");
}
