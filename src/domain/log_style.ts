/** How the transitions of a log are written, where tools differ: a new line looks like its neighbours. */

import { type StatusEvent, StatusEventSchema } from "./event.ts";
import { REVIEW_RESULT_GUARDS } from "./guards.ts";
import type { SlugKey } from "./snapshot.ts";
import type { Workflow } from "./workflow.ts";

/** What a new line takes over from the log that it is appended to. */
export interface LogStyle {
  /** Under which name the log speaks of the feature. */
  readonly slug_key: SlugKey;
  /** What all its transitions call the feature, if they agree; the folder may have been renamed since. */
  readonly slug: string | undefined;
  /** What it says of the mission; undefined where its neighbours say nothing of one. */
  readonly mission_id: string | null | undefined;
  /** Fields that a line has also where there is nothing to say: there, they are null. */
  readonly empty_fields: readonly string[];
}

/** Whether a log speaks of its feature as of a mission. */
export function speaksOfMissions(events: readonly StatusEvent[]): boolean {
  return events.some((event) => event.mission_slug !== undefined);
}

/**
 * The style of a log. What its transitions can't tell, since there are none, the workflow does.
 *
 * @param events the log's transitions, in the order of its lines
 * @param mission_id what `meta.json` says
 */
export function logStyleOf(
  events: readonly StatusEvent[],
  workflow: Workflow,
  mission_id: string | undefined,
): LogStyle {
  const neighbour = events.at(-1);
  if (neighbour === undefined) {
    const is_of_mission = workflow.is_for_missions === true && mission_id !== undefined;
    return {
      slug_key: is_of_mission ? "mission_slug" : "feature_slug",
      slug: undefined,
      mission_id: is_of_mission ? mission_id : undefined,
      empty_fields: hasReviewResults(workflow) ? ["review_result"] : [],
    };
  }
  const is_of_mission = speaksOfMissions(events);
  const slug_key = is_of_mission ? "mission_slug" : "feature_slug";
  const slug = neighbour[slug_key];
  const names_id = is_of_mission && neighbour.mission_id !== undefined;
  return {
    slug_key,
    slug: events.every((event) => event[slug_key] === slug) ? slug : undefined,
    mission_id: names_id ? (mission_id ?? neighbour.mission_id) : undefined,
    empty_fields: Object.keys(neighbour).filter(
      (key) => !OTHERWISE_WRITTEN.has(key) && (CAN_BE_EMPTY.has(key) || canBeNull(key, events)),
    ),
  };
}

/** Fields that lanekeeper has something to say in, or leaves out. */
const OTHERWISE_WRITTEN: ReadonlySet<string> = new Set(
  Object.keys(StatusEventSchema.entries).filter((key) => key !== "review_result"),
);

/** Fields of which it is known that they can be null, also where no line of a log shows it. */
const CAN_BE_EMPTY: ReadonlySet<string> = new Set(["review_result", "policy_metadata"]);

/** What nobody ever left empty may be something that its readers can't do without. */
function canBeNull(key: string, events: readonly StatusEvent[]): boolean {
  return events.some((event) => event[key] === null);
}

function hasReviewResults({ moves }: Workflow): boolean {
  return [...moves.values()].some((targets) =>
    [...targets.values()].some(({ guards }) => guards.some((guard) => REVIEW_RESULT_GUARDS.has(guard))),
  );
}
