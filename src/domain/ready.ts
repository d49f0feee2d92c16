/** Which work packages can be begun now, and what the others wait for. */

import type { Dependencies } from "./dependencies.ts";
import type { Standing } from "./reduce.ts";
import { initialLane, type Lane, legalTargets, type Workflow } from "./workflow.ts";

/** What can be begun, in the order of ids. */
export interface Readiness {
  readonly ready: readonly string[];
  /** Not begun, and held back by what is not finished. */
  readonly waiting: readonly { readonly wp: string; readonly for: readonly string[] }[];
}

/**
 * Sorts the work packages that nobody has begun: ready are those whose dependencies are all
 * finished. A dependency that nobody knows is never finished.
 *
 * @param wp_ids every work package with a page or an event, in the order of ids
 */
export function whatIsReady(
  wp_ids: readonly string[],
  dependencies: Dependencies,
  reduction: Standing,
  workflow: Workflow,
): Readiness {
  const known = new Set(wp_ids);
  const open = wp_ids
    .filter((wp) => laneIn(reduction, workflow, wp) === initialLane(workflow))
    .map((wp) => ({ wp, for: unfinished(dependencies.get(wp) ?? [], known, reduction, workflow) }));
  return {
    ready: open.filter((one) => one.for.length === 0).map(({ wp }) => wp),
    waiting: open.filter((one) => one.for.length > 0),
  };
}

/**
 * Of some work packages those that are not finished: those that nobody knows among them.
 *
 * @param known every work package with a page or an event
 */
export function unfinished(
  ids: readonly string[],
  known: ReadonlySet<string>,
  reduction: Standing,
  workflow: Workflow,
): string[] {
  const finished = new Set(workflow.lanes.filter((lane) => lane.finished).map(({ name }) => name));
  return ids.filter((wp) => !(known.has(wp) && finished.has(laneIn(reduction, workflow, wp))));
}

/** Whether any work package was begun and is not over: only then can others become ready by themselves. */
export function isAtWork({ work_packages }: Standing, workflow: Workflow): boolean {
  const initial = initialLane(workflow);
  const terminal = new Set(workflow.lanes.filter((lane) => lane.terminal).map(({ name }) => name));
  return [...work_packages.values()].some(({ lane }) => lane !== initial && !terminal.has(lane));
}

function laneIn({ work_packages }: Standing, workflow: Workflow, wp: string): Lane {
  return work_packages.get(wp)?.lane ?? initialLane(workflow);
}

/**
 * The lane in which somebody has taken a work package up that nobody had begun.
 *
 * @returns undefined when the workflow has no such step
 * @example claimLane(SEVEN_LANE) // "claimed"
 */
export function claimLane(workflow: Workflow): Lane | undefined {
  const active = new Set(workflow.lanes.filter((lane) => lane.active).map(({ name }) => name));
  return legalTargets(workflow, initialLane(workflow)).find((lane) => active.has(lane));
}
