/** From the log to what is derived from it: the snapshot, then the views. */

import { ok, type Result, type Warning } from "../domain/refusal.ts";
import { renderSnapshot, snapshotOf } from "../domain/snapshot.ts";
import type { Feature } from "../project/feature.ts";
import { listPages } from "../project/pages.ts";
import { readIfThere, replaceFile } from "../store/durable_file.ts";
import { withFeatureLock } from "../store/feature_lock.ts";
import { planViews, updateViews, type ViewsOutcome } from "../views/views.ts";
import { type FeatureStanding, readFeatureState, readFeatureStateNow } from "./feature_state.ts";

/** What became of a feature's derived files; `stale` when they were only looked at. */
export interface Materialized {
  readonly feature: string;
  readonly snapshot: "written" | "unchanged" | "stale";
  readonly views: ViewsOutcome | "stale";
  readonly warnings: readonly Warning[];
}

/**
 * Renews a feature's snapshot and views from its log, under its lock.
 *
 * @throws StorageError when the snapshot can't be written
 */
export async function materialize(feature: Feature, lock_timeout_ms: number): Promise<Result<Materialized>> {
  return withFeatureLock(feature.lock, lock_timeout_ms, () => {
    const state = readFeatureStateNow(feature);
    if (!state.ok) return state;
    const snapshot = writeSnapshot(state.value);
    const { reduction, workflow } = state.value;
    const views = updateViews(feature, listPages(feature), reduction, workflow);
    return ok({ feature: feature.slug, snapshot, views: views.outcome, warnings: views.warnings });
  });
}

/** Says what {@link materialize} would write. Writes nothing. */
export async function checkMaterialized(
  feature: Feature,
  lock_timeout_ms: number,
): Promise<Result<Materialized>> {
  const read = await readFeatureState(feature, lock_timeout_ms);
  if (!read.ok) return read;
  const state = read.value;
  const snapshot = snapshotChange(state) === undefined ? "unchanged" : "stale";
  if (feature.phase === 0) return ok({ feature: feature.slug, snapshot, views: "off", warnings: [] });
  const plan = planViews(feature, listPages(feature), state.reduction, state.workflow);
  const views = plan.changes.length > 0 ? "stale" : plan.warnings.length > 0 ? "failed" : "unchanged";
  return ok({ feature: feature.slug, snapshot, views, warnings: plan.warnings });
}

/** Writes the snapshot if its bytes change. Needs the feature's lock. */
export function writeSnapshot(state: FeatureStanding): "written" | "unchanged" {
  const text = snapshotChange(state);
  if (text === undefined) return "unchanged";
  replaceFile(state.feature.snapshot_path, Buffer.from(text, "utf8"));
  return "written";
}

/** The text that the snapshot should have, if it has another one. Without a log there is none to write. */
export function snapshotChange(state: FeatureStanding): string | undefined {
  const { feature, log, reduction, workflow, log_style } = state;
  if (!log.exists) return undefined;
  const before = readIfThere(feature.snapshot_path, "utf8");
  const text = renderSnapshot(
    snapshotOf(reduction, workflow, { key: log_style.slug_key, value: log_style.slug ?? feature.slug }),
    before,
  );
  return text === before ? undefined : text;
}
