/** What many callers ask for at once, and what each of them was told. */

import { LANE } from "../../scripts/project.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { cleanEnvironment } from "../support/lane.ts";
import type { Random } from "../support/random.ts";

/** Where callers stand. */
export interface Stand {
  readonly folder: string;
  /** Options that every call there has. */
  readonly words: readonly string[];
  /** The log that is meant from there. */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One call of `lane`, before it is made. */
export interface Ask {
  readonly actor: string;
  /** Left out: the next one that is ready is claimed. */
  readonly wp?: string | undefined;
  readonly to_lane: string;
  readonly force?: boolean;
  readonly if_lane?: string;
  readonly key?: string;
}

/** What `lane` says on stdout. */
export interface Reply {
  readonly data?: { readonly event: StatusEvent; readonly replayed: boolean; readonly from_lane: string };
  readonly error?: { readonly code: string; readonly message: string; readonly details: Details };
}

/** What a refusal says of the state that it saw. */
export interface Details {
  readonly lane?: string;
  readonly from_lane?: string;
  readonly allowed?: readonly string[];
}

/** One call, after it ended. Times are the driver's own. */
export interface Call {
  readonly ask: Ask;
  readonly log: string;
  readonly began_ms: number;
  readonly ended_ms: number;
  readonly code: number | null;
  readonly reply: Reply;
}

/** What a caller does before anything else: one ask, or several at once. */
export type Turn = readonly Ask[];

/** The names of so many work packages. */
export function wpNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `WP${String(i + 1).padStart(2, "0")}`);
}

/** What one caller does, one turn after another: moves, retries, twins with one key, guarded moves, claims. */
export function turnsOf(actor: string, count: number, wps: readonly string[], random: Random): Turn[] {
  const [first = "", ...others] = wps;
  return Array.from({ length: count }, (_, turn) => {
    const wp = random.pick([first, ...others]);
    const key = `${actor}-${turn}`;
    const move = { actor, wp, to_lane: random.pick(LANES), force: true, key };
    switch (random.below(12)) {
      case 0:
        return [move, move];
      case 1:
        return [{ actor, wp, to_lane: "claimed", if_lane: random.pick(LANES) }];
      case 2:
        return [{ actor, wp, to_lane: random.pick(LANES), force: true, if_lane: random.pick(LANES) }];
      case 3:
        return [{ actor, wp, to_lane: "claimed" }];
      case 4:
        return [{ actor, wp, to_lane: "done" }];
      case 5:
      case 6:
        return [{ actor, to_lane: "claimed", key }];
      default:
        return [move];
    }
  });
}

const LANES = SEVEN_LANE.lanes.map(({ name }) => name) as [string, ...string[]];

/** Makes all calls: callers beside each other, turns one after another; one in eight keys is tried again. */
export async function callAll(
  stands: readonly Stand[],
  turns: readonly (readonly Turn[])[],
  say: (done: number) => void = () => {},
  executable = LANE,
): Promise<Call[]> {
  const calls: Call[] = [];
  const caller = async (mine: readonly Turn[], number: number) => {
    const stand = stands[number % stands.length];
    if (stand === undefined) throw new Error("there is nowhere to stand");
    for (const [i, turn] of mine.entries()) {
      calls.push(...(await Promise.all(turn.map((ask) => call(stand, ask, executable)))));
      const [ask] = turn;
      if (i % 8 === 7 && ask?.key !== undefined) calls.push(await call(stand, ask, executable));
      say(calls.length);
    }
  };
  await Promise.all(turns.map(caller));
  return calls;
}

/** Makes one call. */
export async function call(stand: Stand, ask: Ask, executable = LANE): Promise<Call> {
  const began_ms = performance.now();
  const child = Bun.spawn([executable, ...wordsOf(ask), ...stand.words, "--json"], {
    cwd: stand.folder,
    env: { ...cleanEnvironment(), ...stand.env },
    stdin: "ignore",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { ask, log: stand.log, began_ms, ended_ms: performance.now(), code, reply: replyIn(stdout, stderr) };
}

/** The command line of an ask. */
export function wordsOf({ actor, wp, to_lane, force, if_lane, key }: Ask): string[] {
  return [
    ...(wp === undefined ? ["next", "--claim"] : ["emit", wp, "--to", to_lane]),
    ...["--actor", actor],
    ...(force ? ["--force", "--reason", "crowd"] : []),
    ...(if_lane === undefined ? [] : ["--if-lane", if_lane]),
    ...(key === undefined ? [] : ["--idempotency-key", key]),
  ];
}

function replyIn(stdout: string, stderr: string): Reply {
  try {
    return JSON.parse(stdout) as Reply;
  } catch {
    return { error: { code: "no answer", message: `${stdout}${stderr}`, details: {} } };
  }
}
