/** YAML and JSON of settings and pages that want to exhaust: refused in bounded memory, whoever reads them. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOSTILE_YAML, nestedLists, nestedObjects } from "../support/exhausting.ts";
import { makeProject, type ProjectParts, pageText } from "../support/project.ts";
import { expectBounded } from "./exhaustion.ts";

setDefaultTimeout(120_000);

const EMIT = "emit WP01 --to claimed --actor ana";

/** A file that is refused for its size is not read. A parser holds some hundred bytes for each character. */
function boundFor(text: string) {
  return text.length > 1e6 ? { input_bytes: 0 } : { input_bytes: text.length, times: 600 };
}

for (const [name, text] of Object.entries(HOSTILE_YAML)) {
  test(`config.yaml with ${name} is refused`, () => {
    using project = makeProject({ config: text });
    const bound = boundFor(text);
    const refused = { error: "CONFIG_INVALID", says: ".kittify/config.yaml: " };
    const { json } = expectBounded(project.root, EMIT, { ...bound, code: 6, ...refused });
    expect(JSON.stringify(json)).not.toContain("call stack");
    expectBounded(project.root, "validate", { ...bound, code: 1, error: "CHECK_FAILED" });
    expectBounded(project.root, "doctor --fix", { ...bound, code: 1, error: "CHECK_FAILED" });
  });

  test(`the user's own config.yaml with ${name} harms no emit`, () => {
    using project = makeProject();
    const folder = join(project.root, "settings", "lanekeeper");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "config.yaml"), text);
    const env = { XDG_CONFIG_HOME: join(project.root, "settings") };
    expectBounded(project.root, EMIT, { ...boundFor(text), env, code: 0 });
    expectBounded(project.root, "sync", { ...boundFor(text), env, code: 6, error: "CONFIG_INVALID" });
  });

  test(`a workflow of its own with ${name} is refused`, () => {
    using project = makeProject({ config: "status:\n  workflow: ./workflow.yaml\n" });
    writeFileSync(join(project.root, ".kittify", "workflow.yaml"), text.replace("status:", "pairs:"));
    const bound = boundFor(text);
    expectBounded(project.root, EMIT, { ...bound, code: 6, error: "CONFIG_INVALID" });
    expectBounded(project.root, "workflow --check", { ...bound, code: 1, error: "CHECK_FAILED" });
    expectBounded(project.root, "validate", { ...bound, code: 1, error: "CHECK_FAILED" });
  });

  for (const key of ["lane", "title", "dependencies"]) {
    test(`a page whose ${key} is ${name} can be moved and looked at`, () => {
      const frontmatter = text.replace(/status:\s*/, `${key}: `).replace(/ {2}phase: /, "");
      const files = {
        "tasks/WP01.md": pageText("planned"),
        "tasks/WP02.md": `---\n${frontmatter}\n---\n`,
      };
      const bound = { input_bytes: text.length, times: text.length > 1e6 ? 12 : 600 };
      for (const words of ["next", "board", "show", "validate", "migrate", EMIT]) {
        using project = makeProject({ files });
        expectBounded(project.root, words, { ...bound, code: [0, 1] });
      }
    });
  }
}

const JSON_FILES: Readonly<Record<string, string>> = {
  "lists 200,000 deep": `{"status_phase": ${nestedLists(200_000)}}`,
  "objects 90,000 deep": `{"status_phase": ${nestedObjects(90_000)}}`,
  "lists that never end": "[".repeat(900_000),
  "100 MB": "[".repeat(100e6),
};

for (const [name, text] of Object.entries(JSON_FILES)) {
  test(`meta.json of ${name} is refused`, () => {
    using project = makeProject({ files: { "meta.json": text } });
    const bound = text.length > 2e6 ? { input_bytes: 0 } : { input_bytes: text.length, times: 100 };
    expectBounded(project.root, EMIT, { ...bound, code: 6, error: "CONFIG_INVALID", says: "meta.json: " });
    expectBounded(project.root, "validate", { ...bound, code: 1, error: "CHECK_FAILED" });
  });
}

const SNAPSHOTS: Readonly<Record<string, string>> = {
  "100 MB of lists": "[".repeat(100e6),
  "100 MB of objects": '{"a":'.repeat(20e6),
  "lists a million deep": `{"x": ${nestedLists(1e6)}}`,
};

for (const [name, text] of Object.entries(SNAPSHOTS)) {
  test(`a snapshot of ${name} is written anew, and keeps nobody from emitting`, () => {
    const files: ProjectParts["files"] = { "tasks/WP01.md": pageText("planned"), "status.json": text };
    for (const words of [EMIT, "show", "validate", "doctor --fix --apply"]) {
      using project = makeProject({ files });
      expectBounded(project.root, words, {
        input_bytes: text.length,
        times: text.length > 50e6 ? 5 : 100,
        code: 0,
      });
    }
  });
}
