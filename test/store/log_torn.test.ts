import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogLine } from "../../src/domain/line.ts";
import type { Result } from "../../src/domain/refusal.ts";
import { KNOWN_VOCABULARY } from "../../src/domain/workflow.ts";
import { type LogContent, parseLog, readLog } from "../../src/store/event_log.ts";
import { visitLines } from "../../src/store/log_lines.ts";
import { answerOf, lineAt, makeFolder, refusalOf, SLUG } from "../support/project.ts";

const FIRST = lineAt(1);
const LAST = lineAt(2, { from_lane: "claimed", to_lane: "in_progress", reason: 'say "é\\n"' });

function readBytes(content: string | Uint8Array): Result<LogContent> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return parseLog(bytes, { path: "/log", shown: "log", feature_slug: SLUG }, KNOWN_VOCABULARY);
}

const finding = (content: string | Uint8Array) => refusalOf(readBytes(content)).details;

test("readLog() takes every cut of a last line for torn, for whole, or for never begun", () => {
  for (let length = 0; length <= LAST.length; length++) {
    const read = readBytes(FIRST + LAST.slice(0, length));

    const begun = length > 0;
    const whole = length >= LAST.length - 1;
    if (begun && !whole) {
      expect([length, refusalOf(read).details?.finding]).toEqual([length, "LOG_TORN"]);
    } else {
      expect([length, answerOf(read).events.length]).toEqual([length, begun ? 2 : 1]);
    }
  }
});

test("readLog() takes every cut of a line in UTF-8 for torn, inside a character too", () => {
  const line = Buffer.from(JSON.stringify({ ...JSON.parse(FIRST), actor: "Zoë 🙂" }));
  for (let length = 1; length < line.length; length++) {
    expect(finding(line.subarray(0, length))).toMatchObject({ line: 1, finding: "LOG_TORN" });
  }
  expect(answerOf(readBytes(line)).events).toHaveLength(1);
});

test("readLog() names the place of a torn tail, and lane doctor", () => {
  using folder = makeFolder();
  const path = join(folder.path, "status.events.jsonl");
  writeFileSync(path, FIRST + LAST.slice(0, 100));

  const refusal = refusalOf(readLog({ path, shown: "log", feature_slug: SLUG }));

  expect(refusal.message).toStartWith(`log, line 2 (byte ${FIRST.length}): torn write: it breaks off`);
  expect(refusal.hint).toBe(`lane doctor --feature ${SLUG}`);
  expect(refusal.details).toMatchObject({
    line: 2,
    byte_offset: FIRST.length,
    preview: LAST.slice(0, 80),
    finding: "LOG_TORN",
  });
});

test("readLog() takes a broken line that is ended, or not the last, for damage, not for a torn write", () => {
  expect(finding(`${FIRST}${LAST.slice(0, 50)}\n`)).toMatchObject({ line: 2, finding: "LOG_LINE_INVALID" });
  expect(finding(`${LAST.slice(0, 50)}\n${FIRST}`)).toMatchObject({ line: 1, finding: "LOG_LINE_INVALID" });
});

test.each([
  ["zeros", "\0".repeat(40)],
  ["zeros and a line end", `${"\0".repeat(40)}\n`],
  ["zeros and line ends between", `${"\0".repeat(40)}\n${"\0".repeat(40)}\n`],
  ["one zero", "\0"],
  ["the start of an event and zeros", `${LAST.slice(0, 50)}${"\0".repeat(40)}`],
  ["the start of an event and a megabyte of zeros", `${LAST.slice(0, 50)}${"\0".repeat(1024 * 1024)}`],
])("readLog() takes a tail of %s for torn", (_, tail) => {
  expect(finding(FIRST + tail)).toMatchObject({ line: 2, byte_offset: FIRST.length, finding: "LOG_TORN" });
});

test("readLog() takes zeros behind a whole event for torn, and the event for one that can be read", () => {
  const log = Buffer.from(`${FIRST}${LAST.trimEnd()}${"\0".repeat(40)}`);

  expect(finding(log)).toMatchObject({ line: 2, byte_offset: log.length - 40, finding: "LOG_TORN" });
  expect(kindsIn(log)).toEqual(["event", "event", "torn"]);
});

/** A log of `lines` in which these sectors after the first line are zeros, to their end or that of the file. */
function withZeroedSectors(lines: string, ...sectors: readonly number[]): Buffer {
  const log = Buffer.from(FIRST + lines);
  for (const sector of sectors)
    log.subarray(Math.max(FIRST.length, sector * 512), (sector + 1) * 512).fill(0);
  return log;
}

function kindsIn(log: Buffer): string[] {
  const lines: LogLine[] = [];
  visitLines(log, KNOWN_VOCABULARY, (line) => void lines.push(line));
  return lines.map(({ parsed }) =>
    parsed.kind === "damaged" && parsed.is_zeroed === true ? "zeroed" : parsed.kind,
  );
}

const LONG = lineAt(2, { reason: "x".repeat(1500) });

test.each([
  ["the first", [0]],
  ["one in the middle", [1]],
  ["every second", [0, 2]],
  ["the last", [Math.floor((FIRST.length + LONG.length - 1) / 512)]],
])("readLog() takes a last line of which %s sector is zeros for torn, though it is ended", (_, sectors) => {
  const log = withZeroedSectors(LONG, ...sectors);

  expect(finding(log)).toMatchObject({ line: 2, byte_offset: FIRST.length, finding: "LOG_TORN" });
});

test("readLog() takes zeros that are no sectors for damage: no power cut leaves them", () => {
  const log = Buffer.from(FIRST + LONG);
  log.fill(0, 700, 1024);
  expect(kindsIn(log)).toEqual(["event", "damaged"]);
  expect(finding(log)).toMatchObject({ finding: "LOG_LINE_INVALID" });
});

test("readLog() takes zeroed sectors before a good line for damage: that line was written after them", () => {
  const log = withZeroedSectors(LONG + lineAt(3), 1);
  expect(kindsIn(log)).toEqual(["event", "zeroed", "event"]);
  expect(finding(log)).toMatchObject({ line: 2, finding: "LOG_LINE_INVALID" });
});

test("readLog() takes a file of zeros alone for torn", () => {
  expect(finding("\0".repeat(4096))).toMatchObject({ line: 1, byte_offset: 0, finding: "LOG_TORN" });
});

test("readLog() takes zeros before a good line for damage: a repair of the tail would not help", () => {
  expect(finding(`${"\0".repeat(8)}\n${FIRST}`)).toMatchObject({ line: 1, finding: "LOG_LINE_INVALID" });
});

test("readLog() takes a whole event that is too long and lacks its line end for damage, not for torn", () => {
  const line = lineAt(2, { reason: "x".repeat(1024 * 1024) });

  expect(finding(FIRST + line.trimEnd())).toMatchObject({ line: 2, finding: "LOG_LINE_INVALID" });
});

const batchLine = (minute: number, index: number, count: number) =>
  lineAt(minute, { wp_id: `WP0${minute}`, batch: { id: "b1", index, count } });

test.each([1, 2])(
  "readLog() takes a log that ends with %d of the 3 events of a batch for torn",
  (present) => {
    const lines = [0, 1, 2].map((index) => batchLine(index + 2, index, 3)).slice(0, present);

    expect(finding(FIRST + lines.join(""))).toMatchObject({
      finding: "LOG_TORN",
      problem: `only ${present} of the 3 events of its batch are there`,
    });
  },
);

test("readLog() takes an incomplete batch for torn although another tool's record follows", () => {
  expect(finding(`${batchLine(2, 0, 2)}{"type": "note"}\n`)).toMatchObject({ finding: "LOG_TORN" });
});

test("readLog() does not take an event that stands there twice for the missing one of its batch", () => {
  expect(finding(batchLine(2, 0, 2).repeat(2))).toMatchObject({ finding: "LOG_TORN" });
});

test("readLog() reads a whole batch, its last line without line end too", () => {
  const lines = FIRST + batchLine(2, 0, 2) + batchLine(3, 1, 2);

  expect(answerOf(readBytes(lines)).events).toHaveLength(3);
  expect(answerOf(readBytes(lines.trimEnd())).events).toHaveLength(3);
});

test.each([
  ["damaged", "[]\n".repeat(2_000_000)],
  ["zeroed", `${"\0\n".repeat(100_000)}x\n`],
])(
  "visitLines() looks at each of very many %s lines once",
  (_, content) => {
    let damaged = 0;
    visitLines(Buffer.from(content), KNOWN_VOCABULARY, ({ parsed }) => {
      return parsed.kind === "damaged" && ++damaged === 100_000 ? true : undefined;
    });
    expect(damaged).toBe(100_000);
  },
  4000,
);
