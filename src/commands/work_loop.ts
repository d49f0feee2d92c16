/** The calls that take a work package through its life, made from a workflow's table. */

import { GUARD_OPTIONS } from "../domain/guards.ts";
import { claimLane } from "../domain/ready.ts";
import {
  findMove,
  firstStepTowards,
  initialLane,
  type Lane,
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
const OPTION_VALUES: Readonly<Record<string, string>> = {
  who: REVIEWER,
  where: "PR#12",
  // Where any verdict will do, the work goes back.
  verdict: "changes_requested",
  why: '"the header changed"',
};

/**
 * The calls for a workflow.
 *
 * @example workLoop(SEVEN_LANE).claim // "lane next --claim --actor claude --idempotency-key run7-claim --json"
 */
export function workLoop(workflow: Workflow): WorkLoop {
  const initial = initialLane(workflow);
  const claimed = claimLane(workflow);
  const goal = workflow.lanes.find((lane) => lane.finished)?.name;
  const reviewed = new Set(workflow.lanes.filter((lane) => lane.review).map(({ name }) => name));
  const blocked = workflow.lanes.find((lane) => lane.blocked)?.name;
  const is_active = (name: Lane) => workflow.lanes.some((lane) => lane.name === name && lane.active);
  let count = 0;
  const step = (move: Move, more?: string) => ({
    move,
    call: callFor(move, reviewed.has(move.from), ++count, more),
  });
  const path = goal === undefined ? [] : pathBetween(workflow, claimed ?? initial, goal);
  const at_work = path.find(({ from }) => from !== claimed && is_active(from))?.from ?? claimed ?? initial;
  const back = movesOf(workflow).filter(({ from, rollback }) => rollback !== undefined && reviewed.has(from));
  const into = blocked === undefined ? undefined : findMove(workflow, at_work, blocked);
  const out_of = blocked === undefined ? undefined : findMove(workflow, blocked, at_work);
  return {
    claim:
      claimed === undefined
        ? undefined
        : `lane next --claim --actor ${WORKER} --idempotency-key run7-claim --json`,
    steps: path.map((move) => step(move)),
    send_back: back.map((move) => step(move)),
    block: [
      ...(into === undefined ? [] : [step(into, '--reason "waits for WP02"')]),
      ...(out_of === undefined ? [] : [step(out_of)]),
    ],
  };
}

function pathBetween(workflow: Workflow, from: Lane, goal: Lane): Move[] {
  const path: Move[] = [];
  for (let at = from; at !== goal; ) {
    const next = firstStepTowards(workflow, at, goal);
    const move = next === undefined ? undefined : findMove(workflow, at, next);
    if (move === undefined) return path;
    path.push(move);
    at = move.to;
  }
  return path;
}

function callFor({ to, guards }: Move, by_reviewer: boolean, count: number, more?: string): string {
  const options = guards.flatMap((guard) => {
    const option = GUARD_OPTIONS[guard];
    return option === undefined
      ? []
      : [option.replace(/<(\w+)>/g, (_, what: string) => OPTION_VALUES[what] ?? what)];
  });
  return [
    `lane emit ${WP} --to ${to} --actor ${by_reviewer ? REVIEWER : WORKER}`,
    ...options,
    ...(more === undefined ? [] : [more]),
    `--idempotency-key run7-${WP}-${count} --json`,
  ].join(" ");
}
