/** mendLog(): what holds of every log, however damaged. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { type MendedLog, mendLog } from "../../src/repair/mend_log.ts";
import { whatIsLost } from "../../src/repair/prove.ts";
import { type LogSurvey, surveyLog } from "../../src/store/log_survey.ts";
import { damagedLog, soundLog } from "../support/damaged_logs.ts";
import { plainLines, withoutMarks } from "../support/doctored.ts";
import { SLUG } from "../support/project.ts";
import { randomFrom } from "../support/random.ts";

const SEED = fc.nat(0xffffffff);
const RUNS = { numRuns: 400 };
/** As Latin-1 shows it. */
const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

function surveyOf(bytes: Uint8Array): LogSurvey {
  return surveyLog(bytes, { path: "/log", shown: "log", feature_slug: SLUG });
}

function mend(bytes: Uint8Array): MendedLog {
  return mendLog(surveyOf(bytes));
}

function damaged(seed: number): Buffer {
  return damagedLog(randomFrom(seed)).bytes;
}

test("mendLog() changes nothing in a sound log", () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const log = soundLog(randomFrom(seed));
      expect(plainLines(Buffer.from(log)).filter(({ is_readable }) => !is_readable)).toEqual([]);
      const { bytes, cut, steps } = mend(Buffer.from(log));
      expect({ log: Buffer.from(bytes).toString(), cut: cut.length, steps }).toEqual({
        log,
        cut: 0,
        steps: [],
      });
    }),
    RUNS,
  );
});

test("mendLog() keeps every readable line byte for byte and in order, or cuts it off into its own file", () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const bytes = damaged(seed);
      // Without the first of two marks, a line that could not be read may be equal to one further down.
      fc.pre(!bytes.toString("latin1").startsWith(BYTE_ORDER_MARK.repeat(2)));
      const mended = mend(bytes);
      const readable = plainLines(bytes).filter(({ is_readable }) => is_readable);
      const contents = [...new Set(readable.map(({ content }) => content))];
      const after = plainLines(mended.bytes).map(({ content }) => content);
      const cut = plainLines(mended.cut).map(({ content }) => content);
      const there = contents.filter((content) => after.includes(content));
      expect(contents.filter((content) => !after.includes(content) && !cut.includes(content))).toEqual([]);
      expect(after.filter((content) => contents.includes(content))).toEqual(there);
    }),
    RUNS,
  );
});

test("mendLog() invents no line", () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const bytes = damaged(seed);
      const contents = (log: Uint8Array) => plainLines(log).map(({ content }) => withoutMarks(content));
      const stood = new Set(contents(bytes));
      expect(contents(mend(bytes).bytes).filter((content) => !stood.has(content))).toEqual([]);
    }),
    RUNS,
  );
});

test("mendLog() finds nothing more to do in what it mended", () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const { bytes } = mend(damaged(seed));
      const again = mend(bytes);
      expect(again.steps).toEqual([]);
      expect(again.cut.length).toBe(0);
      expect(Buffer.compare(again.bytes, bytes)).toBe(0);
    }),
    RUNS,
  );
});

test("mendLog() leaves other damaged lines in place, and nothing else that can't be read", () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const bytes = damaged(seed);
      const { lines } = surveyOf(mend(bytes).bytes);
      const kinds = lines.map(({ parsed }) => (parsed.kind === "damaged" ? parsed.code : parsed.kind));
      expect(kinds.filter((kind) => ["blank", "torn", "LOG_CONFLICT_MARKERS"].includes(kind))).toEqual([]);
      expect(lines.filter(({ ends_with }) => ends_with !== "lf")).toEqual([]);
    }),
    RUNS,
  );
});

test("mendLog() does nothing without naming a step for it", () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const bytes = damaged(seed);
      const mended = mend(bytes);
      expect(mended.steps.length > 0).toBe(Buffer.compare(mended.bytes, bytes) !== 0);
    }),
    RUNS,
  );
});

test("whatIsLost() misses no line that is gone, and none that is new", () => {
  fc.assert(
    fc.property(SEED, fc.nat(50), (seed, choice) => {
      const log = soundLog(randomFrom(seed));
      const lines = log.match(/[^\n]*\n/g) ?? [];
      fc.pre(lines.length > 0);
      const at = choice % lines.length;
      const without = surveyOf(Buffer.from(lines.filter((_, i) => i !== at).join("")));
      const whole = surveyOf(Buffer.from(log));
      expect(whatIsLost(whole, whole, [])).toBeUndefined();
      expect(whatIsLost(whole, without, [])).toBe(
        `line ${at + 1} could be read before and can't be read now`,
      );
      expect(whatIsLost(without, whole, [])).toBe(`line ${at + 1} did not stand there before`);
    }),
    RUNS,
  );
});
