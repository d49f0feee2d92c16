/**
 * A workflow is data: which lanes there are, which moves between them are legal, and
 * what each move needs. The engine below knows no lane by name.
 */

import * as v from "valibot";
import { isGiven } from "./text.ts";

/** The state of a work package, by its canonical name. */
export type Lane = string;

/** What an unforced move can need; `decide.ts` says how each is checked. */
export type GuardName = v.InferOutput<typeof GuardNameSchema>;

const GuardNameSchema = v.picklist([
  "actor",
  "workspace_context",
  "subtasks_complete",
  "implementation_evidence",
  "approved_evidence",
  "review_ref",
  "reason",
]);

// Words that YAML reads as something else than text would not survive in a page's frontmatter.
const LaneNameSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9_]*$/),
  v.notValues(["null", "true", "false", "yes", "no", "on", "off", "y", "n"]),
);

const LaneSchema = v.strictObject({
  name: LaneNameSchema,
  /** Nothing follows unless forced: finished or given up. */
  terminal: v.optional(v.boolean()),
  /** Finished: what depends on it may begin. */
  finished: v.optional(v.boolean()),
  /** Somebody is at work. */
  active: v.optional(v.boolean()),
  /** After so many days without a move, doctor asks whether anybody still is. */
  stale_after_days: v.optional(v.number()),
  /** Somebody has to look at it. */
  review: v.optional(v.boolean()),
  /** Something stands in the way. */
  blocked: v.optional(v.boolean()),
});

const PairsSchema = v.strictObject({
  from: v.array(LaneNameSchema),
  to: v.array(LaneNameSchema),
  guards: v.array(GuardNameSchema),
  /** A step back: always, or only for an event that carries a `review_ref`. */
  rollback: v.optional(v.picklist(["always", "with_review_ref"])),
});

/** The shape of a workflow's table. Lanes stand in display order; the first is the initial one. */
export const WorkflowSchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty()),
  lanes: v.pipe(v.array(LaneSchema), v.minLength(1)),
  pairs: v.array(PairsSchema),
  /** Other words that people may type for a lane; never written. */
  aliases: v.record(v.string(), LaneNameSchema),
});

export type WorkflowTable = v.InferOutput<typeof WorkflowSchema>;
export type LaneRow = v.InferOutput<typeof LaneSchema>;

/** What the table says of one legal move. */
export interface Move {
  readonly from: Lane;
  readonly to: Lane;
  readonly guards: readonly GuardName[];
  readonly rollback?: "always" | "with_review_ref";
}

/** A table that passed its schema, with its moves looked up by pair. */
export interface Workflow {
  readonly name: string;
  readonly lanes: readonly LaneRow[];
  readonly aliases: Readonly<Record<string, Lane>>;
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
    lanes: new Set(lanes.map((lane) => lane.name)),
    terminal: new Set(lanes.filter((lane) => lane.terminal).map((lane) => lane.name)),
    rollbacks: moves.filter((move) => move.rollback !== undefined),
  };
}

/** Every workflow that a feature can name. */
export const KNOWN_WORKFLOWS: readonly Workflow[] = [SEVEN_LANE];

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
export function defineWorkflow({ name, lanes, pairs, aliases }: WorkflowTable): Workflow {
  const moves = new Map<Lane, Map<Lane, Move>>(lanes.map((lane) => [lane.name, new Map()]));
  for (const { from, to, guards, rollback } of pairs) {
    for (const source of from) {
      for (const target of to) {
        const targets = moves.get(source);
        if (targets === undefined) throw new Error(`${name}: a pair leaves "${source}", which is no lane`);
        if (!moves.has(target)) throw new Error(`${name}: a pair leads to "${target}", which is no lane`);
        if (targets.has(target)) throw new Error(`${name}: ${source} -> ${target} stands there twice`);
        targets.set(target, { from: source, to: target, guards, ...(rollback && { rollback }) });
      }
    }
  }
  for (const [alias, lane] of Object.entries(aliases)) {
    if (!moves.has(lane)) throw new Error(`${name}: alias "${alias}" means "${lane}", which is no lane`);
  }
  return { name, lanes, aliases, moves };
}

/** The lane of a work package without events. */
export function initialLane(workflow: Workflow): Lane {
  const [first] = workflow.lanes;
  if (first === undefined) throw new Error(`${workflow.name} has no lanes`);
  return first.name;
}

/**
 * The canonical lane that an input means: trimmed, case-folded, aliases resolved.
 *
 * @example resolveLane(SEVEN_LANE, " Doing ") // "in_progress"
 */
export function resolveLane(workflow: Workflow, input: string): Lane | undefined {
  const folded = input.trim().toLowerCase();
  if (workflow.moves.has(folded)) return folded;
  return Object.hasOwn(workflow.aliases, folded) ? workflow.aliases[folded] : undefined;
}

/** What the table says of a move; undefined when it is legal only by force. */
export function findMove(workflow: Workflow, from: Lane, to: Lane): Move | undefined {
  return workflow.moves.get(from)?.get(to);
}

/** The lanes that can be reached from a lane without force, in display order. */
export function legalTargets(workflow: Workflow, from: Lane): Lane[] {
  return workflow.lanes.map((lane) => lane.name).filter((to) => findMove(workflow, from, to));
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

/** Whether an event is a step back: the reducer lets those win over what did not know of them. */
export function isRollback(
  { rollbacks }: Vocabulary,
  event: { from_lane: Lane; to_lane: Lane; review_ref: string | null },
): boolean {
  return rollbacks.some(
    (move) =>
      move.from === event.from_lane &&
      move.to === event.to_lane &&
      (move.rollback === "always" || isGiven(event.review_ref)),
  );
}
