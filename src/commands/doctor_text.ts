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
    return ["", `${style.bold(visible(feature))}: its lock is held by ${holderText(lock)}`];
  });
}

/** Who holds a lock, as far as the system tells. */
export function holderText({ pid, command, is_stopped }: LockHolder): string {
  const who = pid === null ? "another process" : `process ${pid}`;
  return `${who}${is_stopped ? ", which is stopped" : ""}${command === null ? "" : `: ${command}`}`;
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
