/**
 * What happens under a feature's lock: open → read → decide → append → materialize → views.
 * A log that is replaced meanwhile is read again.
 */

import { existsSync } from "node:fs";
import type { Stamp } from "../domain/decide.ts";
import type { StatusEvent } from "../domain/event.ts";
import { reduce } from "../domain/reduce.ts";
import { ok, type Result, type Warning } from "../domain/refusal.ts";
import type { Feature } from "../project/feature.ts";
import { listPages } from "../project/pages.ts";
import { appendToLog, closeLog, openLog, syncLog } from "../store/event_log.ts";
import { StorageError } from "../store/storage_error.ts";
import { updateViews, type ViewsOutcome } from "../views/views.ts";
import { distinct, type Results, resultsOf } from "./answer.ts";
import {
  type Asked,
  type Decided,
  decideAll,
  keysOf,
  type Plan,
  type Recorded,
  type Requests,
  requestsIn,
} from "./decide_on.ts";
import { warnWithoutPages } from "./facts.ts";
import type { FeatureStanding } from "./feature_state.ts";
import { writeSnapshot } from "./materialize.ts";
import { type ReadLog, type ReadState, readWhole } from "./read_state.ts";

/** How often a log that is replaced under our hands is read anew. */
const MOST_TRIES = 3;

/** What was recorded, and the requests that it came from. */
export interface RecordedRequests extends Results {
  readonly requests: Requests;
}

/** Is told of events just before they are appended, and can ask for those before; never throws. */
export type Announce = (ids: readonly string[], before: () => readonly StatusEvent[]) => void;

/** Records what is asked for, all of it or nothing. Needs the feature's lock. */
export function record(
  asked: Asked,
  feature: Feature,
  stamp: Stamp,
  announce: Announce = () => {},
  readLog: ReadLog = readWhole,
): Result<RecordedRequests> {
  const asking = { idempotency_keys: keysOf(asked), stamp };
  let appended: readonly Decided[] = [];
  let requests: Result<Requests> | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const file = openLog(feature.log);
    // Moved away or removed: with our events in it, or without.
    if (appended.length > 0 && file.fd === undefined && !existsSync(feature.folder)) {
      throw new StorageError("find", feature.folder, "the folder is gone", { outcome_unknown: true });
    }
    try {
      // A file that took the place of another is looked at whole: our own events may be anywhere in it.
      const read = (tries === 0 ? readLog : readWhole)(feature, file, asking);
      if (!read.ok) return read;
      const { state } = read.value;
      const recorded = takenAlong(appended, state);
      // What is recorded already is what was asked for; else things may stand otherwise by now.
      if (requests === undefined || recorded.size === 0) requests = requestsIn(asked, state);
      if (!requests.ok) return requests;
      const plan = decideAll(requests.value, state, stamp, recorded);
      if (!plan.ok) return plan;
      const after = append(plan.value, read.value, announce);
      if (after !== undefined) {
        const results = derive(plan.value, after);
        read.value.leaveCheckpoint();
        return ok({ ...results, requests: requests.value });
      }
      appended = plan.value.decided;
    } finally {
      closeLog(file);
    }
  }
  throw new StorageError("append to", feature.log.shown, "the file was replaced each time", {
    outcome_unknown: true,
  });
}

/**
 * Whoever replaced the log may have taken our events along: then they are recorded, and
 * must not be twice.
 */
function takenAlong(appended: readonly Decided[], { recent_events }: FeatureStanding): Recorded {
  const ours = new Map<string, number>();
  for (const [i, { decision }] of appended.entries()) {
    if (decision.kind === "append") ours.set(decision.event.event_id, i);
  }
  const recorded = new Map<number, StatusEvent>();
  if (ours.size === 0) return recorded;
  for (const event of recent_events) {
    const i = ours.get(event.event_id);
    if (i !== undefined) recorded.set(i, event);
  }
  if (recorded.size === 0 || recorded.size === ours.size) return recorded;
  throw new Error(`a log was read that holds ${recorded.size} of the ${ours.size} events of a batch`);
}

/** Puts the events on the disk. Undefined: the log was replaced, and all has to be decided anew. */
function append(
  { state, decided, after }: Plan,
  { log, eventsBefore }: ReadState,
  announce: Announce,
): FeatureStanding | undefined {
  const news = decided.filter(({ line }) => line !== undefined);
  if (news.length === 0) {
    // Whoever wrote them may have died before they were on the disk for good.
    syncLog(log);
    return state;
  }
  const ours = news.map(({ decision }) => decision.event);
  announce(
    ours.map(({ event_id }) => event_id),
    eventsBefore,
  );
  const appended = appendToLog(log, news.map(({ line }) => line).join(""));
  if (appended.kind === "replaced") return undefined;
  const reduction =
    appended.others.length === 0
      ? after
      : reduce([...eventsBefore(), ...appended.others], state.feature.project.vocabulary);
  return { ...state, log: { ...state.log, exists: true }, reduction };
}

/** Renews snapshot and views. The events stand: what fails here is a warning. */
function derive(plan: Plan, state: FeatureStanding): Results {
  const warnings: Warning[] = plan.decided.flatMap(({ decision }) => decision.warnings);
  let snapshot: "written" | "unchanged" | "failed";
  try {
    snapshot = writeSnapshot(state);
  } catch (error) {
    snapshot = "failed";
    const recorded = plan.decided.length > 1 ? "the events are recorded" : "the event is recorded";
    const message = `${recorded}, but ${(error as Error).message}; lane materialize renews the snapshot`;
    warnings.push({ code: "SNAPSHOT_FAILED", message });
  }
  const views = renewViews(plan, state);
  warnings.push(...views.warnings);
  const outcomes = { dry_run: false, snapshot, views: views.outcome, telemetry: "off" } as const;
  return { results: resultsOf(plan, state.reduction, outcomes), warnings: distinct(warnings) };
}

function renewViews({ decided }: Plan, { feature, reduction, workflow }: FeatureStanding) {
  try {
    const pages = listPages(feature);
    const { outcome, warnings } = updateViews(feature, pages, reduction, workflow);
    const wp_ids = decided.map(({ request }) => request.wp_id);
    return { outcome, warnings: [...warnings, ...warnWithoutPages(wp_ids, feature, pages)] };
  } catch (error) {
    const outcome: ViewsOutcome = feature.phase === 0 ? "off" : "failed";
    return { outcome, warnings: [{ code: "VIEW_FAILED", message: (error as Error).message }] };
  }
}
