/** Folders of very many files, and inputs without end. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TABLE_END, TABLE_START } from "../../src/views/tasks_table.ts";
import { lineAt, makeProject, pageText, treeState } from "../support/project.ts";
import { expectBounded } from "./exhaustion.ts";

setDefaultTimeout(120_000);

const EMIT = "emit WP01 --to claimed --actor ana";

const ENDLESS: Readonly<Record<string, { words: string; feed?: string; code: number; error: string }>> = {
  "a batch of requests without end": {
    words: "emit --batch - --actor ana",
    feed: `yes '{"wp_id": "WP01", "to_lane": "claimed"}' 2>/dev/null`,
    code: 6,
    error: "IO",
  },
  "a batch of one line without end": {
    words: "emit --batch - --actor ana",
    feed: "cat /dev/zero 2>/dev/null",
    code: 6,
    error: "IO",
  },
  "a batch of blank lines without end": {
    words: "emit --batch - --actor ana",
    feed: "yes '' 2>/dev/null",
    code: 6,
    error: "IO",
  },
  "a batch from a device": { words: "emit --batch /dev/zero --actor ana", code: 6, error: "IO" },
  "a batch from a pipe": { words: "emit --batch pipe --actor ana", code: 6, error: "IO" },
  "evidence without end": {
    words: "emit WP01 --to done --actor ana --evidence -",
    feed: "yes 2>/dev/null",
    code: 6,
    error: "IO",
  },
  "evidence from a device": {
    words: "emit WP01 --to done --actor ana --evidence @/dev/zero",
    code: 6,
    error: "IO",
  },
  "evidence from a pipe": { words: "emit WP01 --to done --actor ana --evidence @pipe", code: 6, error: "IO" },
  "evidence of 1 GB": { words: "emit WP01 --to done --actor ana --evidence @large", code: 6, error: "IO" },
};

for (const [name, { words, feed, code, error }] of Object.entries(ENDLESS)) {
  test(`${name} is refused after what could be recorded`, () => {
    using project = makeProject();
    Bun.spawnSync(["sh", "-c", "mkfifo pipe; truncate -s 1G large"], { cwd: project.root });
    const writing = { cwd: project.root, stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;
    const writer = words.includes("pipe") ? Bun.spawn(["sh", "-c", "exec yes >pipe"], writing) : undefined;
    const before = treeState(project.folder);
    // A batch is read up to 64 MiB.
    expectBounded(project.root, words, { input_bytes: 64e6, times: 4, code, error, ...(feed && { feed }) });
    expect(treeState(project.folder)).toEqual(before);
    writer?.kill();
  });
}

test("20,000 pages are looked at in bounded memory", () => {
  using project = makeProject({
    files: { "tasks.md": `${TABLE_START}\n${TABLE_END}\n`, "status.events.jsonl": lineAt(1) },
  });
  mkdirSync(project.path("tasks"));
  const ids = Array.from({ length: 20_000 }, (_, i) => `WP${String(i + 1).padStart(2, "0")}`);
  for (const id of ids) writeFileSync(project.path(`tasks/${id}.md`), pageText("planned"));
  const bound = { input_bytes: 20_000 * 1000, code: 0 };
  expectBounded(project.root, "emit WP01 --to in_progress --actor ana", bound);
  for (const words of ["next", "board", "show", "validate", "doctor --fix --apply"])
    expectBounded(project.root, words, bound);
});

test("5,000 features are looked at in bounded memory", () => {
  using project = makeProject();
  for (let i = 0; i < 5000; i++) mkdirSync(join(project.root, "kitty-specs", `${i + 1000}-x`));
  const bound = { input_bytes: 5000 * 1000 };
  expectBounded(project.root, EMIT, { ...bound, code: 4, error: "AMBIGUOUS_FEATURE" });
  for (const words of ["board --all", "validate --all", "doctor --all", "materialize --all", "flow --all"]) {
    expectBounded(project.root, words, { ...bound, code: 0 });
  }
});

const PAGES: Readonly<Record<string, string>> = {
  "a body of 50 MB": pageText("planned") + "x".repeat(50e6),
  "50 million line ends": pageText("planned") + "\n".repeat(50e6),
  "50 MB of frontmatter": `---\nlane: planned\n${"k: v\n".repeat(10e6)}---\n`,
  "a million lanes": `---\n${"lane: planned\n".repeat(1e6)}---\n`,
  "half a million dependencies": `---\nlane: planned\ndependencies:\n${"- WP02\n".repeat(500_000)}---\n`,
  "conflict markers without end": `${pageText("planned")}${"<<<<<<< \n".repeat(200_000)}`,
  "conflicts in its frontmatter without end": `---\n${"<<<<<<< a\nlane: x\n=======\nlane: y\n>>>>>>> b\n".repeat(50_000)}---\n`,
  "conflicts in its frontmatter that never end": `---\n${"<<<<<<< a\n=======\n".repeat(100_000)}---\n`,
  "two million dashes": `---\n${"-".repeat(2e6)}`,
};

for (const [name, text] of Object.entries(PAGES)) {
  test(`a page of ${name} is looked at in bounded memory`, () => {
    for (const words of [EMIT, "next", "board", "validate", "doctor --fix --apply", "migrate"]) {
      const files = {
        "tasks/WP01.md": text,
        ...(words.startsWith("doctor") && { "status.events.jsonl": lineAt(1) }),
      };
      using project = makeProject({ files });
      expectBounded(project.root, words, { input_bytes: text.length, times: 60, code: [0, 1] });
    }
  });
}

const TASKS: Readonly<Record<string, string>> = {
  "a million opening markers": TABLE_START.repeat(1e6),
  "a million pairs of markers": `${TABLE_START}${TABLE_END}\n`.repeat(1e6),
  "a million open items": `## WP01\n${"- [ ] x\n".repeat(1e6)}`,
  "one line of 20 MB": "#- `".repeat(5e6),
};

for (const [name, text] of Object.entries(TASKS)) {
  test(`a tasks.md of ${name} keeps nobody from emitting, and stays as it is`, () => {
    using project = makeProject({ files: { "tasks/WP01.md": pageText("planned"), "tasks.md": text } });
    const bound = { input_bytes: text.length, code: 0 };
    for (const words of [EMIT, "show", "doctor --fix --apply"]) expectBounded(project.root, words, bound);
    expect(project.read("tasks.md") === text).toBe(true);
    expectBounded(project.root, "emit WP01 --to in_progress --actor ana", bound);
    expectBounded(project.root, "emit WP01 --to for_review --actor ana", { ...bound, code: [0, 1] });
  });
}
