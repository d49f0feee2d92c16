/** What `lane doctor` adds to a check, for people: who holds a lock, and what a repair would do. */

import { visible } from "../domain/text.ts";
import type { LockHolder } from "../repair/lock_holder.ts";
import type { RepairStep } from "../repair/step.ts";
import { shownPath } from "../store/paths.ts";
import { countOf } from "./check_report.ts";
import type { Style } from "./style.ts";

/** One line for each lock that is held. */
export function lockText(
  reports: readonly { readonly feature: string; readonly lock: LockHolder | null }[],
  style: Style,
): string[] {
  return reports.flatMap(({ feature, lock }) => {
    if (lock === null) return [];
    const who = lock.pid === null ? "another process" : `process ${lock.pid}`;
    const what = lock.command === null ? "" : `: ${lock.command}`;
    const state = lock.is_stopped ? style.severity("warning", ", which is stopped") : "";
    return ["", `${style.bold(visible(feature))}: its lock is held by ${who}${state}${what}`];
  });
}

/** The plan, or what was done of it. */
export function planText(
  report: {
    readonly plan: readonly RepairStep[];
    readonly applied: readonly RepairStep[];
    readonly kept: readonly string[];
    readonly is_merging: boolean;
  },
  is_applied: boolean,
  cwd: string,
  style: Style,
): string[] {
  const steps = is_applied ? report.applied : report.plan;
  if (steps.length === 0) return ["", "There is nothing that doctor could mend."];
  const head = is_applied ? "Done:" : "Plan:";
  const rows = steps.map(({ file, line, message }) => {
    const place = line === null ? file : `${file}:${line}`;
    return `  ${message}  ${style.dim(place)}`;
  });
  const tail = is_applied
    ? [
        ...report.kept.map((path) => style.dim(`kept: ${shownPath(cwd, path)}`)),
        ...(report.is_merging
          ? ["A merge is under way: look at what is left of it, then git add, git commit."]
          : []),
      ]
    : [style.dim(`${countOf(steps.length, "step")}; nothing is written yet: --fix --apply carries them out`)];
  return ["", style.bold(head), ...rows, ...tail];
}
