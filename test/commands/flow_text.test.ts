/** Flow for people: whole outputs at several widths, with a clock that stands still. */

import { expect, test } from "bun:test";
import { addUp } from "../../src/commands/flow_measure.ts";
import { flowText } from "../../src/commands/flow_text.ts";
import { makeStyle } from "../../src/commands/style.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { flowsOf, hoursOn, walk } from "../support/flows.ts";

const NOW_US = hoursOn(12 * 24);
const EVENTS = [
  ...walk(
    "WP01",
    [0, "claimed"],
    [2, "in_progress"],
    [26, "for_review"],
    [27, "in_progress", { review_ref: "PR#1" }],
    [30, "for_review"],
    [34, "done"],
  ),
  ...walk(
    "WP02",
    [1, "claimed"],
    [5, "in_progress"],
    [100, "for_review"],
    [120, "done", { force: true, reason: "late" }],
  ),
  ...walk("WP03", [240, "claimed"], [250, "in_progress"]),
  ...walk("WP04", [2, "claimed"], [4, "canceled"]),
  ...walk("WP05", [280, "claimed", { actor: "ana\u001b[31m" }]),
];
const TITLES: Readonly<Record<string, string>> = {
  WP03: "見出しを読む、そして順番どおりに並べる 📦📦📦📦📦📦📦📦📦📦",
  WP05: "Keep\u202e the log",
};

function lines(
  {
    width_columns,
    unicode = true,
    color = false,
  }: { width_columns?: number; unicode?: boolean; color?: boolean },
  features: Readonly<Record<string, readonly StatusEvent[]>> = { "001-parser": EVENTS },
  since_us: number | null = null,
): string[] {
  const measured = Object.entries(features).map(([feature, events]) => ({
    feature,
    workflow: SEVEN_LANE,
    wps: flowsOf(events, NOW_US).map((wp) => ({ ...wp, feature, title: TITLES[wp.wp] ?? "" })),
    warnings: [],
  }));
  const style = makeStyle({ color, width_columns, unicode, now_us: NOW_US });
  return flowText(addUp(measured, { since_us, now_us: NOW_US }), true, style).split("\n");
}

test("flow at 80 columns", () => {
  expect(lines({ width_columns: 80 })).toEqual([
    "001-parser  5 work packages",
    "2 finished, 2 in progress, 1 given up",
    "",
    "            MEDIAN   85 %  LONGEST  OF",
    "Lead time    3.2 d  4.4 d      5 d   2",
    "Cycle time   3.2 d  4.4 d      5 d   2",
    "Age of WIP    28 h   42 h      2 d   2",
    "",
    "IN LANE                                                       MEDIAN    85 %  OF",
    "claimed      ██░░                                                3 h   7.3 h   4",
    "in_progress  ██████████████████████████████████░░░░░░░░░░░░░   2.5 d   3.5 d   2",
    "for_review   ███████░░░                                       12.5 h  17.8 h   2",
    "",
    "Finished    ·█·  2 in 3 weeks",
    "WIP         █·█  2 now, 2 at most",
    "Rollbacks   1 of 3 verdicts (33 %)",
    "Forced      1 of 15 events (7 %)",
    "",
    "IN PROGRESS  LANE         AGE  IN LANE  ACTOR          TITLE",
    "WP03         in_progress  2 d  38 h     claude         見出しを読む、そして順番…",
    "WP05         claimed      8 h  8 h      ana\\u001b[31m  Keep\\u202e the log",
  ]);
});

test("flow at 40 columns leaves out what matters less", () => {
  expect(lines({ width_columns: 40 })).toEqual([
    "001-parser  5 work packages",
    "2 finished, 2 in progress, 1 given up",
    "",
    "            MEDIAN   85 %  LONGEST  OF",
    "Lead time    3.2 d  4.4 d      5 d   2",
    "Cycle time   3.2 d  4.4 d      5 d   2",
    "Age of WIP    28 h   42 h      2 d   2",
    "",
    "IN LANE                   MEDIAN    85 %",
    "claimed      █               3 h   7.3 h",
    "in_progress  ████████░░░   2.5 d   3.5 d",
    "for_review   ██           12.5 h  17.8 h",
    "",
    "Finished    ·█·  2 in 3 weeks",
    "WIP         █·█  2 now, 2 at most",
    "Rollbacks   1 of 3 verdicts (33 %)",
    "Forced      1 of 15 events (7 %)",
    "",
    "IN PROGRESS  LANE         AGE  TITLE",
    "WP03         in_progress  2 d  見出しを…",
    "WP05         claimed      8 h  Keep\\u20…",
  ]);
});

test("flow at 200 columns has bars no longer than tell something", () => {
  expect(lines({ width_columns: 200 })).toEqual([
    "001-parser  5 work packages",
    "2 finished, 2 in progress, 1 given up",
    "",
    "            MEDIAN   85 %  LONGEST  OF",
    "Lead time    3.2 d  4.4 d      5 d   2",
    "Cycle time   3.2 d  4.4 d      5 d   2",
    "Age of WIP    28 h   42 h      2 d   2",
    "",
    "IN LANE                                                                                               MEDIAN    85 %  OF",
    "claimed      ███░░░░                                                                                     3 h   7.3 h   4",
    "in_progress  ███████████████████████████████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░   2.5 d   3.5 d   2",
    "for_review   █████████████░░░░░                                                                       12.5 h  17.8 h   2",
    "",
    "Finished    ·█·  2 in 3 weeks",
    "WIP         █·█  2 now, 2 at most",
    "Rollbacks   1 of 3 verdicts (33 %)",
    "Forced      1 of 15 events (7 %)",
    "",
    "IN PROGRESS  LANE         AGE  IN LANE  ACTOR          TITLE",
    "WP03         in_progress  2 d  38 h     claude         見出しを読む、そして順番どおりに並べる 📦📦📦📦📦📦📦📦📦📦",
    "WP05         claimed      8 h  8 h      ana\\u001b[31m  Keep\\u202e the log",
  ]);
});

test("flow where the locale has ASCII alone draws with that", () => {
  expect(lines({ unicode: false })).toEqual([
    "001-parser  5 work packages",
    "2 finished, 2 in progress, 1 given up",
    "",
    "            MEDIAN   85 %  LONGEST  OF",
    "Lead time    3.2 d  4.4 d      5 d   2",
    "Cycle time   3.2 d  4.4 d      5 d   2",
    "Age of WIP    28 h   42 h      2 d   2",
    "",
    "IN LANE                                                       MEDIAN    85 %  OF",
    "claimed      ##--                                                3 h   7.3 h   4",
    "in_progress  ##################################-------------   2.5 d   3.5 d   2",
    "for_review   #######---                                       12.5 h  17.8 h   2",
    "",
    "Finished    0 2 0  2 in 3 weeks",
    "WIP         2 0 2  2 now, 2 at most",
    "Rollbacks   1 of 3 verdicts (33 %)",
    "Forced      1 of 15 events (7 %)",
    "",
    "IN PROGRESS  LANE         AGE  IN LANE  ACTOR          TITLE",
    "WP03         in_progress  2 d  38 h     claude         見出しを読む、そして順番どおりに並べる 📦📦📦📦📦📦📦📦📦📦",
    "WP05         claimed      8 h  8 h      ana\\u001b[31m  Keep\\u202e the log",
  ]);
});

test("flow of several features begins with a line for each", () => {
  expect(lines({ width_columns: 80 }, { "001-parser": EVENTS, "002-空": [] })).toEqual([
    "FEATURE     DONE  WIP  LEAD   85 %   BACK  3 WEEKS",
    "001-parser  2/4   2    3.2 d  4.4 d  33 %  ·█·",
    "002-空      0/0   0    -      -      -     ···",
    "",
    "All 2 features  5 work packages",
    "2 finished, 2 in progress, 1 given up",
    "",
    "            MEDIAN   85 %  LONGEST  OF",
    "Lead time    3.2 d  4.4 d      5 d   2",
    "Cycle time   3.2 d  4.4 d      5 d   2",
    "Age of WIP    28 h   42 h      2 d   2",
    "",
    "IN LANE                                                       MEDIAN    85 %  OF",
    "claimed      ██░░                                                3 h   7.3 h   4",
    "in_progress  ██████████████████████████████████░░░░░░░░░░░░░   2.5 d   3.5 d   2",
    "for_review   ███████░░░                                       12.5 h  17.8 h   2",
    "",
    "Finished    ·█·  2 in 3 weeks",
    "WIP         █·█  2 now, 2 at most",
    "Rollbacks   1 of 3 verdicts (33 %)",
    "Forced      1 of 15 events (7 %)",
    "",
    "IN PROGRESS      LANE         AGE  IN LANE  ACTOR          TITLE",
    "001-parser WP03  in_progress  2 d  38 h     claude         見出しを読む、そして…",
    "001-parser WP05  claimed      8 h  8 h      ana\\u001b[31m  Keep\\u202e the log",
  ]);
});

test("flow of several features cuts a long name, not the figures; whole where nothing is cut", () => {
  const long = `017-${"smarter-".repeat(8)}merge`;
  const features = { [long]: EVENTS, "002-empty": [] };
  const row = (width_columns: number) => lines({ width_columns }, features)[1];
  expect(row(80)).toBe("017-smarter-smarter-smarte…  2/4   2    3.2 d  4.4 d  33 %  ·█·");
  expect(row(40)).toBe("017-smarter-smarter…  2/4   2    3.2 d");
  expect(lines({}, features)[1]).toBe(`${long}  2/4   2    3.2 d  4.4 d  33 %  ·█·`);
});

test("flow of several features at 40 columns cuts names, and no age", () => {
  const long = `017-${"smarter-".repeat(8)}merge`;
  expect(lines({ width_columns: 40 }, { [long]: EVENTS, "002-empty": [] }).slice(-3)).toEqual([
    "IN PROGRESS        LANE         AGE",
    "017-smarter… WP03  in_progress  2 d",
    "017-smarter… WP05  claimed      8 h",
  ]);
});

test("flow --since tells since when", () => {
  expect(lines({}, undefined, hoursOn(100))).toEqual([
    "001-parser, since 2026-02-12  5 work packages",
    "2 finished, 2 in progress, 1 given up",
    "",
    "            MEDIAN  85 %  LONGEST  OF",
    "Lead time      5 d   5 d      5 d   1",
    "Cycle time     5 d   5 d      5 d   1",
    "Age of WIP    28 h  42 h      2 d   2",
    "",
    "IN LANE                                                         MEDIAN  85 %  OF",
    "claimed      █████                                                10 h  10 h   1",
    "in_progress  █████████████████████████████████████████████████     4 d   4 d   1",
    "for_review   ██████████                                           20 h  20 h   1",
    "",
    "Finished    █·  1 in 2 weeks",
    "WIP         ·█  2 now, 2 at most",
    "Rollbacks   0 of 1 verdict (0 %)",
    "Forced      1 of 5 events (20 %)",
    "",
    "IN PROGRESS  LANE         AGE  IN LANE  ACTOR          TITLE",
    "WP03         in_progress  2 d  38 h     claude         見出しを読む、そして順番どおりに並べる 📦📦📦📦📦📦📦📦📦📦",
    "WP05         claimed      8 h  8 h      ana\\u001b[31m  Keep\\u202e the log",
  ]);
});

test("flow since a time in which nothing happened, and of nothing, says so", () => {
  expect(lines({}, undefined, hoursOn(285))).toEqual([
    "001-parser, since 2026-02-20  5 work packages",
    "2 finished, 2 in progress, 1 given up",
    "",
    "Nothing has moved since then.",
    "",
    "IN PROGRESS  LANE         AGE  IN LANE  ACTOR          TITLE",
    "WP03         in_progress  2 d  38 h     claude         見出しを読む、そして順番どおりに並べる 📦📦📦📦📦📦📦📦📦📦",
    "WP05         claimed      8 h  8 h      ana\\u001b[31m  Keep\\u202e the log",
  ]);
  expect(lines({}, { "001-parser": [] })).toEqual([
    "001-parser  0 work packages",
    "",
    'No work packages yet: lane add "<title>" makes one.',
  ]);
  expect(lines({}, {})).toEqual(["No features."]);
});

test("flow is never wider than the terminal, and colour changes no word", () => {
  for (const width_columns of [20, 40, 63, 64, 80, 120, 200]) {
    for (const unicode of [true, false]) {
      const plain = lines({ width_columns, unicode });
      const widest = Math.max(...plain.map((line) => Bun.stringWidth(line)));
      expect({ width_columns, fits: widest <= width_columns }).toEqual({ width_columns, fits: true });
      const colored = lines({ width_columns, unicode, color: true }).map(Bun.stripANSI);
      expect(colored.map((line) => line.trimEnd())).toEqual(plain);
      expect(plain.join("")).not.toMatch(/[\u0000-\u001f\u202e]/);
    }
  }
});
