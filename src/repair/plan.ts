/** What `doctor --fix` would do to a feature: decided from what is there, and written down before it is done. */

import { snapshotChange } from "../pipeline/materialize.ts";
import type { Page } from "../project/pages.ts";
import { readIfThere } from "../store/durable_file.ts";
import { shownPath } from "../store/paths.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { setPageLane } from "../views/frontmatter.ts";
import { planViews } from "../views/views.ts";
import { isUnreadable } from "./check_derived.ts";
import { type Examination, examineBytes } from "./examine.ts";
import { type MendedLog, mendLog } from "./mend_log.ts";
import { settleLaneConflicts } from "./mend_page.ts";
import type { RepairAction, RepairStep } from "./step.ts";

/** A page whose conflicts are settled. */
export interface SettledPage {
  readonly path: string;
  readonly shown: string;
  /** One character per byte. */
  readonly text: string;
}

/** All that is to be done to a feature. */
export interface RepairPlan {
  readonly steps: readonly RepairStep[];
  /** Undefined when the log needs nothing. */
  readonly log: MendedLog | undefined;
  readonly pages: readonly SettledPage[];
  readonly keeps_snapshot: boolean;
}

/** Plans the repair of a feature. Writes nothing. */
export function planRepair(examined: Examination, now_us: number): RepairPlan {
  const { feature, survey } = examined;
  const slug = feature.slug;
  const log = survey === undefined ? undefined : mendLog(survey);
  const log_changes = log !== undefined && log.steps.length > 0;
  const after = log_changes ? examineBytes(feature, log.bytes, now_us) : examined;
  const pages = settledPages(after);
  const snapshot = readIfThere(feature.snapshot_path, "utf8");
  const keeps_snapshot =
    after.state?.log.exists === true &&
    snapshot !== undefined &&
    snapshot.trim() !== "" &&
    isUnreadable(snapshot);
  const step = (
    action: RepairAction,
    file: string,
    message: string,
    line: number | null = null,
  ): RepairStep => ({
    feature: slug,
    action,
    file,
    line,
    message,
  });
  const steps = [
    ...(log_changes ? [step("keep_copy", feature.log.shown, "keep a copy of the log as it is")] : []),
    ...(log?.steps ?? []).map(({ action, line, message }) => step(action, feature.log.shown, message, line)),
    ...pages.map(({ shown }) =>
      step("settle_page", shown, "settle the conflict about its lane: the log knows it"),
    ),
    ...derivedSteps(after, pages, keeps_snapshot, step),
  ];
  return { steps, log: log_changes ? log : undefined, pages, keeps_snapshot };
}

type MakeStep = (action: RepairAction, file: string, message: string) => RepairStep;

/** Snapshot and views can be renewed only from a log that can be trusted. */
function derivedSteps(
  { state, pages }: Examination,
  settled: readonly SettledPage[],
  keeps_snapshot: boolean,
  step: MakeStep,
): RepairStep[] {
  if (state === undefined) return [];
  const { feature, reduction, workflow } = state;
  const snapshot = shownPath(feature.project.root, feature.snapshot_path);
  const views = feature.phase === 0 ? [] : planViews(feature, pages, reduction, workflow).changes;
  const is_settled = (shown: string) => settled.some((page) => page.shown === shown);
  return [
    ...(keeps_snapshot
      ? [step("keep_copy", snapshot, "keep a copy of the snapshot that can't be read")]
      : []),
    ...(snapshotChange(state) === undefined
      ? []
      : [step("renew_snapshot", snapshot, "make the snapshot anew from the log")]),
    ...views
      .filter(({ shown }) => !is_settled(shown))
      .map(({ shown }) => step("renew_view", shown, "bring it in line with the log")),
  ];
}

function settledPages({ feature, state, pages }: Examination): SettledPage[] {
  if (state === undefined || feature.phase === 0) return [];
  return [...pages].flatMap(([wp, [page, second]]) => {
    const lane = state.reduction.work_packages.get(wp)?.lane;
    if (page === undefined || second !== undefined || lane === undefined) return [];
    return settlePageOrNot(page, lane) ?? [];
  });
}

/** A page that can't be read is a finding; it does not keep the rest from being mended. */
function settlePageOrNot(page: Page, lane: string): SettledPage | undefined {
  try {
    return settlePage(page, lane);
  } catch (error) {
    refusalOrThrow(error);
    return undefined;
  }
}

function settlePage(page: Page, lane: string): SettledPage | undefined {
  const text = settleLaneConflicts(page.text());
  if (text === undefined) return undefined;
  // Conflicts that are left in the body must not keep the lane from being right.
  const body_at = /^(?:---|\.\.\.)[ \t]*\r?\n/gm;
  body_at.lastIndex = text.indexOf("\n") + 1;
  const head_end = body_at.exec(text) === null ? text.length : body_at.lastIndex;
  const head = setPageLane(text.slice(0, head_end), lane);
  const settled = typeof head === "string" ? head + text.slice(head_end) : text;
  return { path: page.path(), shown: page.shown, text: settled };
}
