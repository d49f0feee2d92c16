/** Many processes with batches on one feature: every batch is there, whole and in one piece. */

import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatLine } from "../../src/domain/line.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { renderSnapshot, snapshotOf } from "../../src/domain/snapshot.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { batchesIn, forcedMoves, linesOf } from "../support/batches.ts";
import { laneBeside } from "../support/lane.ts";
import { makeProject, SLUG } from "../support/project.ts";

const WORKERS = 8;
const MOVES_EACH = 20;

test("emit --batch by many processes at once records each batch whole, on the state that it finds", async () => {
  using project = makeProject();
  writeFileSync(join(project.root, "batch.jsonl"), linesOf(forcedMoves(MOVES_EACH, 4)));

  const answers = await Promise.all(
    Array.from({ length: WORKERS }, (_, i) =>
      laneBeside(project.root, `emit --batch batch.jsonl --actor agent-${i} --json`),
    ),
  );

  expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 0));
  const events = project.events();
  expect(project.read("status.events.jsonl")).toBe(events.map(formatLine).join(""));
  const batches = batchesIn(events);
  expect(batches.map(({ length }) => length)).toEqual(answers.map(() => MOVES_EACH));
  const writers = batches.map((batch) => new Set(batch.map(({ actor }) => actor)));
  expect(writers.map(({ size }) => size)).toEqual(answers.map(() => 1));
  expect(new Set(writers.flatMap((names) => [...names])).size).toBe(WORKERS);
  for (const [i, event] of events.entries()) {
    const before = events.slice(0, i).findLast(({ wp_id }) => wp_id === event.wp_id);
    expect(event.from_lane).toBe(before?.to_lane ?? "planned");
    expect(event.parent_event_ids).toEqual(before === undefined ? [] : [before.event_id]);
  }
  const snapshot = snapshotOf(reduce(events), SEVEN_LANE, { key: "feature_slug", value: SLUG });
  expect(project.read("status.json")).toBe(renderSnapshot(snapshot, undefined));
});
