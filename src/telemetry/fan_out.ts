/**
 * Tells the world of transitions that are safely in the log.
 *
 * Loaded only where a sink is configured. Whatever goes wrong here is a warning: the
 * events are recorded, and what did not arrive is delivered by a later emit or `lane sync`.
 */

import { existsSync } from "node:fs";
import type { StatusEvent } from "../domain/event.ts";
import type { Warning } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { type Feature, openFeature } from "../project/feature.ts";
import type { Project } from "../project/project.ts";
import { DEFAULT_TIMEOUT_MS, type Telemetry } from "../project/sinks.ts";
import { writtenAmong } from "../project/written.ts";
import { takeLock } from "../store/feature_lock.ts";
import { markBehind, slugsBehind, unmarkBehind } from "./behind.ts";
import { deliver } from "./deliver.ts";
import { dueAt, type FeatureEvents, isMeant, readFeatureEvents } from "./due.ts";
import { type Memory, NO_MEMORY, pausedUntil, readMemory, troubleAfter, writeMemory } from "./memory.ts";
import { deliveryLock } from "./places.ts";
import { readReceipts } from "./receipts.ts";
import { type KnownSink, mayDeliver, sinksOf, targetOf } from "./sinks.ts";

/** What became of the telling; `off` where no sink is meant to hear of it. */
export type TelemetryOutcome = "sent" | "queued" | "off";

export interface Told {
  readonly telemetry: TelemetryOutcome;
  readonly warnings: readonly Warning[];
}

/**
 * Offers events that are in the log now to the sinks of a project and its user. Never throws.
 *
 * @param own the user's own sinks
 * @param announced the ids of those events that were written just now
 */
export async function fanOut(
  feature: Feature,
  own: Telemetry | undefined,
  announced: ReadonlySet<string>,
  events: readonly StatusEvent[],
): Promise<Told> {
  const start_ms = performance.now();
  let warnings: readonly Warning[] = [];
  try {
    const sinks = sinksOf(feature.project, own);
    warnings = await offer(feature, sinks, start_ms).catch(ofError);
    const telemetry = outcomeOf(feature, sinks.filter(mayDeliver), events, announced);
    if (telemetry === "queued") markBehind(feature);
    return { telemetry, warnings };
  } catch (error) {
    return { telemetry: "queued", warnings: [...warnings, ...ofError(error)] };
  }
}

/** Delivers what is due to the sinks that may hear of it now. @returns what to warn of */
async function offer(feature: Feature, sinks: readonly KnownSink[], start_ms: number): Promise<Warning[]> {
  const { project } = feature;
  const memory = memoryOrNone(project);
  const untold = sinks.filter((one) => !mayDeliver(one) && !memory.told.includes(one.definition));
  const now_us = Date.now() * 1000;
  const active = sinks.filter(mayDeliver);
  const ready = active.filter((one) => pausedUntil(memory.troubles[one.memory_key], now_us) === undefined);
  if (ready.length === 0 && untold.length === 0) return [];
  const warnings = untold.map(ofUntrusted);
  try {
    const budget_ms = Math.max(0, ...ready.map(timeoutOf));
    const lock = await takeLock(deliveryLock(project), budget_ms);
    // Whoever holds it may deliver these as well; if not, they are for the next one.
    if (!lock.ok) return warnings;
    using _ = lock.value;
    return [...warnings, ...(await deliverAll(feature, { active, ready, untold }, start_ms))];
  } catch (error) {
    return [...warnings, ...ofError(error)];
  }
}

/** What can't be read now is said when it is written. */
function memoryOrNone(project: Project): Memory {
  try {
    return readMemory(project);
  } catch {
    return NO_MEMORY;
  }
}

/** The sinks that an emit has to do with. */
interface Addressees {
  readonly active: readonly KnownSink[];
  /** Those of the active ones that are not left alone for now. */
  readonly ready: readonly KnownSink[];
  /** Untrusted ones that the user was not told of. */
  readonly untold: readonly KnownSink[];
}

/** Needs the delivery lock, so everything is looked at again: another process had it meanwhile. */
async function deliverAll(
  feature: Feature,
  { active, ready, untold }: Addressees,
  start_ms: number,
): Promise<Warning[]> {
  const { project } = feature;
  const memory = readMemory(project);
  const warnings: Warning[] = [];
  const troubles: Record<string, Memory["troubles"][string]> = { ...memory.troubles };
  const one = async (known: KnownSink, events: FeatureEvents) => {
    const before = troubles[known.memory_key];
    if (pausedUntil(before, Date.now() * 1000) !== undefined) return;
    const request_ms = timeoutOf(known);
    const { failure, sent, parked } = await deliver(known, events, {
      request_ms,
      deadline_ms: start_ms + request_ms,
    });
    if (failure !== undefined) {
      troubles[known.memory_key] = troubleAfter(before, failure.error, Date.now() * 1000, failure.pause_us);
      warnings.push(ofFailure(known, failure.error));
    } else if (sent + parked > 0) delete troubles[known.memory_key];
    if (parked > 0) warnings.push(ofParked(known, parked));
  };
  if (ready.length > 0) {
    for (const behind of withThoseBehind(feature)) {
      if (behind !== feature && performance.now() - start_ms >= Math.max(...ready.map(timeoutOf))) break;
      await deliverFeature(behind, { active, ready }, one);
    }
  }
  const told = [...new Set([...memory.told, ...untold.map(({ definition }) => definition)])];
  remember(project, memory, { version: 1, troubles, told });
  return warnings;
}

/** A feature, and then the others of its project that a sink has still to hear of. */
function* withThoseBehind(feature: Feature): Generator<Feature> {
  yield feature;
  for (const slug of slugsBehind(feature.project)) {
    const other = slug === feature.slug ? undefined : openIfSound(feature.project, slug);
    // Without a log it is a feature of another branch, which comes back.
    if (other !== undefined && existsSync(other.log.path)) yield other;
  }
}

/** What is wrong with another feature is no matter of this emit. */
function openIfSound(project: Project, slug: string): Feature | undefined {
  try {
    const other = openFeature(project, slug, { tolerant: true });
    return other.ok ? other.value : undefined;
  } catch {
    return undefined;
  }
}

async function deliverFeature(
  feature: Feature,
  { active, ready }: Pick<Addressees, "active" | "ready">,
  one: (known: KnownSink, events: FeatureEvents) => Promise<void>,
): Promise<void> {
  if (ready.length === active.length) unmarkBehind(feature);
  const of = readFeatureEvents(feature);
  // A log that can't be read at this moment is somebody's write under way.
  if (of.ok) await Promise.all(ready.map((known) => one(known, of.value)));
  if (!of.ok || active.some((known) => dueAt(known, of.value).due.length > 0)) markBehind(feature);
}

function remember(project: Project, before: Memory, after: Memory): void {
  if (JSON.stringify(before) !== JSON.stringify(after)) writeMemory(project, after);
}

/** By the receipts alone: another process may have delivered them, too. */
function outcomeOf(
  feature: Feature,
  active: readonly KnownSink[],
  events: readonly StatusEvent[],
  announced: ReadonlySet<string>,
): TelemetryOutcome {
  if (active.length === 0) return "off";
  // What was just emitted was written here, whatever the notes say; what is told again may be another clone's.
  const written = new Set([...announced, ...writtenAmong(feature, events)]);
  const of: FeatureEvents = { feature, events: [], written };
  let outcome: TelemetryOutcome = "off";
  for (const known of active) {
    const meant = events.filter((event) => isMeant(of, known, event));
    if (meant.length === 0) continue;
    const { arrived } = readReceipts(feature, known.key);
    if (!meant.every(({ event_id }) => arrived.has(event_id))) return "queued";
    outcome = "sent";
  }
  return outcome;
}

function timeoutOf({ sink }: KnownSink): number {
  return sink.timeout_ms ?? DEFAULT_TIMEOUT_MS;
}

function ofUntrusted(known: KnownSink): Warning {
  const { sink, standing } = known;
  const what = `telemetry: sink ${sink.name} of .kittify/config.yaml (${sink.kind}: ${targetOf(known)})`;
  const message =
    standing === "never"
      ? `${what} names a program, which only your own configuration may; it is left alone`
      : `${what} is not trusted on this machine, and is told nothing; if you trust it: lane sync --trust ${sink.name}`;
  return { code: "TELEMETRY_UNTRUSTED", message };
}

function ofFailure(known: KnownSink, error: string): Warning {
  return failed(
    `sink ${known.sink.name} (${targetOf(known)}): ${error}; a later emit or lane sync delivers it`,
  );
}

function ofParked({ sink }: KnownSink, parked: number): Warning {
  const what = parked === 1 ? "1 event" : `${parked} events`;
  return failed(`sink ${sink.name} refused ${what}: lane sync --status says why`);
}

function ofError(error: unknown): Warning[] {
  return [failed((error as Error).message)];
}

function failed(message: string): Warning {
  return { code: "TELEMETRY_FAILED", message: visible(`telemetry: ${message}`) };
}
