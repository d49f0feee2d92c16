// What `lane validate --all` and `lane materialize` are measured over: reads the same files, and parses what is JSON,
// line by line. It prints how many values that were.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FEATURES = "kitty-specs";
let parsed = 0;

for (const name of readdirSync(FEATURES, { recursive: true, encoding: "utf8" })) {
  if (!/\.(?:jsonl|json|md)$/.test(name)) continue;
  const text = readFileSync(join(FEATURES, name), "utf8");
  if (name.endsWith(".json")) parse(text);
  if (!name.endsWith(".jsonl")) continue;
  for (const line of text.split("\n")) if (line !== "") parse(line);
}
console.log(parsed);

function parse(text: string): void {
  JSON.parse(text);
  parsed++;
}
