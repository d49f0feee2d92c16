import { expect, test } from "bun:test";
import { answerOf, lineAt, makeProject, refusalOf, SLUG, treeState } from "../support/project.ts";

const GOOD = lineAt(1);

const CORRUPT: readonly [string, string | Uint8Array, string][] = [
  ["a line that is not JSON", `${GOOD}oops\n`, "LOG_LINE_INVALID"],
  ["a damaged line of another work package", GOOD + lineAt(2, { wp_id: "WP2" }), "EVENT_FIELD_INVALID"],
  ["an alias for a lane", lineAt(1, { to_lane: "doing" }), "LANE_NOT_CANONICAL"],
  ["a line of a newer version", GOOD.replace("{", '{"schema_version": 2, '), "LOG_NEWER_SCHEMA"],
  ["conflict markers", `<<<<<<< HEAD\n${GOOD}=======\n>>>>>>> theirs\n`, "LOG_CONFLICT_MARKERS"],
  ["a torn tail", GOOD + GOOD.slice(0, 60), "LOG_TORN"],
  ["zeros at its end", `${GOOD}${"\0".repeat(64)}`, "LOG_TORN"],
  ["half of a batch", lineAt(1, { batch: { id: "b", index: 0, count: 2 } }), "LOG_TORN"],
  ["invalid UTF-8", Buffer.concat([Buffer.from(GOOD), Buffer.from([0xff, 0x0a])]), "LOG_LINE_INVALID"],
];

test.each(CORRUPT)(
  "emitStatusTransition() refuses a log with %s, and writes nothing",
  async (_, log, finding) => {
    using project = makeProject();
    project.write("status.events.jsonl", log);
    const before = treeState(project.folder);

    for (const request of [{ to_lane: "in_progress" }, { to_lane: "done", force: true, reason: "must" }]) {
      expect(refusalOf(await project.emit(request))).toMatchObject({
        code: "LOG_CORRUPT",
        hint: `lane doctor --feature ${SLUG}`,
        details: { file: project.log_path, finding },
      });
    }

    expect(treeState(project.folder)).toEqual(before);
  },
);

test("emitStatusTransition() with an idempotency key refuses a corrupt log too", async () => {
  using project = makeProject();
  const line = lineAt(1, { idempotency_key: "k1" });
  project.write("status.events.jsonl", `${line}oops\n`);

  expect(refusalOf(await project.emit({ to_lane: "claimed", idempotency_key: "k1" })).code).toBe(
    "LOG_CORRUPT",
  );
});

test("emitStatusTransition() works on a log whose order, repeats and line ends are a mess", async () => {
  using project = makeProject();
  const second = lineAt(2, {
    from_lane: "claimed",
    to_lane: "in_progress",
    parent_event_ids: [JSON.parse(GOOD).event_id],
  });
  project.write("status.events.jsonl", `\ufeff${second}\r\n${GOOD}\n{"type": "note"}\n${GOOD}${second}`);

  const answer = answerOf(await project.emit({ to_lane: "for_review" }));

  expect(answer).toMatchObject({ from_lane: "in_progress", lane: "for_review" });
  expect(JSON.parse(project.read("status.json")).event_count).toBe(3);
});
