import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import type { BatchRequest } from "../../src/pipeline/emit_batch.ts";
import { batchesIn, emitBatchIn, goingStamp } from "../support/batches.ts";
import { answerOf, makeProject, refusalOf, treeState } from "../support/project.ts";

const [FIRST, SECOND, THIRD]: [BatchRequest, BatchRequest, BatchRequest] = [
  { wp_id: "WP01", to_lane: "claimed", idempotency_key: "k1" },
  { wp_id: "WP01", to_lane: "in_progress", idempotency_key: "k2" },
  { wp_id: "WP01", to_lane: "for_review", idempotency_key: "k3" },
];

test("emitBatch() again appends nothing, and answers with the same events", async () => {
  using project = makeProject();
  const first = answerOf(await emitBatchIn(project, [FIRST, SECOND]));
  const log = project.read("status.events.jsonl");

  const second = answerOf(await emitBatchIn(project, [FIRST, SECOND]));

  expect(second.results.map(({ replayed, lane }) => [replayed, lane])).toEqual([
    [true, "in_progress"],
    [true, "in_progress"],
  ]);
  expect(second.results.map(({ event }) => event)).toEqual(first.results.map(({ event }) => event));
  expect(project.read("status.events.jsonl")).toBe(log);
});

test("emitBatch() again renews what the first try could not", async () => {
  using project = makeProject();
  await emitBatchIn(project, [FIRST, SECOND]);
  const snapshot = project.read("status.json");
  rmSync(project.snapshot_path);

  const { results } = answerOf(await emitBatchIn(project, [FIRST, SECOND]));

  expect(results.map((result) => result.snapshot)).toEqual(["written", "written"]);
  expect(project.read("status.json")).toBe(snapshot);
});

test("emitBatch() of old and new appends the new ones alone, as a batch of their own", async () => {
  using project = makeProject();
  await project.emit({ ...FIRST });
  const stamp = goingStamp();

  const { results } = answerOf(await emitBatchIn(project, [FIRST, SECOND, FIRST, THIRD], {}, stamp));

  expect(results.map(({ replayed }) => replayed)).toEqual([true, false, true, false]);
  const [old, ...news] = project.events();
  expect(old?.batch).toBeUndefined();
  expect(batchesIn(news).map((batch) => batch.map(({ to_lane }) => to_lane))).toEqual([
    ["in_progress", "for_review"],
  ]);
});

test("emitBatch() takes the same key with the same content for a replay within the batch", async () => {
  using project = makeProject();

  const { results } = answerOf(await emitBatchIn(project, [FIRST, FIRST, SECOND]));

  expect(results.map(({ replayed }) => replayed)).toEqual([false, true, false]);
  expect(results[1]?.event).toEqual(results[0]?.event ?? expect.unreachable());
  expect(project.events().map(({ batch }) => batch?.count)).toEqual([2, 2]);
});

test("emitBatch() refuses the same key with other content within the batch, and writes nothing", async () => {
  using project = makeProject();
  const before = treeState(project.folder);

  const refusal = refusalOf(await emitBatchIn(project, [FIRST, { ...SECOND, idempotency_key: "k1" }]));

  expect(refusal).toMatchObject({ code: "IDEMPOTENCY_CONFLICT", details: { line: 2 } });
  expect(refusal.message).toMatch(
    /^line 2: WP01: key k1 was used for something else: .*nothing of the batch is recorded\)$/,
  );
  expect(treeState(project.folder)).toEqual(before);
});

test("emitBatch() refuses a key that the log has for something else", async () => {
  using project = makeProject();
  await project.emit({ ...FIRST });
  const log = project.read("status.events.jsonl");

  const refusal = refusalOf(await emitBatchIn(project, [SECOND, { ...THIRD, idempotency_key: "k1" }]));

  expect(refusal).toMatchObject({
    code: "IDEMPOTENCY_CONFLICT",
    hint: "use a new key for a new request",
    details: { line: 2 },
  });
  expect(project.read("status.events.jsonl")).toBe(log);
});
