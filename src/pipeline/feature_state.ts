/** What a feature's log says, with all that is needed to understand it. */

import { type LogStyle, logStyleOf } from "../domain/log_style.ts";
import { type Reduction, reduce } from "../domain/reduce.ts";
import { ok, type Result } from "../domain/refusal.ts";
import { givenOrNull } from "../domain/text.ts";
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
  /** How its lines are written. */
  readonly log_style: LogStyle;
}

/** Understands a log that was read. */
export function understand(feature: Feature, log: LogContent): Result<FeatureState> {
  const { meta, project } = feature;
  const found = workflowOf(meta, project, log.events);
  if (!found.ok) return found;
  const workflow = found.value;
  const log_style = logStyleOf(log.events, workflow, givenOrNull(meta.mission_id) ?? undefined);
  return ok({ feature, log, workflow, reduction: reduce(log.events, project.vocabulary), log_style });
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
