// What `lane validate --all` is measured against: read the same files, and parse what is JSON, line by line.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FEATURES = "kitty-specs";

for (const name of readdirSync(FEATURES, { recursive: true, encoding: "utf8" })) {
  if (!/\.(?:jsonl|json|md)$/.test(name)) continue;
  const text = readFileSync(join(FEATURES, name), "utf8");
  if (name.endsWith(".json")) JSON.parse(text);
  if (!name.endsWith(".jsonl")) continue;
  for (const line of text.split("\n")) if (line !== "") JSON.parse(line);
}
