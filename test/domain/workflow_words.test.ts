/** Workflows in words, and as a diagram. */

import { expect, test } from "bun:test";
import { workLoop } from "../../src/commands/work_loop.ts";
import { workflowDiagram } from "../../src/commands/workflow_diagram.ts";
import { defineWorkflow, findMove, type GuardName, SEVEN_LANE } from "../../src/domain/workflow.ts";
import {
  GUARD_WORDS,
  laneMeaning,
  movesOf,
  needsOf,
  stepBackWords,
} from "../../src/domain/workflow_words.ts";

const ODD = defineWorkflow({
  name: "odd",
  lanes: [{ name: "state" }, { name: "end", review: true }, { name: "root", terminal: true, finished: true }],
  pairs: [
    { from: ["state"], to: ["end"], guards: ["actor", "reason"] },
    { from: ["end"], to: ["state"], guards: [], rollback: "with_review_ref" },
    { from: ["end"], to: ["root"], guards: ["approved_evidence", "reason"] },
  ],
  aliases: {},
});

test("needsOf() names each guard but the actor, with the options that bring it", () => {
  const moves = movesOf(ODD).map((move) => [move.from, move.to, needsOf(move)]);
  expect(moves).toEqual([
    ["state", "end", ["a reason (--reason <why>)"]],
    ["end", "state", []],
    [
      "end",
      "root",
      ["evidence of an approved review (--reviewer <who> --reference <where>)", "a reason (--reason <why>)"],
    ],
  ]);
});

test("movesOf() tells every move of the table once", () => {
  const pairs = movesOf(SEVEN_LANE).map(({ from, to }) => `${from} ${to}`);
  expect(new Set(pairs).size).toBe(pairs.length);
  const all = SEVEN_LANE.lanes.flatMap((a) => SEVEN_LANE.lanes.map((b) => `${a.name} ${b.name}`));
  const legal = all.filter((pair) => {
    const [from = "", to = ""] = pair.split(" ");
    return findMove(SEVEN_LANE, from, to) !== undefined;
  });
  expect(pairs).toEqual(legal);
});

test("stepBackWords() tells a step back, and whether it takes a review's reference to be one", () => {
  expect(movesOf(ODD).map(stepBackWords)).toEqual([undefined, "a step back with --review-ref", undefined]);
  const sent_back = findMove(SEVEN_LANE, "for_review", "in_progress") ?? expect.unreachable();
  expect(stepBackWords(sent_back)).toBe("a step back");
});

test("laneMeaning() goes by the row alone, and has a word for a row that says nothing", () => {
  expect(ODD.lanes.map((lane) => laneMeaning(ODD, lane))).toEqual([
    "where every work package begins",
    "somebody has to look at it",
    "finished: what depends on it may begin; final",
  ]);
  expect(laneMeaning(ODD, { name: "on_the_way" })).toBe("a step on the way");
});

test("GUARD_WORDS are ends of sentences: no capital, no full stop", () => {
  for (const words of Object.values(GUARD_WORDS)) expect(words).toMatch(/^[a-z].*[^.]$/);
});

test("workflowDiagram() gives lanes that Mermaid reads as words of its own another id", () => {
  expect(workflowDiagram(ODD).split("\n")).toEqual([
    "stateDiagram-v2",
    '    state "state" as Lane_state',
    '    state "root" as Lane_root',
    "    [*] --> Lane_state",
    "    Lane_state --> end : reason",
    "    end --> Lane_state",
    "    end --> Lane_root : approved evidence, reason",
    "    Lane_root --> [*]",
  ]);
});

test("workLoop() goes from the initial lane to the finished one, whatever the lanes are called", () => {
  const { claim, steps, send_back, block } = workLoop(ODD);
  expect(claim).toBeUndefined();
  expect(steps.map(({ call }) => call)).toEqual([
    'lane emit WP01 --to end --actor claude --reason "the header changed" --idempotency-key run7-WP01-1 --json',
    'lane emit WP01 --to root --actor ana --reviewer ana --reference PR#12 --reason "the header changed" --idempotency-key run7-WP01-2 --json',
  ]);
  expect(send_back.map(({ move }) => move.to)).toEqual(["state"]);
  expect(block).toEqual([]);
});

test("where taking work up needs more than lane next can say, the loop begins with lane emit", () => {
  const table = defineWorkflow({
    name: "asked",
    lanes: [{ name: "open" }, { name: "taken", active: true }, { name: "over", finished: true }],
    pairs: [
      { from: ["open"], to: ["taken"], guards: ["actor", "reason"] },
      { from: ["taken"], to: ["over"], guards: [] },
    ],
    aliases: {},
  });
  const { claim, steps } = workLoop(table);
  expect(claim).toBeUndefined();
  expect(steps.map(({ call }) => call)).toEqual([
    'lane emit WP01 --to taken --actor claude --reason "the header changed" --idempotency-key run7-WP01-1 --json',
    "lane emit WP01 --to over --actor claude --idempotency-key run7-WP01-2 --json",
  ]);
});

test("a move that needs evidence and a review's result has options that can stand in one call", () => {
  const table = (guards: GuardName[]) =>
    defineWorkflow({
      name: "strict",
      lanes: [
        { name: "begun", review: true },
        { name: "ready", finished: true },
      ],
      pairs: [{ from: ["begun"], to: ["ready"], guards }],
      aliases: {},
    });
  const callOf = (guards: GuardName[]) => workLoop(table(guards)).steps[0]?.call;
  const review = '{"reviewer": "ana", "verdict": "approved", "reference": "PR#12"}';
  const both: GuardName[] = ["approved_evidence", "approved_evidence_with_reference", "review_result"];
  expect(callOf(both)).toBe(
    `lane emit WP01 --to ready --actor ana --evidence '{"review": ${review}}' --review-result '${review}' --idempotency-key run7-WP01-1 --json`,
  );
  expect(callOf(["review_result", "approved_review_result"])).toBe(
    "lane emit WP01 --to ready --actor ana --reviewer ana --verdict approved --reference PR#12 --idempotency-key run7-WP01-1 --json",
  );
  const move = findMove(table(both), "begun", "ready");
  expect(move && needsOf(move).at(-1)).toBe("the result of the review (--review-result <result>)");
});
