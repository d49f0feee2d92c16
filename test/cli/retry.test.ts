/** `--idempotency-key`: a lost answer, asked again. */

import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { answered, lane, refused, told } from "../support/lane.ts";
import { lineAt, makeProject, pageText, SLUG, stampAt } from "../support/project.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const CLAIM = "emit WP01 --to claimed --actor claude --idempotency-key claim-1";

test("a retry with its key records nothing and names the first event", () => {
  using project = makeProject();
  const first = lane(project.root, CLAIM);
  const log = project.read("status.events.jsonl");

  const second = lane(project.root, CLAIM);

  expect(told(second)).toEqual(
    answered(
      "WP01: recorded before: planned -> claimed, by claude; now in claimed",
      `event <id 1> in ${LOG}`,
    ),
  );
  expect(second.stdout.split("\n")[1]).toBe(first.stdout.split("\n")[1] ?? expect.unreachable());
  expect(project.read("status.events.jsonl")).toBe(log);
});

test("a retry tells where the work package is by now", async () => {
  using project = makeProject();
  lane(project.root, CLAIM);
  lane(project.root, "emit WP01 --to in_progress --actor claude");
  expect(told(lane(project.root, CLAIM))).toEqual(
    answered(
      "WP01: recorded before: planned -> claimed, by claude; now in in_progress",
      `event <id 1> in ${LOG}`,
    ),
  );
});

test("a retry renews what the first try could not: snapshot and page", () => {
  using project = makeProject();
  lane(project.root, CLAIM);
  const snapshot = project.read("status.json");
  rmSync(project.snapshot_path);
  project.write("tasks/WP01-first.md", pageText("planned"));

  expect(lane(project.root, CLAIM).code).toBe(0);

  expect(project.read("status.json")).toBe(snapshot);
  expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
});

test("a key that was used for another lane, actor or work package is a conflict", () => {
  using project = makeProject();
  lane(project.root, CLAIM);
  const others = [
    "emit WP01 --to blocked --actor claude --idempotency-key claim-1",
    "emit WP01 --to claimed --actor ana --idempotency-key claim-1",
    "emit WP02 --to claimed --actor claude --idempotency-key claim-1",
  ];
  for (const words of others) {
    expect(told(lane(project.root, words))).toEqual(
      refused(
        1,
        `Error: ${words.split(" ")[1]}: key claim-1 was used for something else: WP01 planned -> claimed by claude (event <id 1>)`,
        "Hint: use a new key for a new request",
      ),
    );
  }
  expect(project.events()).toHaveLength(1);
});

test("a retry of an event that was superseded is a conflict that names by what", () => {
  const [claimed, canceled] = [stampAt(1).newEventId(0), stampAt(2).newEventId(0)];
  using project = makeProject({
    files: {
      "status.events.jsonl":
        lineAt(1, { event_id: claimed, idempotency_key: "claim-1" }) +
        lineAt(2, { event_id: canceled, to_lane: "canceled" }),
    },
  });
  const answer = lane(project.root, CLAIM);
  expect(answer.stdout).toBe("");
  expect(answer.code).toBe(1);
  expect(answer.stderr).toBe(
    `Error: WP01: the event of key claim-1, ${claimed}, was recorded, and later superseded by ${canceled}\n` +
      "Hint: lane show WP01\n",
  );
});
