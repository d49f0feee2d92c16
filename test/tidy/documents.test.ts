/** What documents name is there. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/project.ts";

test.each(["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"])("%s names files that are there", (name) => {
  const text = readFileSync(join(ROOT, name), "utf8");
  const named = [...text.matchAll(/`((?:src|test|scripts)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("SECURITY.md names a test for each promise", () => {
  const rows = readFileSync(join(ROOT, "SECURITY.md"), "utf8")
    .split("\n")
    .filter((line) => /^\| (?!promise)/.test(line));
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !/\| `test\//.test(row))).toEqual([]);
});

test("README's first screen holds the install line and the first emit", () => {
  const screen = readFileSync(join(ROOT, "README.md"), "utf8").split("\n").slice(0, 25);
  expect(screen).toContain("sh install.sh");
  expect(screen.find((line) => line.startsWith("$ lane emit "))).toBeDefined();
});
