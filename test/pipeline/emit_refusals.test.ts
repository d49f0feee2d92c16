import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RefusalCode } from "../../src/domain/refusal.ts";
import { type EmitRequest, emitStatusTransition } from "../../src/pipeline/emit.ts";
import { startHolder } from "../store/holder.ts";
import {
  answerOf,
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  refusalOf,
  stampAt,
  treeState,
} from "../support/project.ts";

/** A feature at work: WP01 in review, WP02 claimed under a key, subtasks open. */
async function makeBusy() {
  const project = makeProject({
    files: {
      "meta.json": '{"status_phase": 1}',
      "tasks.md": "## WP03\n- [ ] T1\n<!-- lanekeeper:status --><!-- /lanekeeper:status -->\n",
      "tasks/WP01.md": pageText("planned"),
      "tasks/WP02.md": pageText("planned"),
      "tasks/WP03.md": pageText("planned"),
    },
  });
  await project.walk("claimed", "in_progress", "for_review");
  answerOf(await project.emit({ wp_id: "WP02", idempotency_key: "used" }));
  answerOf(await project.emit({ wp_id: "WP03", to_lane: "in_progress", force: true, reason: "set-up" }));
  return project;
}

const REFUSED: readonly [RefusalCode, string, Partial<EmitRequest>][] = [
  ["ILLEGAL_TRANSITION", "a pair that is none", { to_lane: "claimed" }],
  ["ILLEGAL_TRANSITION", "a lane to itself", { to_lane: "for_review" }],
  ["GUARD_FAILED", "unchecked subtasks", { wp_id: "WP03", to_lane: "for_review" }],
  ["GUARD_FAILED", "no review_ref", { to_lane: "in_progress" }],
  ["FORCE_NEEDS_AUDIT", "no reason", { to_lane: "done", force: true }],
  ["FORCE_NEEDS_AUDIT", "no actor", { to_lane: "done", force: true, reason: "x", actor: null }],
  ["EVIDENCE_REQUIRED", "no evidence", { to_lane: "done" }],
  ["EVIDENCE_INVALID", "bad evidence", { to_lane: "done", evidence: {} }],
  ["PRECONDITION_FAILED", "another lane", { to_lane: "blocked", if_lane: "planned" }],
  ["PRECONDITION_FAILED", "another event", { to_lane: "blocked", if_event: "0".repeat(26) }],
  ["IDEMPOTENCY_CONFLICT", "a used key", { to_lane: "blocked", idempotency_key: "used" }],
  ["USAGE", "no actor", { to_lane: "blocked", actor: " " }],
  ["USAGE", "a blank key", { to_lane: "blocked", idempotency_key: "" }],
  ["USAGE", "a mode that is none", { to_lane: "blocked", execution_mode: "remote" as "worktree" }],
  ["USAGE", "a key that is none", { to_lane: "blocked", forced: true } as Partial<EmitRequest>],
  ["UNKNOWN_LANE", "a lane that is none", { to_lane: "dnoe" }],
  ["INVALID_ID", "an id that is none", { wp_id: "../WP01", to_lane: "blocked" }],
  ["INVALID_ID", "a slug that is none", { feature: "../x", to_lane: "blocked" }],
  ["NO_FEATURE", "a feature that is not there", { feature: "999", to_lane: "blocked" }],
  ["NO_PROJECT", "a root that is not there", { root: "nowhere", to_lane: "blocked" }],
  ["IO", "an event longer than a line", { to_lane: "blocked", reason: "x".repeat(1024 * 1024) }],
];

test.each(REFUSED)(
  "emitStatusTransition() that refuses with %s for %s touches nothing",
  async (code, _, request) => {
    using project = await makeBusy();
    const before = treeState(project.root);

    expect(refusalOf(await project.emit(request)).code).toBe(code);

    expect(treeState(project.root)).toEqual(before);
  },
);

test("emitStatusTransition() that refuses a feature without a log makes none", async () => {
  using project = makeProject();
  const before = treeState(project.folder);

  expect(refusalOf(await project.emit({ to_lane: "done" })).code).toBe("ILLEGAL_TRANSITION");

  expect(treeState(project.folder)).toEqual(before);
});

test("emitStatusTransition() that refuses with AMBIGUOUS_FEATURE touches nothing", async () => {
  using project = await makeBusy();
  mkdirSync(join(project.root, "kitty-specs", "034-test-feature-two"));
  const before = treeState(project.root);

  expect(refusalOf(await project.emit({ feature: "034", to_lane: "blocked" })).code).toBe(
    "AMBIGUOUS_FEATURE",
  );

  expect(treeState(project.root)).toEqual(before);
});

test("emitStatusTransition() that refuses with NO_PROJECT makes nothing where the caller stands", async () => {
  using folder = makeFolder();
  const before = treeState(folder.path);

  const refused = await emitStatusTransition({
    cwd: folder.path,
    wp_id: "1",
    to_lane: "claimed",
    actor: "claude",
  });

  expect(refusalOf(refused).code).toBe("NO_PROJECT");
  expect(treeState(folder.path)).toEqual(before);
});

test("emitStatusTransition() that refuses with CONFIG_INVALID touches nothing", async () => {
  using project = await makeBusy();
  project.write("meta.json", '{"status_workflow": "ten-lane"}');
  const before = treeState(project.root);

  expect(refusalOf(await project.emit({ to_lane: "blocked" })).code).toBe("CONFIG_INVALID");

  expect(treeState(project.root)).toEqual(before);
});

test("emitStatusTransition() that refuses with LOCK_TIMEOUT touches nothing", async () => {
  using project = await makeBusy();
  await using _ = await startHolder((await project.open()).lock);
  const before = treeState(project.root);

  const refused = await project.emit({ to_lane: "blocked", lock_timeout_ms: 0 });

  expect(refusalOf(refused).code).toBe("LOCK_TIMEOUT");
  expect(treeState(project.root)).toEqual(before);
});

test("emitStatusTransition() that refuses for want of time before the year 2200 touches nothing", async () => {
  using project = makeProject({
    files: { "status.events.jsonl": lineAt(1, { at: "2199-12-31T23:59:59.999999Z" }) },
  });
  const before = treeState(project.folder);

  expect(refusalOf(await project.emit({ to_lane: "in_progress" }, stampAt(2)))).toMatchObject({
    code: "IO",
    message: expect.stringContaining("2199-12-31T23:59:59.999999Z"),
  });

  expect(treeState(project.folder)).toEqual(before);
});
