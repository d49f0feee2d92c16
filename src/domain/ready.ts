/** Which work packages can be begun now, and what the others wait for. */

import type { Dependencies } from "./dependencies.ts";
import type { Reduction } from "./reduce.ts";
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
  { work_packages }: Reduction,
  workflow: Workflow,
): Readiness {
  const laneOf = (wp: string): Lane => work_packages.get(wp)?.lane ?? initialLane(workflow);
  const finished = new Set(workflow.lanes.filter((lane) => lane.finished).map(({ name }) => name));
  const known = new Set(wp_ids);
  const is_finished = (wp: string) => known.has(wp) && finished.has(laneOf(wp));
  const open = wp_ids
    .filter((wp) => laneOf(wp) === initialLane(workflow))
    .map((wp) => ({ wp, for: (dependencies.get(wp) ?? []).filter((id) => !is_finished(id)) }));
  return {
    ready: open.filter((one) => one.for.length === 0).map(({ wp }) => wp),
    waiting: open.filter((one) => one.for.length > 0),
  };
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
