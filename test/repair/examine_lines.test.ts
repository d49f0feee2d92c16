/** `examine()` names every line of a log that is damaged, by what is wrong with it and by its number. */

import { describe, expect, test } from "bun:test";
import type { StatusEvent } from "../../src/domain/event.ts";
import type { FindingCode } from "../../src/domain/finding.ts";
import {
  briefly,
  codesAndLines,
  errorsIn,
  findingsOfLog,
  idAt,
  LOG,
  lineError,
  SOUND_LINES,
} from "../support/checks.ts";
import { eventAt, lineAt } from "../support/project.ts";

const [FIRST = "", SECOND = ""] = SOUND_LINES;

/** A line of an event whose fields are these, whatever they are. */
function lineOf(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...eventAt(9), ...fields });
}

function without(field: keyof StatusEvent): string {
  const { [field]: _, ...rest } = eventAt(9);
  return JSON.stringify(rest);
}

const DAMAGED: [FindingCode, string, string | Uint8Array, string][] = [
  ["LOG_LINE_INVALID", "a word", "x", 'not JSON: "x"'],
  ["LOG_LINE_INVALID", "half an event", FIRST.slice(0, 100), "not JSON"],
  ["LOG_LINE_INVALID", "two events on one line", FIRST.trimEnd() + SECOND.trimEnd(), "not JSON"],
  ["LOG_LINE_INVALID", "a list", "[]", 'not a JSON object: "[]"'],
  ["LOG_LINE_INVALID", "null", "null", 'not a JSON object: "null"'],
  ["LOG_LINE_INVALID", "a text", '"x"', "not a JSON object"],
  ["LOG_LINE_INVALID", "a number", "7", "not a JSON object"],
  ["LOG_LINE_INVALID", "an object of no kind", "{}", "neither a transition (no to_lane)"],
  ["LOG_LINE_INVALID", "a kind that is no text", '{"type": 1}', "neither a transition (no to_lane)"],
  ["LOG_LINE_INVALID", "an event without to_lane", without("to_lane"), "neither a transition (no to_lane)"],
  ["LOG_LINE_INVALID", "invalid UTF-8", Buffer.from('{"type": "\xff"}', "latin1"), "not valid UTF-8"],
  ["LOG_LINE_INVALID", "NUL", "\0", 'not JSON: "\\u0000"'],
  ["LOG_LINE_INVALID", "NUL in an event", FIRST.trimEnd().replace("claude", "cl\0ude"), "not JSON"],
  ["LOG_LINE_INVALID", "1 MiB", `{"type": "${"x".repeat(1024 * 1024)}"}`, "longer than 1048576 bytes"],
  ["LOG_LINE_INVALID", "six marks", "<<<<<< ours", 'not JSON: "<<<<<< ours"'],
  ["LOG_LINE_INVALID", "six marks", "======", 'not JSON: "======"'],
  ["LOG_LINE_INVALID", "marks and no space", "<<<<<<<ours", "not JSON"],
  ["LOG_CONFLICT_MARKERS", "ours", "<<<<<<< HEAD", 'git conflict marker: "<<<<<<< HEAD"'],
  ["LOG_CONFLICT_MARKERS", "ours without a name", "<<<<<<<", "git conflict marker"],
  ["LOG_CONFLICT_MARKERS", "the base", "||||||| 0123abc", "git conflict marker"],
  ["LOG_CONFLICT_MARKERS", "between", "=======", "git conflict marker"],
  ["LOG_CONFLICT_MARKERS", "theirs", ">>>>>>> other branch", "git conflict marker"],
  [
    "LOG_NEWER_SCHEMA",
    "a number",
    lineOf({ schema_version: 2 }),
    "written by a newer version (schema_version 2)",
  ],
  ["LOG_NEWER_SCHEMA", "a text", lineOf({ schema_version: "3" }), "written by a newer version"],
  ["LOG_NEWER_SCHEMA", "fields we do not know yet", '{"to_lane": 1, "schema_version": 2}', "newer version"],
  ["LANE_NOT_CANONICAL", "an alias", lineOf({ to_lane: "doing" }), 'to_lane: "doing" is no lane'],
  ["LANE_NOT_CANONICAL", "capitals", lineOf({ from_lane: "Planned" }), 'from_lane: "Planned" is no lane'],
  ["LANE_NOT_CANONICAL", "nothing", lineOf({ to_lane: "" }), 'to_lane: "" is no lane'],
  ["EVENT_FIELD_INVALID", "no feature_slug", without("feature_slug"), "feature_slug: missing"],
  ["EVENT_FIELD_INVALID", "no event_id", without("event_id"), "event_id: missing"],
  ["EVENT_FIELD_INVALID", "an id in lower case", lineOf({ event_id: idAt(9).toLowerCase() }), "event_id: "],
  [
    "EVENT_FIELD_INVALID",
    "an id beyond 128 bits",
    lineOf({ event_id: `8${idAt(9).slice(1)}` }),
    "event_id: ",
  ],
  ["EVENT_FIELD_INVALID", "no wp_id", without("wp_id"), "wp_id: missing"],
  ["EVENT_FIELD_INVALID", "a short wp_id", lineOf({ wp_id: "WP1" }), "wp_id: "],
  ["EVENT_FIELD_INVALID", "no from_lane", without("from_lane"), "from_lane: missing"],
  ["EVENT_FIELD_INVALID", "a lane that is no text", lineOf({ to_lane: null }), "to_lane: "],
  ["EVENT_FIELD_INVALID", "no at", without("at"), "at: missing"],
  ["EVENT_FIELD_INVALID", "a time without zone", lineOf({ at: "2026-02-08T12:00:00" }), "at: "],
  ["EVENT_FIELD_INVALID", "the year 2200", lineOf({ at: "2200-01-01T00:00:00Z" }), "at: "],
  ["EVENT_FIELD_INVALID", "a day that is none", lineOf({ at: "2026-02-30T12:00:00Z" }), "at: "],
  ["EVENT_FIELD_INVALID", "no actor", without("actor"), "actor: missing"],
  ["EVENT_FIELD_INVALID", "an actor that is a number", lineOf({ actor: 7 }), "actor: "],
  ["EVENT_FIELD_INVALID", "no force", without("force"), "force: missing"],
  ["EVENT_FIELD_INVALID", "force as a text", lineOf({ force: "false" }), "force: "],
  ["EVENT_FIELD_INVALID", "an unknown mode", lineOf({ execution_mode: "cloud" }), "execution_mode: "],
  ["EVENT_FIELD_INVALID", "no reason", without("reason"), "reason: missing"],
  ["EVENT_FIELD_INVALID", "no review_ref", without("review_ref"), "review_ref: missing"],
  ["EVENT_FIELD_INVALID", "no evidence", without("evidence"), "evidence: missing"],
  ["EVENT_FIELD_INVALID", "evidence that is a list", lineOf({ evidence: [] }), "evidence: "],
  [
    "EVENT_FIELD_INVALID",
    "parents that are no list",
    lineOf({ parent_event_ids: "x" }),
    "parent_event_ids: ",
  ],
  [
    "EVENT_FIELD_INVALID",
    "a batch of none",
    lineOf({ batch: { id: "x", index: 0, count: 0 } }),
    "batch.count: ",
  ],
];

test.each(DAMAGED)("%s: a line that is %s is an error on that line", async (code, _, damaged, message) => {
  const log = Buffer.concat([FIRST, damaged, "\n", SECOND].map((part) => Buffer.from(part)));
  const findings = await findingsOfLog(log);
  expect(briefly(findings)).toEqual([lineError(code, 2)]);
  expect(findings[0]?.message).toContain(message);
});

test.each([
  ["an older schema", lineOf({ schema_version: 1 })],
  ["a schema_version that is no number", lineOf({ schema_version: "next" })],
  ["unknown fields", lineOf({ annotations: [{ by: "x" }] })],
  ["a structured actor", lineOf({ actor: { role: "implementer", tool: "claude" } })],
  ["a time with an offset and nine decimals", lineOf({ at: "2026-02-08T14:09:00.123456789+02:00" })],
  ["mission_slug instead of feature_slug", without("feature_slug").replace("{", '{"mission_slug": "m", ')],
  ["conflict markers in a text", lineOf({ reason: "<<<<<<< HEAD\n=======\n>>>>>>> x" })],
  ["marks of a conflict as the actor", lineOf({ actor: "=======" })],
])("a line with %s is no damage", async (_, line) => {
  const codes = (await findingsOfLog(`${line}\n`)).map(({ code }) => code);
  // What a mission_slug says of the workflow is another matter.
  expect(codes.filter((code) => code !== "CONFIG_INVALID")).toEqual([]);
});

describe("every damaged line is named, by its number", () => {
  const damaged = ["x", "=======", "[]", '{"to_lane": "done"}', lineOf({ to_lane: "doing" })];
  const codes = [
    "LOG_LINE_INVALID",
    "LOG_CONFLICT_MARKERS",
    "LOG_LINE_INVALID",
    "EVENT_FIELD_INVALID",
    "LANE_NOT_CANONICAL",
  ];
  const lines = damaged.flatMap((one) => [lineAt(1).trimEnd(), one, one]);
  const expectedFrom = (first: number) =>
    codes.flatMap((code, i) => [`${code} ${first + 3 * i + 1}`, `${code} ${first + 3 * i + 2}`]);

  test.each([
    ["LF", lines.map((line) => `${line}\n`).join(""), 1],
    ["CRLF", lines.map((line) => `${line}\r\n`).join(""), 1],
    ["a byte order mark", `\ufeff${lines.map((line) => `${line}\n`).join("")}`, 1],
    ["blank lines before", `\n  \n\r\n${lines.map((line) => `${line}\n`).join("")}`, 4],
    ["another script before", `{"type": "ж世🎉"}\n${lines.map((line) => `${line}\n`).join("")}`, 2],
  ])("with %s", async (_, log, first) => {
    expect(codesAndLines(errorsIn(await findingsOfLog(log)))).toEqual(expectedFrom(first));
  });
});

test("a log of nothing but damage is named line by line", async () => {
  const findings = await findingsOfLog("\0\u0001\n".repeat(500));
  expect(codesAndLines(errorsIn(findings))).toEqual(
    Array.from({ length: 500 }, (_, i) => `LOG_LINE_INVALID ${i + 1}`),
  );
});

test("LOG_TORN: a last line that is cut off anywhere is a torn write, a whole one only lacks its end", async () => {
  for (let cut = 1; cut < SECOND.length; cut++) {
    const findings = await findingsOfLog(FIRST + SECOND.slice(0, cut));
    const code = cut === SECOND.length - 1 ? "LOG_NO_FINAL_NEWLINE" : "LOG_TORN";
    expect(codesAndLines(findings)).toEqual([`${code} 2`]);
  }
});

test.each([
  ["zeros after the last line", `${FIRST}${SECOND}\0\0\0\0`, 3],
  ["zeros and line ends after the last line", `${FIRST}\0\0\n\0`, 2],
  ["zeros after half a line", `${FIRST}${SECOND.slice(0, 50)}\0\0`, 2],
  ["half a line, and zeros for more than 1 MiB", `${FIRST}{"torn${"\0".repeat(1024 * 1024)}`, 2],
  ["zeros instead of the line end", `${FIRST}${SECOND.trimEnd()}\0\0`, 2],
  ["nothing but zeros", "\0".repeat(4096), 1],
  ["half a character", Buffer.from('{"type": "ж', "utf8").subarray(0, -1), 1],
])("LOG_TORN: %s", async (_, log, line) => {
  expect(briefly(errorsIn(await findingsOfLog(log)))).toEqual([lineError("LOG_TORN", line)]);
});

test("what was damaged and ended is no torn write, though it is the last line", async () => {
  expect(codesAndLines(await findingsOfLog(`${FIRST}${SECOND.slice(0, 50)}\n`))).toEqual([
    "LOG_LINE_INVALID 2",
  ]);
  expect(codesAndLines(await findingsOfLog(`${FIRST}{}`))).toEqual([
    "LOG_LINE_INVALID 2",
    "LOG_NO_FINAL_NEWLINE 2",
  ]);
});

describe("LOG_TORN: a batch", () => {
  const inBatch = (index: number) =>
    lineAt(4 + index, {
      wp_id: "WP01",
      force: true,
      reason: "set-up",
      parent_event_ids: [idAt(3 + index)],
      batch: { id: idAt(4), index, count: 3 },
    });
  const start = SOUND_LINES.join("");

  test.each([
    ["whose first event alone is there", [0], 4],
    ["whose last event is not there", [0, 1], 5],
    ["with an event twice and one missing", [0, 1, 1], 6],
    ["whose first event is missing", [1, 2], 5],
  ])("%s is torn", async (_, indexes, line) => {
    const findings = await findingsOfLog(start + indexes.map(inBatch).join(""));
    const torn = findings.filter(({ code }) => code === "LOG_TORN");
    expect(briefly(torn)).toEqual([lineError("LOG_TORN", line)]);
  });

  test("a part of one that no write leaves is not what doctor cuts off", async () => {
    const [torn] = await findingsOfLog(start + inBatch(1) + inBatch(2));
    expect(torn?.remedy).toBe(
      `git log -p -- ${LOG} shows whether the others were ever there: then put them back by hand; if not, nobody was told of these, and they go too`,
    );
  });

  test.each([
    ["whole", [0, 1, 2]],
    ["whole in another order", [2, 0, 1]],
    ["whole, with an event twice", [0, 1, 1, 2]],
  ])("%s is not torn", async (_, indexes) => {
    const findings = await findingsOfLog(start + indexes.map(inBatch).join(""));
    expect(errorsIn(findings)).toEqual([]);
  });
});
