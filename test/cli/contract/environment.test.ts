/** What stands in the environment counts as what stands on the command line. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { told } from "../../support/lane.ts";
import { callIn } from "./calls.ts";
import type { Row } from "./row.ts";
import { ROWS, titleOf } from "./rows.ts";

setDefaultTimeout(30_000);

/** The options that the environment can hold. */
const VARIABLES: Readonly<Record<string, string>> = {
  "--actor": "LANE_ACTOR",
  "--feature": "LANE_FEATURE",
  "--root": "LANE_ROOT",
};

/** The row's call with these options in the environment. */
function throughEnvironment({ words, env }: Row): Pick<Row, "words" | "env"> {
  const moved = words.flatMap((word, i) => {
    const [name, value] = [VARIABLES[word], words[i + 1]];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  const rest = words.filter(
    (word, i) => !Object.hasOwn(VARIABLES, word) && !Object.hasOwn(VARIABLES, words[i - 1] ?? ""),
  );
  return { words: rest, env: { ...env, ...Object.fromEntries(moved) } };
}

/** Where the option itself is what is wrong, it is something else to leave it out. */
const MOVABLE = ROWS.filter(
  ({ words, given }) =>
    words.some((word) => Object.hasOwn(VARIABLES, word)) && given !== "an actor without a claim",
);

test("there are rows with each of the options", () => {
  for (const option of Object.keys(VARIABLES)) {
    expect(MOVABLE.some(({ words }) => words.includes(option))).toBe(true);
  }
});

for (const one of MOVABLE) {
  test(`the environment gives the same: ${titleOf(one)}`, async () => {
    await using by_words = await one.make();
    await using by_environment = await one.make();
    const moved = { ...one, ...throughEnvironment(one) };
    expect(moved.words.length).toBeLessThan(one.words.length);
    // Which process holds the lock differs from place to place, and so does nothing else.
    expect(told(callIn(by_environment.root, moved, ["--json"]))).toEqual(
      told(callIn(by_words.root, one, ["--json"])),
    );
  });
}
