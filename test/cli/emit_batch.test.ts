/** `lane emit --batch`: whole outputs, its ways of being given, and what it refuses. */

import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { LANE } from "../../scripts/project.ts";
import { MoveDataSchema } from "../../src/contract/emit.ts";
import { answered, cleanEnvironment, lane, refused, told } from "../support/lane.ts";
import { lineAt, makeProject, pageText, SLUG, type TemporaryProject, treeState } from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const CLAIMS =
  '{"wp_id": "1", "to_lane": "claimed"}\n{"wp_id": "WP02", "to_lane": "claimed", "actor": "bob"}\n';
const EXAMPLE = '{"wp_id": "WP01", "to_lane": "claimed"}';
const BATCH = "emit --batch - --actor ana";

const { event: EventSchema, ...result } = MoveDataSchema.entries;
const BatchSchema = v.strictObject({ id: v.string(), index: v.number(), count: v.number() });
const ResultSchema = v.strictObject({
  ...result,
  event: v.strictObject({ ...EventSchema.entries, batch: BatchSchema }),
});
const BatchDataSchema = v.strictObject({ results: v.array(ResultSchema), log: v.string() });

test("emit --batch answers with a line for each move, and the log", () => {
  using project = twoPages();
  expect(told(lane(project.root, BATCH, { stdin: CLAIMS }))).toEqual(
    answered(
      "WP01: planned -> claimed, by ana",
      "WP02: planned -> claimed, by bob",
      `2 new events in ${LOG}`,
    ),
  );
  expect(project.events().map(({ wp_id, batch }) => [wp_id, batch?.index, batch?.count])).toEqual([
    ["WP01", 0, 2],
    ["WP02", 1, 2],
  ]);
  expect(project.read("tasks/WP02.md")).toBe(pageText("claimed"));
});

test("emit --batch --json answers with the result of each, as emit does, and the log", () => {
  using project = twoPages();
  const answer = lane(project.root, `${BATCH} --json`, { stdin: CLAIMS });
  const { data, warnings } = dataOf(answer, "emit", BatchDataSchema);
  expect(warnings).toEqual([]);
  expect(data).toMatchObject({
    results: [
      { wp: "WP01", lane: "claimed", replayed: false, snapshot: "written", views: "written" },
      { wp: "WP02", lane: "claimed", replayed: false, snapshot: "written", views: "written" },
    ],
    log: project.log_path,
  });
  expect(project.events()).toEqual(data.results.map(({ event }) => ({ ...event })));
});

test("a batch is taken from a file, found from where the caller stands, and by LANE_ACTOR", () => {
  using project = twoPages();
  writeFileSync(join(project.folder, "claims.jsonl"), CLAIMS);
  const answer = lane(project.folder, "emit --batch claims.jsonl", { env: { LANE_ACTOR: "claude" } });
  expect(answer).toMatchObject({ code: 0, stderr: "" });
  expect(project.events().map(({ actor }) => actor)).toEqual(["claude", "bob"]);
});

test("blank lines, CRLF, a byte order mark and a missing last line end are no matter", () => {
  using project = twoPages();
  const stdin = `\ufeff\r\n${CLAIMS.replaceAll("\n", "\r\n\r\n  \n").trimEnd()}`;
  expect(lane(project.root, BATCH, { stdin })).toMatchObject({ code: 0, stderr: "" });
  expect(project.events()).toHaveLength(2);
});

test("a retried batch tells what is recorded already", () => {
  using project = twoPages();
  const stdin = '{"wp_id": "1", "to_lane": "claimed", "idempotency_key": "k1"}\n';
  lane(project.root, BATCH, { stdin });
  const more = `${stdin}{"wp_id": "1", "to_lane": "doing", "idempotency_key": "k2"}\n`;
  expect(told(lane(project.root, BATCH, { stdin: more }))).toEqual(
    answered(
      "WP01: recorded before: planned -> claimed, by ana; now in in_progress",
      "WP01: claimed -> in_progress, by ana",
      `1 new event in ${LOG}`,
    ),
  );
});

test("emit --batch --dry-run decides and writes nothing", () => {
  using project = twoPages();
  const before = treeState(project.root);
  expect(told(lane(project.root, `${BATCH} --dry-run`, { stdin: CLAIMS }))).toEqual(
    answered(
      "WP01: would move planned -> claimed, by ana",
      "WP02: would move planned -> claimed, by bob",
      `dry run: nothing is written to ${LOG}`,
    ),
  );
  expect(treeState(project.root)).toEqual(before);
});

test("one line that is refused refuses the whole batch, and is named", () => {
  using project = twoPages();
  const before = treeState(project.folder);
  const stdin = `${CLAIMS}\n{"wp_id": "3", "to_lane": "done"}\n`;
  const line =
    "line 4: WP03: cannot move planned -> done: no such transition. From planned: claimed, blocked, canceled";
  const hint = `lane emit WP03 --to claimed --actor ana --feature ${SLUG}`;

  const answer = lane(project.root, `${BATCH} --feature ${SLUG}`, { stdin });
  const in_json = lane(project.root, `${BATCH} --feature ${SLUG} --json`, { stdin });

  expect(told(answer)).toEqual(refused(1, `Error: ${line}`, `Hint: ${hint}`));
  expect(refusalIn(in_json).error).toMatchObject({
    code: "ILLEGAL_TRANSITION",
    message: line,
    hint,
    details: { line: 4, from_lane: "planned", to_lane: "done" },
  });
  expect(treeState(project.folder)).toEqual(before);
});

const UNREADABLE: [string, string | Uint8Array, string, string][] = [
  [
    "no JSON",
    `${CLAIMS}\nWP03 \u001b[2J claimed\n`,
    'line 4: "WP03 \\u001b[2J claimed" is not JSON',
    `write each request on one line, like ${EXAMPLE}`,
  ],
  ["a list", `[${EXAMPLE}]`, "line 1: a request is an object, not a list", `write it like ${EXAMPLE}`],
  [
    "a misspelt key",
    '{"wp_id": "1", "to_lane": "claimed", "idempotency-key": "k"}',
    'line 1: a request has no key "idempotency-key"',
    "did you mean idempotency_key?",
  ],
  [
    "a dry run of its own",
    '{"wp_id": "1", "to_lane": "claimed", "dry_run": true}',
    "line 1: dry_run belongs to the whole batch, not to one of its requests",
    "use --dry-run, or dry_run beside the requests",
  ],
  [
    "bytes that are no UTF-8",
    Buffer.from(`${CLAIMS}{"wp_id": "1", "to_lane": "\xff"}`, "latin1"),
    "line 3: it is not valid UTF-8",
    "write the batch in UTF-8",
  ],
  ["nothing but blanks", " \n\r\n", "the batch holds no request", `write one on each line, like ${EXAMPLE}`],
];

test.each(UNREADABLE)("a batch with %s is a usage error", (_, content, message, hint) => {
  using project = twoPages();
  const before = treeState(project.folder);
  const path = join(project.root, "batch.jsonl");
  writeFileSync(path, content);
  expect(told(lane(project.root, ["emit", "--batch", path, "--actor", "ana"]))).toEqual(
    refused(2, `Error: ${message}`, `Hint: ${hint}`),
  );
  expect(treeState(project.folder)).toEqual(before);
});

test("a batch without an actor names the line that lacks one", () => {
  using project = twoPages();
  expect(told(lane(project.root, "emit --batch -", { stdin: CLAIMS }))).toEqual(
    refused(
      2,
      "Error: line 1: WP01: nobody is named as the actor",
      "Hint: say who does it: --actor <who>, or set LANE_ACTOR",
    ),
  );
});

test("a file of a batch that is not there, or a name that is blank, is a usage error", () => {
  using project = twoPages();
  expect(told(lane(project.root, "emit --batch claims.jsonl"))).toEqual(
    refused(2, "Error: there is no file <root>/claims.jsonl", "Hint: --batch <file> names an existing file"),
  );
  expect(told(lane(project.root, ["emit", "--batch", ""]))).toEqual(
    refused(2, "Error: --batch is blank", "Hint: name a file, or - for stdin"),
  );
});

test("a batch with a line longer than 1 MiB is refused, and one larger than 64 MiB too", () => {
  using project = twoPages();
  const long = `${CLAIMS}{"wp_id": "1", "to_lane": "done", "reason": "${"x".repeat(1024 * 1024)}"}\n`;
  expect(told(lane(project.root, BATCH, { stdin: long }))).toEqual(
    refused(
      6,
      "Error: line 3: it is longer than 1 MiB (the batch in stdin)",
      "Hint: put large evidence into a file, and refer to it",
    ),
  );
  const path = join(project.root, "large.jsonl");
  writeFileSync(path, `${" ".repeat(1000)}\n`.repeat(68_000));
  expect(told(lane(project.root, "emit --batch large.jsonl"))).toEqual(
    refused(
      6,
      "Error: the batch in <root>/large.jsonl is larger than 64 MiB",
      "Hint: split it: each part is all or nothing by itself",
    ),
  );
});

test.each([
  ["a work package", ["WP01"], '"WP01"'],
  ["--to", ["--to", "done"], "--to"],
  ["--force", ["--force"], "--force"],
  ["--idempotency-key", ["--idempotency-key=k"], "--idempotency-key"],
  ["an option with a default", ["--execution-mode", "worktree"], "--execution-mode"],
])("--batch does not go with %s", (_, words, shown) => {
  using project = twoPages();
  expect(told(lane(project.root, [...BATCH.split(" "), ...words], { stdin: CLAIMS }))).toEqual(
    refused(
      2,
      `Error: lane emit: ${shown} does not go with --batch`,
      "Hint: leave it out: each line of a batch says its own",
    ),
  );
  expect(project.events()).toEqual([]);
});

test("emit without --batch needs what it needed, and move has none", () => {
  using project = twoPages();
  expect(told(lane(project.root, "emit --actor ana"))).toEqual(
    refused(2, "Error: lane emit: <wp> is missing", "Hint: lane emit <wp> --to <lane>"),
  );
  expect(lane(project.root, "move --batch -").stderr).toStartWith(
    'Error: lane move: there is no option "--batch"',
  );
});

test("lane emit --help shows both ways of calling it", () => {
  using project = makeProject();
  const { stdout } = lane(project.root, "emit --help");
  expect(stdout.split("\n").slice(2, 5)).toEqual([
    "Usage: lane emit <wp> --to <lane> [options]",
    "       lane emit --batch <file|-> [--actor <who>] [--dry-run]",
    "",
  ]);
  expect(stdout).toMatch(/^ {2}--to <lane> .*\(needed without --batch\)$/m);
});

test("a log that ends inside a batch is refused, and names lane doctor", () => {
  using project = twoPages();
  lane(project.root, BATCH, { stdin: CLAIMS });
  const [first = ""] = project.read("status.events.jsonl").split("\n");
  project.write("status.events.jsonl", `${lineAt(1, { wp_id: "WP03" })}${first}\n`);
  for (const words of ["show", BATCH]) {
    const { code, stderr } = lane(project.root, words, { stdin: CLAIMS });
    expect(code).toBe(3);
    expect(stderr).toMatch(/line 2 \(byte \d+\): torn write: only 1 of the 2 events of its batch are there/);
    expect(stderr).toEndWith(`Hint: lane doctor --feature ${SLUG}\n`);
  }
});

test.skipIf(process.platform === "win32")("Ctrl-C ends lane while it waits for a batch", async () => {
  using project = twoPages();
  const child = Bun.spawn([LANE, ...BATCH.split(" ")], {
    cwd: project.root,
    env: cleanEnvironment(),
    stdin: "pipe",
    stderr: "pipe",
  });
  // More than a pipe holds: once it is written, lane is up and reading.
  child.stdin.write(" ".repeat(900_000));
  await child.stdin.flush();

  child.kill("SIGINT");

  await child.exited;
  expect({ code: child.exitCode, stderr: await child.stderr.text() }).toEqual({ code: 130, stderr: "" });
  expect(project.events()).toEqual([]);
});

function twoPages(): TemporaryProject {
  return makeProject({
    files: {
      "tasks/WP01.md": pageText("planned"),
      "tasks/WP02.md": pageText("planned"),
      "tasks/WP03.md": pageText("planned"),
    },
  });
}
