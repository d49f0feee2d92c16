/** What a check found, for people. */

import type { Finding, Severity } from "../domain/finding.ts";
import { type CheckReport, countOf, type FeatureReport } from "./check_report.ts";
import { type Style, safe } from "./style.ts";

/**
 * One feature with everything that was found; of many, each with what is worth a look, and
 * a sum.
 */
export function checkText({ features, summary }: CheckReport, all: boolean, style: Style): string {
  if (!all) return features.map((one) => featureText(one, one.findings, style)).join("\n");
  const told = features.flatMap((one) => {
    const notable = one.findings.filter(({ severity }) => severity !== "information");
    return notable.length === 0 ? [] : [`${featureText(one, notable, style)}\n`];
  });
  const sum = `${countOf(features.length, "feature")}: ${countsText(summary, style)}`;
  return [...told, sum].join("\n");
}

function featureText({ feature, findings }: FeatureReport, told: readonly Finding[], style: Style): string {
  const counts = { error: 0, warning: 0, information: 0 };
  for (const { severity } of findings) counts[severity]++;
  const head = `${style.bold(safe(feature))}: ${countsText(counts, style)}`;
  return [head, ...inOrder(told).map((one) => `\n${findingText(one, style)}`)].join("\n");
}

/** `1 error, 2 warnings, 3 notes`; what there is none of is not named. */
export function countsText(
  { error, warning, information }: Readonly<Record<Severity, number>>,
  style: Style,
): string {
  const parts = [
    ...(error > 0 ? [style.severity("error", countOf(error, "error"))] : []),
    ...(warning > 0 ? [style.severity("warning", countOf(warning, "warning"))] : []),
    ...(information > 0 ? [countOf(information, "note")] : []),
  ];
  return error + warning === 0 ? ["nothing wrong", ...parts].join(", ") : parts.join(", ");
}

const WORDS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", information: "note" };
const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2 };

/** What matters most first; what stands together in the log stays together. */
function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

function findingText({ severity, code, file, line, message, remedy }: Finding, style: Style): string {
  const place = line === null ? file : `${file}:${line}`;
  const head = `  ${style.severity(severity, WORDS[severity])}  ${style.bold(code)}  ${style.dim(place)}`;
  const lines = [head, `    ${message}`];
  return remedy.startsWith("none")
    ? lines.join("\n")
    : [...lines, `    ${style.dim("->")} ${remedy}`].join("\n");
}
