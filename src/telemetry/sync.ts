/** Delivering on demand: what is due goes now, whatever the back-off, to sinks that may be slow. */

import { ok, type Result } from "../domain/refusal.ts";
import type { Project } from "../project/project.ts";
import { beginWritten } from "../project/written.ts";
import { takeLock, withFeatureLock } from "../store/feature_lock.ts";
import { deliver } from "./deliver.ts";
import { dueAt, type FeatureEvents, readFeatureEvents } from "./due.ts";
import { readMemory, troubleAfter, writeMemory } from "./memory.ts";
import { deliveryLock } from "./places.ts";
import { noteRetry } from "./receipts.ts";
import { type KnownSink, mayDeliver } from "./sinks.ts";

/** What each sink was told, by its key; undefined where another process delivers now. */
export type Synced = ReadonlyMap<string, number> | undefined;

export interface SyncOptions {
  /** Try again what sinks would not have. */
  readonly retry_parked: boolean;
  /** How long to wait for each feature's lock. */
  readonly lock_timeout_ms: number;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** A sink that answers slowly is worth waiting for here. */
const LEAST_REQUEST_MS = 10_000;

/** Reads a feature, and begins its notes of what is written here where there are none. */
export async function readForSync(
  of: FeatureEvents,
  lock_timeout_ms: number,
): Promise<Result<FeatureEvents>> {
  const { feature } = of;
  return withFeatureLock(feature.lock, lock_timeout_ms, () => {
    // Read again: with the lock, so that no emit notes anything between.
    const now = readFeatureEvents(feature);
    if (!now.ok) return now;
    beginWritten(
      feature,
      now.value.events.map(({ event }) => event),
    );
    return now;
  });
}

/** Delivers what is due of these features to these sinks. One process does it at a time. */
export async function sync(
  project: Project,
  sinks: readonly KnownSink[],
  features: readonly FeatureEvents[],
  { retry_parked, lock_timeout_ms, onProgress }: SyncOptions,
): Promise<Result<Synced>> {
  const lock = await takeLock(deliveryLock(project), 0);
  if (!lock.ok) return ok(undefined);
  using _ = lock.value;
  const active = sinks.filter(mayDeliver);
  const read: FeatureEvents[] = [];
  for (const one of features) {
    const now = await readForSync(one, lock_timeout_ms);
    if (!now.ok) return now;
    read.push(now.value);
  }
  const sent = new Map<string, number>();
  for (const known of active) {
    if (retry_parked) for (const of of read) retry(known, of);
    sent.set(known.key, await syncOne(project, known, read, onProgress));
  }
  return ok(sent);
}

function retry(known: KnownSink, of: FeatureEvents): void {
  const ids = [...dueAt(known, of).parked.keys()];
  if (ids.length > 0) noteRetry(of.feature, known.key, ids);
}

async function syncOne(
  project: Project,
  known: KnownSink,
  features: readonly FeatureEvents[],
  onProgress: SyncOptions["onProgress"],
): Promise<number> {
  const total = features.reduce((sum, of) => sum + dueAt(known, of).due.length, 0);
  const patience = {
    request_ms: Math.max(LEAST_REQUEST_MS, known.sink.timeout_ms ?? 0),
    total_ms: Number.POSITIVE_INFINITY,
    is_rest: false,
  };
  let sent = 0;
  for (const of of features) {
    const done = await deliver(known, of, patience, (now) => onProgress(sent + now, total, known.sink.name));
    sent += done.sent;
    noteHealth(project, known, done.failure, done.sent + done.parked > 0);
    // A sink that fails now would fail for the next feature, too.
    if (done.failure !== undefined) break;
  }
  return sent;
}

function noteHealth(
  project: Project,
  { memory_key }: KnownSink,
  failure: { readonly error: string; readonly pause_us: number } | undefined,
  has_answered: boolean,
): void {
  const memory = readMemory(project);
  const { [memory_key]: before, ...others } = memory.troubles;
  if (failure !== undefined) {
    const trouble = troubleAfter(before, failure.error, Date.now() * 1000, failure.pause_us);
    writeMemory(project, { ...memory, troubles: { ...others, [memory_key]: trouble } });
  } else if (has_answered && before !== undefined) writeMemory(project, { ...memory, troubles: others });
}
