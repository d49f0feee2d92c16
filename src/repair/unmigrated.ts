/** Work packages that have no event yet, as their pages have them. */

import { ok, type Result, refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import type { InstantUs } from "../domain/time.ts";
import { initialLane, resolvePageLane, type Workflow } from "../domain/workflow.ts";
import { lastCommitOf } from "../git/last_commit.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import { listPages, type Page } from "../project/pages.ts";
import { pageLane } from "../views/frontmatter.ts";
import { shownLane } from "../views/page_facts.ts";
import type { PageState } from "./migration_event.ts";
import { readPageRecord } from "./page_record.ts";

/** What the pages of a feature say at one moment. */
export interface Unmigrated {
  /** What the lanes were understood by. */
  readonly workflow: Workflow;
  /** By id, every work package that has a page and no event. */
  readonly work_packages: ReadonlyMap<string, JudgedPage>;
}

/** A page, and what is to be recorded of it. */
export interface JudgedPage {
  /** As it was read, one character per byte. */
  readonly text: string;
  /** Undefined where there is nothing to record: the page is in the initial lane, or shows none. */
  readonly state: PageState | undefined;
}

/**
 * Reads the pages of work packages without events. May start git, so it takes no lock.
 *
 * @returns the pages, or one refusal that names every page that can't be understood
 * @throws StorageError when a page can't be read
 */
export async function readUnmigrated(feature_state: FeatureState): Promise<Result<Unmigrated>> {
  const { workflow } = feature_state;
  const work_packages = new Map<string, JudgedPage>();
  const problems: string[] = [];
  for (const [wp_id, page, second] of pagesWithoutEvents(feature_state)) {
    const judged = second === undefined ? await judge(page, workflow) : { problem: ambiguous(page, second) };
    if ("problem" in judged) problems.push(judged.problem);
    else work_packages.set(wp_id, judged);
  }
  if (problems.length === 0) return ok({ workflow, work_packages });
  const more = problems.length - MOST_NAMED;
  const others = more > 0 ? [`and ${more} more ${more > 1 ? "pages" : "page"}`] : [];
  return refuse("CHECK_FAILED", [...problems.slice(0, MOST_NAMED), ...others].join("; "));
}

/** Whether the feature still is what was read, so that what was concluded from it holds. */
export function isStillSo({ workflow, work_packages }: Unmigrated, feature_state: FeatureState): boolean {
  return (
    feature_state.workflow === workflow &&
    pagesWithoutEvents(feature_state).every(
      ([wp_id, page, second]) => second === undefined && work_packages.get(wp_id)?.text === page.text(),
    )
  );
}

/** How many pages a refusal names before it counts the rest. */
const MOST_NAMED = 5;

type Judgement = JudgedPage | { readonly problem: string };

function pagesWithoutEvents({ feature, reduction }: FeatureState): [string, Page, Page | undefined][] {
  return [...listPages(feature)].flatMap(([wp_id, [page, second]]) =>
    page === undefined || reduction.work_packages.has(wp_id) ? [] : [[wp_id, page, second]],
  );
}

async function judge(page: Page, workflow: Workflow): Promise<Judgement> {
  const text = page.text();
  const shown = shownLane(page);
  if (typeof shown === "object") return unclear(page, shown.unclear);
  const is_in_plain_sight = typeof pageLane(text) !== "object";
  const lane = shown === undefined ? initialLane(workflow) : resolvePageLane(workflow, shown);
  if (lane === undefined) {
    const said = is_in_plain_sight ? Buffer.from(shown ?? "", "latin1").toString("utf8") : (shown ?? "");
    return { problem: unknownLane(page, said, workflow) };
  }
  if (lane === initialLane(workflow) && is_in_plain_sight) return { text, state: undefined };

  const record = await readPageRecord(text);
  if ("unclear" in record) return unclear(page, record.unclear);
  if (lane === initialLane(workflow)) return { text, state: undefined };
  const at_us = record.newest_us ?? commitTime(page);
  if (typeof at_us !== "number") return at_us;
  const is_finished = workflow.lanes.some(({ name, finished }) => name === lane && finished);
  const reviewer = is_finished ? record.reviewed_by : null;
  return { text, state: { wp_id: page.wp_id, lane, at_us, reviewer } };
}

/** The last thing that could tell the time; where nobody can, it is the beginning of all times. */
function commitTime(page: Page): InstantUs | { readonly problem: string } {
  const commit = lastCommitOf(page.path());
  if (commit.kind === "known") return commit.at_us;
  if (commit.kind === "none") return 0;
  return { problem: `${page.shown} has no history of its own: ${commit.problem}` };
}

function unclear({ shown }: Page, problem: string): { readonly problem: string } {
  return { problem: `${shown} does not tell its lane and history: ${problem}: mend it by hand` };
}

function ambiguous({ wp_id, shown }: Page, second: Page): string {
  return `${wp_id} has more than one page, ${shown} and ${second.shown}: give the one that is not meant another name`;
}

function unknownLane({ shown }: Page, found: string, { lanes }: Workflow): string {
  const names = lanes.map(({ name }) => name).join(", ");
  return `${shown} says lane ${quoted(found)}, which is none: write one of ${names} there`;
}
