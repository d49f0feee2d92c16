/** `examine()` on logs that can be read, but stand there otherwise than lanekeeper writes them. */

import { expect, test } from "bun:test";
import type { Finding } from "../../src/domain/finding.ts";
import { formatLine } from "../../src/domain/line.ts";
import { briefly, findingsOfLog, idAt, LOG, NOW_US, SOUND_LINES } from "../support/checks.ts";
import { eventAt, lineAt, SLUG } from "../support/project.ts";

const [FIRST = "", SECOND = "", THIRD = ""] = SOUND_LINES;
const SOUND = SOUND_LINES.join("");
const DOCTOR = `lane doctor --fix --feature ${SLUG} shows how it would be mended`;
const RECORD = '{"event_type": "note", "text": "x"}\n';
const IN_LOG = { file: LOG, event_id: null, wp: null };
const OF_SECOND = { file: LOG, event_id: idAt(2), wp: "WP01" };

test("a sound log gives nothing to find", async () => {
  expect(await findingsOfLog(SOUND)).toEqual([]);
});

const FORMS: [string, string, Finding[]][] = [
  [
    "LOG_CRLF",
    FIRST + SECOND.replace("\n", "\r\n") + THIRD,
    [
      {
        ...IN_LOG,
        code: "LOG_CRLF",
        severity: "warning",
        line: 2,
        message: "1 line ends with CR LF",
        remedy: DOCTOR,
      },
    ],
  ],
  [
    "LOG_CRLF of many lines",
    SOUND.replaceAll("\n", "\r\n"),
    [
      {
        ...IN_LOG,
        code: "LOG_CRLF",
        severity: "warning",
        line: 1,
        message: "3 lines end with CR LF",
        remedy: DOCTOR,
      },
    ],
  ],
  [
    "LOG_BOM",
    `\ufeff${SOUND}`,
    [
      {
        ...IN_LOG,
        code: "LOG_BOM",
        severity: "warning",
        line: 1,
        message: "the log begins with a byte order mark",
        remedy: DOCTOR,
      },
    ],
  ],
  [
    "LOG_NO_FINAL_NEWLINE",
    SOUND.trimEnd(),
    [
      {
        ...IN_LOG,
        code: "LOG_NO_FINAL_NEWLINE",
        severity: "warning",
        line: 3,
        message: "the last line has no line end; the next event writes it first",
        remedy: DOCTOR,
      },
    ],
  ],
  [
    "LOG_BLANK_LINE",
    `${FIRST}\n \t \n${SECOND}${THIRD}`,
    [
      {
        ...IN_LOG,
        code: "LOG_BLANK_LINE",
        severity: "warning",
        line: 2,
        message: "2 lines are blank",
        remedy: DOCTOR,
      },
    ],
  ],
  [
    "OTHER_RECORDS",
    FIRST + RECORD + SECOND + THIRD + RECORD.replace("x", "y"),
    [
      {
        ...IN_LOG,
        code: "OTHER_RECORDS",
        severity: "information",
        line: 2,
        message: "2 lines are records of other tools, and kept",
        remedy: "none is needed",
      },
    ],
  ],
  [
    "DUPLICATE_LINE",
    SOUND + SECOND,
    [
      {
        ...OF_SECOND,
        code: "DUPLICATE_LINE",
        severity: "information",
        line: 4,
        message: "it says the same as line 2, and counts once",
        remedy: `none is needed; ${DOCTOR}`,
      },
    ],
  ],
  [
    "DUPLICATE_LINE in other bytes",
    `${SOUND}${SECOND.replace('": ', '":')}`,
    [
      {
        ...OF_SECOND,
        code: "DUPLICATE_LINE",
        severity: "information",
        line: 4,
        message: "it says the same as line 2, in other bytes, and counts once",
        remedy: "none is needed",
      },
    ],
  ],
  [
    "EVENT_ID_CONFLICT",
    SOUND + SECOND.replace("claude", "clause"),
    [
      {
        ...OF_SECOND,
        code: "EVENT_ID_CONFLICT",
        severity: "error",
        line: 4,
        message:
          "it has the id of line 2, but says something else; of the two counts the one that is earlier, or sorts first",
        remedy: `git log -p -- ${LOG} shows which of the two was edited; put it back as it was`,
      },
    ],
  ],
];

test.each(FORMS)("%s: says where, what, and what to do", async (_, log, expected) => {
  expect(await findingsOfLog(log)).toEqual(expected);
});

test("a record of another tool that stands there twice is repeated, and counted twice", async () => {
  const found = await findingsOfLog(SOUND + RECORD + RECORD);
  expect(briefly(found)).toEqual([
    { ...IN_LOG, code: "OTHER_RECORDS", severity: "information", line: 4 },
    { ...IN_LOG, code: "DUPLICATE_LINE", severity: "information", line: 5 },
  ]);
});

test("records of another tool that differ by a blank are two records", async () => {
  const found = await findingsOfLog(SOUND + RECORD + RECORD.replace(": ", ":"));
  expect(found.map(({ code }) => code)).toEqual(["OTHER_RECORDS"]);
});

test("a line end of its own is no blank line, and a lone CR in the middle no line end", async () => {
  const codes = (await findingsOfLog(`${FIRST}${SECOND.replace("{", "{\r")}${THIRD}`)).map(
    ({ code }) => code,
  );
  expect(codes).toEqual([]);
});

test("an empty log and one that holds nothing but a byte order mark are no damage", async () => {
  const found = async (log: string) => (await findingsOfLog(log)).map(({ code }) => code);
  expect(await found("")).toEqual(["PAGE_WITHOUT_EVENT"]);
  expect(await found("\ufeff")).toEqual(["LOG_BOM", "PAGE_WITHOUT_EVENT"]);
});

test("everything that is wrong with the form of one log is told, in the order of its lines", async () => {
  const log = `\ufeff${FIRST}\n${RECORD}${SECOND.replace("\n", "\r\n")}${FIRST}x\n${THIRD.trimEnd()}`;
  expect((await findingsOfLog(log)).map(({ code, line }) => `${code} ${line}`)).toEqual([
    "LOG_BOM 1",
    "LOG_BLANK_LINE 2",
    "OTHER_RECORDS 3",
    "LOG_CRLF 4",
    "DUPLICATE_LINE 5",
    "LOG_LINE_INVALID 6",
    "LOG_NO_FINAL_NEWLINE 7",
  ]);
});

test("CLOCK_AHEAD: an event more than five minutes ahead is a warning, one of exactly five is not", async () => {
  const log =
    formatLine(eventAt(65)) +
    lineAt(67, { wp_id: "WP01", from_lane: "claimed", to_lane: "blocked", parent_event_ids: [idAt(65)] });
  const ahead = (now_us: number) => findingsOfLog(log, now_us);
  expect(await ahead(NOW_US + 2 * 60_000_000)).toEqual([]);
  expect(briefly(await ahead(NOW_US + 2 * 60_000_000 - 1))).toEqual([
    { code: "CLOCK_AHEAD", severity: "warning", file: LOG, line: 2, event_id: idAt(67), wp: "WP01" },
  ]);
  expect((await ahead(NOW_US)).map(({ line, message }) => [line, message.includes("more")])).toEqual([
    [2, false],
  ]);
  const [both] = await ahead(NOW_US - 3_600_000_000);
  expect(both).toEqual({
    code: "CLOCK_AHEAD",
    severity: "warning",
    file: LOG,
    line: 1,
    event_id: idAt(65),
    wp: "WP01",
    message:
      "this event is 65 min ahead of this machine's clock, and 1 more after it; new events stand right after the newest",
    remedy: "set the clock of the machine that wrote it, or of this one; events stay in order meanwhile",
  });
});
