/** Brings the views of a feature up to date: what is derived from the log for people to read. */

import type { Standing } from "../domain/reduce.ts";
import type { Warning } from "../domain/refusal.ts";
import { initialLane, type Workflow } from "../domain/workflow.ts";
import type { Feature } from "../project/feature.ts";
import { knownWpIds, type Page, type Pages } from "../project/pages.ts";
import { readIfThere, replaceFile } from "../store/durable_file.ts";
import { shownPath } from "../store/paths.ts";
import { setPageLane } from "./frontmatter.ts";
import { readPageFacts } from "./page_facts.ts";
import { setTable, type TableRow, wantsTable } from "./tasks_table.ts";

/** What became of the views. */
export type ViewsOutcome = "written" | "unchanged" | "failed" | "off";

/** A file that does not say what the log says, and what it should hold. */
export interface ViewChange {
  readonly path: string;
  readonly shown: string;
  readonly bytes: Uint8Array;
}

/** A file that can't be brought up to date, and why. */
export interface ViewProblem extends Warning {
  readonly shown: string;
}

/** What has to be written, and what can't be. */
export interface ViewPlan {
  readonly changes: readonly ViewChange[];
  readonly warnings: readonly ViewProblem[];
}

/** What was done about the views, and what could not be. */
export interface UpdatedViews {
  readonly outcome: ViewsOutcome;
  readonly warnings: readonly ViewProblem[];
}

/** Compares every view with the log and writes those that differ. Failures are warnings: the log stands. */
export function updateViews(
  feature: Feature,
  pages: Pages,
  reduction: Standing,
  workflow: Workflow,
): UpdatedViews {
  if (feature.phase === 0) return { outcome: "off", warnings: [] };
  const plan = planViews(feature, pages, reduction, workflow);
  const warnings = [...plan.warnings];
  for (const { path, shown, bytes } of plan.changes) {
    const failure = orProblem(shown, () => void replaceFile(path, bytes));
    if (failure !== undefined) warnings.push(failure);
  }
  const written = warnings.length - plan.warnings.length < plan.changes.length;
  if (warnings.length > 0) return { outcome: "failed", warnings };
  return { outcome: written ? "written" : "unchanged", warnings };
}

/** Compares every view with the log. Writes nothing. */
export function planViews(feature: Feature, pages: Pages, reduction: Standing, workflow: Workflow): ViewPlan {
  const changes: ViewChange[] = [];
  const warnings: ViewProblem[] = [];
  const look = (shown: string, view: () => ViewChange | ViewProblem | undefined) => {
    const found = orProblem(shown, view);
    if (found === undefined) return;
    if ("code" in found) warnings.push(found);
    else changes.push(found);
  };
  for (const [wp_id, of_wp] of pages) {
    const lane = reduction.work_packages.get(wp_id)?.lane;
    if (lane !== undefined) look(of_wp[0]?.shown ?? wp_id, () => planPage(of_wp, lane, workflow));
  }
  const table = shownPath(feature.project.root, feature.tasks_path);
  look(table, () => planTable(feature, table, pages, reduction, workflow));
  return { changes, warnings };
}

function planPage(
  pages: readonly Page[],
  lane: string,
  workflow: Workflow,
): ViewChange | ViewProblem | undefined {
  const [page, second] = pages;
  if (page === undefined) return undefined;
  const { shown } = page;
  if (second !== undefined) {
    const names = pages.map((one) => one.shown).join(" and ");
    const message = `${page.wp_id} has more than one page, none is written: ${names}`;
    return { code: "PAGE_AMBIGUOUS", message, shown };
  }
  const before = page.text();
  const if_missing = workflow.keeps_pages_without_lane ? "keep" : "add";
  return changeOf(page.path(), shown, before, setPageLane(before, lane, if_missing));
}

function planTable(
  { tasks_path: path }: Feature,
  shown: string,
  pages: Pages,
  reduction: Standing,
  workflow: Workflow,
): ViewChange | ViewProblem | undefined {
  const before = readIfThere(path, "latin1");
  if (before === undefined || !wantsTable(before)) return undefined;
  return changeOf(path, shown, before, setTable(before, tableRows(pages, reduction, workflow)));
}

/** What is to be written, if anything; texts are one character per byte. */
function changeOf(
  path: string,
  shown: string,
  before: string,
  after: string | undefined | { readonly unclear: string },
): ViewChange | ViewProblem | undefined {
  if (after === undefined || after === before) return undefined;
  if (typeof after === "string") return { path, shown, bytes: Buffer.from(after, "latin1") };
  return { code: "VIEW_FAILED", message: `${shown} is left as it is: ${after.unclear}`, shown };
}

function tableRows(pages: Pages, reduction: Standing, workflow: Workflow): TableRow[] {
  return knownWpIds(pages, reduction).map((wp_id) => {
    const [page] = pages.get(wp_id) ?? [];
    const state = reduction.work_packages.get(wp_id);
    return {
      wp_id,
      title: page === undefined ? "" : readPageFacts(page).title,
      lane: state?.lane ?? initialLane(workflow),
      actor: state?.actor ?? "",
      since: state?.last_transition_at ?? "",
    };
  });
}

function orProblem<T>(shown: string, view: () => T): T | ViewProblem {
  try {
    return view();
  } catch (error) {
    return { code: "VIEW_FAILED", message: (error as Error).message, shown };
  }
}
