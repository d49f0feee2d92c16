/** Bars: cells shared out by counts. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { laneBar, progressText, sharesOf } from "../../src/commands/lane_bar.ts";
import { makeStyle } from "../../src/commands/style.ts";
import { NINE_LANE, SEVEN_LANE } from "../../src/domain/workflow.ts";

const COUNTS = fc.array(fc.nat(40), { minLength: 1, maxLength: 9 });

test("sharesOf gives every cell away, and one at least to whatever is there", () => {
  fc.assert(
    fc.property(COUNTS, fc.integer({ min: 1, max: 60 }), (counts, cells) => {
      const shares = sharesOf(counts, cells);
      const there = counts.filter((count) => count > 0).length;
      expect(shares).toHaveLength(counts.length);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(there === 0 ? 0 : cells);
      for (const [i, count] of counts.entries()) {
        const share = shares[i] ?? -1;
        expect(share).toBeGreaterThanOrEqual(0);
        if (count === 0) expect(share).toBe(0);
        if (count > 0 && there <= cells) expect(share).toBeGreaterThan(0);
      }
    }),
  );
});

test("sharesOf is in proportion", () => {
  expect(sharesOf([1, 1], 10)).toEqual([5, 5]);
  expect(sharesOf([9, 1], 10)).toEqual([9, 1]);
  expect(sharesOf([1, 0, 3], 8)).toEqual([2, 0, 6]);
  expect(sharesOf([1000, 1], 10)).toEqual([9, 1]);
  expect(sharesOf([0, 0], 10)).toEqual([0, 0]);
});

test("laneBar shows what is finished first, then review, work, hindrance, what is open, and what is given up", () => {
  const counts = SEVEN_LANE.lanes.map((lane) => ({ lane, count: 1 }));
  const style = makeStyle({ color: false, width_columns: 80, unicode: true, now_us: 0 });
  expect(laneBar(counts, 7, style)).toBe("█▓▒▒╳░·");
  expect(laneBar(counts, 7, { ...style, unicode: false })).toBe("#+==!.x");
  expect(laneBar([], 7, style)).toBe("·······");
});

test("progressText counts what is given up neither as finished nor as left", () => {
  const count = (name: string) => ({ planned: 3, done: 2, canceled: 4, blocked: 1 })[name] ?? 0;
  const counts = SEVEN_LANE.lanes.map((lane) => ({ lane, count: count(lane.name) }));
  expect(progressText(counts)).toBe("2/6 finished, 1 blocked, 4 given up");
});

test("progressText counts what is finished and can still move once", () => {
  const counts = NINE_LANE.lanes.map((lane) => ({ lane, count: 1 }));
  expect(progressText(counts)).toBe("2/8 finished, 2 in review, 2 active, 1 blocked, 1 given up");
});
