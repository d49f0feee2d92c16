/** Facts that rules ask for and that stand outside the log, each read only when it is asked for. */

import type { Situation } from "../domain/decide.ts";
import { type Refused, refuse, type Warning } from "../domain/refusal.ts";
import type { CheckedRequest } from "../domain/request.ts";
import { uncheckedSubtasks } from "../domain/subtasks.ts";
import { shellOption, visible } from "../domain/text.ts";
import { initialLane, type Move, resolvePageLane } from "../domain/workflow.ts";
import type { Feature } from "../project/feature.ts";
import { listPages, type Page, type Pages } from "../project/pages.ts";
import { readIfThere } from "../store/durable_file.ts";
import { shownPath } from "../store/paths.ts";
import { shownLane } from "../views/page_facts.ts";
import type { FeatureStanding } from "./feature_state.ts";

/** What the guards of a move look at, besides the request and the log. */
export function lookUpFacts(
  request: CheckedRequest,
  feature: Feature,
  move: Move | undefined,
): Pick<Situation, "workspace_context" | "unchecked_subtasks"> {
  const asks_for_subtasks = !request.force && move?.guards.includes("subtasks_complete");
  return {
    workspace_context: request.workspace_context ?? `${request.execution_mode}:${feature.project.root}`,
    unchecked_subtasks: asks_for_subtasks
      ? uncheckedSubtasks(readIfThere(feature.tasks_path, "utf8") ?? "", request.wp_id)
      : [],
  };
}

/**
 * Refuses a feature whose state still stands in its pages alone: the first event would
 * make the log the only truth, and the pages' lanes would be lost.
 */
export function refuseUnmigrated({ feature, reduction, workflow }: FeatureStanding): Refused | undefined {
  if (reduction.event_count > 0) return undefined;
  const initial = initialLane(workflow);
  const moved = [...listPages(feature).values()].flat().flatMap((page): MovedPage[] => {
    const lane = shownLane(page);
    if (lane === undefined) return [];
    if (typeof lane !== "string")
      return [{ page, lane: null, says: `does not tell its lane: ${lane.unclear}` }];
    return resolvePageLane(workflow, lane) === initial ? [] : [{ page, lane, says: `says ${visible(lane)}` }];
  });
  const [first] = moved;
  if (first === undefined) return undefined;
  const more = moved.length - 1;
  const others = more > 0 ? `, and ${more} more ${more > 1 ? "pages are" : "page is"} not in ${initial}` : "";
  const shown = `${first.page.shown} ${first.says}`;
  return refuse("NOT_MIGRATED", `${visible(feature.slug)} has no events yet, but ${shown}${others}`, {
    hint:
      first.lane === null
        ? `mend the frontmatter of ${first.page.shown}`
        : `lane migrate ${shellOption("--feature", feature.slug)}`,
    details: { pages: moved.map(({ page, lane }) => ({ wp: page.wp_id, lane, file: page.shown })) },
  });
}

/** A page that says something else than a feature without events does. */
interface MovedPage {
  readonly page: Page;
  /** Null when nobody can tell it. */
  readonly lane: string | null;
  readonly says: string;
}

/** A work package without a page can be moved, but is probably a slip of the pen. */
export function warnWithoutPages(wp_ids: readonly string[], feature: Feature, pages: Pages): Warning[] {
  const folder = shownPath(feature.project.root, feature.pages_folder);
  return [...new Set(wp_ids)]
    .filter((wp_id) => !pages.has(wp_id))
    .map((wp_id) => ({ code: "EVENT_WITHOUT_PAGE", message: `${wp_id} has no page in ${folder}/` }));
}
