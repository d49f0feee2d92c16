/** The snapshot: what the log says now, in exactly the same bytes on every machine. */

import * as v from "valibot";
import { indentedJson, isJsonObject, parseKeepingNumbers } from "./json_bytes.ts";
import type { Standing, WorkPackageStanding } from "./reduce.ts";
import { withoutByteOrderMark } from "./text.ts";
import type { Workflow } from "./workflow.ts";

const EntrySchema = v.looseObject({
  actor: v.string(),
  force_count: v.pipe(v.number(), v.integer()),
  lane: v.string(),
  last_event_id: v.nullable(v.string()),
  last_transition_at: v.nullable(v.string()),
});

/** The shape of `status.json`. Keys that it does not name belong to other tools. */
export const SnapshotSchema = v.looseObject({
  /** Distinct transition events. */
  event_count: v.pipe(v.number(), v.integer()),
  feature_slug: v.optional(v.string()),
  mission_slug: v.optional(v.string()),
  last_event_id: v.nullable(v.string()),
  /** The newest event's `at`, not the clock: rebuilding never dirties a working tree. */
  materialized_at: v.nullable(v.string()),
  /** How many work packages are in each lane of the workflow. */
  summary: v.record(v.string(), v.number()),
  work_packages: v.record(v.string(), EntrySchema),
});

export type Snapshot = v.InferOutput<typeof SnapshotSchema>;

/** Under which name a feature's log speaks of the feature. */
export type SlugKey = "feature_slug" | "mission_slug";

/**
 * What the reducer owns of a snapshot.
 *
 * @param slug the feature's slug, and the name under which the log knows it
 */
export function snapshotOf(
  reduction: Standing,
  workflow: Workflow,
  slug: { key: SlugKey; value: string },
): Snapshot {
  const states = [...reduction.work_packages.values()];
  const in_lane = (lane: string) => states.filter((state) => state.lane === lane).length;
  return {
    event_count: reduction.event_count,
    [slug.key]: slug.value,
    last_event_id: reduction.newest?.event_id ?? null,
    materialized_at: reduction.newest?.at ?? null,
    summary: Object.fromEntries(
      workflow.lanes.map(({ name }): [string, number] => [name, in_lane(name)]).sort(byKey),
    ),
    work_packages: Object.fromEntries(states.map((state) => [state.wp_id, entryOf(state)])),
  };
}

/**
 * The text of `status.json`.
 *
 * @param before the text of the present file, or undefined; what another tool keeps in it
 *   is kept. A text that is not a JSON object, or larger than any snapshot, counts as absent.
 * @returns the text that should stand there; `before` itself when nothing that the
 *   reducer owns differs and another tool writes the file too
 */
export function renderSnapshot(snapshot: Snapshot, before: string | undefined): string {
  const plain = `${indentedJson(snapshot)}\n`;
  if (before === undefined || before === plain || !holdsForeignKeys(before, snapshot)) return plain;
  const old = readObject(before, parseKeepingNumbers) ?? {};
  const text = `${indentedJson(withForeignKeys(snapshot, old))}\n`;
  return `${indentedJson(old)}\n` === text ? before : text;
}

/** In the order in which they are printed. */
function byKey([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}

type Json = Record<string, unknown>;

const SLUG_KEYS: readonly string[] = ["feature_slug", "mission_slug"];
const ENTRY_KEYS = ["actor", "force_count", "lane", "last_event_id", "last_transition_at"];

function entryOf(state: WorkPackageStanding) {
  return {
    actor: state.actor,
    force_count: state.force_count,
    lane: state.lane,
    last_event_id: state.last_event_id,
    last_transition_at: state.last_transition_at,
  };
}

/** Whether another tool keeps something in the file that must not be lost. */
function holdsForeignKeys(text: string, snapshot: Snapshot): boolean {
  const old = readObject(text, JSON.parse);
  if (old === undefined) return false;
  if (foreignKeys(old, snapshot).length > 0) return true;
  const entries = isJsonObject(old.work_packages) ? Object.entries(old.work_packages) : [];
  return entries.some(([id, entry]) => isUnseeded(id, entry, snapshot) || hasForeignKeys(entry));
}

/** The snapshot with every key that it does not own taken over from the old file. */
function withForeignKeys(snapshot: Snapshot, old: Json): Json {
  const old_entries = isJsonObject(old.work_packages) ? old.work_packages : {};
  const entries = Object.entries(snapshot.work_packages).map(([id, entry]): [string, unknown] => {
    const before = Object.hasOwn(old_entries, id) ? old_entries[id] : undefined;
    return [id, isJsonObject(before) ? { ...before, ...entry } : entry];
  });
  const unseeded = Object.entries(old_entries).filter(([id, entry]) => isUnseeded(id, entry, snapshot));
  // Unlike assignment, fromEntries keeps a key called `__proto__` an ordinary key.
  return Object.fromEntries([
    ...foreignKeys(old, snapshot),
    ...Object.entries(snapshot).filter(([key]) => !saysNothingToo(key, snapshot, old)),
    ...Object.entries(old).filter(([key]) => saysNothingToo(key, snapshot, old)),
    ["work_packages", Object.fromEntries([...entries, ...unseeded])],
  ]);
}

/**
 * Of a log without transitions there is nothing to say but that. Some tools write an empty
 * text then, for the time and for the feature's name, which they take from the transitions.
 */
function saysNothingToo(key: string, snapshot: Snapshot, old: Json): boolean {
  const is_told_by_events = key === "materialized_at" || SLUG_KEYS.includes(key);
  return snapshot.event_count === 0 && is_told_by_events && Object.hasOwn(snapshot, key) && old[key] === "";
}

function foreignKeys(old: Json, snapshot: Snapshot): [string, unknown][] {
  // Only one of both names is ever ours; tools that write both keep the one of before for their readers.
  const keeps_old_name = Object.hasOwn(snapshot, "mission_slug") && Object.hasOwn(old, "mission_slug");
  return Object.entries(old).filter(
    ([key]) => !Object.hasOwn(snapshot, key) && (keeps_old_name || !SLUG_KEYS.includes(key)),
  );
}

function hasForeignKeys(entry: unknown): boolean {
  return isJsonObject(entry) && Object.keys(entry).some((key) => !ENTRY_KEYS.includes(key));
}

/** A work package that another tool knows and that has no transition yet. */
function isUnseeded(id: string, entry: unknown, snapshot: Snapshot): boolean {
  return !Object.hasOwn(snapshot.work_packages, id) && isJsonObject(entry) && entry.last_event_id === null;
}

/** A hundred thousand work packages take less. In characters; what it says can take a hundred times of it. */
export const LARGEST_SNAPSHOT = 32 * 1024 * 1024;

/** Whether it can be a snapshot at all, told without spelling out what lists of lists would take. */
export function mayBeSnapshot(text: string): boolean {
  return text.length <= LARGEST_SNAPSHOT && /^\ufeff?\s*\{/.test(text);
}

function readObject(text: string, parse: (text: string) => unknown): Json | undefined {
  if (!mayBeSnapshot(text)) return undefined;
  try {
    const value = parse(withoutByteOrderMark(text));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
