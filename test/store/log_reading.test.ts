import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LogContent, readLog } from "../../src/store/event_log.ts";
import { answerOf, lineAt, makeFolder, makeProject, SLUG, treeState } from "../support/project.ts";

const FIRST = lineAt(1);
const SECOND = lineAt(2, { from_lane: "claimed", to_lane: "in_progress" });

/** What `readLog` says of a log with these bytes. */
function read(content: string | Uint8Array): LogContent {
  using folder = makeFolder();
  const path = join(folder.path, "status.events.jsonl");
  writeFileSync(path, content);
  return answerOf(readLog({ path, shown: path, feature_slug: SLUG }));
}

const lanes = (content: LogContent) => content.events.map((event) => event.to_lane);

test("readLog() takes a missing log for an empty one, and makes none", async () => {
  using project = makeProject();
  const { log } = await project.open();
  const before = treeState(project.root);

  const content = answerOf(readLog(log));

  expect(content).toEqual({
    exists: false,
    events: [],
    other_records: 0,
    size_bytes: 0,
    lacks_line_end: false,
  });
  expect(treeState(project.root)).toEqual(before);
});

test("readLog() tells an empty log from a missing one", () => {
  expect(read("")).toEqual({
    exists: true,
    events: [],
    other_records: 0,
    size_bytes: 0,
    lacks_line_end: false,
  });
});

test("readLog() gives the events in the order of their lines, repeated ones included", () => {
  const content = read(SECOND + FIRST + SECOND);

  expect(lanes(content)).toEqual(["in_progress", "claimed", "in_progress"]);
  expect(content.size_bytes).toBe(Buffer.byteLength(SECOND + FIRST + SECOND));
});

test("readLog() keeps the fields that it does not know", () => {
  const line = FIRST.replace('"actor"', '"x_extra": {"deep": [1]}, "actor"');

  expect(read(line).events[0]).toMatchObject({ x_extra: { deep: [1] }, wp_id: "WP01" });
});

test.each(["event_type", "type", "kind", "event_name"])(
  "readLog() counts a record of another tool, known by its %s",
  (key) => {
    const content = read(`{"${key}": "note", "text": "by hand"}\n${FIRST}`);

    expect(content.other_records).toBe(1);
    expect(lanes(content)).toEqual(["claimed"]);
  },
);

test("readLog() reads past blank lines", () => {
  const content = read(`\n${FIRST}\n  \t\n${SECOND}\n\n`);

  expect(lanes(content)).toEqual(["claimed", "in_progress"]);
  expect(content.lacks_line_end).toBe(false);
});

test("readLog() reads lines that end in CRLF, blank ones too", () => {
  const content = read(`${FIRST}\n${SECOND}`.replaceAll("\n", "\r\n"));

  expect(lanes(content)).toEqual(["claimed", "in_progress"]);
});

test("readLog() reads past a byte order mark", () => {
  const content = read(`\ufeff${FIRST}`);

  expect(lanes(content)).toEqual(["claimed"]);
  expect(content.size_bytes).toBe(Buffer.byteLength(FIRST) + 3);
});

test("readLog() takes a file with a byte order mark alone for an empty log that lacks its line end", () => {
  expect(read("\ufeff")).toMatchObject({ events: [], lacks_line_end: true });
});

test("readLog() counts a whole last event without line end, and says that the end is missing", () => {
  const content = read(FIRST + SECOND.trimEnd());

  expect(lanes(content)).toEqual(["claimed", "in_progress"]);
  expect(content.lacks_line_end).toBe(true);
});

test("readLog() counts a whole last record of another tool without line end", () => {
  expect(read(`${FIRST}{"type": "note"}`)).toMatchObject({ other_records: 1, lacks_line_end: true });
});

test("readLog() reads texts outside ASCII, escaped or as they are", () => {
  const escaped = lineAt(1, { actor: "Zoë 🙂" });
  const plain = JSON.stringify({ ...JSON.parse(escaped), event_id: `${"0".repeat(26)}` });

  expect(escaped).toContain("Zo\\u00eb \\ud83d\\ude42");
  expect(read(`${escaped}${plain}\n`).events.map((event) => event.actor)).toEqual(["Zoë 🙂", "Zoë 🙂"]);
});

test("readLog() reads what other tools write: an actor object, an offset, mission_slug, no parents", () => {
  const { parent_event_ids: _, feature_slug: __, ...older } = JSON.parse(FIRST);
  const theirs = {
    ...older,
    mission_slug: SLUG,
    actor: { role: "implementer", tool: "claude" },
    at: "2026-02-08T14:00:00.1234567+02:00",
  };

  expect(read(`${JSON.stringify(theirs)}\n`).events as unknown[]).toEqual([theirs]);
});

test("readLog() reads a line of just under 1 MiB, and one of exactly 1 MiB with its line end", () => {
  const room = 1024 * 1024 - Buffer.byteLength(lineAt(1, { reason: "" }));
  const longest = lineAt(1, { reason: "x".repeat(room) });

  expect(Buffer.byteLength(longest)).toBe(1024 * 1024);
  expect(lanes(read(longest))).toEqual(["claimed"]);
  expect(lanes(read(lineAt(1, { reason: "x".repeat(room - 1) })))).toEqual(["claimed"]);
});
