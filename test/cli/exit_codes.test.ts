/** The table of exit codes: every refusal that can be provoked, provoked. */

import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RefusalCode } from "../../src/domain/refusal.ts";
import { ok } from "../../src/domain/refusal.ts";
import { withFeatureLock } from "../../src/store/feature_lock.ts";
import { type Answer, lane, type Words } from "../support/lane.ts";
import {
  answerOf,
  lineAt,
  makeFolder,
  makeProject,
  type ProjectParts,
  pageText,
  SLUG,
} from "../support/project.ts";
import { refusalIn } from "./envelope_schema.ts";

/** As the design has it, typed off by hand. */
const EXIT_CODES: Readonly<Record<RefusalCode, number>> = {
  ILLEGAL_TRANSITION: 1,
  GUARD_FAILED: 1,
  FORCE_NEEDS_AUDIT: 1,
  EVIDENCE_REQUIRED: 1,
  EVIDENCE_INVALID: 1,
  PRECONDITION_FAILED: 1,
  IDEMPOTENCY_CONFLICT: 1,
  NOT_MIGRATED: 1,
  NOTHING_READY: 1,
  CHECK_FAILED: 1,
  USAGE: 2,
  UNKNOWN_LANE: 2,
  INVALID_ID: 2,
  LOG_CORRUPT: 3,
  POSTCONDITION_FAILED: 3,
  NO_PROJECT: 4,
  NO_FEATURE: 4,
  AMBIGUOUS_FEATURE: 4,
  NO_WORK_PACKAGE: 4,
  LOCK_TIMEOUT: 5,
  IO: 6,
  CONFIG_INVALID: 6,
  INTERNAL: 70,
};

/** A WP01 that waits for its review, with the page that says so. */
const IN_REVIEW: ProjectParts = {
  files: {
    "tasks/WP01-first.md": pageText("for_review"),
    "status.events.jsonl": lineAt(1, { to_lane: "for_review" }),
  },
};
const CHANGES_REQUESTED = '{"review":{"reviewer":"ana","verdict":"changes_requested"}}';

interface Provocation {
  readonly code: RefusalCode;
  readonly given: string;
  readonly parts?: ProjectParts;
  readonly words: Words;
}

const PROVOCATIONS: readonly Provocation[] = [
  {
    code: "ILLEGAL_TRANSITION",
    given: "a pair that is not in the table",
    words: "emit 1 --to done --actor a",
  },
  {
    code: "ILLEGAL_TRANSITION",
    given: "a lane to itself",
    parts: IN_REVIEW,
    words: "move 1 for_review --actor claude",
  },
  {
    code: "GUARD_FAILED",
    given: "a way back from review without a reference",
    parts: IN_REVIEW,
    words: "emit 1 --to in_progress --actor ana",
  },
  {
    code: "GUARD_FAILED",
    given: "evidence that asks for changes",
    parts: IN_REVIEW,
    words: ["emit", "1", "--to", "done", "--actor", "ana", "--evidence", CHANGES_REQUESTED],
  },
  { code: "FORCE_NEEDS_AUDIT", given: "force without a reason", words: "emit 1 --to done --actor a --force" },
  {
    code: "FORCE_NEEDS_AUDIT",
    given: "force without an actor",
    words: "emit 1 --to done --force --reason x",
  },
  {
    code: "EVIDENCE_REQUIRED",
    given: "done without evidence",
    parts: IN_REVIEW,
    words: "emit 1 --to done --actor ana",
  },
  {
    code: "EVIDENCE_INVALID",
    given: "evidence that is not JSON",
    words: "emit 1 --to claimed --actor a --evidence x",
  },
  {
    code: "EVIDENCE_INVALID",
    given: "evidence that is not well formed",
    words: "emit 1 --to claimed --actor a --evidence {}",
  },
  {
    code: "PRECONDITION_FAILED",
    given: "another lane than expected",
    words: "emit 1 --to claimed --actor a --if-lane done",
  },
  {
    code: "PRECONDITION_FAILED",
    given: "another last event than expected",
    words: "emit 1 --to claimed --actor a --if-event 01HXYZ0000AAAAAAAAAAAAAAAA",
  },
  { code: "PRECONDITION_FAILED", given: "a feature that exists already", words: ["new", SLUG] },
  {
    code: "IDEMPOTENCY_CONFLICT",
    given: "a key that was used for something else",
    parts: { files: { "status.events.jsonl": lineAt(1, { idempotency_key: "k" }) } },
    words: "emit 1 --to blocked --actor claude --idempotency-key k",
  },
  {
    code: "NOT_MIGRATED",
    given: "pages that have moved, and no log",
    parts: { files: { "tasks/WP01-first.md": pageText("done") } },
    words: "emit 1 --to claimed --actor a",
  },
  {
    code: "CHECK_FAILED",
    given: "a snapshot that is not there",
    parts: { files: { "status.events.jsonl": lineAt(1) } },
    words: "materialize --check",
  },
  { code: "USAGE", given: "an option that is none", words: "show --frobnicate" },
  { code: "USAGE", given: "no actor", words: "emit 1 --to claimed" },
  {
    code: "USAGE",
    given: "evidence in a file that is not there",
    words: "emit 1 --to done --evidence @none",
  },
  { code: "UNKNOWN_LANE", given: "a lane that is none", words: "emit 1 --to dnoe --actor a" },
  {
    code: "UNKNOWN_LANE",
    given: "an expected lane that is none",
    words: "emit 1 --to claimed --actor a --if-lane dnoe",
  },
  {
    code: "UNKNOWN_LANE",
    given: "a lane that is none, forced",
    words: "emit 1 --to dnoe --actor a --force --reason x",
  },
  { code: "INVALID_ID", given: "a work package id that is none", words: "emit WP --to claimed --actor a" },
  {
    code: "INVALID_ID",
    given: "an event id that is none",
    words: "emit 1 --to claimed --actor a --if-event x",
  },
  { code: "INVALID_ID", given: "a slug that leads elsewhere", words: "show --feature ../x" },
  { code: "INVALID_ID", given: "a new slug that leads elsewhere", words: "new ../x" },
  {
    code: "LOG_CORRUPT",
    given: "a line that is not JSON",
    parts: { files: { "status.events.jsonl": "x\n" } },
    words: "show",
  },
  {
    code: "LOG_CORRUPT",
    given: "a torn line",
    parts: { files: { "status.events.jsonl": `${lineAt(1)}{"actor` } },
    words: "emit 1 --to blocked --actor a",
  },
  { code: "NO_PROJECT", given: "a root that is no folder", words: "show --root nowhere" },
  { code: "NO_FEATURE", given: "a feature that is none", words: "show --feature 999" },
  { code: "NO_WORK_PACKAGE", given: "neither page nor event", words: "show WP99" },
  { code: "NO_WORK_PACKAGE", given: "a dependency that is none", words: "add Second --depends-on WP99" },
  {
    code: "CONFIG_INVALID",
    given: "a phase that is none",
    parts: { files: { "meta.json": '{"status_phase": 7}' } },
    words: "show",
  },
  {
    code: "CONFIG_INVALID",
    given: "a configuration that is no YAML",
    parts: { config: "status: {" },
    words: "emit 1 --to claimed --actor a",
  },
];

for (const { code, given, parts, words } of PROVOCATIONS) {
  test(`lane answers ${given} with ${code} and ${EXIT_CODES[code]}`, () => {
    using project = makeProject(parts);
    const list = typeof words === "string" ? words.split(" ") : words;
    expectRefused(code, (form) => lane(project.root, [...list, ...form]));
  });
}

test("lane answers a folder without a project with NO_PROJECT and 4", () => {
  using folder = makeFolder();
  expectRefused("NO_PROJECT", (form) => lane(folder.path, ["show", ...form]));
});

test("lane answers a project without features with NO_FEATURE and 4", () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "kitty-specs"));
  expectRefused("NO_FEATURE", (form) => lane(folder.path, ["show", ...form]));
});

test("lane answers two features of which none is named with AMBIGUOUS_FEATURE and 4", () => {
  using project = makeProject();
  mkdirSync(join(project.root, "kitty-specs", "034-twin"));
  expectRefused("AMBIGUOUS_FEATURE", (form) => lane(project.root, ["show", ...form]));
  expectRefused("AMBIGUOUS_FEATURE", (form) => lane(project.root, ["show", "--feature", "034", ...form]));
});

test("lane answers a log that is a folder with IO and 6", () => {
  using project = makeProject();
  mkdirSync(project.log_path);
  expectRefused("IO", (form) => lane(project.root, ["show", ...form]));
  expectRefused("IO", (form) => lane(project.root, ["move", "1", "claimed", "--actor", "a", ...form]));
});

test("lane answers a lock that stays busy with LOCK_TIMEOUT and 5", async () => {
  using project = makeProject();
  const feature = await project.open();
  const held = await withFeatureLock(feature.lock, 1000, () => {
    for (const words of ["emit 1 --to claimed --actor a", "materialize", "add Second"]) {
      const list = [...words.split(" "), "--lock-timeout", "20ms"];
      expectRefused("LOCK_TIMEOUT", (form) => lane(project.root, [...list, ...form]));
    }
    return ok(lane(project.root, "show"));
  });
  expect(answerOf(held)).toMatchObject({ code: 0, stderr: "" });
});

/** The same exit code in both forms; in text, error and hint on stderr and nothing on stdout. */
function expectRefused(code: RefusalCode, call: (form: readonly string[]) => Answer): void {
  const json = call(["--json"]);
  const text = call([]);

  const { error } = refusalIn(json);
  expect({ code: error.code, exit: json.code }).toEqual({ code, exit: EXIT_CODES[code] });
  expect(text.code).toBe(EXIT_CODES[code]);
  expect(text.stderr).toBe(`Error: ${error.message}\n${error.hint === null ? "" : `Hint: ${error.hint}\n`}`);
  expect(error.hint ?? "").not.toMatch(/--force|--apply|delete|remove|rm |reset|uninstall/);
}
