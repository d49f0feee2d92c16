/** What a feature's log says, with all that is needed to understand it. */

import type { StatusEvent } from "../domain/event.ts";
import { type Reduction, reduce } from "../domain/reduce.ts";
import { ok, type Result } from "../domain/refusal.ts";
import type { SlugKey } from "../domain/snapshot.ts";
import type { Workflow } from "../domain/workflow.ts";
import type { Feature } from "../project/feature.ts";
import { workflowOf } from "../project/settings.ts";
import { type LogContent, readLog } from "../store/event_log.ts";

/** A feature and the state of its log at one moment. */
export interface FeatureState {
  readonly feature: Feature;
  readonly log: LogContent;
  readonly workflow: Workflow;
  readonly reduction: Reduction;
  /** Under which name the log speaks of the feature. */
  readonly slug_key: SlugKey;
}

/** Understands a log that was read. */
export function understand(feature: Feature, log: LogContent): Result<FeatureState> {
  const slug_key = slugKeyOf(log.events);
  const workflow = workflowOf(feature.meta, feature.project.config, slug_key === "mission_slug");
  if (!workflow.ok) return workflow;
  return ok({ feature, log, workflow: workflow.value, reduction: reduce(log.events), slug_key });
}

/** Reads a feature at this moment: for those who hold its lock. */
export function readFeatureStateNow(feature: Feature): Result<FeatureState> {
  const log = readLog(feature.log);
  return log.ok ? understand(feature, log.value) : log;
}

/**
 * Reads a feature without its lock. What looks like a torn write may be one under way:
 * then it looks again when the lock is free, before it says anything.
 */
export async function readFeatureState(
  feature: Feature,
  lock_timeout_ms: number,
): Promise<Result<FeatureState>> {
  const state = readFeatureStateNow(feature);
  if (state.ok || state.refusal.details?.finding !== "LOG_TORN") return state;
  // SQLite takes a millisecond to load, and is hardly ever needed to look.
  const { waitForFeatureLock } = await import("../store/feature_lock.ts");
  const free = await waitForFeatureLock(feature.lock, lock_timeout_ms);
  return free.ok ? readFeatureStateNow(feature) : free;
}

function slugKeyOf(events: readonly StatusEvent[]): SlugKey {
  return events.some((event) => event.mission_slug !== undefined) ? "mission_slug" : "feature_slug";
}
