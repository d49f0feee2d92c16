/** The page's colours can be told from what they stand on. */

import { expect, test } from "bun:test";
import { COLORS, laneColor } from "../../src/pages/colors.ts";

const TEXTS = ["ink", "quiet", "accent"];
const GROUNDS = ["paper", "card"];

/** WCAG's relative luminance. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

for (const [mode, place] of [
  ["light", 0],
  ["dark", 1],
] as const) {
  test(`COLORS in ${mode}: text has 4.5 to 1, what is drawn 3 to 1 (WCAG AA)`, () => {
    const of = (name: string) => COLORS[name]?.[place] ?? "";
    const drawn = Object.keys(COLORS).filter((name) => ![...TEXTS, ...GROUNDS, "rule"].includes(name));
    for (const ground of GROUNDS) {
      for (const name of TEXTS) {
        expect({ name, ground, is_enough: contrast(of(name), of(ground)) >= 4.5 }).toEqual({
          name,
          ground,
          is_enough: true,
        });
      }
      for (const name of drawn) {
        expect({ name, ground, is_enough: contrast(of(name), of(ground)) >= 3 }).toEqual({
          name,
          ground,
          is_enough: true,
        });
      }
    }
  });
}

test("laneColor() goes by what a lane stands for, and its place among those", () => {
  const lanes = [
    { lane: "idea", stage: "waiting" },
    { lane: "build", stage: "wip" },
    { lane: "look", stage: "wip" },
    { lane: "out", stage: "finished" },
    { lane: "dropped", stage: "given_up" },
  ] as const;
  expect([...lanes.map(({ lane }) => laneColor(lanes, lane)), laneColor(lanes, "unknown")]).toEqual([
    "var(--waiting)",
    "var(--wip1)",
    "var(--wip2)",
    "var(--finished1)",
    "var(--given-up)",
    "var(--wip1)",
  ]);
});
