/** No command lets a log or a page drive the terminal: none of their controls comes through. */

import { expect, test } from "bun:test";
import { VERBS } from "../../src/cli/tree.ts";
import { makeHostile, RAW } from "../support/hostile.ts";
import { lane } from "../support/lane.ts";

/** Each command's calls that show something of the log, of a page or of what the caller said. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  emit: [
    "emit WP01 --to blocked --actor ana",
    "emit WP01 --to in_progress --actor ana",
    "emit WP01 --to done --actor ana",
    "emit WP01 --to for_review --actor ana",
    "emit WP01 --to blocked --actor ana --if-lane done",
    "emit WP05 --to claimed --actor ana --dry-run",
  ],
  move: ["move 2 planned --actor ana", "move 5 claimed --actor ana"],
  next: ["next", "next --claim --actor ana", "next --claim --actor ana --dry-run"],
  show: ["show", "show WP01", "show WP02", "show WP03", "show WP04", "show WP05"],
  board: ["board", "board --all"],
  log: ["log", "log WP01", "log WP04 --limit 1"],
  flow: ["flow", "flow --all", "flow --csv"],
  materialize: ["materialize", "materialize --check"],
  validate: ["validate", "validate --format github", "validate --format sarif"],
  doctor: ["doctor", "doctor --fix"],
  migrate: ["migrate"],
  new: ["new x/y"],
  add: ["add Measure"],
  init: ["init"],
  uninstall: ["uninstall"],
  sync: ["sync", "sync --status", "sync --dry-run", "sync --trust hub"],
  workflow: ["workflow", "workflow --mermaid"],
  schema: ["schema", "schema event"],
  guide: ["guide"],
  completions: ["completions bash"],
  help: ["help", "help lanes"],
};

const COMMANDS = Object.keys(VERBS).filter((name) => !VERBS[name]?.is_internal);

test.each(COMMANDS)("%s shows nothing of a log raw", (command) => {
  const calls = CALLS[command] ?? [];
  expect(calls).not.toEqual([]);
  for (const words of calls) {
    for (const form of [words, `${words} --json`]) {
      if (/ --(csv|format|mermaid) .*--json/.test(form) || form.includes("--csv --json")) continue;
      using project = makeHostile();
      const { stdout: whole, stderr } = lane(project.root, form);
      // CSV has lines that end with both.
      const stdout = form.includes("--csv") ? whole.replaceAll("\r\n", "\n") : whole;
      expect({ form, raw: RAW.exec(stdout + stderr) }).toEqual({ form, raw: null });
      expect(stdout + stderr).not.toBe("");
    }
  }
});
