/** What a check found, for people. */

import type { Finding, Severity } from "../domain/finding.ts";
import { type CheckReport, countOf, type FeatureReport } from "./check_report.ts";
import { type Style, safe, wrapped } from "./style.ts";

/**
 * One feature with everything that was found; of many, each with what is worth a look, and
 * a sum.
 *
 * @param failed how many features could not be looked at
 */
export function checkText(
  { features, summary }: CheckReport,
  all: boolean,
  style: Style,
  failed: number,
): string {
  if (!all) return features.map((one) => featureText(one, one.findings, style)).join("\n");
  const told = features.flatMap((one) => {
    const notable = one.findings.filter(({ severity }) => severity !== "information");
    return notable.length === 0 ? [] : [`${featureText(one, notable, style)}\n`];
  });
  const examined = countOf(features.length, "feature") + (failed > 0 ? ` examined, ${failed} not` : "");
  const sum = features.length === 0 && failed > 0 ? examined : `${examined}: ${countsText(summary, style)}`;
  return [...told, sum].join("\n");
}

function featureText({ feature, findings }: FeatureReport, told: readonly Finding[], style: Style): string {
  const counts = { error: 0, warning: 0, information: 0 };
  for (const { severity } of findings) counts[severity]++;
  const head = `${style.bold(safe(feature))}: ${countsText(counts, style)}`;
  const grave = inOrder(told).map((one) => `\n${findingText(one, style)}`);
  const notes = told.filter(({ severity }) => severity === "information").map((one) => noteText(one, style));
  return [head, ...grave, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
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

/** What matters most first; what stands together in the log stays together. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const of = (severity: Severity) => findings.filter((one) => one.severity === severity);
  return [...of("error"), ...of("warning")];
}

function findingText({ severity, code, file, line, message, remedy }: Finding, style: Style): string {
  const place = line === null ? file : `${file}:${line}`;
  return [
    `  ${style.severity(severity, severity)}  ${style.bold(code)}  ${style.dim(place)}`,
    wrapped(message, "    ", style),
    ...(remedy.startsWith("none") ? [] : [wrapped(remedy, `    ${style.dim("->")} `, style)]),
  ].join("\n");
}

/** What is good to know needs no more than a line. */
function noteText({ severity, code, line, message }: Finding, style: Style): string {
  const place = line === null ? "" : style.dim(`  line ${line}`);
  return wrapped(`${style.bold(code)}${place}  ${message}`, `  ${style.severity(severity, "note")}  `, style);
}
