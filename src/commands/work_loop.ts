/** The calls that take a work package through its life, made from a workflow's table. */

import { optionsOf } from "../domain/guards.ts";
import { claimLane } from "../domain/ready.ts";
import {
  findMove,
  initialLane,
  type Lane,
  legalTargets,
  type Move,
  type Workflow,
} from "../domain/workflow.ts";
import { movesOf } from "../domain/workflow_words.ts";

/** Calls by what they are for. Each change carries a key of its own. */
export interface WorkLoop {
  /** Takes up what is ready; undefined where the workflow has no such step. */
  readonly claim: string | undefined;
  /** From there to where work is finished, step by step. */
  readonly steps: readonly LoopStep[];
  /** Sends work back from review. */
  readonly send_back: readonly LoopStep[];
  /** Says that something stands in the way; goes on later. */
  readonly block: readonly LoopStep[];
}

/** One move, as a call. */
export interface LoopStep {
  readonly move: Move;
  readonly call: string;
}

/** What the calls are about. */
const WP = "WP01";
const WORKER = "claude";
const REVIEWER = "ana";
const APPROVAL = `{"reviewer": "${REVIEWER}", "verdict": "approved", "reference": "PR#12"}`;
const OPTION_VALUES: Readonly<Record<string, string>> = {
  who: REVIEWER,
  where: "PR#12",
  // Where any verdict will do, the work goes back.
  verdict: "changes_requested",
  why: '"the header changed"',
  evidence: `'{"review": ${APPROVAL}}'`,
  result: `'${APPROVAL}'`,
};

/**
 * The calls for a workflow.
 *
 * @example workLoop(SEVEN_LANE).claim // "lane next --claim --actor claude --idempotency-key run7-claim --json"
 */
export function workLoop(workflow: Workflow): WorkLoop {
  const initial = initialLane(workflow);
  const claimed = claimLane(workflow);
  const reviewed = new Set(workflow.lanes.filter((lane) => lane.review).map(({ name }) => name));
  const blocked = workflow.lanes.find((lane) => lane.blocked)?.name;
  const is_active = (name: Lane) => workflow.lanes.some((lane) => lane.name === name && lane.active);
  let count = 0;
  const step = (move: Move, more?: string) => ({
    move,
    call: callFor(move, reviewed.has(move.from), ++count, more),
  });
  const claiming = claimed === undefined ? undefined : findMove(workflow, initial, claimed);
  // lane next takes up only what needs no more words.
  const is_by_next = claiming !== undefined && optionsOf(claiming.guards).length === 0;
  const way = wayThrough(workflow, claimed ?? initial);
  const path = claiming === undefined || is_by_next ? way : [claiming, ...way];
  const at_work = path.find(({ from }) => from !== claimed && is_active(from))?.from ?? claimed ?? initial;
  const back = movesOf(workflow).filter(({ from, rollback }) => rollback !== undefined && reviewed.has(from));
  const into = blocked === undefined ? undefined : findMove(workflow, at_work, blocked);
  const out_of = blocked === undefined ? undefined : findMove(workflow, blocked, at_work);
  return {
    claim: is_by_next ? `lane next --claim --actor ${WORKER} --idempotency-key run7-claim --json` : undefined,
    steps: path.map((move) => step(move)),
    // Where no guard asks for it, it still makes the move a step back.
    send_back: back.map((move) =>
      step(
        move,
        move.rollback === "with_review_ref" && !move.guards.includes("review_ref")
          ? "--review-ref PR#12"
          : undefined,
      ),
    ),
    block: [
      ...(into === undefined ? [] : [step(into, '--reason "waits for WP02"')]),
      ...(out_of === undefined ? [] : [step(out_of)]),
    ],
  };
}

/**
 * The moves from a lane to where work is finished: through every review and every finished
 * lane that can be come by, in display order, since the shortest way may pass the review by.
 */
function wayThrough(workflow: Workflow, from: Lane): Move[] {
  const way: Move[] = [];
  const left = new Set([from]);
  let at = from;
  for (const { name, review, finished } of workflow.lanes) {
    if (!(review || finished) || left.has(name)) continue;
    const moves = wayOn(workflow, at, name, left) ?? [];
    for (const { to } of moves) left.add(to);
    way.push(...moves);
    at = moves.at(-1)?.to ?? at;
  }
  return way;
}

/** A shortest way on: neither back, nor by what stands in the way, nor to where it was. */
function wayOn(workflow: Workflow, from: Lane, goal: Lane, left: ReadonlySet<Lane>): Move[] | undefined {
  const blocked = new Set(workflow.lanes.filter((lane) => lane.blocked).map(({ name }) => name));
  const seen = new Set([...left, ...blocked]);
  const ways: Move[][] = [[]];
  for (const way of ways) {
    const at = way.at(-1)?.to ?? from;
    for (const to of legalTargets(workflow, at)) {
      const move = findMove(workflow, at, to);
      if (move === undefined || move.rollback !== undefined || seen.has(to)) continue;
      if (to === goal) return [...way, move];
      seen.add(to);
      ways.push([...way, move]);
    }
  }
  return undefined;
}

function callFor({ to, guards }: Move, by_reviewer: boolean, count: number, more?: string): string {
  const options = optionsOf(guards).map((option) =>
    option.replace(/<(\w+)>/g, (_, what: string) => OPTION_VALUES[what] ?? what),
  );
  return [
    `lane emit ${WP} --to ${to} --actor ${by_reviewer ? REVIEWER : WORKER}`,
    ...options,
    ...(more === undefined ? [] : [more]),
    `--idempotency-key run7-${WP}-${count} --json`,
  ].join(" ");
}
