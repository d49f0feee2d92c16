/** The rows of the commands that move work: emit, move, next. */

import { lineAt, pageText, SLUG } from "../../support/project.ts";
import {
  afterCalls,
  claimed,
  inMission,
  inMissionReview,
  inProject,
  inReview,
  LOG,
  locked,
  logIsFolder,
  unmigrated,
  withFiles,
  withFolders,
  withLog,
} from "./places.ts";
import { type Row, row } from "./row.ts";

const REJECTED = '{"review":{"reviewer":"ana","verdict":"changes_requested"}}';
const APPROVED = '{"review":{"reviewer":"ana","verdict":"approved","reference":"PR#1"},"note":"kept"}';
const UNKNOWN_EVENT = "01HXYZ0000AAAAAAAAAAAAAAAA";
const CLAIM = "--to claimed --actor ana";

const TICKED_HALF = withFiles(withLog(lineAt(1, { to_lane: "in_progress" }), "in_progress"), {
  [`kitty-specs/${SLUG}/tasks.md`]: "# Tasks\n\n## WP01\n\n- [x] done\n- [ ] not done\n",
});
const SUPERSEDED = withLog(lineAt(1, { idempotency_key: "k1" }) + lineAt(2, { to_lane: "canceled" }));
const FOREIGN = withLog(
  `${JSON.stringify({ ...JSON.parse(lineAt(1, { idempotency_key: "k1" })), parent_event_ids: undefined, note: "theirs" })}\n`,
);
const AHEAD = withLog(lineAt(1, { at: "2198-02-08T12:00:00.000000+00:00" }), "claimed");
const AT_THE_END = withLog(lineAt(1, { at: "2199-12-31T23:59:59.999999+00:00" }), "claimed");

/** The same for both: the words after `emit` are those of `move`, but for the lane. */
const EMIT: readonly Row[] = [
  row("emit", "ok", "a first move", `emit WP01 ${CLAIM}`, { writes: true }),
  row("emit", "ok", "a dry run", `emit WP01 ${CLAIM} --dry-run`),
  row(
    "emit",
    "ok",
    "a lane's alias, a reason and a context",
    ["emit", "1", "--to", "doing", "--actor", "漢字", "--reason", "because", "--workspace-context", "w"],
    { make: claimed, writes: true },
  ),
  row(
    "emit",
    "ok",
    "a key that was used for the same",
    "emit 1 --to claimed --actor claude --idempotency-key k1",
    { make: claimed },
  ),
  row(
    "emit",
    "ok",
    "a key that another tool's event carries",
    "emit 1 --to claimed --actor claude --idempotency-key k1",
    { make: FOREIGN, writes: true },
  ),
  row("emit", "ok", "evidence in short", "emit 1 --to done --actor ana --reviewer ana --reference PR#1", {
    make: inReview,
    writes: true,
  }),
  row("emit", "ok", "evidence from stdin", "emit 1 --to done --actor ana --evidence -", {
    make: inReview,
    stdin: APPROVED,
    writes: true,
  }),
  row("emit", "ok", "a way back from review", "emit 1 --to in_progress --actor ana --review-ref PR#1", {
    make: inReview,
    writes: true,
  }),
  row("emit", "ok", "force", "emit 1 --to done --actor ana --force --reason lost", { writes: true }),
  row("emit", "ok", "a work package without a page", "emit 7 --to claimed --actor ana", { writes: true }),
  row("emit", "ok", "the expected lane and event", `emit 1 ${CLAIM} --if-lane planned`, { writes: true }),
  row("emit", "ok", "a log from the future", "emit 1 --to blocked --actor ana", {
    make: AHEAD,
    writes: true,
  }),
  row("emit", "ok", "a feature whose pages are left alone", `emit 1 ${CLAIM}`, {
    make: inProject({ files: { "meta.json": '{"status_phase":0}' } }),
    writes: true,
  }),
  row("emit", "ok", "a snapshot that can't be written", `emit 1 ${CLAIM}`, {
    make: withFolders(inProject(), `kitty-specs/${SLUG}/status.json/x`),
    writes: true,
  }),
  row("emit", "ILLEGAL_TRANSITION", "a pair that is not in the table", "emit 1 --to done --actor ana"),
  row(
    "emit",
    "ILLEGAL_TRANSITION",
    "the lane it is in, by the same actor",
    "emit 1 --to claimed --actor claude",
    { make: claimed },
  ),
  row("emit", "ILLEGAL_TRANSITION", "the lane it is in, by another", `emit 1 ${CLAIM}`, { make: claimed }),
  row("emit", "ILLEGAL_TRANSITION", "finished work", "emit 1 --to planned --actor ana", {
    make: withLog(lineAt(1, { to_lane: "done" }), "done"),
  }),
  row(
    "emit",
    "GUARD_FAILED",
    "a way back from review without a reference",
    "emit 1 --to in_progress --actor ana",
    { make: inReview },
  ),
  row(
    "emit",
    "GUARD_FAILED",
    "evidence that asks for changes",
    ["emit", "1", "--to", "done", "--actor", "ana", "--evidence", REJECTED],
    { make: inReview },
  ),
  row("emit", "GUARD_FAILED", "a subtask that is not ticked off", "emit 1 --to for_review --actor ana", {
    make: TICKED_HALF,
  }),
  row("emit", "FORCE_NEEDS_AUDIT", "force without a reason", "emit 1 --to done --actor ana --force"),
  row("emit", "FORCE_NEEDS_AUDIT", "force without an actor", "emit 1 --to done --force --reason x"),
  row("emit", "EVIDENCE_REQUIRED", "done without evidence", "emit 1 --to done --actor ana", {
    make: inReview,
  }),
  row("emit", "EVIDENCE_INVALID", "evidence that is not JSON", `emit 1 ${CLAIM} --evidence x`),
  row("emit", "EVIDENCE_INVALID", "evidence that is not well formed", `emit 1 ${CLAIM} --evidence {}`),
  row("emit", "PRECONDITION_FAILED", "another lane than expected", `emit 1 ${CLAIM} --if-lane done`),
  row(
    "emit",
    "PRECONDITION_FAILED",
    "another last event than expected",
    `emit 1 ${CLAIM} --if-event ${UNKNOWN_EVENT}`,
  ),
  row(
    "emit",
    "IDEMPOTENCY_CONFLICT",
    "a key that was used for something else",
    "emit 1 --to blocked --actor claude --idempotency-key k1",
    { make: claimed },
  ),
  row(
    "emit",
    "IDEMPOTENCY_CONFLICT",
    "a key whose event was superseded",
    "emit 1 --to claimed --actor claude --idempotency-key k1",
    { make: SUPERSEDED },
  ),
  row("emit", "UNKNOWN_LANE", "a lane that is none", "emit 1 --to dnoe --actor ana"),
  row("emit", "UNKNOWN_LANE", "an expected lane that is none", `emit 1 ${CLAIM} --if-lane dnoe`),
  row("emit", "INVALID_ID", "a work package id that is none", `emit WP ${CLAIM}`),
  row("emit", "INVALID_ID", "an event id that is none", `emit 1 ${CLAIM} --if-event x`),
  row("emit", "USAGE", "no actor", "emit 1 --to claimed"),
  row("emit", "USAGE", "no lane", "emit 1 --actor ana"),
  row("emit", "USAGE", "a blank key", [
    "emit",
    "1",
    "--to",
    "claimed",
    "--actor",
    "ana",
    "--idempotency-key",
    " ",
  ]),
  row("emit", "USAGE", "an execution mode that is none", `emit 1 ${CLAIM} --execution-mode cloud`),
  row("emit", "USAGE", "evidence in two ways", `emit 1 ${CLAIM} --evidence {} --reviewer ana`),
  row("emit", "USAGE", "evidence in a file that is not there", `emit 1 ${CLAIM} --evidence @none`),
  row("emit", "USAGE", "a waiting time that is none", `emit 1 ${CLAIM} --lock-timeout soon`),
  row("emit", "NO_PROJECT", "a root that is no folder", `emit 1 ${CLAIM} --root none`),
  row("emit", "IO", "a year that can't be written", "emit 1 --to blocked --actor ana", { make: AT_THE_END }),
  row("emit", "IO", "evidence longer than a line may be", `emit 1 ${CLAIM} --evidence -`, {
    stdin: `"${"x".repeat(1_100_000)}"`,
  }),
];

const MOVE: readonly Row[] = [
  row("move", "ok", "a first move", "move 1 claimed --actor ana", { writes: true }),
  row("move", "ok", "a dry run", "move 1 claimed --actor ana --dry-run"),
  row(
    "move",
    "ok",
    "a key that was used for the same",
    "move 1 claimed --actor claude --idempotency-key k1",
    { make: claimed },
  ),
  row("move", "ILLEGAL_TRANSITION", "a pair that is not in the table", "move 1 done --actor ana"),
  row("move", "USAGE", "no lane", "move 1"),
  row("move", "UNKNOWN_LANE", "a lane that is none", "move 1 dnoe --actor ana"),
];

const REQUESTS =
  '{"wp_id":"WP01","to_lane":"claimed","idempotency_key":"k1"}\n{"wp_id":"WP01","to_lane":"doing"}\n';
const BATCH = "emit --batch - --actor claude";

const BATCHES: readonly Row[] = [
  row("emit", "ok", "a batch", BATCH, { stdin: REQUESTS, writes: true }),
  row("emit", "ok", "a batch in a dry run", `${BATCH} --dry-run`, { stdin: REQUESTS }),
  row("emit", "ok", "a batch of which a part was recorded before", BATCH, {
    make: claimed,
    stdin: REQUESTS,
    writes: true,
  }),
  row("emit", "ok", "a batch that was recorded before", BATCH, {
    make: claimed,
    stdin: REQUESTS.split("\n")[0] ?? "",
  }),
  row("emit", "ILLEGAL_TRANSITION", "a batch whose second line does not go", BATCH, {
    stdin: `${REQUESTS}{"wp_id":"1","to_lane":"done"}`,
  }),
  row("emit", "USAGE", "a batch that is empty", BATCH),
  row("emit", "USAGE", "a batch that is not JSON", BATCH, { stdin: "x" }),
  row("emit", "USAGE", "a batch with a key that is none", BATCH, {
    stdin: '{"wp_id":"1","to_lane":"claimed","reson":"x"}',
  }),
  row("emit", "USAGE", "a batch in a file that is not there", "emit --batch none.jsonl --actor a"),
  row("emit", "USAGE", "a batch beside a work package", "emit 1 --batch -"),
  row("emit", "UNKNOWN_LANE", "a batch with a lane that is none", BATCH, {
    stdin: '{"wp_id":"1","to_lane":"dnoe"}',
  }),
  row("emit", "NOT_MIGRATED", "a batch for pages that have moved, and no log", BATCH, {
    make: unmigrated,
    stdin: REQUESTS,
  }),
  row("emit", "LOCK_TIMEOUT", "a batch while the lock is held", `${BATCH} --lock-timeout 0`, {
    make: locked,
    stdin: REQUESTS,
  }),
  row("emit", "IO", "a batch for a log that is a folder", BATCH, { make: logIsFolder, stdin: REQUESTS }),
  row("emit", "IO", "a batch with a line longer than a line may be", BATCH, { stdin: "x".repeat(1_100_000) }),
];

const WAITING = inProject({
  files: {
    "tasks/WP01-first.md": pageText("claimed"),
    "tasks/WP02-second.md":
      "---\nwork_package_id: WP02\ntitle: Second\nlane: planned\ndependencies: [WP01]\n---\n",
    [LOG]: lineAt(1),
  },
});
const UNCLEAR = inProject({
  files: { "tasks/WP01.md": "---\nwork_package_id: WP01\nlane: planned\ndependencies: [WP02\n---\n" },
});

const NEXT: readonly Row[] = [
  row("next", "ok", "something that is ready", "next"),
  row("next", "ok", "something that waits", "next", { make: WAITING }),
  row("next", "ok", "nothing at all", "next", { make: inProject({ files: { "meta.json": "{}" } }) }),
  row("next", "ok", "dependencies that can't be told", "next", { make: UNCLEAR }),
  row("next", "ok", "a claim", "next --claim --actor claude", { writes: true }),
  row("next", "ok", "a claim in a dry run", "next --claim --actor claude --dry-run"),
  row("next", "ok", "a claim asked for again", "next --claim --actor claude --idempotency-key k1", {
    make: afterCalls(inProject(), "next --claim --actor claude --idempotency-key k1"),
  }),
  row("next", "NOTHING_READY", "a claim where everything was begun", "next --claim --actor ana", {
    make: claimed,
  }),
  row("next", "NOTHING_READY", "a claim where everything waits", "next --claim --actor ana", {
    make: WAITING,
  }),
  row("next", "NOTHING_READY", "a claim where nobody can tell", "next --claim --actor ana", {
    make: UNCLEAR,
  }),
  row("next", "NOT_MIGRATED", "a page that does not tell its lane, and no log", "next", {
    make: inProject({ files: { "tasks/WP01.md": "---\nlane: planned\n" } }),
  }),
  row(
    "next",
    "IDEMPOTENCY_CONFLICT",
    "a claim by another with the same key",
    "next --claim --actor ana --idempotency-key k1",
    { make: claimed },
  ),
  row(
    "next",
    "LOCK_TIMEOUT",
    "a claim while the lock is held",
    "next --claim --actor ana --lock-timeout 50ms",
    { make: locked },
  ),
  row("next", "USAGE", "an actor without a claim", "next --actor ana"),
  row("next", "USAGE", "a claim by nobody", "next --claim"),
];

const RESULT = '{"reviewer": "bob", "verdict": "changes_requested", "reference": "PR#1"}';
const OUT_OF_REVIEW = ["emit", "1", "--actor", "bob", "--to"];

/** Moves of a mission's work. */
const NINE_LANES: readonly Row[] = [
  row("emit", "ok", "a mission's first event", "emit 1 --to planned --actor ana", {
    make: inMission,
    writes: true,
  }),
  row("emit", "ok", "a review's result", [...OUT_OF_REVIEW, "in_progress", "--review-result", RESULT], {
    make: inMissionReview,
    writes: true,
  }),
  row(
    "move",
    "ok",
    "a review in few words",
    "move 1 approved --actor bob --reviewer bob --verdict approved --reference PR#1",
    { make: inMissionReview, writes: true },
  ),
  row("emit", "EVIDENCE_REQUIRED", "a review without a result", [...OUT_OF_REVIEW, "approved"], {
    make: inMissionReview,
  }),
  row(
    "emit",
    "EVIDENCE_INVALID",
    "a review's result that is not JSON",
    [...OUT_OF_REVIEW, "approved", "--review-result", "{"],
    { make: inMissionReview },
  ),
  row(
    "emit",
    "GUARD_FAILED",
    "a result that refuses",
    [...OUT_OF_REVIEW, "done", "--review-result", RESULT],
    {
      make: inMissionReview,
    },
  ),
  row("emit", "UNKNOWN_LANE", "what stands before the first lane", "emit 1 --to genesis --actor ana", {
    make: inMission,
  }),
  row("show", "ok", "a mission's work package", "show 1", { make: inMissionReview }),
  row("board", "ok", "a mission", "board", { make: inMissionReview }),
  row("log", "ok", "a mission", "log", { make: inMissionReview }),
  row("flow", "ok", "a mission", "flow", { make: inMissionReview }),
  row("next", "ok", "a mission", "next", { make: inMission }),
  row("workflow", "ok", "a mission", "workflow", { make: inMission }),
];

export const MOVE_ROWS: readonly Row[] = [...NINE_LANES, ...EMIT, ...BATCHES, ...MOVE, ...NEXT];
