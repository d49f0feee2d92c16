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
import { DEFAULT_TIMEOUT_MS, type Sink, type Telemetry } from "../project/sinks.ts";
import { writtenAmong } from "../project/written.ts";
import { takeLock } from "../store/feature_lock.ts";
import { markBehind, slugsBehind, unmarkBehind } from "./behind.ts";
import { type Delivery, deliver, type Patience } from "./deliver.ts";
import { dueAt, type FeatureEvents, isMeant, readFeatureEvents } from "./due.ts";
import { type Memory, NO_MEMORY, pausedUntil, readMemory, troubleAfter, writeMemory } from "./memory.ts";
import { deliveryLock } from "./places.ts";
import { readReceipts } from "./receipts.ts";
import { variablesIn } from "./secrets.ts";
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
  let warnings: readonly Warning[] = [];
  try {
    const sinks = sinksOf(feature.project, own);
    warnings = await offer(feature, sinks).catch(ofError);
    const { telemetry, waiting } = outcomeOf(feature, sinks.filter(mayDeliver), events, announced);
    markBehind(feature, waiting);
    return { telemetry, warnings };
  } catch (error) {
    const said = ofError(error).filter(({ message }) => warnings.every((one) => one.message !== message));
    return { telemetry: "queued", warnings: [...warnings, ...said] };
  }
}

/** Delivers what is due to the sinks that may hear of it now. @returns what to warn of */
async function offer(feature: Feature, sinks: readonly KnownSink[]): Promise<Warning[]> {
  const { project } = feature;
  const memory = memoryOrNone(project);
  const untold = sinks.filter((one) => !mayDeliver(one) && !memory.told.includes(one.definition));
  const now_us = Date.now() * 1000;
  const ready = sinks
    .filter(mayDeliver)
    .filter((one) => pausedUntil(memory.troubles[one.memory_key], now_us) === undefined);
  if (ready.length === 0 && untold.length === 0) return [];
  const warnings = untold.map(ofUntrusted);
  try {
    const budget_ms = Math.max(0, ...ready.map(timeoutOf));
    const start_ms = performance.now();
    const lock = await takeLock(deliveryLock(project), budget_ms);
    // Whoever holds it may deliver these as well; if not, they are for the next one.
    if (!lock.ok) return warnings;
    using _ = lock.value;
    return [...warnings, ...(await deliverAll(feature, { ready, untold }, performance.now() - start_ms))];
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
  /** Those that may hear of it, and are not left alone for now. */
  readonly ready: readonly KnownSink[];
  /** Untrusted ones that the user was not told of. */
  readonly untold: readonly KnownSink[];
}

/**
 * Needs the delivery lock, so everything is looked at again: another process had it meanwhile.
 *
 * @param waited_ms how long the lock took, which every sink pays for
 */
async function deliverAll(
  feature: Feature,
  { ready, untold }: Addressees,
  waited_ms: number,
): Promise<Warning[]> {
  const { project } = feature;
  const memory = readMemory(project);
  const warnings: Warning[] = [];
  const troubles: Record<string, Memory["troubles"][string]> = { ...memory.troubles };
  const times = new Map<KnownSink, Allowance>();
  const one = async (known: KnownSink, events: FeatureEvents) => {
    const before = troubles[known.memory_key];
    if (pausedUntil(before, Date.now() * 1000) !== undefined) return;
    const time = times.get(known) ?? allow(known, waited_ms);
    times.set(known, time);
    // What can't be noted is sent again: also a failure, lest every emit does.
    const { failure, sent, parked } = await deliver(known, events, patienceOf(known, time)).catch(broken);
    if (sent + parked > 0) time.is_used = true;
    if (failure !== undefined) {
      troubles[known.memory_key] = troubleAfter(before, failure.error, Date.now() * 1000, failure.pause_us);
      warnings.push(ofFailure(known, failure.error));
    } else if (sent + parked > 0) delete troubles[known.memory_key];
    if (parked > 0) warnings.push(ofParked(known, parked));
  };
  if (ready.length > 0) {
    for (const behind of withThoseBehind(feature, ready)) {
      if (behind !== feature && [...times.values()].every(({ until_ms }) => performance.now() >= until_ms))
        break;
      await deliverFeature(behind, ready, one);
    }
  }
  const told = [...new Set([...memory.told, ...untold.map(({ definition }) => definition)])];
  remember(project, memory, { version: 1, troubles, told });
  return warnings;
}

function broken(error: unknown): Delivery {
  return { sent: 0, parked: 0, failure: { error: visible((error as Error).message), pause_us: 0 } };
}

/** What an emit has for a sink, from when its own feature's log is read; by the running clock. */
interface Allowance {
  readonly until_ms: number;
  /** Whether a part of it was for something else. */
  is_used: boolean;
}

function allow(known: KnownSink, waited_ms: number): Allowance {
  const timeout_ms = timeoutOf(known);
  return { until_ms: performance.now() + timeout_ms - waited_ms, is_used: waited_ms > timeout_ms / 10 };
}

function patienceOf(known: KnownSink, { until_ms, is_used }: Allowance): Patience {
  const request_ms = timeoutOf(known);
  const total_ms = until_ms - performance.now();
  // Reading other logs takes of it, too.
  return { request_ms, total_ms, is_rest: is_used || total_ms < request_ms / 2 };
}

/** A feature, and then the others of its project that these sinks have still to hear of. */
function* withThoseBehind(feature: Feature, sinks: readonly KnownSink[]): Generator<Feature> {
  yield feature;
  for (const slug of slugsBehind(feature.project, sinks)) {
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
  sinks: readonly KnownSink[],
  one: (known: KnownSink, events: FeatureEvents) => Promise<void>,
): Promise<void> {
  unmarkBehind(feature, sinks);
  const of = readIfSound(feature);
  if (of !== undefined) await Promise.all(sinks.map((known) => one(known, of)));
  markBehind(
    feature,
    sinks.filter((known) => of === undefined || dueAt(known, of).due.length > 0),
  );
}

/** A log that can't be read at this moment is somebody's write under way, or said where it matters. */
function readIfSound(feature: Feature): FeatureEvents | undefined {
  try {
    const of = readFeatureEvents(feature);
    return of.ok ? of.value : undefined;
  } catch {
    return undefined;
  }
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
): { readonly telemetry: TelemetryOutcome; readonly waiting: readonly KnownSink[] } {
  if (active.length === 0) return { telemetry: "off", waiting: [] };
  // What was just emitted was written here, whatever the notes say; what is told again may be another clone's.
  const written = new Set([...announced, ...writtenAmong(feature, events)]);
  const of: FeatureEvents = { feature, events: [], written };
  let telemetry: TelemetryOutcome = "off";
  const waiting: KnownSink[] = [];
  for (const known of active) {
    const meant = events.filter((event) => isMeant(of, known, event));
    if (meant.length === 0) continue;
    const { arrived, parked } = readReceipts(feature, known.key);
    const missing = meant.filter(({ event_id }) => !arrived.has(event_id));
    if (missing.length > 0) telemetry = "queued";
    else if (telemetry === "off") telemetry = "sent";
    if (missing.some(({ event_id }) => !parked.has(event_id))) waiting.push(known);
  }
  return { telemetry, waiting };
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
      : `${what} is not trusted on this machine, and is told nothing${wouldGet(sink)}; if you trust it: lane sync --trust ${sink.name}`;
  return { code: "TELEMETRY_UNTRUSTED", message };
}

/** Which environment variables trust would hand over: whoever decides must know it before. */
function wouldGet(sink: Sink): string {
  const names = sink.kind === "http" ? variablesIn(sink.headers ?? {}) : [];
  return names.length === 0 ? "" : ` (its headers would hold what ${names.join(", ")} holds)`;
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
