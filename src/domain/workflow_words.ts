/** What a workflow's table says, in words: for `lane workflow`, help and guides alike. */

import { optionOf } from "./guards.ts";
import type { GuardName, Lane, LaneRow, Move, Workflow } from "./workflow.ts";
import { initialLane, isTerminal } from "./workflow.ts";

/** What each guard asks for, as a noun: a move "needs …". */
export const GUARD_WORDS: Readonly<Record<GuardName, string>> = {
  actor: "an actor",
  workspace_context: "a workspace context (left out, it is the execution mode and the project's root)",
  subtasks_complete: "no unticked subtask of the work package in tasks.md",
  implementation_evidence: "an earlier event of the work package",
  approved_evidence: "evidence of an approved review",
  approved_evidence_with_reference: "evidence of an approved review that says where the review is",
  review_result: "the result of the review",
  approved_review_result: "the result of a review that approved it",
  review_ref: "the review that sends it back",
  reason: "a reason",
};

/** What holds for every move, whatever its row says. */
export const EVERY_MOVE_NEEDS = "Every move needs an actor: --actor <who>, or LANE_ACTOR.";

/** What holds for moves that the table does not have. */
export const OTHER_MOVES_NEED =
  "Any other move needs --force, with an actor and a reason, and is recorded as forced.";

/** Why steps back are marked. */
export const STEPS_BACK_WIN =
  "When two clones are merged, a step back wins over everything that did not know of it.";

/**
 * What a move needs besides an actor, each with the options that bring it.
 *
 * @example needsOf(move) // ["evidence of an approved review (--reviewer <who> --reference <where>)"]
 */
export function needsOf({ guards }: Move): string[] {
  return guards
    .filter((guard) => guard !== "actor")
    .map((guard) => {
      const options = optionOf(guard, guards);
      return options === undefined ? GUARD_WORDS[guard] : `${GUARD_WORDS[guard]} (${options})`;
    });
}

/**
 * All that there is to say of a move besides its lanes; empty where that is nothing.
 *
 * @example moveWords(move) // "a reason (--reason <why>); a step back"
 */
export function moveWords(move: Move): string {
  const back = stepBackWords(move);
  const needs = needsOf(move).join(", and ");
  return [...(needs === "" ? [] : [needs]), ...(back === undefined ? [] : [back])].join("; ");
}

/** Whether a move is a step back, in words; undefined when it is none. */
export function stepBackWords({ guards, rollback }: Move): string | undefined {
  if (rollback === undefined) return undefined;
  const is_always = rollback === "always" || guards.includes("review_ref");
  return is_always ? "a step back" : "a step back with --review-ref";
}

/**
 * What a lane means, by its row alone.
 *
 * @example laneMeaning(SEVEN_LANE, { name: "done", terminal: true, finished: true })
 *   // "finished: what depends on it may begin; final"
 */
export function laneMeaning(workflow: Workflow, lane: LaneRow): string {
  const meanings = [
    lane.name === initialLane(workflow) && "where every work package begins",
    lane.name === initialLane(workflow) &&
      workflow.unseeded !== undefined &&
      `without events, a log says ${workflow.unseeded}`,
    lane.active && "somebody is at work",
    lane.review && "somebody has to look at it",
    lane.blocked && "something stands in the way",
    lane.finished && "finished: what depends on it may begin",
    lane.terminal && (lane.finished ? "final" : "given up: final"),
    lane.stale_after_days !== undefined && `doctor asks after ${lane.stale_after_days} days without a move`,
  ];
  return meanings.filter((meaning) => typeof meaning === "string").join("; ") || "a step on the way";
}

/** Why a lane can't be left without force, as the end of a sentence. */
export function whyStuck(workflow: Workflow, lane: Lane): string {
  const { name, moves } = workflow;
  if (isTerminal(workflow, lane)) return "work there is over";
  return moves.has(lane) ? `no move of ${name} leaves it` : `${name} has no such lane`;
}

/** Every move of a workflow, by the order of its lanes. */
export function movesOf({ lanes, moves }: Workflow): Move[] {
  return lanes.flatMap((from) =>
    lanes.flatMap((to) => {
      const move = moves.get(from.name)?.get(to.name);
      return move === undefined ? [] : [move];
    }),
  );
}
