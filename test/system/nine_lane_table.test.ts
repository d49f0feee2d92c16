/** The table of what nine lanes allow, made again by python3 from the description alone. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../support/project.ts";

const FIXTURES = join(import.meta.dir, "../fixtures/nine_lane");

test("expected.tsv is what make_expected.py writes", () => {
  using folder = makeFolder();
  const run = Bun.spawnSync(["python3", "-I", join(FIXTURES, "make_expected.py"), folder.path]);

  expect({ code: run.exitCode, stderr: run.stderr.toString() }).toEqual({ code: 0, stderr: "" });
  expect(readFileSync(join(folder.path, "expected.tsv"), "utf8")).toBe(
    readFileSync(join(FIXTURES, "expected.tsv"), "utf8"),
  );
});
