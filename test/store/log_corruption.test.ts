import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Refusal } from "../../src/domain/refusal.ts";
import { readLog } from "../../src/store/event_log.ts";
import { eventAt, lineAt, makeFolder, refusalOf, SLUG } from "../support/project.ts";

const GOOD = lineAt(1);

/** How `readLog` refuses a log with these bytes. */
function refusalFor(content: string | Uint8Array): Refusal {
  using folder = makeFolder();
  const path = join(folder.path, "status.events.jsonl");
  writeFileSync(path, content);
  return refusalOf(readLog({ path, shown: "kitty-specs/x/status.events.jsonl", feature_slug: SLUG }));
}

/** The good event as a line, with parts replaced by anything, or left out by undefined. */
function lineWith(parts: object): string {
  return `${JSON.stringify({ ...eventAt(2), ...parts })}\n`;
}

test("readLog() names file, line, byte offset, preview and remedy of what it can't trust", () => {
  using folder = makeFolder();
  const path = join(folder.path, "status.events.jsonl");
  const bad = `{"broken": ${"x".repeat(100)}`;
  writeFileSync(path, `\ufeff${GOOD}\r\n${bad}\n${GOOD}`);

  const refusal = refusalOf(readLog({ path, shown: "specs/status.events.jsonl", feature_slug: SLUG }));

  const byte_offset = 3 + GOOD.length + 2;
  expect(refusal).toEqual({
    code: "LOG_CORRUPT",
    message: `specs/status.events.jsonl, line 3 (byte ${byte_offset}): not JSON: "${bad.slice(0, 80).replaceAll('"', '"')}"`,
    hint: `lane doctor --feature ${SLUG}`,
    details: {
      file: path,
      line: 3,
      byte_offset,
      preview: bad.slice(0, 80),
      finding: "LOG_LINE_INVALID",
      problem: "not JSON",
    },
  });
});

test("readLog() spells out control characters in the message, not in the preview for programs", () => {
  const refusal = refusalFor("\u001b[2J\n");

  expect(refusal.message).toEndWith('not JSON: "\\u001b[2J"');
  expect(refusal.details).toMatchObject({ preview: "\u001b[2J" });
});

test("readLog() stops at the first damaged line", () => {
  expect(refusalFor(`${GOOD}not json\n[]\n`).details).toMatchObject({ line: 2, problem: "not JSON" });
});

test.each([
  ["not JSON", "{'single': 'quotes'}\n", "not JSON"],
  ["two objects on one line", `${GOOD.trimEnd()}${GOOD}`, "not JSON"],
  ["a list", "[]\n", "not a JSON object"],
  ["a number", "7\n", "not a JSON object"],
  ["null", "null\n", "not a JSON object"],
  ["an object of no kind", '{"wp_id": "WP01"}\n', "neither a transition"],
  ["a kind that is no text", '{"type": 7}\n', "neither a transition"],
  ["a whole last line without line end that is of no kind", '{"wp_id": "WP01"}', "neither a transition"],
  ["a byte order mark past the start", `${GOOD}\ufeff${GOOD}`, "not JSON"],
])("readLog() refuses %s", (_, content, problem) => {
  const { code, details } = refusalFor(content);

  expect(code).toBe("LOG_CORRUPT");
  expect(details).toMatchObject({ finding: "LOG_LINE_INVALID", problem: expect.stringContaining(problem) });
});

test("readLog() refuses invalid UTF-8 on the line where it stands, and only there", () => {
  const bad = Buffer.from(lineAt(2).replace("claude", "cl\u00e9ment"), "latin1");
  const content = Buffer.concat([Buffer.from(GOOD), bad, Buffer.from(lineAt(3))]);

  expect(refusalFor(content).details).toMatchObject({
    line: 2,
    byte_offset: GOOD.length,
    finding: "LOG_LINE_INVALID",
    problem: "not valid UTF-8",
  });
});

test("readLog() refuses a line longer than 1 MiB, its line end included", () => {
  const room = 1024 * 1024 - lineAt(1, { reason: "" }).length;

  expect(refusalFor(lineAt(1, { reason: "x".repeat(room + 1) })).details).toMatchObject({
    line: 1,
    finding: "LOG_LINE_INVALID",
    problem: expect.stringContaining("longer than 1048576 bytes"),
  });
});

test("readLog() refuses a transition of a newer schema, and takes one of the present one", () => {
  expect(refusalFor(lineWith({ schema_version: 2, at: "a time of the future" })).details).toMatchObject({
    finding: "LOG_NEWER_SCHEMA",
    problem: expect.stringContaining("written by a newer version"),
  });
  expect(() => refusalFor(lineWith({ schema_version: 1 }))).toThrow("not refused");
});

test.each(["<<<<<<< HEAD", "|||||||", "||||||| 1234567", "=======", ">>>>>>> theirs", ">>>>>>> theirs\r"])(
  "readLog() knows the conflict marker %j",
  (marker) => {
    const { details, hint } = refusalFor(`${GOOD}${marker}\n${lineAt(2)}`);

    expect(details).toMatchObject({ line: 2, finding: "LOG_CONFLICT_MARKERS" });
    expect(hint).toStartWith("lane doctor");
  },
);

test("readLog() does not take a conflict marker without line end for a torn write", () => {
  expect(refusalFor(`${GOOD}>>>>>>> theirs`).details).toMatchObject({ finding: "LOG_CONFLICT_MARKERS" });
});

describe("readLog() refuses a transition", () => {
  test.each([
    "event_id",
    "feature_slug",
    "wp_id",
    "from_lane",
    "at",
    "actor",
    "force",
    "execution_mode",
    "reason",
    "review_ref",
    "evidence",
  ])("without %s", (field) => {
    expect(refusalFor(lineWith({ [field]: undefined })).details).toMatchObject({
      finding: "EVENT_FIELD_INVALID",
      problem: expect.stringContaining(field),
    });
  });

  test.each([
    ["event_id", "01jkjyf0000000000000000001"],
    ["event_id", "81JKJYF0000000000000000001"],
    ["event_id", "01JKJYF000000000000000000"],
    ["feature_slug", 34],
    ["wp_id", "WP1"],
    ["wp_id", "wp01"],
    ["from_lane", null],
    ["to_lane", 5],
    ["at", "2026-02-30T12:00:00+00:00"],
    ["at", "2026-02-08T12:00:00"],
    ["at", "2026-02-08 12:00:00Z"],
    ["at", "1969-12-31T23:59:59Z"],
    ["at", "2200-01-01T00:00:00Z"],
    ["actor", 7],
    ["actor", ["claude"]],
    ["force", "true"],
    ["execution_mode", "remote"],
    ["reason", 1],
    ["review_ref", {}],
    ["evidence", []],
    ["evidence", "approved"],
    ["parent_event_ids", "01JKJYF0000000000000000001"],
    ["clock_at", "noon"],
    ["idempotency_key", 1],
    ["batch", { id: "b", index: 0, count: 0 }],
    ["batch", { id: "b", index: -1, count: 2 }],
    ["batch", []],
  ])("whose %s is %j", (field, value) => {
    expect(refusalFor(lineWith({ [field]: value })).details).toMatchObject({
      finding: "EVENT_FIELD_INVALID",
      problem: expect.stringContaining(field),
    });
  });

  test.each([
    ["to_lane", "doing"],
    ["from_lane", "doing"],
    ["to_lane", "Done"],
    ["to_lane", "shipped"],
    ["to_lane", ""],
    ["to_lane", "__proto__"],
  ])("whose %s is %j, which is no canonical lane", (field, lane) => {
    expect(refusalFor(lineWith({ [field]: lane })).details).toMatchObject({
      finding: "LANE_NOT_CANONICAL",
      problem: expect.stringContaining(field),
    });
  });
});
