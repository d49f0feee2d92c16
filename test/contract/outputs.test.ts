/** Every command's answer is published, and costs those nothing who do not ask for its shape. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { VERBS } from "../../src/cli/tree.ts";
import { CHECKS, OUTPUTS } from "../../src/contract/outputs.ts";

test("OUTPUTS has every command of the tree, and no other", () => {
  expect(Object.keys(OUTPUTS).sort()).toEqual(["lane", ...Object.keys(VERBS)].sort());
  expect(CHECKS.filter((name) => !Object.hasOwn(OUTPUTS, name))).toEqual([]);
});

test("OUTPUTS names a schema for each of them", async () => {
  for (const load of Object.values(OUTPUTS)) expect(await load()).toHaveProperty("kind", "schema");
});

for (const name of ["emit", "move", "next", "show"]) {
  test(`what lane ${name} loads holds nothing of contract/`, () => {
    const loaded = loadedBy("cli/run.ts", `commands/${name}.ts`);
    expect(loaded).toContain("domain/refusal.ts");
    expect(loaded.filter((path) => path.startsWith("contract/") || path.includes("json-schema"))).toEqual([]);
  });
}

test("what a bare lane --version loads is no more than its line: neither the command tree nor node:fs", () => {
  expect(loadedBy("main.ts").sort()).toEqual(["cli/version.ts", "domain/build.ts", "main.ts"]);
});

/** What is loaded with these files: all that they import other than by a call of `import()`. */
function loadedBy(...paths: string[]): string[] {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const loaded = new Set(paths);
  for (const path of loaded) {
    if (!path.endsWith(".ts")) continue;
    for (const found of transpiler.scanImports(readFileSync(join(ROOT, "src", path), "utf8"))) {
      if (found.kind !== "import-statement") continue;
      loaded.add(found.path.startsWith(".") ? posix.join(dirname(path), found.path) : found.path);
    }
  }
  return [...loaded];
}
