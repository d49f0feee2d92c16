/** The values whose bytes Python has written down: see test/fixtures/json_bytes/make_fixtures.py. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const JSON_FIXTURES = join(import.meta.dir, "..", "fixtures", "json_bytes");

/** The names of the cases. */
export function jsonCases(): string[] {
  const inputs = readdirSync(JSON_FIXTURES).filter((name) => name.endsWith(".input.json"));
  return inputs.map((name) => name.slice(0, -".input.json".length)).sort();
}

/** What one of a case's three files holds, its line end included. */
export function jsonFixture(name: string, kind: "input" | "compact" | "indented"): string {
  return readFileSync(join(JSON_FIXTURES, `${name}.${kind}.json`), "utf8");
}
