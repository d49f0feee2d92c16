/** What the bench is asked for. */

import { describe, expect, test } from "bun:test";
import { readOptions } from "../../scripts/bench/options.ts";

const FULL = "emit, version, show, complete, emit_10k, emit_1m, materialize_1m, validate, crowd_400";
const QUICK = "emit, version, show, complete, emit_10k, emit_100k, materialize_100k, validate, crowd_80";

/** The names of the rows that would be run. */
function rowsOf(...words: string[]): string {
  const options = readOptions(words);
  if ("problem" in options) throw new Error(options.problem);
  return options.rows.map(({ name }) => name).join(", ");
}

describe("readOptions()", () => {
  test("takes all rows of a form, or those that are named, each once", () => {
    expect(rowsOf()).toBe(FULL);
    expect(rowsOf("--quick", "--json")).toBe(QUICK);
    expect(rowsOf("--only", "show,emit_10k,show")).toBe("show, emit_10k");
  });

  test.each([
    [["--only", "emmit"], `the full form has no row "emmit"; it has ${FULL}`],
    [["--quick", "--only=emit_1m"], `the quick form has no row "emit_1m"; it has ${QUICK}`],
    [["--only="], `the full form has no row ""; it has ${FULL}`],
    [["--only"], "Option '--only <value>' argument missing"],
    [["--qiuck"], "Unknown option '--qiuck'"],
    [["--peers", "--quick"], "--peers has no rows and no quick form: --only and --quick do not go with it"],
    [
      ["--peers", "--only", "emit"],
      "--peers has no rows and no quick form: --only and --quick do not go with it",
    ],
  ])("says what is wrong with %j", (words, problem) => {
    expect(readOptions(words)).toEqual({ problem });
  });
});
