/** What release.ts is asked for. */

import { describe, expect, test } from "bun:test";
import { readOptions } from "../../scripts/release/options.ts";
import { TARGETS } from "../../scripts/release/targets.ts";

describe("readOptions()", () => {
  test("takes all targets, or those that are named", () => {
    expect(readOptions([])).toMatchObject({ targets: TARGETS, verify: false, no_checks: false });
    expect(readOptions(["--only", "macos-x64", "--no-checks"])).toMatchObject({
      targets: [{ name: "macos-x64" }],
      no_checks: true,
    });
  });

  test.each([
    [["--bogus"], "Unknown option '--bogus'"],
    [["--out"], "Option '--out <value>' argument missing"],
    [["here"], "Unexpected argument 'here'"],
    [["--only", "linux-x46"], 'there is no target "linux-x46"; there are linux-x64, '],
    [["--url", "https://example.org/a b"], '--url "https://example.org/a b" holds what is no address'],
    [
      ["--verify", "--allow-dirty"],
      "--verify makes it again from a clone, which has only what is in a commit",
    ],
  ])("says what is wrong with %j", (words, problem) => {
    expect(readOptions(words)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
