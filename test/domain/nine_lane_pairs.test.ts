/** Every pair of lanes under many sets of inputs, against a table made from the description alone. */

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decide } from "../../src/domain/decide.ts";
import { ok, type Result } from "../../src/domain/refusal.ts";
import { checkRequest, type TransitionRequest } from "../../src/domain/request.ts";
import { NINE_LANE } from "../../src/domain/workflow.ts";
import { STAMP, situationOf } from "../support/decisions.ts";
import { anEvent, at } from "../support/events.ts";

const TABLE = readFileSync(join(import.meta.dir, "../fixtures/nine_lane/expected.tsv"), "utf8");
const [HEAD = [], ...ROWS] = TABLE.trimEnd()
  .split("\n")
  .map((line) => line.split("\t"));
const [, , ...INPUT_NAMES] = HEAD;

const REVIEW = { reviewer: "ana", verdict: "approved", reference: "PR-7" };
const REJECTION = { ...REVIEW, verdict: "changes_requested" };

/** What is given, and what is true beside the request. */
interface Inputs extends Partial<TransitionRequest> {
  readonly has_workspace?: boolean;
  readonly has_subtasks?: boolean;
}

const WHO: Inputs = { actor: "claude" };
const INPUTS: Readonly<Record<string, Inputs>> = {
  nothing: {},
  actor: WHO,
  "blank actor": { actor: "  " },
  workspace: { ...WHO, has_workspace: true },
  subtasks: { ...WHO, has_subtasks: true },
  "subtasks and workspace": { ...WHO, has_subtasks: true, has_workspace: true },
  reason: { ...WHO, reason: "why" },
  review_ref: { ...WHO, review_ref: "PR-7" },
  evidence: { ...WHO, evidence: { review: REVIEW } },
  "evidence without reference": { ...WHO, evidence: { review: { ...REVIEW, reference: "" } } },
  "evidence of a rejection": { ...WHO, evidence: { review: REJECTION } },
  "review result": { ...WHO, review_result: REVIEW },
  "review result of a rejection": { ...WHO, review_result: REJECTION },
  "review result without reviewer": { ...WHO, review_result: { ...REVIEW, reviewer: "" } },
  "review result and its review_ref": { ...WHO, review_result: REVIEW, review_ref: "PR-7" },
  "review result and another review_ref": { ...WHO, review_result: REVIEW, review_ref: "PR-8" },
  "review result and its evidence": { ...WHO, review_result: REVIEW, evidence: { review: REVIEW } },
  "review result and other evidence": { ...WHO, review_result: REVIEW, evidence: { review: REJECTION } },
  "short review": { ...WHO, review: REVIEW },
  "short rejection": { ...WHO, review: REJECTION },
  "short review without verdict": { ...WHO, review: { reviewer: "ana", reference: "PR-7" } },
  force: { ...WHO, force: true, reason: "must" },
  "force without actor": { force: true, reason: "must" },
  "force without reason": { ...WHO, force: true },
  "force with blank reason": { ...WHO, force: true, reason: "  " },
  everything: {
    ...WHO,
    has_workspace: true,
    has_subtasks: true,
    reason: "why",
    review_ref: "PR-7",
    evidence: { review: REVIEW },
    review_result: REVIEW,
  },
};

/** What decide() says, in the words of the table. */
function answer(from: string, to: string, { has_workspace, has_subtasks, ...given }: Inputs): string {
  const request = checkRequest({ wp_id: "WP01", to_lane: to, ...given });
  const decision: Result<unknown> = request.ok ? decideIn(from) : request;
  if (!decision.ok) {
    const { code, details } = decision.refusal;
    return typeof details?.guard === "string" ? `${code} ${details.guard}` : code;
  }
  return `ok from ${decision.value}`;

  function decideIn(lane: string): Result<string> {
    if (!request.ok) return request;
    const before = [
      anEvent({ from_lane: "planned", to_lane: lane === "doing" ? "in_progress" : lane, at: at(0) }),
    ];
    const situation = situationOf(lane === "genesis" ? [] : before, {
      workflow: NINE_LANE,
      workspace_context: has_workspace ? "worktree:/repo" : null,
      unchecked_subtasks: has_subtasks ? [] : ["T001"],
    });
    // An alias as where it is expected to be means the lane that it stands for.
    const expected = lane === "genesis" ? {} : { if_lane: lane };
    const decided = decide({ ...request.value, ...expected }, situation, STAMP);
    if (!decided.ok) return decided;
    const { event } = decided.value;
    expect(event.to_lane).toBe(to === "doing" ? "in_progress" : to);
    return ok(event.from_lane);
  }
}

test("the table holds all 121 pairs under every set of inputs", () => {
  expect(ROWS).toHaveLength(121);
  expect(new Set(ROWS.map(([from, to]) => `${from} ${to}`)).size).toBe(121);
  expect(INPUT_NAMES).toEqual(Object.keys(INPUTS));
  expect(ROWS.filter((row) => row.length !== HEAD.length)).toEqual([]);
});

describe("decide() in nine lanes, given", () => {
  for (const [column, name] of INPUT_NAMES.entries()) {
    test(`${name}: every pair as the table has it`, () => {
      const inputs = INPUTS[name] ?? {};
      const told = ROWS.map(([from = "", to = ""]) => `${from} -> ${to}: ${answer(from, to, inputs)}`);

      expect(told).toEqual(ROWS.map((row) => `${row[0]} -> ${row[1]}: ${row[column + 2]}`));
    });
  }
});
