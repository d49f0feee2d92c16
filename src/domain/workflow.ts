/**
 * A workflow is data: which lanes there are, which moves between them are legal, and
 * what each move needs. The engine below knows no lane by name.
 */

import { isGiven } from "./text.ts";
import type { GuardName, LaneRow, WorkflowTable } from "./workflow_schema.ts";

export type { GuardName, LaneRow, WorkflowTable };

/** The state of a work package, by its canonical name. */
export type Lane = string;

/** What the table says of one legal move. */
export interface Move {
  readonly from: Lane;
  readonly to: Lane;
  readonly guards: readonly GuardName[];
  readonly rollback?: "always" | "with_review_ref" | undefined;
  readonly rollback_needs_parents?: boolean | undefined;
}

/** A table that passed its schema, with its moves looked up by pair. */
export interface Workflow extends Readonly<Omit<WorkflowTable, "lanes" | "pairs" | "aliases">> {
  readonly lanes: readonly LaneRow[];
  readonly aliases: Readonly<Record<string, Lane>>;
  /** By the lane that is left, {@link WorkflowTable.unseeded} included, and the one that is entered. */
  readonly moves: ReadonlyMap<Lane, ReadonlyMap<Lane, Move>>;
}

/** The seven-lane workflow: the default. */
export const SEVEN_LANE: Workflow = defineWorkflow({
  name: "seven-lane",
  lanes: [
    { name: "planned" },
    { name: "claimed", active: true, stale_after_days: 7 },
    { name: "in_progress", active: true, stale_after_days: 14 },
    { name: "for_review", review: true },
    { name: "done", terminal: true, finished: true },
    { name: "blocked", blocked: true },
    { name: "canceled", terminal: true },
  ],
  pairs: [
    { from: ["planned"], to: ["claimed"], guards: ["actor"] },
    { from: ["claimed"], to: ["in_progress"], guards: ["workspace_context"] },
    {
      from: ["in_progress"],
      to: ["for_review"],
      guards: ["subtasks_complete", "implementation_evidence"],
    },
    { from: ["for_review"], to: ["done"], guards: ["approved_evidence"] },
    { from: ["for_review"], to: ["in_progress"], guards: ["review_ref"], rollback: "with_review_ref" },
    { from: ["in_progress"], to: ["planned"], guards: ["reason"] },
    { from: ["planned", "claimed", "in_progress", "for_review"], to: ["blocked"], guards: [] },
    { from: ["blocked"], to: ["in_progress"], guards: [] },
    {
      from: ["planned", "claimed", "in_progress", "for_review", "blocked"],
      to: ["canceled"],
      guards: [],
    },
  ],
  aliases: { doing: "in_progress" },
});

/** The nine-lane workflow: a review is taken up before it is given, and approved work is not done yet. */
export const NINE_LANE: Workflow = defineWorkflow({
  name: "nine-lane",
  unseeded: "genesis",
  is_for_missions: true,
  keeps_pages_without_lane: true,
  lanes: [
    { name: "planned" },
    { name: "claimed", active: true, stale_after_days: 7 },
    { name: "in_progress", active: true, stale_after_days: 14 },
    { name: "for_review", review: true },
    { name: "in_review", review: true },
    { name: "approved", finished: true },
    { name: "done", terminal: true, finished: true },
    { name: "blocked", blocked: true },
    { name: "canceled", terminal: true },
  ],
  pairs: [
    { from: ["genesis"], to: ["planned", "canceled"], guards: [] },
    { from: ["planned"], to: ["claimed"], guards: ["actor"] },
    { from: ["claimed"], to: ["in_progress"], guards: ["workspace_context"] },
    {
      from: ["in_progress"],
      to: ["for_review"],
      guards: ["subtasks_complete", "implementation_evidence"],
    },
    { from: ["in_progress"], to: ["approved"], guards: ["approved_evidence_with_reference"] },
    { from: ["in_progress"], to: ["planned"], guards: ["reason"] },
    { from: ["for_review"], to: ["in_review"], guards: ["actor"] },
    { from: ["in_review"], to: ["approved", "done"], guards: ["approved_review_result"] },
    { from: ["in_review"], to: ["in_progress"], guards: ["review_result"], rollback: "always" },
    {
      from: ["in_review"],
      to: ["planned"],
      guards: ["review_result"],
      rollback: "always",
      rollback_needs_parents: true,
    },
    { from: ["in_review"], to: ["blocked", "canceled"], guards: ["review_result"] },
    { from: ["approved"], to: ["done"], guards: ["approved_evidence_with_reference"] },
    {
      from: ["approved"],
      to: ["in_progress", "planned"],
      guards: ["review_ref"],
      rollback: "with_review_ref",
      rollback_needs_parents: true,
    },
    { from: ["planned", "claimed", "in_progress", "for_review", "approved"], to: ["blocked"], guards: [] },
    { from: ["blocked"], to: ["in_progress"], guards: [] },
    {
      from: ["planned", "claimed", "in_progress", "for_review", "approved", "blocked"],
      to: ["canceled"],
      guards: [],
    },
  ],
  aliases: { doing: "in_progress" },
});

/** What reading a log rests on: it must not depend on the workflow that its feature has today. */
export interface Vocabulary {
  /** Every lane that a log may hold. */
  readonly lanes: ReadonlySet<Lane>;
  /** The lanes in which work is over. */
  readonly terminal: ReadonlySet<Lane>;
  /** The marks of the moves that are steps back. */
  readonly rollbacks: readonly Move[];
}

/** The lanes and marks of several workflows together. */
export function vocabularyOf(workflows: readonly Workflow[]): Vocabulary {
  const lanes = workflows.flatMap((workflow) => workflow.lanes);
  const moves = workflows.flatMap((workflow) =>
    [...workflow.moves.values()].flatMap((to) => [...to.values()]),
  );
  return {
    lanes: new Set([
      ...lanes.map((lane) => lane.name),
      ...workflows.flatMap(({ unseeded }) => unseeded ?? []),
    ]),
    terminal: new Set(lanes.filter((lane) => lane.terminal).map((lane) => lane.name)),
    rollbacks: moves.filter((move) => move.rollback !== undefined),
  };
}

/** Every workflow that a feature can name. */
export const KNOWN_WORKFLOWS: readonly Workflow[] = [SEVEN_LANE, NINE_LANE];

/** What lanekeeper can read: a feature's own workflow limits only new targets. */
export const KNOWN_VOCABULARY: Vocabulary = vocabularyOf(KNOWN_WORKFLOWS);

/**
 * Looks up a table's moves and checks that they fit its lanes.
 *
 * The tables in this file are checked against their schema by the tests, not at every
 * start: that would cost more than all else an emit does with a workflow.
 *
 * @throws Error naming the lane that no row defines
 */
export function defineWorkflow({ lanes, pairs, aliases, ...table }: WorkflowTable): Workflow {
  const { name, unseeded } = table;
  const known = new Set(lanes.map((lane) => lane.name));
  const sources = unseeded === undefined ? known : new Set([unseeded, ...known]);
  const moves = new Map<Lane, Map<Lane, Move>>([...sources].map((source) => [source, new Map()]));
  for (const { from, to, ...rule } of pairs) {
    for (const source of from) {
      for (const target of to) {
        const targets = moves.get(source);
        if (targets === undefined) throw new Error(`${name}: a pair leaves "${source}", which is no lane`);
        if (!known.has(target)) throw new Error(`${name}: a pair leads to "${target}", which is no lane`);
        if (targets.has(target)) throw new Error(`${name}: ${source} -> ${target} stands there twice`);
        targets.set(target, { from: source, to: target, ...rule });
      }
    }
  }
  for (const [alias, lane] of Object.entries(aliases)) {
    if (!known.has(lane)) throw new Error(`${name}: alias "${alias}" means "${lane}", which is no lane`);
  }
  return { ...table, lanes, aliases, moves };
}

/** The lane in which people see a work package without events. */
export function initialLane(workflow: Workflow): Lane {
  const [first] = workflow.lanes;
  if (first === undefined) throw new Error(`${workflow.name} has no lanes`);
  return first.name;
}

/** What the first event of a work package may leave: the first of these from which its move is legal. */
export function startingLanes(workflow: Workflow): Lane[] {
  const initial = initialLane(workflow);
  return workflow.unseeded === undefined ? [initial] : [workflow.unseeded, initial];
}

/**
 * The canonical lane that an input means: trimmed, case-folded, aliases resolved.
 *
 * @example resolveLane(SEVEN_LANE, " Doing ") // "in_progress"
 */
export function resolveLane(workflow: Workflow, input: string): Lane | undefined {
  const folded = input.trim().toLowerCase();
  if (workflow.moves.has(folded) && folded !== workflow.unseeded) return folded;
  return Object.hasOwn(workflow.aliases, folded) ? workflow.aliases[folded] : undefined;
}

/** The lane that a page's word means; that a work package is not seeded shows as the initial lane. */
export function resolvePageLane(workflow: Workflow, word: string): Lane | undefined {
  const is_unseeded = word.trim().toLowerCase() === workflow.unseeded;
  return is_unseeded ? initialLane(workflow) : resolveLane(workflow, word);
}

/** Whether work in a lane is over. */
export function isTerminal({ lanes }: Workflow, lane: Lane): boolean {
  return lanes.some(({ name, terminal }) => name === lane && terminal);
}

/** What the table says of a move; undefined when it is legal only by force. */
export function findMove(workflow: Workflow, from: Lane, to: Lane): Move | undefined {
  return workflow.moves.get(from)?.get(to);
}

/** The lanes that can be reached from a lane without force, in display order. */
export function legalTargets(workflow: Workflow, from: Lane): Lane[] {
  return workflow.lanes.map((lane) => lane.name).filter((to) => findMove(workflow, from, to));
}

/** Where a work package can go now without force, in display order; without events: with no lane. */
export function targetsNow(workflow: Workflow, lane: Lane | undefined): Lane[] {
  if (lane !== undefined) return legalTargets(workflow, lane);
  const targets = new Set(startingLanes(workflow).flatMap((from) => legalTargets(workflow, from)));
  return workflow.lanes.map(({ name }) => name).filter((name) => targets.has(name));
}

/**
 * The first lane on a shortest legal way to another; undefined when there is none.
 *
 * @example firstStepTowards(SEVEN_LANE, "planned", "done") // "claimed"
 */
export function firstStepTowards(workflow: Workflow, from: Lane, goal: Lane): Lane | undefined {
  const ways = legalTargets(workflow, from).map((lane) => ({ lane, first: lane }));
  const seen = new Set([from, ...ways.map(({ lane }) => lane)]);
  for (const { lane, first } of ways) {
    if (lane === goal) return first;
    for (const next of legalTargets(workflow, lane)) {
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push({ lane: next, first });
    }
  }
  return undefined;
}

/** What the marks of steps back look at. */
interface MarkedMove {
  readonly from_lane: Lane;
  readonly to_lane: Lane;
  readonly review_ref: string | null;
  readonly parent_event_ids?: readonly string[] | undefined;
}

/** Whether an event is a step back: the reducer lets those win over what did not know of them. */
export function isRollback({ rollbacks }: Vocabulary, event: MarkedMove): boolean {
  return rollbacks.some(
    (move) =>
      move.from === event.from_lane &&
      move.to === event.to_lane &&
      (move.rollback === "always" || isGiven(event.review_ref)) &&
      (event.parent_event_ids !== undefined || !move.rollback_needs_parents),
  );
}
