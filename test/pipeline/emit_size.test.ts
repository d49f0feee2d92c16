import { expect, test } from "bun:test";
import { answerOf, lineAt, makeProject, refusalOf, treeState } from "../support/project.ts";

const LONGEST_BYTES = 1024 * 1024;

/** A reason that makes the first event of a project a line of this many bytes, its line end included. */
function reasonForLine(bytes: number): string {
  return "x".repeat(bytes - Buffer.byteLength(lineAt(1, { reason: "" })));
}

test("emitStatusTransition() writes an event of exactly 1 MiB, and the next one reads it", async () => {
  using project = makeProject();

  answerOf(await project.emit({ to_lane: "claimed", reason: reasonForLine(LONGEST_BYTES) }));
  answerOf(await project.emit({ to_lane: "in_progress" }));

  expect(project.read("status.events.jsonl").indexOf("\n") + 1).toBe(LONGEST_BYTES);
  expect(project.events()).toHaveLength(2);
});

test("emitStatusTransition() refuses an event of one byte more with IO, and writes nothing", async () => {
  using project = makeProject();
  const before = treeState(project.folder);

  const refusal = refusalOf(
    await project.emit({ to_lane: "claimed", reason: reasonForLine(LONGEST_BYTES + 1) }),
  );

  expect(refusal).toMatchObject({
    code: "IO",
    message: `WP01: the event takes ${LONGEST_BYTES + 1} bytes; a line holds ${LONGEST_BYTES}`,
    details: { size_bytes: LONGEST_BYTES + 1, longest_bytes: LONGEST_BYTES },
  });
  expect(treeState(project.folder)).toEqual(before);
});

test("emitStatusTransition() counts the bytes that are written, not the characters that were given", async () => {
  using project = makeProject();

  const refused = await project.emit({ to_lane: "claimed", reason: "é".repeat(LONGEST_BYTES / 6) });

  expect(refusalOf(refused).code).toBe("IO");
  expect(project.events()).toEqual([]);
});

test("emitStatusTransition() does not count the line end that an older line lacks as its own", async () => {
  using project = makeProject({ files: { "status.events.jsonl": '{"type": "note"}' } });

  const answer = await project.emit({ to_lane: "claimed", reason: reasonForLine(LONGEST_BYTES) });

  expect(answerOf(answer).lane).toBe("claimed");
});

test("emitStatusTransition() works on a log of many events", async () => {
  const lines: string[] = [];
  const ids: string[] = [];
  for (let minute = 1; minute <= 3000; minute++) {
    const parent = ids.at(-1);
    const lane = minute % 2 === 1 ? ["planned", "claimed"] : ["claimed", "planned"];
    const line = lineAt(minute, {
      from_lane: lane[0] ?? "",
      to_lane: lane[1] ?? "",
      force: true,
      reason: "back and forth",
      parent_event_ids: parent === undefined ? [] : [parent],
    });
    lines.push(line);
    ids.push(JSON.parse(line).event_id);
  }
  using project = makeProject({ files: { "status.events.jsonl": lines.join("") } });

  const answer = answerOf(await project.emit({ to_lane: "claimed" }));

  expect(answer.event).toMatchObject({ from_lane: "planned", parent_event_ids: [ids.at(-1) ?? ""] });
  expect(JSON.parse(project.read("status.json"))).toMatchObject({
    event_count: 3001,
    work_packages: { WP01: { lane: "claimed", force_count: 3000 } },
  });
});
