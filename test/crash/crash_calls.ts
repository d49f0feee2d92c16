/** Killed before every system call by which a run changes a file: one run for each call. */

import { LANE } from "../../scripts/project.ts";
import { ASKS, type Ask } from "./asks.ts";
import type { Outcome, Proof, Trial } from "./proof.ts";
import { removeScene } from "./scene.ts";
import {
  commandOf,
  countsOf,
  emptySum,
  enter,
  onStages,
  type Stage,
  severalAtOnce,
  strike,
} from "./strikes.ts";
import { callsOf, injection, killBefore, type SystemCall } from "./system_calls.ts";

/** How many calls the short form picks. */
const SHORT_STRIKES = 180;

export const CRASH_CALLS: Proof = {
  name: "crash_calls",
  claim:
    "killed before any system call that changes a file, a writer loses nothing that it answered and stands in nobody's way",
  needs: ["strace", "prlimit", "git"],
  run: (trial) => onStages(LANE, (stages) => killEverywhere(stages, trial)),
};

/** A run, and the call that it is killed before. */
interface Moment {
  readonly stage: Stage;
  readonly ask: Ask;
  readonly call: SystemCall;
}

/** Strikes before every call that the commands make in these states; before some of them in the short form. */
export async function killEverywhere(
  stages: readonly Stage[],
  trial: Trial,
  asks: readonly Ask[] = ASKS,
): Promise<Outcome> {
  const found = await momentsOf(stages, asks);
  const moments = found.filter(({ call }) => !call.is_hidden);
  const chosen = trial.form === "full" ? moments : someOf(moments, trial);
  const sum = emptySum();
  await severalAtOnce(chosen, async ({ stage, ask, call }) => {
    const moment = `killed before ${call.shown} (strace ${injection(call).join(" ")})`;
    await strike(stage, ask, moment, sum, async (one) => {
      const { ran, was_killed } = await killBefore(call, one.scene, commandOf(one));
      return { killed: ran, was_killed };
    });
    trial.say(`${sum.killed + sum.over_before} of ${chosen.length} calls, ${sum.breaks.length} breaks`);
  });
  const counts = {
    "commands in starting states": stages.length * asks.length,
    "calls of theirs that change something": found.length,
    "  on the project's files": found.filter(({ call }) => call.is_on_scene).length,
    "  out of reach: behind the same call of another thread": found.length - moments.length,
    ...countsOf(sum),
  };
  return { counts, breaks: sum.breaks };
}

/** Every call of every command in every state, found by runs that nobody kills. */
async function momentsOf(stages: readonly Stage[], asks: readonly Ask[]): Promise<readonly Moment[]> {
  const runs = stages.flatMap((stage) => asks.map((ask) => ({ stage, ask })));
  const found = new Map<{ readonly stage: Stage; readonly ask: Ask }, readonly SystemCall[]>();
  await severalAtOnce(runs, async (run) => {
    const one = enter(run.stage, run.ask);
    found.set(run, await callsOf(one.scene, commandOf(one)));
    removeScene(one.scene);
  });
  return runs.flatMap((run) => (found.get(run) ?? []).map((call) => ({ ...run, call })));
}

/** So many of them, by chance. */
function someOf(moments: readonly Moment[], { random }: Trial): readonly Moment[] {
  const left = [...moments];
  return Array.from({ length: Math.min(SHORT_STRIKES, left.length) }, () =>
    left.splice(random.below(left.length), 1),
  ).flat();
}
