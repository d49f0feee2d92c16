/** A log line or a page cannot drive a terminal: nothing invisible reaches one raw. */

import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Answer, lane } from "../support/lane.ts";
import { lineAt, makeFolder, makeProject } from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";

const EVIL = "a\u001b[31mb\u0007c\rd\u009be\u202ef\u2066g\u200bh\u2028i\ufeffj\u007fk";
/** The same where a file system and its readers allow it. */
/** No name on Windows can have a control in it. */
const EVIL_NAME = ON_WINDOWS ? "\u202ex" : "\u001b[31m\u202ex";
const SHOWN = "a\\u001b[31mb\\u0007c";

/** C0 but the line feed, DEL, C1, bidirectional controls, zero-width space, separators, BOM. */
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

test("show spells out what is invisible in actor, title, reason, reference and evidence", () => {
  using project = makeProject({
    files: {
      "tasks/WP01-first.md": `---\ntitle: ${JSON.stringify(EVIL)}\n---\n`,
      "tasks/WP02-plain.md": `---\ntitle: ${EVIL.replace("\r", "")}\n---\n`,
      "status.events.jsonl": lineAt(1, {
        actor: EVIL,
        reason: EVIL,
        review_ref: EVIL,
        force: true,
        evidence: { review: { reviewer: EVIL, verdict: EVIL, reference: EVIL } },
      }),
    },
  });

  const overview = lane(project.root, "show");
  const history = lane(project.root, "show WP01");

  expectSafe(overview, 0);
  expectSafe(history, 0);
  // Its actor, and two titles.
  expect(timesShown(overview)).toBe(3);
  // Title, two times the actor, reason, reference, verdict, reviewer and the review's reference.
  expect(timesShown(history)).toBe(8);
});

test("emit spells out the actor that it names", () => {
  using project = makeProject();
  const claim = ["emit", "1", "--to", "claimed", "--actor", EVIL, "--idempotency-key", EVIL];

  const moved = lane(project.root, claim);
  const replayed = lane(project.root, claim);
  const would = lane(project.root, ["emit", "1", "--to", "blocked", "--actor", EVIL, "--dry-run"]);

  for (const answer of [moved, replayed, would]) {
    expectSafe(answer, 0);
    expect(answer.stdout).toContain(`by ${SHOWN}`);
  }
});

test("refusals spell out what comes from a log", () => {
  const parts = { to_lane: "for_review", actor: EVIL, idempotency_key: EVIL };
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1, parts) } });
  const emit = (...words: string[]) => lane(project.root, ["emit", "1", ...words]);

  expectSafe(emit("--to", "for_review", "--actor", EVIL), 1);
  expectSafe(emit("--to", "done", "--actor", EVIL), 1);
  expectSafe(emit("--to", "claimed", "--actor", EVIL), 1);
  expectSafe(emit("--to", "blocked", "--actor", "a", "--if-lane", "planned"), 1);
  expectSafe(emit("--to", "blocked", "--actor", "a", "--if-event", "01HXYZ0000AAAAAAAAAAAAAAAA"), 1);
  expectSafe(emit("--to", "blocked", "--actor", "a", "--idempotency-key", EVIL), 1);
});

test("refusals spell out what the caller gave", () => {
  using project = makeProject();
  const calls: [number, string[]][] = [
    [2, [EVIL]],
    [2, [`--${EVIL}`]],
    [2, ["show", `--${EVIL}`]],
    [2, ["show", `--json=false`, `--here=${EVIL}`]],
    [2, ["show", EVIL]],
    [2, ["show", "WP01", EVIL]],
    [2, ["show", "--feature", EVIL]],
    [2, ["show", "--lock-timeout", EVIL]],
    [4, ["show", "--root", EVIL]],
    [2, ["emit", "1", "--to", EVIL, "--actor", "a"]],
    [2, ["emit", "1", "--to", "claimed", "--actor", "a", "--if-lane", EVIL]],
    [2, ["emit", "1", "--to", "claimed", "--actor", "a", "--if-event", EVIL]],
    [2, ["emit", "1", "--to", "claimed", "--actor", "a", "--execution-mode", EVIL]],
    [1, ["emit", "1", "--to", "claimed", "--actor", "a", "--evidence", EVIL]],
    [2, ["emit", "1", "--to", "claimed", "--actor", "a", "--evidence", `@${EVIL}`]],
    [1, ["emit", "1", "--to", "claimed", "--actor", "a", "--reviewer", "b", "--verdict", EVIL]],
    [2, ["new", EVIL]],
    [2, ["add", EVIL]],
    [2, ["add", "Title", "--depends-on", EVIL]],
  ];
  for (const [code, words] of calls) expectSafe(lane(project.root, words), code);
});

test("a corrupt log is quoted with what is invisible spelled out", () => {
  using project = makeProject({ files: { "status.events.jsonl": `${EVIL}\n` } });
  expectSafe(lane(project.root, "show"), 3);
  project.write("status.events.jsonl", lineAt(1, { to_lane: EVIL }));
  expectSafe(lane(project.root, "show"), 3);
  project.write("status.events.jsonl", lineAt(1, { wp_id: EVIL }));
  expectSafe(lane(project.root, "show"), 3);
});

test("settings are quoted with what is invisible spelled out", () => {
  using project = makeProject();
  for (const meta of [{ status_phase: EVIL }, { status_workflow: EVIL }]) {
    project.write("meta.json", JSON.stringify(meta));
    expectSafe(lane(project.root, "show"), 6);
  }
  project.write("meta.json", `{${EVIL}`);
  expectSafe(lane(project.root, "show"), 6);
  project.write("meta.json", "{}");
  mkdirSync(join(project.root, ".kittify"));
  writeFileSync(
    join(project.root, ".kittify", "config.yaml"),
    `status:\n  phase: 1\n  phase: 2\n  ${EVIL}: [\n`,
  );
  expectSafe(lane(project.root, "show"), 6);
});

test("a page's lane is shown with what is invisible spelled out", () => {
  using project = makeProject({
    files: { "tasks/WP01.md": `---\nlane: "${EVIL.replace("\r", "")}"\n---\n` },
  });
  expectSafe(lane(project.root, "emit 1 --to claimed --actor a"), 1);
});

test("a page's file name is shown with what is invisible spelled out", () => {
  using project = makeProject({
    files: { [`tasks/WP01-${EVIL_NAME}.md`]: "---\nlane: done\n---\n" },
  });
  expectSafe(lane(project.root, "show"), 0);
  expectSafe(lane(project.root, "emit 1 --to claimed --actor a"), 1);
  project.write(`tasks/WP01-${EVIL_NAME}-twin.md`, "---\nlane: done\n---\n");
  project.write("status.events.jsonl", lineAt(1));
  expectSafe(lane(project.root, "materialize"), 0);
});

test.skipIf(!CAN_LINK)("a link's target is shown with what is invisible spelled out", () => {
  using outside = makeFolder();
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  mkdirSync(project.path("tasks"));
  writeFileSync(join(outside.path, EVIL_NAME), "---\nlane: planned\n---\n");
  symlinkSync(join(outside.path, EVIL_NAME), project.path("tasks/WP01.md"));
  expectSafe(lane(project.root, "materialize"), 0);
});

test("a feature's folder is shown with what is invisible spelled out", () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  const evil = join(project.root, "kitty-specs", `034-${EVIL_NAME}`);
  mkdirSync(evil);
  expectSafe(lane(project.root, "show"), 4);
  expectSafe(lane(project.root, "show --feature 034"), 4);
  expectSafe(lane(project.root, "show --feature 999"), 4);
  expectSafe(lane(project.root, "materialize --all"), 0);
  expectSafe(lane(evil, "show"), 0);
  expectSafe(lane(evil, "emit 1 --to claimed --actor a"), 0);
  writeFileSync(join(evil, "meta.json"), "{");
  expectSafe(lane(evil, "show"), 6);
  expectSafe(lane(project.root, "materialize --all --check"), 6);
});

test("the folder that a project lies in is shown with what is invisible spelled out", () => {
  using folder = makeFolder();
  const root = join(folder.path, EVIL_NAME);
  mkdirSync(root);
  expectSafe(lane(root, "show"), 4);
  expectSafe(lane(root, "new 001-first"), 4);
});

test("--json spells out controls, and gives texts back as they are", () => {
  using project = makeProject({
    files: {
      "tasks/WP01.md": `---\ntitle: ${JSON.stringify(EVIL)}\n---\n`,
      "status.events.jsonl": lineAt(1, { actor: EVIL }),
    },
  });
  const { stdout, json } = lane(project.root, "show --json");
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(json).toMatchObject({ data: { wps: [{ title: EVIL, actor: EVIL }] } });
});

function timesShown({ stdout }: Answer): number {
  return stdout.split(SHOWN).length - 1;
}

function expectSafe({ code, stdout, stderr }: Answer, expected_code: number): void {
  expect({ code, raw: RAW.exec(stdout + stderr)?.[0], stdout, stderr }).toEqual({
    code: expected_code,
    raw: undefined,
    stdout: expect.any(String),
    stderr: expect.any(String),
  });
  expect(stdout + stderr).not.toBe("");
}
