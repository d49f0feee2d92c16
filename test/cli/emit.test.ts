/** `lane emit`, as a person sees it: whole outputs. */

import { expect, test } from "bun:test";
import { withSlashes } from "../../src/store/spelling.ts";
import { answered, lane, refused, told } from "../support/lane.ts";
import {
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;

test("emit takes a work package through its whole life", () => {
  using project = makeProject();
  const emit = (words: string) => told(lane(project.root, `emit WP01 ${words}`));
  const moved = (line: string) => answered(line, `event <id 1> in ${LOG}`);

  expect(emit("--to claimed --actor claude")).toEqual(moved("WP01: planned -> claimed, by claude"));
  expect(emit("--to doing --actor claude")).toEqual(moved("WP01: claimed -> in_progress, by claude"));
  expect(emit("--to for_review --actor claude")).toEqual(moved("WP01: in_progress -> for_review, by claude"));
  expect(emit("--to in_progress --actor ana --review-ref PR#1")).toEqual(
    moved("WP01: for_review -> in_progress, by ana"),
  );
  expect(emit("--to BLOCKED --actor claude")).toEqual(moved("WP01: in_progress -> blocked, by claude"));
  expect(emit("--to in_progress --actor claude")).toEqual(moved("WP01: blocked -> in_progress, by claude"));
  expect(emit("--to for_review --actor claude")).toEqual(moved("WP01: in_progress -> for_review, by claude"));
  expect(emit("--to done --actor ana --reviewer ana --reference PR#2")).toEqual(
    moved("WP01: for_review -> done, by ana"),
  );

  expect(project.events().map(({ to_lane }) => to_lane)).toEqual(
    "claimed in_progress for_review in_progress blocked in_progress for_review done".split(" "),
  );
  expect(project.read("tasks/WP01-first.md")).toBe(pageText("done"));
});

test("emit by force says so, and keeps the reason", () => {
  using project = makeProject();

  const answer = lane(project.root, [
    ..."emit WP01 --to done --actor ana --force --reason".split(" "),
    "agreed by phone",
  ]);

  expect(told(answer)).toEqual(answered("WP01: planned -> done, by ana, forced", `event <id 1> in ${LOG}`));
  expect(project.events()).toMatchObject([{ force: true, reason: "agreed by phone", evidence: null }]);
});

test("emit --dry-run decides and writes nothing", () => {
  using project = makeProject();
  const before = treeState(project.root);

  const would = lane(project.root, "emit WP01 --to claimed --actor ana --dry-run");
  const would_not = lane(project.root, "emit WP01 --to done --actor ana --dry-run");

  expect(told(would)).toEqual(
    answered(
      "WP01: would move planned -> claimed, by ana\ndry run: nothing is written to kitty-specs/034-test-feature/status.events.jsonl",
    ),
  );
  expect(would_not.code).toBe(1);
  expect(treeState(project.root)).toEqual(before);
});

test("emit refuses a pair that is not in the table, and names the first step there", () => {
  using project = makeProject();
  expectRefused(project, "--to done --actor claude", 1, [
    "Error: WP01: cannot move planned -> done: no such transition. From planned: claimed, blocked, canceled",
    "Hint: lane emit WP01 --to claimed --actor claude",
  ]);
});

test("emit refuses to leave a lane where work is over", async () => {
  using project = makeProject();
  await project.walk("canceled");
  expectRefused(project, "--to claimed --actor ana", 1, [
    "Error: WP01: cannot move canceled -> claimed: no such transition. From canceled: nothing, work there is over",
    "Hint: lane show WP01",
  ]);
});

test("emit says that the work package is there already when the same actor moved it", async () => {
  using project = makeProject();
  await project.walk("claimed");
  expectRefused(project, "--to claimed --actor claude", 1, [
    "Error: WP01: it is already in claimed: claude moved it there <age> (event <id 1>)",
    "Hint: nothing is left to do; with --idempotency-key a retry gets its first answer again",
  ]);
});

test("emit refuses a lane to itself when somebody else moved it there", async () => {
  using project = makeProject();
  await project.walk("claimed");
  expectRefused(project, "--to claimed --actor ana", 1, [
    "Error: WP01: cannot move claimed -> claimed: no such transition. From claimed: in_progress, blocked, canceled",
    "Hint: lane show WP01",
  ]);
});

test("emit refuses done without evidence, and names the options that give it", async () => {
  using project = makeProject();
  await project.walk("for_review");
  expectRefused(project, "--to done --actor ana", 1, [
    "Error: WP01: cannot move for_review -> done: it needs evidence of an approved review",
    "Hint: lane emit WP01 --to done --actor ana --reviewer <who> --reference <where>",
  ]);
});

test("emit refuses done on a rejection, and names the way back", async () => {
  using project = makeProject();
  await project.walk("for_review");
  expectRefused(project, "--to done --actor ana --reviewer ana --verdict changes_requested", 1, [
    "Error: WP01: cannot move for_review -> done: the evidence's verdict is changes_requested; it needs approved",
    "Hint: lane emit WP01 --to in_progress --actor ana --review-ref <where>",
  ]);
});

test("emit refuses the way back from review without a reference", async () => {
  using project = makeProject();
  await project.walk("for_review");
  expectRefused(project, "--to in_progress --actor ana", 1, [
    "Error: WP01: cannot move for_review -> in_progress: it needs a reference to the review that sends it back",
    "Hint: lane emit WP01 --to in_progress --actor ana --review-ref <where>",
  ]);
});

test("emit refuses to plan again without a reason", async () => {
  using project = makeProject();
  await project.walk("in_progress");
  expectRefused(project, "--to planned --actor ana", 1, [
    "Error: WP01: cannot move in_progress -> planned: it needs a reason",
    "Hint: lane emit WP01 --to planned --actor ana --reason <why>",
  ]);
});

test("emit refuses review with unchecked subtasks, and lists them", async () => {
  using project = makeProject();
  project.write(
    "tasks.md",
    "## WP01\n- [x] T1 read\n- [ ] T2 write\n- [ ] T3 \u001b[31mred\n## WP02\n- [ ] T4\n",
  );
  await project.walk("in_progress");
  expectRefused(project, "--to for_review --actor ana", 1, [
    'Error: WP01: cannot move in_progress -> for_review: 2 subtasks are unchecked in tasks.md: "T2 write", "T3 \\u001b[31mred"',
    "Hint: finish them and tick them off in tasks.md",
  ]);
});

test("emit refuses force without a reason", () => {
  using project = makeProject();
  expectRefused(project, "--to done --actor ana --force", 1, [
    "Error: WP01: cannot move planned -> done: force needs an actor and a reason; there is no reason",
    "Hint: say why it is forced with --reason",
  ]);
});

test("emit --if-lane refuses when the work package is elsewhere, and says who moved it", async () => {
  using project = makeProject();
  await project.walk("in_progress");
  expectRefused(project, "--to blocked --actor ana --if-lane claimed", 1, [
    "Error: WP01: expected it in claimed, but it is in in_progress, moved by claude at <time>",
    "Hint: lane show WP01",
  ]);
});

test("emit --if-event refuses when another event came since", async () => {
  using project = makeProject();
  expectRefused(project, "--to claimed --actor ana --if-event 01HXYZ0000AAAAAAAAAAAAAAAA", 1, [
    "Error: WP01: expected its last event to be <id 1>, but it has no event yet",
    "Hint: lane show WP01",
  ]);

  await project.walk("claimed", "in_progress");
  const [claimed, started] = project.events().map(({ event_id }) => event_id);

  expectRefused(project, `--to blocked --actor ana --if-event ${claimed}`, 1, [
    "Error: WP01: expected its last event to be <id 1>, but it is <id 2>, moved by claude at <time>",
    "Hint: lane show WP01",
  ]);
  expect(lane(project.root, `emit WP01 --to blocked --actor ana --if-event ${started}`).code).toBe(0);
});

test("emit refuses a feature whose pages have moved and that has no log", () => {
  using project = makeProject({
    files: {
      "tasks/WP01-first.md": pageText("planned"),
      "tasks/WP02-second.md": pageText("doing"),
      "tasks/WP03-third.md": pageText("done"),
    },
  });
  expectRefused(project, "--to claimed --actor ana", 1, [
    `Error: ${SLUG} has no events yet, but kitty-specs/${SLUG}/tasks/WP02-second.md says doing, and 1 more page is not in planned`,
    `Hint: lane migrate --feature ${SLUG}`,
  ]);
});

test("emit warns of a work package without a page, and moves it", () => {
  using project = makeProject();
  expect(told(lane(project.root, "emit 7 --to claimed --actor ana"))).toEqual({
    code: 0,
    stdout: `WP07: planned -> claimed, by ana\nevent <id 1> in ${LOG}\n`,
    stderr: `Warning: WP07 has no page in kitty-specs/${SLUG}/tasks/\n`,
  });
});

test("emit warns of a log that is ahead of the clock, and stands right after it", () => {
  const ahead = lineAt(1, { at: "2190-01-01T00:00:00.000000+00:00" });
  using project = makeProject({ files: { "status.events.jsonl": ahead } });

  const answer = lane(project.root, "emit 1 --to in_progress --actor ana");

  expect(answer.code).toBe(0);
  expect(answer.stderr).toMatch(
    /^Warning: the newest event of this log is \d+ d ahead of this machine's clock; the event stands right after it\n(?:Warning: WP01 has no page in \S+\n)?$/,
  );
  expect(project.events()[1]).toMatchObject({ at: "2190-01-01T00:00:00.000001+00:00" });
});

test("emit names the log by its whole path when it lies elsewhere", () => {
  using project = makeProject();
  using elsewhere = makeFolder();
  const answer = lane(elsewhere.path, `emit 1 --to claimed --actor ana --root ${project.root}`);
  expect(answer.stderr).toBe("");
  expect(answer.stdout).toBe(
    `WP01: planned -> claimed, by ana\nevent ${project.events()[0]?.event_id} in ${withSlashes(project.log_path)}\n`,
  );
});

/** Refused with these words, and nothing in the feature's folder touched. */
function expectRefused(
  project: TemporaryProject,
  words: string,
  code: number,
  lines: readonly string[],
): void {
  const before = treeState(project.folder);
  expect(told(lane(project.root, `emit WP01 ${words}`))).toEqual(refused(code, ...lines));
  expect(treeState(project.folder)).toEqual(before);
}
