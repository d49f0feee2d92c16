/** What a feature's log says, with all that is needed to understand it. */

import type { StatusEvent } from "../domain/event.ts";
import { type LogStyle, type LogTraits, logStyleOf, traitsOf } from "../domain/log_style.ts";
import { type Reduction, reduce, type Standing } from "../domain/reduce.ts";
import { ok, type Result } from "../domain/refusal.ts";
import { givenOrNull } from "../domain/text.ts";
import type { Workflow } from "../domain/workflow.ts";
import type { Feature } from "../project/feature.ts";
import { workflowOf } from "../project/settings.ts";
import { type LogContent, type LogExtent, readLog } from "../store/event_log.ts";

/** A feature, and where it stands at one moment: all that deciding takes, and what is derived. */
export interface FeatureStanding {
  readonly feature: Feature;
  readonly log: LogExtent;
  readonly workflow: Workflow;
  readonly reduction: Standing;
  /** What its lines have in common, and how a new one is written therefore. */
  readonly log_traits: LogTraits;
  readonly log_style: LogStyle;
  /**
   * The transitions that can carry an id or an idempotency key of this call, in the order of
   * their lines: all, or those after a checkpoint.
   */
  readonly recent_events: readonly StatusEvent[];
}

/** A feature and the state of its log at one moment, with all of its events. */
export interface FeatureState extends FeatureStanding {
  readonly log: LogContent;
  readonly reduction: Reduction;
}

/** Understands a log that was read. */
export function understand(feature: Feature, log: LogContent): Result<FeatureState> {
  const written = howItIsWritten(feature, traitsOf(log.events));
  if (!written.ok) return written;
  const reduction = reduce(log.events, feature.project.vocabulary);
  return ok({ feature, log, reduction, recent_events: log.events, ...written.value });
}

/** What a feature's log tells of the lines that are to follow. */
export function howItIsWritten(
  { meta, project }: Feature,
  log_traits: LogTraits,
): Result<Pick<FeatureStanding, "workflow" | "log_traits" | "log_style">> {
  const workflow = workflowOf(meta, project, log_traits);
  if (!workflow.ok) return workflow;
  const log_style = logStyleOf(log_traits, workflow.value, givenOrNull(meta.mission_id) ?? undefined);
  return ok({ workflow: workflow.value, log_traits, log_style });
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
