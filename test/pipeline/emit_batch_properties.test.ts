/** A batch is the same requests one by one, or nothing. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Stamp } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import type { Result } from "../../src/domain/refusal.ts";
import type { EmitAnswer } from "../../src/pipeline/emit.ts";
import type { BatchRequest } from "../../src/pipeline/emit_batch.ts";
import { batchesIn, emitBatchIn, goingStamp } from "../support/batches.ts";
import { LANES } from "../support/histories.ts";
import { answerOf, makeProject, refusalOf, type TemporaryProject, treeState } from "../support/project.ts";

const FORCED = { actor: "ana", force: true, reason: "why" };
const KEYED: readonly BatchRequest[] = [
  { wp_id: "WP01", to_lane: "claimed", ...FORCED, idempotency_key: "k1" },
  { wp_id: "WP02", to_lane: "blocked", ...FORCED, idempotency_key: "k2" },
];

const REQUEST: fc.Arbitrary<BatchRequest> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KEYED) },
  {
    weight: 6,
    arbitrary: fc.record({
      wp_id: fc.constantFrom("WP01", "wp2", "3"),
      to_lane: fc.constantFrom(...LANES),
      force: fc.constantFrom(true, true, true, true, true, false),
      reason: fc.constantFrom("why", "why", "why", "why", "why", "why", "why", null),
      idempotency_key: fc.constantFrom(undefined, undefined, undefined, undefined, "k3", "k1"),
    }),
  },
);

test("emitBatch() does what the same requests do one by one; refused, it leaves every byte", async () => {
  const seen = { whole: 0, refused: 0, replayed: 0 };
  const property = fc.asyncProperty(
    fc.array(REQUEST, { maxLength: 2 }),
    fc.array(REQUEST, { minLength: 1, maxLength: 7 }),
    async (before, requests) => {
      using alone = makeProject();
      using together = makeProject();
      for (const project of [alone, together]) await emitEach(project, before, goingStamp(0));
      const old = treeState(together.folder);

      const each = await emitEach(alone, requests, goingStamp(100));
      const batch = await emitBatchIn(together, requests, {}, goingStamp(100));

      const bad = each.findIndex((answer) => !answer.ok);
      if (bad >= 0) {
        seen.refused++;
        const { code } = refusalOf(each[bad] ?? expect.unreachable());
        expect(refusalOf(batch)).toMatchObject({ code, details: { line: bad + 1 } });
        expect(treeState(together.folder)).toEqual(old);
        return;
      }
      seen.whole++;
      const { results } = answerOf(batch);
      seen.replayed += results.filter(({ replayed }) => replayed).length;
      expect(results.map(({ wp, replayed }) => [wp, replayed])).toEqual(
        each.map(answerOf).map(({ wp, replayed }) => [wp, replayed]),
      );
      expect(together.events().map(withoutBatch)).toEqual(alone.events().map(withoutBatch));
      if (together.events().length > 0) expect(together.read("status.json")).toBe(alone.read("status.json"));
      const news = together.events().filter((event) => event.batch !== undefined);
      expect(batchesIn(news).length).toBeLessThanOrEqual(1);
    },
  );
  await fc.assert(property, { numRuns: 80 });
  expect(Math.min(seen.whole, seen.refused, seen.replayed)).toBeGreaterThan(0);
});

/** Emits requests one after another, to the first that is refused. */
async function emitEach(
  project: TemporaryProject,
  requests: readonly BatchRequest[],
  stamp: Stamp,
): Promise<Result<EmitAnswer>[]> {
  const answers: Result<EmitAnswer>[] = [];
  for (const request of requests) {
    const answer = await project.emit({ ...request }, stamp);
    answers.push(answer);
    if (!answer.ok) break;
  }
  return answers;
}

function withoutBatch({ batch: _, ...event }: StatusEvent) {
  return event;
}
