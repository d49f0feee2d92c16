/** `lane validate` on a terminal: colours, and how far it is where it takes long. Needs `script` (util-linux). */

import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startHolder } from "../store/holder.ts";
import { LOG, SOUND_LINES } from "../support/checks.ts";
import { makeProject, pageText, SLUG, type TemporaryProject } from "../support/project.ts";
import { onTerminal } from "../support/terminal.ts";

const TERMINAL = { TERM: "xterm-256color" };
const BROKEN = {
  "status.events.jsonl": `${SOUND_LINES.join("")}x\n\n`,
  "tasks/WP01.md": pageText("x"),
  "tasks/WP02.md": "",
};

test("severity, code and place have colours on a terminal, and the words stay the same", () => {
  using project = makeProject({ files: BROKEN });
  const { code, shown } = onTerminal(project, "validate", TERMINAL);
  const plain = onTerminal(project, "validate --no-color", TERMINAL).shown;
  expect(code).toBe(1);
  expect(shown.split("\r\n").slice(0, 4)).toEqual([
    `\u001b[1m${SLUG}\u001b[0m: \u001b[31m1 error\u001b[0m, \u001b[33m1 warning\u001b[0m, 1 note`,
    "",
    `  \u001b[31merror\u001b[0m  \u001b[1mLOG_LINE_INVALID\u001b[0m  \u001b[2m${LOG}:4\u001b[0m`,
    '    not JSON: "x"',
  ]);
  expect(plain).not.toContain("\u001b");
  expect(shown.replace(/\u001b\[\d*m/g, "")).toBe(plain);
});

test("annotations and SARIF have no colours, also on a terminal", () => {
  using project = makeProject({ files: BROKEN });
  for (const format of ["github", "sarif"]) {
    const { shown } = onTerminal(project, `validate --format ${format} 2>/dev/null`, TERMINAL);
    expect(shown).not.toContain("\u001b");
    expect(shown).toContain("LOG_LINE_INVALID");
  }
});

/** A torn write whose writer does not let go makes validate wait longer than a second; then comes another feature. */
async function slow(use: (project: TemporaryProject) => void): Promise<void> {
  using project = makeProject({ files: { "status.events.jsonl": '{"torn' } });
  mkdirSync(join(project.root, "kitty-specs", "035-next\u001b[31m"));
  await using _holder = await startHolder((await project.open()).lock);
  use(project);
}

const WAIT = "validate --all --lock-timeout 1.2";
const PROGRESS = "\r\u001b[K1/2 035-next\\u001b[31m";

test("what takes longer than a second says on stderr how far it is, and takes that back", async () => {
  await slow((project) => {
    const { code, shown } = onTerminal(project, WAIT, TERMINAL);
    expect(code).toBe(1);
    expect(shown).toStartWith(`${PROGRESS}\r\u001b[K`);
    expect(shown.split("\u001b[K")).toHaveLength(3);
    // stdout on a pipe: the person at stderr still sees it.
    const piped = onTerminal(project, `${WAIT} | cat >out; cat out >/dev/null`, TERMINAL).shown;
    expect(piped).toStartWith(`${PROGRESS}\r\u001b[K`);
    expect(readFileSync(join(project.root, "out"), "utf8")).not.toContain("\u001b");
  });
}, 20_000);

test("no progress with --json, nor where stderr is no terminal", async () => {
  await slow((project) => {
    const json = onTerminal(project, `${WAIT} --json`, TERMINAL).shown;
    expect(json).toStartWith('{"version":1,');
    expect(json).not.toContain("\u001b");
    writeFileSync(join(project.root, "err"), "");
    onTerminal(project, `${WAIT} 2>err`, TERMINAL);
    expect(readFileSync(join(project.root, "err"), "utf8")).toStartWith("Error: ");
  });
}, 20_000);

test("what is over within a second says nothing of how far it is", () => {
  using project = makeProject();
  mkdirSync(join(project.root, "kitty-specs", "035-next"));
  expect(onTerminal(project, "validate --all", TERMINAL).shown).not.toContain("\u001b[K");
});
