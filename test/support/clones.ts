/**
 * Clones of one repository at work: each has its own copy of a log and its own wrong
 * clock, emits through the real decide(), and now and then pulls from another.
 */

import fc from "fast-check";
import { decide } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { findMove, legalTargets, NINE_LANE, SEVEN_LANE, type Workflow } from "../../src/domain/workflow.ts";
import { APPROVED, aRequest } from "./decisions.ts";
import { eventId, MINUTE_US, NOON_US, SECOND_US, stateIn } from "./events.ts";

type Log = Map<string, StatusEvent>;

/** What happened to an emit that was not refused. */
export interface Emitted {
  readonly event: StatusEvent;
  /** The tip of its work package, in the clone that emitted it, right after. */
  readonly tip_after: string;
}

export interface Outcome {
  /** By clone: the events of its log. */
  readonly logs: readonly (readonly StatusEvent[])[];
  readonly emitted: readonly Emitted[];
}

const CLONE = fc.nat(3);
const EMIT = fc.record({
  clone: CLONE,
  wp_id: fc.constantFrom("WP01", "WP01", "WP01", "WP02"),
  /** Which of the legal targets, or with force which lane. */
  choice: fc.nat(6),
  force: fc.constantFrom(false, false, false, false, true),
  /** A step back when there is one. */
  reject: fc.boolean(),
  pause_us: fc.constantFrom(0, 1, SECOND_US, 10 * MINUTE_US),
});
const PULL = fc.record({ clone: CLONE, from: CLONE });
const COMMAND = fc.oneof({ weight: 3, arbitrary: EMIT }, { weight: 1, arbitrary: PULL });
const DAY_US = 24 * 60 * MINUTE_US;
const SKEW_US = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -30, max: 30 }).map((minutes) => minutes * MINUTE_US),
  fc.integer({ min: -4000, max: 4000 }).map((days) => days * DAY_US),
);

type Emit = typeof EMIT extends fc.Arbitrary<infer T> ? T : never;
type Command = typeof COMMAND extends fc.Arbitrary<infer T> ? T : never;

/** Histories of 2 to 4 clones, in seven lanes or nine, whose clocks are minutes to years apart. */
export const CLONES_AT_WORK: fc.Arbitrary<Outcome> = fc.oneof(
  clonesAtWork(SEVEN_LANE),
  clonesAtWork(NINE_LANE),
);

function clonesAtWork(workflow: Workflow): fc.Arbitrary<Outcome> {
  return fc
    .record({
      skews_us: fc.array(SKEW_US, { minLength: 2, maxLength: 4 }),
      commands: fc.array(COMMAND, { minLength: 5, maxLength: 40, size: "max" }),
      in_review: fc.boolean(),
    })
    .map(({ skews_us, commands, in_review }) => run(workflow, skews_us, commands, in_review));
}

/** All events of some logs. */
export function merged(logs: readonly (readonly StatusEvent[])[]): StatusEvent[] {
  return [...new Map(logs.flat().map((event) => [event.event_id, event])).values()];
}

function run(
  workflow: Workflow,
  skews_us: readonly number[],
  commands: readonly Command[],
  in_review: boolean,
): Outcome {
  const logs: Log[] = skews_us.map(() => new Map());
  const emitted: Emitted[] = [];
  let now_us = NOON_US;
  // Where it all begins: often with work that is already in review, everywhere.
  if (in_review) {
    for (const choice of [0, 0, 1]) {
      emitInto(
        workflow,
        logs[0],
        { clone: 0, wp_id: "WP01", choice, force: false, reject: false, pause_us: 0 },
        now_us,
        emitted,
      );
    }
    for (const log of logs) pull(logs[0], log);
  }
  for (const command of commands) {
    const clone = command.clone % logs.length;
    if ("from" in command) {
      pull(logs[command.from % logs.length], logs[clone]);
    } else {
      now_us += command.pause_us;
      emitInto(workflow, logs[clone], command, now_us + (skews_us[clone] ?? 0), emitted);
    }
  }
  return { logs: logs.map((log) => [...log.values()]), emitted };
}

function pull(from: Log | undefined, into: Log | undefined): void {
  for (const [id, event] of from ?? []) into?.set(id, event);
}

function emitInto(
  workflow: Workflow,
  log: Log | undefined,
  command: Emit,
  now_us: number,
  emitted: Emitted[],
): void {
  const event = log && emit(workflow, [...log.values()], command, now_us, emitted.length);
  if (log === undefined || event === undefined) return;
  log.set(event.event_id, event);
  emitted.push({ event, tip_after: stateIn(reduce(log.values()), command.wp_id).last_event_id });
}

/** The event that decide() makes of a command; nothing where it leads nowhere. */
function emit(
  workflow: Workflow,
  events: readonly StatusEvent[],
  command: Emit,
  now_us: number,
  number: number,
): StatusEvent | undefined {
  const { newest, work_packages } = reduce(events);
  const state = work_packages.get(command.wp_id);
  const from = state?.lane ?? "planned";
  // Work that is given up has no history to speak of: that is to be rare.
  const legal = legalTargets(workflow, from).filter((lane) => lane !== "canceled" || command.choice === 6);
  const targets = command.force ? workflow.lanes.map(({ name }) => name) : legal;
  const back = legal.filter((lane) => findMove(workflow, from, lane)?.rollback !== undefined);
  const rejects = command.reject && back.length > 0;
  const choices = rejects ? back : targets;
  const to_lane = choices[command.choice % choices.length];
  if (to_lane === undefined) return undefined;
  const request = aRequest({
    wp_id: command.wp_id,
    to_lane,
    force: command.force,
    reason: "why",
    review_ref: rejects || !command.force ? "PR-7" : null,
    evidence: APPROVED,
    ...(workflow === NINE_LANE && { review_result: APPROVED.review }),
  });
  const situation = {
    workflow,
    state,
    newest,
    keyed: [],
    slug: { key: "feature_slug", value: "034-status-model" } as const,
    workspace_context: "worktree:/repo",
    unchecked_subtasks: [],
  };
  // Unique ids whose order has nothing to do with that of the emits.
  const newEventId = () => eventId((number * 40_503) % 65_536);
  const decision = decide(request, situation, { now_us, newEventId });
  if (!decision.ok) throw new Error(`refused: ${decision.refusal.message}`);
  return decision.value.event;
}
