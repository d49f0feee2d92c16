/** Carries a repair out: copies first, then the log, then what is derived from it. */

import { ok, type Result, type Warning } from "../domain/refusal.ts";
import { readFeatureStateNow } from "../pipeline/feature_state.ts";
import { writeSnapshot } from "../pipeline/materialize.ts";
import type { Feature } from "../project/feature.ts";
import { listPages } from "../project/pages.ts";
import { readIfThere, replaceFile, sweepTemporary } from "../store/durable_file.ts";
import { readLogBytes } from "../store/event_log.ts";
import { withFeatureLock } from "../store/feature_lock.ts";
import { type Keepsakes, openKeepsakes } from "../store/keepsakes.ts";
import { type LogSurvey, surveyLog } from "../store/log_survey.ts";
import { shownPath } from "../store/paths.ts";
import { replaceLog } from "../store/replace_log.ts";
import { refusalOrThrow, StorageError } from "../store/storage_error.ts";
import { updateViews } from "../views/views.ts";
import { examineBytes } from "./examine.ts";
import type { MendedLog } from "./mend_log.ts";
import { planRepair, type RepairPlan } from "./plan.ts";
import { whatIsLost } from "./prove.ts";
import type { RepairStep } from "./step.ts";

/** What a repair did. */
export interface Repaired {
  readonly applied: readonly RepairStep[];
  /** Where copies and torn pieces lie now. */
  readonly kept: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * Repairs a feature under its lock. The log is the old one or the mended one, whenever the
 * process is killed; the copies are on the disk before it changes.
 *
 * @throws StorageError when the disk fails; what was to be replaced then stands as it was
 */
export async function repair(
  feature: Feature,
  lock_timeout_ms: number,
  now_us: number,
): Promise<Result<Repaired>> {
  return withFeatureLock(feature.lock, lock_timeout_ms, () => ok(repairNow(feature, now_us)));
}

function repairNow(feature: Feature, now_us: number): Repaired {
  const examined = examineBytes(feature, readLogBytes(feature.log), now_us);
  const plan = planRepair(examined, now_us);
  const keepsakes = openKeepsakes(feature.lock, now_us);
  if (plan.log !== undefined && examined.survey !== undefined) {
    mend(feature, examined.survey, plan.log, keepsakes);
  }
  const failed = new Set<string>();
  const warnings = renewDerived(feature, plan, keepsakes, failed);
  return { applied: plan.steps.filter(({ file }) => !failed.has(file)), kept: keepsakes.kept(), warnings };
}

/** Replaces the log once it is proved that nothing is lost, and puts the old one back if the disk says otherwise. */
function mend(feature: Feature, survey: LogSurvey, mended: MendedLog, keepsakes: Keepsakes): void {
  const before = survey.bytes;
  const lost = whatIsLost(survey, surveyLog(mended.bytes, feature.log), mended.cut_lines);
  if (lost !== undefined) throw new Error(`the repair of ${feature.log.shown} would lose something: ${lost}`);
  keepsakes.keep("status.events.jsonl", before);
  if (mended.cut.length > 0) keepsakes.keep("torn.jsonl", mended.cut);
  replaceLog(feature.log, before, mended.bytes);
  // Whoever appends without the lock may have added lines meanwhile; these come after ours.
  const after = readLogBytes(feature.log) ?? new Uint8Array();
  if (Buffer.compare(after.subarray(0, mended.bytes.length), mended.bytes) === 0) return;
  replaceLog(feature.log, after, before);
  throw new StorageError(
    "mend",
    feature.log.shown,
    "the disk gives back other bytes; the log stands as it was",
  );
}

/**
 * Pages, snapshot, views. The log is mended by then, so what fails here is a warning, and
 * keeps nothing else back.
 *
 * @param failed gets the names of the files that stand as they were
 */
function renewDerived(
  feature: Feature,
  plan: RepairPlan,
  keepsakes: Keepsakes,
  failed: Set<string>,
): readonly Warning[] {
  const warnings: Warning[] = [];
  const attempt = (shown: string, act: () => void) => {
    try {
      act();
    } catch (error) {
      failed.add(shown);
      warnings.push({ code: "REPAIR_INCOMPLETE", message: refusalOrThrow(error).refusal.message });
    }
  };
  // An emit may have ended the log's last line since a repair that was to do it was killed.
  attempt(feature.log.shown, () => sweepTemporary(feature.log.path));
  for (const { path, shown, text } of plan.pages) {
    attempt(shown, () => replaceFile(path, Buffer.from(text, "latin1")));
  }
  const state = readFeatureStateNow(feature);
  // A log that still can't be trusted is no failure of the repair: the findings say so.
  if (!state.ok) return warnings;
  attempt(shownPath(feature.project.root, feature.snapshot_path), () => {
    if (plan.keeps_snapshot) keepSnapshot(feature, keepsakes);
    writeSnapshot(state.value);
  });
  const { reduction, workflow } = state.value;
  const views = updateViews(feature, listPages(feature), reduction, workflow);
  for (const { shown } of views.warnings) failed.add(shown);
  return [...warnings, ...views.warnings];
}

function keepSnapshot(feature: Feature, keepsakes: Keepsakes): void {
  const text = readIfThere(feature.snapshot_path, "latin1") ?? "";
  keepsakes.keep("status.json", Buffer.from(text, "latin1"));
}
