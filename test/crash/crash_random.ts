/** Killed at random moments, alone and while others write beside. */

import { LANE } from "../../scripts/project.ts";
import type { Random } from "../support/random.ts";
import type { Case } from "./aftermath.ts";
import { ASKS_AND_LARGE, type Ask } from "./asks.ts";
import type { Outcome, Proof, Trial } from "./proof.ts";
import { laneIn, removeScene, runIn } from "./scene.ts";
import {
  commandOf,
  countsOf,
  emptySum,
  enter,
  onStages,
  type Stage,
  type Struck,
  severalAtOnce,
  strike,
} from "./strikes.ts";

/** How many are really killed, and did not end before. */
const KILLS = { short: 160, full: 10_000 } as const;

export const CRASH_RANDOM: Proof = {
  name: "crash_random",
  claim:
    "killed at any moment, alone or beside others, a writer loses nothing that it answered and stands in nobody's way",
  // `timeout` of coreutils kills to a fraction of a millisecond.
  needs: ["timeout", "prlimit", "git"],
  run: (trial) => onStages(LANE, (stages) => killAtRandom(stages, trial, KILLS[trial.form])),
};

/** How long a command takes when nobody kills it, by its name: the mean of what was seen of late. */
type Usual = Map<string, number>;

/** Kills so many, in states and at moments by chance. */
export async function killAtRandom(
  stages: readonly Stage[],
  { random, say }: Pick<Trial, "random" | "say">,
  kills: number,
): Promise<Outcome> {
  const usual_ms: Usual = new Map();
  for (const ask of ASKS_AND_LARGE) await measure(stages, ask, usual_ms);
  const sum = emptySum();
  let beside = 0;
  function* moments() {
    for (let turn = 0; sum.killed < kills && turn < MOST_TURNS * kills; turn++) {
      yield momentOf(stages, turn, random);
    }
  }
  await severalAtOnce(moments(), async ({ stage, ask, share, others }) => {
    const kill_after_ms = share * (usual_ms.get(ask.name) ?? 0);
    const moment = `killed after ${kill_after_ms.toFixed(2)} ms of ${usual_ms.get(ask.name)?.toFixed(1)}, ${others} beside`;
    await strike(stage, ask, moment, sum, (one) => killAfter(one, kill_after_ms, others, usual_ms));
    beside += others;
    say(`${sum.killed} of ${kills} kills, ${sum.breaks.length} breaks`);
  });
  return {
    counts: { ...countsOf(sum), "emits beside a killed one, all served": beside },
    breaks: sum.breaks,
  };
}

/** Where, what and when; `share` is of the time that the command takes. */
interface Moment {
  readonly stage: Stage;
  readonly ask: Ask;
  readonly share: number;
  /** How many emit at the same time, and are not killed. */
  readonly others: number;
}

/** Every command has its turn; half of the moments lie where the writes are, which is near the end. */
function momentOf(stages: readonly Stage[], turn: number, random: Random): Moment {
  const stage = stages[random.below(stages.length)];
  const ask = ASKS_AND_LARGE[turn % ASKS_AND_LARGE.length];
  if (stage === undefined || ask === undefined) throw new Error("there is no state, or no command");
  const chance = random.below(1_000_000) / 1_000_000;
  const share = random.oneIn(2) ? chance * LATEST : WRITES_FROM + (LATEST - WRITES_FROM) * chance;
  const others = stage.state.is_torn === undefined && random.oneIn(4) ? 2 : 0;
  return { stage, ask, share, others };
}

const WRITES_FROM = 0.5;
const LATEST = 0.95;

/** A command that always ends before it is killed would never be killed often enough. */
const MOST_TURNS = 5;

async function killAfter(one: Case, kill_after_ms: number, others: number, usual_ms: Usual): Promise<Struck> {
  const start_ms = performance.now();
  const seconds = (kill_after_ms / 1000).toFixed(6);
  const killed = runIn(one.scene, ["timeout", "--foreground", "-s", "KILL", seconds, ...commandOf(one)]);
  const beside = Array.from({ length: others }, (_, i) =>
    laneIn(one.scene, [...besideOf(one.ask, i), "--actor", `beside${i}`]),
  );
  const ran = await killed;
  const was_killed = ran.code === null || ran.code === KILLED;
  if (!was_killed && others === 0) remember(usual_ms, one.ask, performance.now() - start_ms);
  return { killed: ran, was_killed, beside: await Promise.all(beside) };
}

/** Claims beside a claim: two must not get the same. Beside anything else, moves of other work packages. */
function besideOf({ words }: Ask, i: number): readonly string[] {
  return words[0] === "next" ? ["next", "--claim"] : ["emit", `WP0${6 + i}`, "--to", "claimed"];
}

/** What `timeout` ends with when it had to kill. */
const KILLED = 137;

/** Runs a command some times as strikes do, two at once, and lets it end. */
async function measure(stages: readonly Stage[], ask: Ask, usual_ms: Usual): Promise<void> {
  await severalAtOnce(stages, async (stage) => {
    if (stage.state.is_torn) return;
    const one = enter(stage, ask);
    const start_ms = performance.now();
    await runIn(one.scene, commandOf(one));
    remember(usual_ms, ask, performance.now() - start_ms);
    removeScene(one.scene);
  });
}

function remember(usual_ms: Usual, { name }: Ask, took_ms: number): void {
  const before_ms = usual_ms.get(name) ?? took_ms;
  usual_ms.set(name, before_ms + (took_ms - before_ms) / 8);
}
