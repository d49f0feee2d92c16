/** What proofs by killing share: scenes to strike in, several at once, and the sum of what was seen. */

import { availableParallelism } from "node:os";
import type { Case, Seen } from "./aftermath.ts";
import { aftermath, lookBefore } from "./aftermath.ts";
import type { Ask } from "./asks.ts";
import { bytesIn, copyScene, type Ran, removeScene, type Scene } from "./scene.ts";
import { makeState, STATES, type StartingState } from "./starting_states.ts";

/** A state, and a project in it to copy from. */
export interface Stage {
  readonly state: StartingState;
  readonly scene: Scene;
}

/** What one strike did. */
export interface Struck {
  /** What the killed process said; of none, where the run was over before the moment came. */
  readonly killed: Ran;
  readonly was_killed: boolean;
  /** Processes beside it that nobody killed. */
  readonly beside?: readonly Ran[];
}

/** The sum of what strikes did and found. */
export interface Sum {
  killed: number;
  over_before: number;
  answered_events: number;
  torn: number;
  readonly came: Record<Seen["came"], number>;
  readonly breaks: string[];
}

/** Makes a project in each state, and takes them away again. */
export async function onStages<T>(
  executable: string,
  use: (stages: readonly Stage[]) => Promise<T>,
  states: readonly StartingState[] = STATES,
): Promise<T> {
  const stages: Stage[] = [];
  try {
    for (const state of states) stages.push({ state, scene: await makeState(state, executable) });
    return await use(stages);
  } finally {
    for (const { scene } of stages) removeScene(scene);
  }
}

/** A project of its own in the stage's state, ready for what is asked. */
export function enter({ state, scene: template }: Stage, ask: Ask): Case {
  const scene = copyScene(template);
  ask.prepare(scene);
  return { state, ask, scene };
}

/** The command line of what is asked. */
export function commandOf({ state, ask, scene }: Case): readonly string[] {
  const command = [scene.executable, ...ask.words, "--json"];
  if (state.room_bytes === undefined) return command;
  const size_bytes = bytesIn(scene, "status.events.jsonl")?.length ?? 0;
  return ["prlimit", `--fsize=${size_bytes + state.room_bytes}`, "--", ...command];
}

/**
 * Strikes once, and adds to the sum what came of it. What is broken keeps the project as
 * it was just after the strike, and says where.
 *
 * @param moment what it takes to see it again, for people
 */
export async function strike(
  stage: Stage,
  ask: Ask,
  moment: string,
  sum: Sum,
  run: (one: Case) => Promise<Struck>,
): Promise<void> {
  const one = enter(stage, ask);
  const before = lookBefore(one.scene);
  const { killed, was_killed, beside } = await run(one);
  const kept = copyScene(one.scene);
  const seen = await aftermath(one, before, killed, beside).catch(unforeseen);
  removeScene(one.scene);
  if (was_killed) sum.killed++;
  else sum.over_before++;
  sum.answered_events += seen.answered;
  if (seen.was_torn && stage.state.is_torn === undefined) sum.torn++;
  sum.came[seen.came]++;
  const is_kept = seen.breaks.length > 0 && sum.breaks.length < MOST_KEPT;
  if (!is_kept) removeScene(kept);
  if (seen.breaks.length === 0) return;
  const where = is_kept ? `; as it was then: ${kept.base}` : "";
  sum.breaks.push(`${ask.name}, ${stage.state.name}, ${moment}: ${seen.breaks.join("; ")}${where}`);
}

/** What nobody thought of is a break, too; the strikes after it still have something to say. */
function unforeseen(error: unknown): Seen {
  const breaks = [`it can't even be looked at: ${error instanceof Error ? error.stack : error}`];
  return { came: "nothing recorded", was_torn: false, answered: 0, breaks };
}

export function emptySum(): Sum {
  return {
    killed: 0,
    over_before: 0,
    answered_events: 0,
    torn: 0,
    came: { "nothing recorded": 0, "recorded, not answered": 0, answered: 0 },
    breaks: [],
  };
}

/** The sum as counts. */
export function countsOf(sum: Sum): Record<string, number> {
  return {
    "runs killed": sum.killed,
    "runs that were over before": sum.over_before,
    "  had recorded nothing": sum.came["nothing recorded"],
    "  had recorded, not answered": sum.came["recorded, not answered"],
    "  had answered": sum.came.answered,
    "  left a torn log, which doctor mended": sum.torn,
    "answered events, all found": sum.answered_events,
  };
}

/** Does all of it, several at once; what comes next is asked for when its turn comes. */
export async function severalAtOnce<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

const MOST_KEPT = 10;
