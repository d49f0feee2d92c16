/** From findings to the answer of a check: the same for `validate` and `doctor`. */

import { countFindings, type Finding, type FindingCounts } from "../domain/finding.ts";
import { refuse } from "../domain/refusal.ts";
import { shellOption, visible } from "../domain/text.ts";
import type { Examination } from "../repair/examine.ts";
import { type FeatureFailure, refusalOfFailures } from "./each_feature.ts";
import type { Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";

/** A feature and what was found in it. */
export interface FeatureReport {
  readonly feature: string;
  readonly findings: readonly Finding[];
}

/** What a check found, all in all; commands add to it what is theirs. */
export interface CheckReport {
  readonly features: readonly FeatureReport[];
  readonly summary: FindingCounts;
}

/** The report of some features. */
export function reportOf<T extends FeatureReport>(
  features: readonly T[],
): CheckReport & { readonly features: readonly T[] } {
  return { features, summary: countFindings(features.flatMap(({ findings }) => findings)) };
}

export function reportOfOne({ feature, findings }: Examination): FeatureReport {
  return { feature: feature.slug, findings };
}

/**
 * The answer: a refusal with the whole report where there is an error.
 *
 * @param hint where the command knows better what to try next than the findings do
 */
export function checkOutcome(
  report: CheckReport,
  failures: readonly FeatureFailure[],
  text: (style: Style) => string,
  hint?: string,
): Outcome {
  const broken = refusalOfFailures(failures, { ...report });
  if (broken !== undefined) return { ok: false, refusal: broken, text };
  if (report.summary.error === 0) return { ok: true, data: report, warnings: [], text };
  const with_errors = report.features.filter(({ findings }) =>
    findings.some(({ severity }) => severity === "error"),
  );
  const names = with_errors.map(({ feature }) => visible(feature));
  const where = names.length > 3 ? `${names.length} features` : names.join(", ");
  const refused = refuse("CHECK_FAILED", `${countOf(report.summary.error, "error")} in ${where}`, {
    hint: hint ?? hintFor(with_errors),
    details: { ...report },
  });
  return { ...refused, text };
}

/** `1 error`, `2 errors`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** One command that shows what can be mended, where anything can. */
function hintFor(with_errors: readonly FeatureReport[]): string {
  const mendable = with_errors.filter(({ findings }) =>
    findings.some(({ severity, remedy }) => severity === "error" && remedy.startsWith("lane doctor --fix")),
  );
  const [only, ...others] = mendable;
  if (only === undefined) return "each finding says what would do";
  if (others.length > 0) return "lane doctor --fix --all shows what can be mended";
  return `lane doctor --fix ${shellOption("--feature", only.feature)} shows what can be mended`;
}
