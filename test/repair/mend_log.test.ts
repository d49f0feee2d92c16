/** mendLog(): what becomes of each kind of damage, by examples. */

import { describe, expect, test } from "bun:test";
import { type MendedLog, mendLog } from "../../src/repair/mend_log.ts";
import { whatIsLost } from "../../src/repair/prove.ts";
import { type LogSurvey, surveyLog } from "../../src/store/log_survey.ts";
import { batchLines } from "../support/damaged_logs.ts";
import { lineAt, SLUG } from "../support/project.ts";

const [A, B, C] = [lineAt(1), lineAt(2, { wp_id: "WP02" }), lineAt(3, { wp_id: "WP03" })];
const NOTE = '{"event_type": "note",  "n": 1.0, "big": 12345678901234567890}\n';
const [B0 = "", B1 = "", B2 = ""] = batchLines(10, 3).split(/(?<=\n)/);

function mended(log: string | Uint8Array): MendedLog {
  const bytes = typeof log === "string" ? Buffer.from(log, "latin1") : log;
  return mendLog(surveyOf(bytes));
}

function surveyOf(bytes: Uint8Array): LogSurvey {
  return surveyLog(bytes, { path: "/log", shown: "log", feature_slug: SLUG });
}

/** What comes out, what was cut off, and the steps as `action line: message`. */
function outcomeOf(log: string) {
  const { bytes, cut, steps } = mended(log);
  return {
    log: Buffer.from(bytes).toString("latin1"),
    cut: Buffer.from(cut).toString("latin1"),
    steps: steps.map(({ action, line, message }) => `${action} ${line}: ${message}`),
  };
}

function becomes(log: string, ...steps: string[]) {
  return { log, cut: "", steps };
}

const MARKERS_OUT = (line: number, count: number) =>
  `resolve_conflict_markers ${line}: take out ${count} lines of conflict markers; what both sides wrote stays`;
const TAIL_OFF = (line: number) =>
  `cut_torn_tail ${line}: cut off the write that did not finish, and keep it in a file of its own`;
const BATCH_CUT = (line: number, lines: string) =>
  `cut_torn_batch ${line}: cut off ${lines} of a batch that was not written to its end, and keep it in a file of its own`;

function idOf(line: string): string {
  return (JSON.parse(line) as { event_id: string }).event_id;
}

describe("mendLog()", () => {
  test.each([
    ["an empty log", ""],
    ["a sound log", A + NOTE + B],
    ["a log that ends with a whole batch", A + B0 + B1 + B2],
    ["a log with a damaged line", `${A}x\n${B}`],
    ["events of one id with different contents", A + lineAt(1, { actor: "ana" })],
    ["the same event in other bytes", A + A.replaceAll(": ", ":")],
    [
      "an incomplete batch that an event builds on",
      A + B0 + B1 + lineAt(12, { parent_event_ids: [idOf(B1)] }),
    ],
    ["an incomplete batch that any event stands behind", A + B0 + B1 + B],
    [
      "an incomplete batch whose lines do not agree how many there are",
      A + B0.replace('"count": 3', '"count": 8') + B1 + B2,
    ],
    ["the same with the other line first", A + B0 + B1.replace('"count": 3', '"count": 8') + B2],
    ["a line of a newer schema", A + B.replace("{", '{"schema_version": 2, ')],
    ["zeros before the end", `${A}\0\0\n${B}`],
    ["damaged lines that are equal", "x\nx\n"],
  ])("leaves %s as it is", (_, log) => {
    expect(outcomeOf(log)).toEqual(becomes(log));
  });

  test("cuts off a torn tail and keeps it", () => {
    const torn = B.slice(0, 40);
    expect(outcomeOf(A + torn)).toEqual({ log: A, cut: torn, steps: [TAIL_OFF(2)] });
  });

  test.each([
    ["zeros", "\0\0\0\0"],
    ["zeros with line ends among them", "\0\0\n\0\n"],
    ["zeros and a line end of Windows", "\0\0\r\n"],
    ["zeros and a blank line", "\0\0\n \n"],
    ["the beginning of an event and zeros", `${B.slice(0, 30)}\0\0\0`],
    ["half a character", `${B.slice(0, 30)}\xc3`],
  ])("cuts off %s at the end and keeps them", (_, tail) => {
    expect(outcomeOf(A + tail)).toEqual({ log: A, cut: tail, steps: [TAIL_OFF(2)] });
  });

  test("leaves an empty log where nothing but a torn tail was", () => {
    expect(outcomeOf('{"act')).toEqual({ log: "", cut: '{"act', steps: [TAIL_OFF(1)] });
  });

  test("cuts off a batch that was not written to its end, and keeps it", () => {
    expect(outcomeOf(A + B0 + B1)).toEqual({ log: A, cut: B0 + B1, steps: [BATCH_CUT(2, "2 lines")] });
  });

  test("cuts off such a batch that another tool's records stand behind, and keeps these", () => {
    const note = '{"type": "note"}\n';
    expect(outcomeOf(A + B0 + B1 + note)).toEqual({
      log: A + note,
      cut: B0 + B1,
      steps: [BATCH_CUT(2, "2 lines")],
    });
  });

  test("cuts off such a batch with the torn last line of it", () => {
    const torn = B2.slice(0, 50);
    expect(outcomeOf(A + B0 + B1 + torn)).toEqual({
      log: A,
      cut: B0 + B1 + torn,
      steps: [BATCH_CUT(2, "2 lines"), TAIL_OFF(4)],
    });
  });

  test("cuts off a batch whose last line is there without its end, when others are missing", () => {
    const unended = B1.trimEnd();
    expect(outcomeOf(A + B0 + unended)).toEqual({
      log: A,
      cut: B0 + unended,
      steps: [BATCH_CUT(2, "2 lines")],
    });
  });

  test("cuts off such a batch whole where a line of it stands there twice, and nothing counts as lost", () => {
    const before = surveyOf(Buffer.from(A + B0 + B1 + B0));
    const { bytes, cut, cut_lines } = mendLog(before);
    expect([bytes, cut].map((part) => Buffer.from(part).toString())).toEqual([A, B0 + B1]);
    expect(whatIsLost(before, surveyOf(bytes), cut_lines)).toBeUndefined();
  });

  test("a batch whose last line lacks its end alone is whole", () => {
    const log = B0 + B1 + B2;
    expect(outcomeOf(log.trimEnd())).toEqual(becomes(log, "add_final_newline 3: end the last line"));
  });

  test.each([
    ["its first line was removed", B1 + B2],
    ["a line in its middle was removed", B0 + B2],
    ["a line in its middle was damaged", `${B0}${B1.slice(0, 20)}\n${B2}`],
    ["its last line was damaged", `${B0}${B1}${B2.slice(0, 20)}\n`],
    ["its lines stand in another order", B1 + B0],
    ["another tool's record stands among them", B0 + NOTE + B1],
  ])("does not cut off an incomplete batch that no cut-short write leaves: %s", (_, batch) => {
    expect(outcomeOf(A + batch)).toEqual(becomes(A + batch));
  });

  test("takes out conflict markers and keeps what both sides wrote, in order", () => {
    const log = `${A}<<<<<<< HEAD\n${B}=======\n${C}>>>>>>> theirs\n`;
    expect(outcomeOf(log)).toEqual(becomes(A + B + C, MARKERS_OUT(2, 3)));
  });

  test("takes out conflict markers with a base part, and drops what then stands there twice", () => {
    const log = `<<<<<<< HEAD\n${A}${B}||||||| 1a2b3c4\n${A}=======\n${C}>>>>>>> theirs\n`;
    expect(outcomeOf(log)).toEqual(
      becomes(A + B + C, MARKERS_OUT(1, 4), "drop_repeated_lines 5: drop 1 line said before, byte for byte"),
    );
  });

  test("takes out the longer markers that git writes into the base part of a merge of merges", () => {
    const nested = `<<<<<<<<< Temporary merge branch 1\n${A}||||||||| 5d6e7f8\n=========\n${B}>>>>>>>>> Temporary merge branch 2\n`;
    const log = `<<<<<<< HEAD\n${B}||||||| merged common ancestors\n${nested}=======\n${C}>>>>>>> theirs\n`;
    expect(outcomeOf(log)).toMatchObject({ log: B + A + C, cut: "" });
  });

  test("takes out conflict markers of a merge within a merge", () => {
    const log = `<<<<<<< HEAD\n${A}<<<<<<< ours\n${B}=======\n${C}>>>>>>> other\n=======\n${NOTE}>>>>>>> theirs\n`;
    expect(outcomeOf(log)).toEqual(becomes(A + B + C + NOTE, MARKERS_OUT(1, 6)));
  });

  test("takes out conflict markers that end with CR LF, and a last one without an end", () => {
    const log = `<<<<<<< HEAD\r\n${A}=======\r\n${B}>>>>>>> theirs`;
    const { log: found, cut } = outcomeOf(log);
    expect({ found, cut }).toEqual({ found: A + B, cut: "" });
  });

  test("takes out the byte order mark", () => {
    expect(outcomeOf(`\xef\xbb\xbf${A}`)).toEqual(
      becomes(A, "remove_byte_order_mark 1: take out the byte order mark"),
    );
  });

  test("takes out the byte order mark of a log that holds nothing else", () => {
    expect(outcomeOf("\xef\xbb\xbf")).toEqual(
      becomes("", "remove_byte_order_mark 1: take out the byte order mark"),
    );
  });

  test.each([
    ["a conflict marker", "<<<<<<< HEAD\n"],
    ["a blank line", "\n"],
    ["another one", "\xef\xbb\xbf"],
  ])("takes out the byte order mark that %s stood before", (_, before) => {
    expect(outcomeOf(`${before}\xef\xbb\xbf${A}${B}`)).toMatchObject({ log: A + B, cut: "" });
  });

  test("ends lines with LF instead of CR LF", () => {
    const log = A.replace("\n", "\r\n") + B + C.replace("\n", "\r\n");
    expect(outcomeOf(log)).toEqual(
      becomes(A + B + C, "normalize_line_ends 1: end 2 lines with LF instead of CR LF"),
    );
  });

  test("drops blank lines", () => {
    expect(outcomeOf(`\n${A}  \n\t\n${B}`)).toEqual(
      becomes(A + B, "drop_blank_lines 1: drop 3 lines with nothing on"),
    );
  });

  test("drops repeated events and records, whatever their line ends, and keeps the first", () => {
    const log = A + NOTE + B + A.replace("\n", "\r\n") + NOTE + A.trimEnd();
    expect(outcomeOf(log)).toMatchObject({ log: A + NOTE + B, cut: "" });
    expect(outcomeOf(log).steps).toContain("drop_repeated_lines 4: drop 3 lines said before, byte for byte");
  });

  test("drops a repeated last line of which the half of CR LF is left", () => {
    const { log, cut } = outcomeOf(`${A.replace("\n", "\r\n")}${A.replace("\n", "\r")}`);
    expect({ log, cut }).toEqual({ log: A, cut: "" });
  });

  test("ends the last line", () => {
    expect(outcomeOf(A + B.trimEnd())).toEqual(becomes(A + B, "add_final_newline 2: end the last line"));
  });

  test.each([
    ["a line to drop", `${A}${A.trimEnd()}`],
    ["a conflict marker", `<<<<<<< HEAD\n=======\n${A}>>>>>>> theirs`],
    ["blanks", `${A}  `],
  ])("does not say that it ends a last line that is %s", (_, log) => {
    expect(outcomeOf(log).log).toBe(A);
    expect(outcomeOf(log).steps.filter((step) => step.startsWith("add_final_newline"))).toEqual([]);
  });

  test("keeps damaged lines where they are while it mends the rest", () => {
    const log = `${A}{"to_lane": 7}\n<<<<<<< HEAD\n${B}=======\nx\xff\n>>>>>>> theirs\n${C.slice(0, 9)}`;
    expect(outcomeOf(log)).toEqual({
      log: `${A}{"to_lane": 7}\n${B}x\xff\n`,
      cut: C.slice(0, 9),
      steps: [MARKERS_OUT(3, 3), TAIL_OFF(8)],
    });
  });

  test("proves the repair of a line of 10 MB of carriage returns as fast as any", () => {
    const log = `${A}${"\r".repeat(10 * 1024 * 1024)}x\n`;
    const before = surveyOf(Buffer.from(log));
    expect(whatIsLost(before, before, [])).toBeUndefined();
  });

  test("cuts off zeros that come to the end when what stood after them is taken away", () => {
    const { log, cut } = outcomeOf(`${A}\0\0\n>>>>>>> theirs\n`);
    expect({ log, cut: cut.replaceAll("\n", "") }).toEqual({ log: A, cut: "\0\0" });
  });
});

describe("mendLog() where a power cut left zeroed sectors", () => {
  const OLD = A + B;
  const LONG_BATCH = batchLines(10, 6);

  /** The old lines and a write of which these sectors did not reach the disk. */
  function withoutSectors(written: string, sectors: readonly number[], old = OLD): Buffer {
    const log = Buffer.from(old + written);
    for (const sector of sectors) {
      log.subarray(Math.max(old.length, sector * 512), (sector + 1) * 512).fill(0);
    }
    return log;
  }

  test("cuts a batch off, wherever they are, and leaves the old lines", () => {
    const [first, end] = [Math.floor(OLD.length / 512), Math.ceil((OLD + LONG_BATCH).length / 512)];
    const sectors = Array.from({ length: end - first }, (_, i) => first + i);
    for (let subset = 1; subset < 2 ** sectors.length; subset++) {
      const log = withoutSectors(
        LONG_BATCH,
        sectors.filter((_, i) => (subset >> i) & 1),
      );
      const { bytes, cut } = mended(log);
      expect([subset, Buffer.from(bytes).toString()]).toEqual([subset, OLD]);
      expect(log.subarray(OLD.length).equals(cut)).toBe(true);
    }
  });

  test("keeps an event whose line end was part of that write", () => {
    const old = OLD.trimEnd();
    expect(Buffer.from(mended(withoutSectors(`\n${C}`, [1, 2], old)).bytes).toString()).toBe(OLD);
  });

  test("touches nothing where an event of another write stands behind them", () => {
    const log = withoutSectors(LONG_BATCH, [3]);
    const whole = Buffer.concat([log, Buffer.from(C)]);
    expect(mended(whole).steps).toEqual([]);
  });
});
