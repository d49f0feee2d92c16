/** What is wrong with a feature's pages: which there are, and what they wait for. */

import { findCycles, unknownDependencies } from "../domain/dependencies.ts";
import { type Finding, finding } from "../domain/finding.ts";
import type { Reduction } from "../domain/reduce.ts";
import { quoted, shellOption, shellWord, visible } from "../domain/text.ts";
import { initialLane, resolvePageLane, type Workflow } from "../domain/workflow.ts";
import type { Feature } from "../project/feature.ts";
import { knownWpIds, type Page, type Pages } from "../project/pages.ts";
import { shownPath } from "../store/paths.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { readDependencies } from "../views/dependencies.ts";
import { shownLane } from "../views/page_facts.ts";

/** Every finding about which pages there are, and what they say besides their lanes. */
export function checkPages(
  feature: Feature,
  pages: Pages,
  reduction: Reduction,
  workflow: Workflow | undefined,
): Finding[] {
  return [
    ...[...pages.values()].flatMap((of_wp) => checkPagesOfOne(feature, of_wp, reduction, workflow)),
    ...checkLonelyEvents(feature, pages, reduction),
    ...checkDependencies(pages, reduction),
  ];
}

function checkPagesOfOne(
  { slug }: Feature,
  of_wp: readonly Page[],
  { work_packages }: Reduction,
  workflow: Workflow | undefined,
): Finding[] {
  const [page, second] = of_wp;
  if (page === undefined) return [];
  const { wp_id: wp, shown: file } = page;
  if (second !== undefined) {
    const names = of_wp.map(({ shown }) => shown).join(", ");
    const message = `${wp} has ${of_wp.length} pages, so none of them is kept up to date: ${names}`;
    const remedy = "keep one of them under this id, and give the others ids of their own";
    return [finding("PAGE_AMBIGUOUS", { file, wp, message, remedy })];
  }
  if (work_packages.has(wp)) return [];
  const problem = whyUnreadable(page);
  if (problem !== undefined) {
    const message = `${wp} has no event, and its page can't be read: ${problem}`;
    return [
      finding("PAGE_WITHOUT_EVENT", { severity: "warning", file, wp, message, remedy: `mend ${file}` }),
    ];
  }
  const lane = shownLane(page);
  const says = typeof lane === "string" ? visible(lane) : undefined;
  const is_initial =
    workflow === undefined || says === undefined || resolvePageLane(workflow, says) === initialLane(workflow);
  return [
    finding("PAGE_WITHOUT_EVENT", {
      file,
      wp,
      message: is_initial ? `${wp} has not been moved yet` : `${wp} has no event, but its page says ${says}`,
      remedy: is_initial
        ? "none is needed"
        : `lane migrate ${shellOption("--feature", slug)} shows how its lane would be taken over`,
    }),
  ];
}

/** A page that can't be read must not hide what else is wrong. */
function whyUnreadable(page: Page): string | undefined {
  try {
    page.text();
    return undefined;
  } catch (error) {
    return refusalOrThrow(error).refusal.message;
  }
}

function checkLonelyEvents(feature: Feature, pages: Pages, { work_packages }: Reduction): Finding[] {
  const folder = shownPath(feature.project.root, feature.pages_folder);
  return [...work_packages.values()]
    .filter(({ wp_id }) => !pages.has(wp_id))
    .map(({ wp_id: wp, last_event_id: event_id }) =>
      finding("EVENT_WITHOUT_PAGE", {
        file: feature.log.shown,
        event_id,
        wp,
        message: `${wp} has events, but no page in ${folder}/`,
        remedy: `put its page there: ${shellWord(`${folder}/${wp}.md`)}; if the id was a slip, cancel ${wp}`,
      }),
    );
}

function checkDependencies(pages: Pages, reduction: Reduction): Finding[] {
  const { named, unclear } = readDependencies(pages);
  const fileOf = (wp: string) => pages.get(wp)?.[0]?.shown ?? "";
  const unknown = unknownDependencies(named, new Set(knownWpIds(pages, reduction)));
  // A page that can't be read at all has a finding of its own.
  const untold = unclear.filter(({ wp, file }) =>
    pages.get(wp)?.some((page) => page.shown === file && whyUnreadable(page) === undefined),
  );
  return [
    ...untold.map(({ wp, file, problem }) =>
      finding("DEPENDENCY_UNKNOWN", {
        file,
        wp,
        message: `it can't be told what ${wp} waits for: ${problem}`,
        remedy: `correct the frontmatter of ${file}`,
      }),
    ),
    ...unknown.map(({ wp, missing }) =>
      finding("DEPENDENCY_UNKNOWN", {
        file: fileOf(wp),
        wp,
        message: `${wp} waits for ${quoted(missing)}, which is no work package of this feature`,
        remedy: `correct dependencies: in ${fileOf(wp)}`,
      }),
    ),
    ...findCycles(named).map((cycle) => {
      const [wp = ""] = cycle;
      const circle = [...cycle, wp].join(" -> ");
      return finding("DEPENDENCY_CYCLE", {
        file: fileOf(wp),
        wp,
        message: `none of these can ever begin, each waits for the next: ${circle}`,
        remedy: "take one of them out of the other's dependencies:",
      });
    }),
  ];
}
