/**
 * What must hold after a writer was killed: nothing that it answered is lost, nothing that
 * it left stands in the way, and the same request again is one event.
 *
 * {@link aftermath} goes on with the project as people would: it looks, repairs where that
 * is said to be the remedy, lets somebody else move another work package, asks again, and
 * compares at each step.
 */

import { rmSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { SLUG } from "../support/project.ts";
import { type Ask, toldIn } from "./asks.ts";
import { disorderIn, readLines } from "./log_lines.ts";
import { bytesIn, laneIn, type Ran, type Scene } from "./scene.ts";
import type { StartingState } from "./starting_states.ts";
import {
  derivedIn,
  differences,
  leftoversIn,
  staleIn,
  touchedSince,
  type Untouched,
  untoldIn,
  untouchedIn,
} from "./surroundings.ts";

/** What a process was asked, and where. */
export interface Case {
  readonly state: StartingState;
  readonly ask: Ask;
  readonly scene: Scene;
}

/** A scene before anybody was killed. */
export interface Before {
  readonly log: Buffer | undefined;
  readonly untouched: Untouched;
}

/** What was seen, and what of it must not be. */
export interface Seen {
  /** How far the killed process came: in the log, and in words. */
  readonly came: "nothing recorded" | "recorded, not answered" | "answered";
  /** Whether the log was refused, and repaired. */
  readonly was_torn: boolean;
  /** How many answered events were looked for, those of other processes included. */
  readonly answered: number;
  readonly breaks: readonly string[];
}

export function lookBefore(scene: Scene): Before {
  return { log: bytesIn(scene, LOG_NAME), untouched: untouchedIn(scene) };
}

/**
 * Looks at what a killed process left, and goes on with it.
 *
 * @param killed what it said
 * @param beside what processes that were not killed said meanwhile
 */
export async function aftermath(
  one: Case,
  before: Before,
  killed: Ran,
  beside: readonly Ran[] = [],
): Promise<Seen> {
  const { scene } = one;
  const left = bytesIn(scene, LOG_NAME);
  const { events, is_torn } = readLines(left);
  const told = toldIn(killed.stdout);
  const answered = [killed, ...beside].flatMap(eventsToldIn);
  const old = readLines(before.log).events;
  const breaks = [
    ...(killed.code === 0 && told.kind !== "success" ? ["it ended with 0 and answered nothing"] : []),
    ...(one.ask.may_mend && one.state.is_torn ? [] : grown(before.log, left, "the killed one")),
    ...(is_torn ? [] : disorderIn(events)),
    ...missing([...old, ...answered], events, "after the kill"),
    ...beside.flatMap((ran) => besideBreaks(ran, is_torn)),
    // The answer says that snapshot and views are written; somebody beside may have been at it since.
    ...(told.kind === "success" && beside.length === 0 ? staleIn(scene, events) : []),
    ...touchedSince(before.untouched, scene),
  ];
  const repair = await readOrRepair(scene, is_torn);
  const after = await goOn(one, before, [...old, ...events, ...answered]);
  return {
    came:
      told.kind === "success"
        ? "answered"
        : events.length > old.length
          ? "recorded, not answered"
          : "nothing recorded",
    was_torn: repair.was_refused,
    answered: answered.length,
    breaks: [...breaks, ...repair.breaks, ...after],
  };
}

const LOG_NAME = "status.events.jsonl";

/** Reads the log as any command does; where that is refused, the remedy must be named, and must help. */
async function readOrRepair(
  scene: Scene,
  is_torn: boolean,
): Promise<{ readonly was_refused: boolean; readonly breaks: readonly string[] }> {
  const shown = await laneIn(scene, ["show"]);
  if (shown.code === 0) {
    return { was_refused: false, breaks: is_torn ? ["a log that is torn was read as if it were whole"] : [] };
  }
  const told = toldIn(shown.stdout);
  const names_remedy =
    told.kind === "refusal" &&
    told.code === "LOG_CORRUPT" &&
    told.finding === "LOG_TORN" &&
    told.hint === `lane doctor --feature ${SLUG}`;
  const repaired = await laneIn(scene, ["doctor", "--fix", "--apply"]);
  const breaks = [
    ...(is_torn && names_remedy ? [] : [`the log can't be read, nor is the remedy named: ${said(shown)}`]),
    ...failed(repaired, "the repair"),
  ];
  return { was_refused: true, breaks };
}

/** The next emit of somebody else, the same request again, and then everything there is to look at. */
async function goOn(
  { state, ask, scene }: Case,
  before: Before,
  standing: readonly StatusEvent[],
): Promise<string[]> {
  const start = bytesIn(scene, LOG_NAME);
  const other = await laneIn(scene, OTHER_EMIT);
  const between = bytesIn(scene, LOG_NAME);
  const again = await laneIn(scene, ask.words);
  const end = bytesIn(scene, LOG_NAME);
  const { events, is_torn } = readLines(end);
  const keys = new Set(events.map(({ idempotency_key }) => idempotency_key));
  return [
    ...failed(other, "the next emit"),
    ...failed(again, "the same request again"),
    ...grown(start, between, "the next emit"),
    ...grown(between, end, "the same request again"),
    ...(is_torn ? ["the log is torn in the end"] : []),
    ...missing([...standing, ...[other, again].flatMap(eventsToldIn)], events, "in the end"),
    ...disorderIn(events),
    ...ask.keys.filter((key) => !keys.has(key)).map((key) => `key ${key} is not recorded in the end`),
    ...staleIn(scene, events),
    ...leftoversIn(scene),
    ...(await validationBreaks(scene)),
    ...(await rebuildBreaks(scene)),
    ...(state.has_sink ? await sinkBreaks(scene, before, events) : []),
    ...touchedSince(before.untouched, scene),
  ];
}

/** It waits for nothing: whoever was killed holds no lock. */
const OTHER_EMIT = ["emit", "WP09", "--to", "claimed", "--actor", "other", "--lock-timeout", "0"];

async function validationBreaks(scene: Scene): Promise<string[]> {
  const validated = await laneIn(scene, ["validate"]);
  const is_clean = validated.code === 0 && validated.stdout.includes('"summary":{"error":0,"warning":0,');
  return is_clean ? [] : [`validate finds faults in the end: ${said(validated)}`];
}

/** Derives everything anew: it must come out as it stands. */
async function rebuildBreaks(scene: Scene): Promise<string[]> {
  const stood = derivedIn(scene);
  rmSync(join(scene.folder, "status.json"));
  const rebuilt = await laneIn(scene, ["materialize"]);
  const changed = differences(stood, derivedIn(scene));
  return [
    ...failed(rebuilt, "materialize"),
    ...changed.map((name) => `${name} is not what materialize makes of the log`),
  ];
}

/** The user's own sink hears of every event that was not there before. */
async function sinkBreaks(scene: Scene, before: Before, events: readonly StatusEvent[]): Promise<string[]> {
  const synced = await laneIn(scene, ["sync"]);
  const old_ids = new Set(readLines(before.log).events.map(({ event_id }) => event_id));
  const news = events.filter(({ event_id }) => !old_ids.has(event_id));
  return [...failed(synced, "sync"), ...untoldIn(scene, news)];
}

/** Whoever was not killed is served: at once, since nobody holds the lock; or the log is torn, and it says so. */
function besideBreaks(ran: Ran, is_torn: boolean): string[] {
  const told = toldIn(ran.stdout);
  if (is_torn && told.kind === "refusal" && told.finding === "LOG_TORN") return [];
  return failed(ran, "an emit beside");
}

function eventsToldIn({ stdout }: Ran): readonly StatusEvent[] {
  const told = toldIn(stdout);
  return told.kind === "success" ? told.events : [];
}

/** A log only grows. */
function grown(old: Buffer | undefined, now: Buffer | undefined, by: string): string[] {
  if (old === undefined) return [];
  const is_prefix = now?.subarray(0, old.length).equals(old) === true;
  return is_prefix ? [] : [`the log's old bytes did not outlive ${by}`];
}

function missing(wanted: readonly StatusEvent[], events: readonly StatusEvent[], when: string): string[] {
  const there = new Map(events.map((event) => [event.event_id, event]));
  return wanted
    .filter((event) => !Bun.deepEquals(there.get(event.event_id), event))
    .map(({ event_id }) => `event ${event_id} is lost, or another one, ${when}`);
}

function failed(ran: Ran, what: string): string[] {
  return ran.code === 0 && toldIn(ran.stdout).kind === "success" ? [] : [`${what} failed: ${said(ran)}`];
}

function said({ code, stdout, stderr }: Ran): string {
  return `ended with ${code}: ${stdout.slice(0, LONGEST_QUOTE)}${stderr.slice(0, LONGEST_QUOTE)}`.trimEnd();
}

const LONGEST_QUOTE = 600;
