/** One key, eight callers at once: one event, and the same answer for all. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EmitDataSchema, type MoveData } from "../../src/contract/emit.ts";
import { type Answer, lane, laneBeside } from "../support/lane.ts";
import {
  lineAt,
  makeProject,
  type ProjectParts,
  pageText,
  type TemporaryProject,
} from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

setDefaultTimeout(60_000);

const CALLERS = 8;
const BATCH_FILE = "batch.jsonl";

const IN_REVIEW: ProjectParts = {
  files: {
    "tasks/WP01-first.md": pageText("for_review"),
    "status.events.jsonl": lineAt(1, { to_lane: "for_review" }),
  },
};

const THREE: ProjectParts = {
  files: Object.fromEntries(["WP01", "WP02", "WP03"].map((wp) => [`tasks/${wp}.md`, pageText("planned")])),
};

const BATCH = [
  { wp_id: "WP01", to_lane: "claimed", idempotency_key: "k-1" },
  { wp_id: "WP01", to_lane: "in_progress", idempotency_key: "k-2" },
  { wp_id: "WP02", to_lane: "canceled", idempotency_key: "k-3" },
];

/** A call that can be retried, and what it leads to. */
interface Retried {
  readonly words: string;
  readonly parts?: ProjectParts;
  readonly lanes: readonly (readonly [from: string, to: string])[];
  /** A move that somebody makes afterwards. */
  readonly afterwards: string;
}

const RETRIED: Readonly<Record<string, Retried>> = {
  emit: {
    words: "emit 1 --to claimed --actor claude --idempotency-key k",
    lanes: [["planned", "claimed"]],
    afterwards: "emit 1 --to in_progress --actor ana",
  },
  move: {
    words: "move 1 claimed --actor claude --idempotency-key k",
    lanes: [["planned", "claimed"]],
    afterwards: "emit 1 --to canceled --actor ana",
  },
  "next --claim": {
    words: "next --claim --actor claude --idempotency-key k",
    parts: THREE,
    lanes: [["planned", "claimed"]],
    afterwards: "emit 1 --to in_progress --actor ana",
  },
  "emit --force": {
    words: "emit 1 --to done --actor claude --force --reason late --idempotency-key k",
    lanes: [["planned", "done"]],
    afterwards: "emit 1 --to planned --actor ana --force --reason again",
  },
  "a rollback": {
    words: "emit 1 --to in_progress --actor claude --review-ref PR#1 --idempotency-key k",
    parts: IN_REVIEW,
    lanes: [["for_review", "in_progress"]],
    afterwards: "emit 1 --to for_review --actor ana",
  },
  "emit --batch": {
    words: `emit --batch ${BATCH_FILE} --actor claude`,
    parts: THREE,
    lanes: [
      ["planned", "claimed"],
      ["claimed", "in_progress"],
      ["planned", "canceled"],
    ],
    afterwards: "emit 1 --to for_review --actor ana",
  },
};

for (const [name, { words, parts, lanes, afterwards }] of Object.entries(RETRIED)) {
  test(`${name} with one key by eight callers at once, and again after others moved on: one event, one answer`, async () => {
    using project = makeProject(parts);
    writeFileSync(join(project.root, BATCH_FILE), BATCH.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const before = project.events().length;

    const crowd = await Promise.all(
      Array.from({ length: CALLERS }, () => laneBeside(project.root, `${words} --json`)),
    );
    const events = project.events().slice(before);
    expect(lane(project.root, afterwards).code).toBe(0);
    const late = lane(project.root, `${words} --json`);

    expect(events.map(({ from_lane, to_lane }) => [from_lane, to_lane])).toEqual(
      lanes.map((pair) => [...pair]),
    );
    const answers = [...crowd, late].map(movesIn);
    for (const answer of answers) {
      expect(answer.map(({ event }) => event)).toEqual(events.map((event) => ({ ...event })));
      expect(answer.map(({ from_lane, event }) => [from_lane, event.to_lane])).toEqual(
        lanes.map((pair) => [...pair]),
      );
    }
    const first_ones = answers.filter((moves) => moves.some(({ replayed }) => !replayed));
    expect(first_ones.map((moves) => moves.map(({ replayed }) => replayed))).toEqual([
      lanes.map(() => false),
    ]);
    expect(
      new Set(answers.slice(0, CALLERS).map((moves) => JSON.stringify(moves.map((one) => one.lane)))).size,
    ).toBe(1);
    expect(answers.at(-1)?.[0]?.lane).toBe(laneOf(project, "WP01"));
    expect(project.events()).toHaveLength(before + events.length + 1);
  });
}

test("a lost answer retried without a key, by eight at once, says who is there already and since when", async () => {
  using project = makeProject();
  const words = "emit 1 --to claimed --actor claude --json";

  const answers = await Promise.all(Array.from({ length: CALLERS }, () => laneBeside(project.root, words)));

  const [event, ...others] = project.events();
  expect(others).toEqual([]);
  const refused = answers.filter(({ code }) => code !== 0);
  expect(refused).toHaveLength(CALLERS - 1);
  for (const answer of refused) {
    const { code, message, hint, details } = refusalIn(answer).error;
    expect(code).toBe("ILLEGAL_TRANSITION");
    expect(message).toMatch(
      /^WP01: it is already in claimed: claude moved it there \d+ (?:s|min) ago \(event [0-9A-Z]{26}\)$/,
    );
    expect(hint).toBe("nothing is left to do; with --idempotency-key a retry gets its first answer again");
    expect(details).toEqual({
      from_lane: "claimed",
      to_lane: "claimed",
      allowed: ["in_progress", "blocked", "canceled"],
      last_event_id: event?.event_id,
      actor: "claude",
      since: event?.at,
    });
  }
});

function movesIn(answer: Answer): readonly MoveData[] {
  const { command } = answer.json as { command: string };
  const { data } = dataOf(answer, command, EmitDataSchema);
  return "results" in data ? data.results : [data];
}

function laneOf(project: TemporaryProject, wp_id: string): string | undefined {
  return project.events().findLast((event) => event.wp_id === wp_id)?.to_lane;
}
