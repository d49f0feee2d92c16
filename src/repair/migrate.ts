/**
 * From frontmatter to a log: one event for each work package whose page says more than that
 * it is planned.
 *
 * look → lock → read → compare → replace the log → snapshot → views → unlock.
 * What takes time (pages, git) is looked at before the lock, and again if it changed.
 */

import type { StatusEvent } from "../domain/event.ts";
import { formatLine, LONGEST_LINE_BYTES, parseLine } from "../domain/line.ts";
import { ok, type Refusal, type Result, refuse, type Warning } from "../domain/refusal.ts";
import { givenOrNull } from "../domain/text.ts";
import { initialLane } from "../domain/workflow.ts";
import {
  type FeatureState,
  readFeatureState,
  readFeatureStateNow,
  understand,
} from "../pipeline/feature_state.ts";
import { writeSnapshot } from "../pipeline/materialize.ts";
import type { Feature } from "../project/feature.ts";
import { listPages } from "../project/pages.ts";
import { noteWritten } from "../project/written.ts";
import { parseLog, readLogBytes } from "../store/event_log.ts";
import { withFeatureLock } from "../store/feature_lock.ts";
import { replaceLog } from "../store/replace_log.ts";
import { refusalOrThrow, StorageError } from "../store/storage_error.ts";
import { updateViews } from "../views/views.ts";
import { isMigrationEvent, migrationEvent } from "./migration_event.ts";
import { isStillSo, readUnmigrated, type Unmigrated } from "./unmigrated.ts";

/** What became of one feature, or would. */
export interface Migration {
  readonly feature: string;
  readonly status: "migrated" | "planned" | "skipped" | "failed";
  /** The events that are written, or would be; none where nothing is. */
  readonly events: readonly StatusEvent[];
  /** Why nothing is written. */
  readonly reason: string | null;
  readonly warnings: readonly Warning[];
}

/** How often a feature that changes under our eyes is looked at anew. */
const MOST_TRIES = 3;

/** Says what {@link migrate} would write. Writes nothing, and takes no lock. */
export async function planMigration(feature: Feature, lock_timeout_ms: number): Promise<Migration> {
  return orFailed(feature, async () => {
    const state = await readFeatureState(feature, lock_timeout_ms);
    if (!state.ok) return state;
    const pages = await readUnmigrated(state.value);
    if (!pages.ok) return pages;
    const events = eventsOf(pages.value, state.value);
    if (!events.ok || events.value.length > 0) {
      return events.ok ? ok(outcome(feature, "planned", { events: events.value })) : events;
    }
    return ok(skipped(feature, pages.value, []));
  });
}

/**
 * Migrates a feature under its lock, all of it or nothing. One that was migrated before is
 * left alone, but for what an interrupted migration left to be derived.
 */
export async function migrate(feature: Feature, lock_timeout_ms: number): Promise<Migration> {
  return orFailed(feature, async () => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const state = await readFeatureState(feature, lock_timeout_ms);
      if (!state.ok) return state;
      const pages = await readUnmigrated(state.value);
      if (!pages.ok) return pages;
      const done = await withFeatureLock(feature.lock, lock_timeout_ms, () => carryOut(feature, pages.value));
      if (!done.ok) return done;
      if (done.value !== undefined) return ok(done.value);
    }
    throw new StorageError("migrate", feature.log.shown, "the feature was changed each time");
  });
}

/** The outcome of a feature that can't be migrated. */
export function failedMigration(slug: string, { message, hint }: Refusal): Migration {
  const reason = hint === undefined ? message : `${message}; ${hint}`;
  return { feature: slug, status: "failed", events: [], reason, warnings: [] };
}

/** Everything that happens under the lock. Undefined: the feature is not what was looked at any more. */
function carryOut(feature: Feature, pages: Unmigrated): Result<Migration | undefined> {
  const before = readLogBytes(feature.log);
  const log = parseLog(before ?? new Uint8Array(), feature.log);
  if (!log.ok) return log;
  const state = understand(feature, { ...log.value, exists: before !== undefined });
  if (!state.ok) return state;
  if (!isStillSo(pages, state.value)) return ok(undefined);
  const events = eventsOf(pages, state.value);
  if (!events.ok) return events;
  if (events.value.length === 0) {
    const was_migrated = log.value.events.some(isMigrationEvent);
    return ok(skipped(feature, pages, was_migrated ? renew(feature) : []));
  }
  const line_end = log.value.lacks_line_end ? "\n" : "";
  const lines = line_end + events.value.map(formatLine).join("");
  noteWritten(
    feature,
    events.value.map(({ event_id }) => event_id),
    () => log.value.events,
    false,
  );
  replaceLog(feature.log, before, Buffer.concat([before ?? new Uint8Array(), Buffer.from(lines, "utf8")]));
  return ok(outcome(feature, "migrated", { events: events.value, warnings: renew(feature) }));
}

/** The events that are to be written, in the order of WP ids. */
function eventsOf({ work_packages }: Unmigrated, state: FeatureState): Result<StatusEvent[]> {
  const { feature, workflow, reduction, log_style } = state;
  const mission_id = givenOrNull(feature.meta.mission_id) ?? undefined;
  const slug = { key: log_style.slug_key, value: feature.slug, mission_id };
  const events: StatusEvent[] = [];
  for (const [wp_id, { state: page }] of work_packages) {
    if (page === undefined || reduction.work_packages.has(wp_id)) continue;
    const event = migrationEvent(page, initialLane(workflow), slug);
    const line = formatLine(event);
    if (line.length > LONGEST_LINE_BYTES) {
      return refuse(
        "IO",
        `${wp_id}: the event takes ${line.length} bytes; a line holds ${LONGEST_LINE_BYTES}`,
        { hint: "shorten reviewed_by in its page" },
      );
    }
    const read_back = parseLine(line.trimEnd(), feature.project.vocabulary);
    if (read_back.kind !== "event") throw new Error(`the event of ${wp_id} could not be read again`);
    events.push(event);
  }
  return ok(events);
}

/** Renews snapshot and views. The log stands: what fails here is a warning, and keeps nothing else back. */
function renew(feature: Feature): readonly Warning[] {
  const warnings: Warning[] = [];
  const attempt = (code: string, act: (state: FeatureState) => void) => {
    try {
      const state = readFeatureStateNow(feature);
      if (state.ok) act(state.value);
      else warnings.push({ code, message: state.refusal.message });
    } catch (error) {
      const message = `the events are recorded, but ${(error as Error).message}; lane materialize makes it good`;
      warnings.push({ code, message });
    }
  };
  attempt("SNAPSHOT_FAILED", writeSnapshot);
  attempt("VIEW_FAILED", ({ reduction, workflow }) => {
    warnings.push(...updateViews(feature, listPages(feature), reduction, workflow).warnings);
  });
  return warnings;
}

async function orFailed(feature: Feature, act: () => Promise<Result<Migration>>): Promise<Migration> {
  let done: Result<Migration>;
  try {
    done = await act();
  } catch (error) {
    done = refusalOrThrow(error);
  }
  return done.ok ? done.value : failedMigration(feature.slug, done.refusal);
}

function skipped(
  feature: Feature,
  { work_packages, workflow }: Unmigrated,
  warnings: readonly Warning[],
): Migration {
  const reason =
    work_packages.size > 0
      ? `no work package without an event is past ${initialLane(workflow)}`
      : "no work package is without an event";
  return outcome(feature, "skipped", { reason, warnings });
}

function outcome(
  { slug }: Feature,
  status: Migration["status"],
  { events = [], reason = null, warnings = [] }: Partial<Migration>,
): Migration {
  return { feature: slug, status, events, reason, warnings };
}
