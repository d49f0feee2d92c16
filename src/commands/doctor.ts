/** `lane doctor`: what is wrong, who is at work, and the repair of what can be repaired. */

import type { DoctorData } from "../contract/checks.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import type { Feature } from "../project/feature.ts";
import { isMerging } from "../project/git_folder.ts";
import { type Examination, examine } from "../repair/examine.ts";
import { checkHealth } from "../repair/health.ts";
import { findWorkplaces, type Workplaces } from "../repair/life_signs.ts";
import { findLockHolder, type LockHolder } from "../repair/lock_holder.ts";
import { planRepair } from "../repair/plan.ts";
import { repair } from "../repair/repair.ts";
import type { RepairStep } from "../repair/step.ts";
import { checkMergeSetup } from "../setup/merge_setup.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { checkOutcome, type FeatureReport, reportOf } from "./check_report.ts";
import { checkText } from "./check_text.ts";
import { holderText, lockText, planText } from "./doctor_text.ts";
import { chooseFeatures, forEachFeature } from "./each_feature.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";

interface DoctorArgs {
  readonly all?: boolean | undefined;
  readonly fix?: boolean | undefined;
  readonly apply?: boolean | undefined;
}

/** A feature, examined and perhaps repaired. */
interface Treated {
  readonly report: FeatureReport & { readonly lock: LockHolder | null };
  readonly plan: readonly RepairStep[];
  readonly applied: readonly RepairStep[];
  readonly kept: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export async function doctor(args: DoctorArgs, invocation: Invocation): Promise<Outcome> {
  if (args.apply && !args.fix) {
    return refuse("USAGE", "lane doctor: --apply carries out what --fix shows", {
      hint: "lane doctor --fix shows the plan",
    });
  }
  const chosen = await chooseFeatures(args.all, { ...invocation, tolerant: true });
  if (!chosen.ok) return chosen;
  const now_us = Date.now() * 1000;
  const clone: { workplaces?: Workplaces | undefined; is_known?: true; is_told?: true } = {};
  const { done, failures } = await forEachFeature(chosen.value, invocation, (feature) => {
    if (!clone.is_known) Object.assign(clone, { workplaces: findWorkplaces(feature), is_known: true });
    return treat(feature, args, { clone, now_us, lock_timeout_ms: invocation.lock_timeout_ms });
  });
  const report = {
    ...reportOf(done.map((one) => one.report)),
    plan: done.flatMap(({ plan }) => plan),
    applied: done.flatMap(({ applied }) => applied),
    kept: done.flatMap(({ kept }) => kept),
  } satisfies DoctorData;
  const is_merging = chosen.value.some(
    ({ feature }) =>
      feature.ok && feature.value.project.git !== undefined && isMerging(feature.value.project.git),
  );
  const text = (style: Style) =>
    [
      checkText(report, args.all === true, style, failures.length),
      ...lockText(
        done.map((one) => one.report),
        style,
      ),
      ...(args.fix && done.length > 0
        ? planText({ ...report, is_merging }, args.apply === true, invocation.cwd, style)
        : []),
    ].join("\n");
  const outcome = checkOutcome(
    report,
    failures,
    text,
    args.fix ? "each finding says what would do" : undefined,
  );
  return { ...outcome, warnings: done.flatMap(({ warnings }) => warnings) };
}

interface Surroundings {
  /** What concerns the whole clone is asked for once, and told once. */
  readonly clone: { readonly workplaces?: Workplaces | undefined; is_told?: true };
  readonly now_us: number;
  readonly lock_timeout_ms: number;
}

async function treat(feature: Feature, args: DoctorArgs, around: Surroundings): Promise<Result<Treated>> {
  const lock = (await findLockHolder(feature.lock)) ?? null;
  const repaired = args.apply ? await repair(feature, around.lock_timeout_ms, around.now_us) : undefined;
  if (repaired?.ok === false) return withHolder(repaired, lock);
  // A large log would otherwise be in memory twice: as it was, and as it is.
  if (repaired !== undefined) Bun.gc(true);
  try {
    const examined = await examine(feature, around);
    const report = reportOn(examined, lock, around);
    if (repaired !== undefined) return ok({ plan: repaired.value.applied, ...repaired.value, report });
    const plan = args.fix ? planRepair(examined, around.now_us).steps : [];
    return ok({ plan, applied: [], kept: [], warnings: [], report });
  } catch (error) {
    // What was repaired is repaired, whatever keeps the last look from it.
    const { refusal } = refusalOrThrow(error);
    const { applied, kept } = repaired?.value ?? { applied: [], kept: [] };
    return { ok: false, refusal: { ...refusal, details: { ...refusal.details, applied, kept } } };
  }
}

/** Whoever is kept waiting wants to know by whom. */
function withHolder({ refusal }: Refused, lock: LockHolder | null): Refused {
  if (refusal.code !== "LOCK_TIMEOUT" || lock === null) return { ok: false, refusal };
  const { details } = refusal;
  return {
    ok: false,
    refusal: {
      ...refusal,
      // Where the system doesn't tell who it is, the message has said all.
      message: lock.pid === null ? refusal.message : `${refusal.message}: ${holderText(lock)}`,
      details: { ...details, holder: lock },
    },
  };
}

function reportOn(examined: Examination, lock: LockHolder | null, around: Surroundings): Treated["report"] {
  const { feature, findings, reduction, workflow } = examined;
  const { clone, now_us } = around;
  const health =
    workflow === undefined ? [] : checkHealth({ feature, reduction, workflow }, clone.workplaces, now_us);
  const setup = clone.is_told ? [] : checkMergeSetup(feature.project, feature);
  clone.is_told = true;
  return { feature: feature.slug, findings: [...findings, ...health, ...setup], lock };
}
