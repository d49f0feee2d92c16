import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JSON_FIXTURES, jsonCases, jsonFixture } from "../support/json_fixtures.ts";

const fresh = mkdtempSync(join(tmpdir(), "json-bytes-"));
afterAll(() => rmSync(fresh, { recursive: true }));

const run = Bun.spawnSync(["python3", "-I", join(JSON_FIXTURES, "make_fixtures.py"), fresh]);

describe("the JSON fixtures", () => {
  test("are made by python3", () => {
    expect(run.stderr.toString()).toBe("");
    expect(run.exitCode).toBe(0);
  });

  for (const name of jsonCases()) {
    test(`${name} is what python3 writes today`, () => {
      for (const kind of ["input", "compact", "indented"] as const) {
        expect(readFileSync(join(fresh, `${name}.${kind}.json`), "utf8")).toBe(jsonFixture(name, kind));
      }
    });
  }
});
