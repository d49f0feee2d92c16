/** How the transitions of a log are written, where tools differ: a new line looks like its neighbours. */

import { type StatusEvent, StatusEventSchema } from "./event.ts";
import { REVIEW_RESULT_GUARDS } from "./guards.ts";
import type { SlugKey } from "./snapshot.ts";
import type { Lane, Workflow } from "./workflow.ts";

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

/** What one pass over a log's transitions tells of how they are written; plain data. */
export interface LogTraits {
  /** Every lane that one of them left or entered. */
  readonly lanes: readonly Lane[];
  /** What they call the feature: two different names tell as much as more. Null where one has none. */
  readonly feature_slugs: readonly (string | null)[];
  readonly mission_slugs: readonly (string | null)[];
  /** The last line; undefined while there is none. */
  readonly last?: LastLine | undefined;
}

/** What a new line takes over from the one before it. */
interface LastLine {
  readonly feature_slug?: string | undefined;
  readonly mission_slug?: string | undefined;
  readonly mission_id?: string | null | undefined;
  /** Its fields that lanekeeper has nothing to say in. */
  readonly odd_fields: readonly string[];
  /** Those of them that a new line has as well. */
  readonly empty_fields: readonly string[];
}

/** @param events the log's transitions, in the order of its lines */
export function traitsOf(events: readonly StatusEvent[]): LogTraits {
  const neighbour = events.at(-1);
  const odd_fields = oddFieldsOf(neighbour);
  return {
    ...namesIn(events),
    last: neighbour && {
      feature_slug: neighbour.feature_slug,
      mission_slug: neighbour.mission_slug,
      mission_id: neighbour.mission_id,
      odd_fields,
      empty_fields: odd_fields.filter((key) => CAN_BE_EMPTY.has(key) || canBeNull(key, events)),
    },
  };
}

/**
 * The traits of a log that goes on.
 *
 * @param events what follows on
 * @returns undefined where only the whole log can tell whether a field was ever left empty
 */
export function continuedTraits(before: LogTraits, events: readonly StatusEvent[]): LogTraits | undefined {
  const { last, ...names } = traitsOf(events);
  if (last === undefined) return before;
  const empty = new Set([...(before.last?.empty_fields ?? []), ...last.empty_fields]);
  const told = new Set([...(before.last?.odd_fields ?? []), ...last.empty_fields]);
  if (!last.odd_fields.every((key) => told.has(key))) return undefined;
  return {
    lanes: [...new Set([...before.lanes, ...names.lanes])],
    feature_slugs: firstTwo([...before.feature_slugs, ...names.feature_slugs]),
    mission_slugs: firstTwo([...before.mission_slugs, ...names.mission_slugs]),
    last: { ...last, empty_fields: last.odd_fields.filter((key) => empty.has(key)) },
  };
}

/** Whether a log speaks of its feature as of a mission. */
export function speaksOfMissions({ mission_slugs }: LogTraits): boolean {
  return mission_slugs.some((slug) => slug !== null);
}

/**
 * The style of a log. What its transitions can't tell, since there are none, the workflow does.
 *
 * @param mission_id what `meta.json` says
 */
export function logStyleOf(traits: LogTraits, workflow: Workflow, mission_id: string | undefined): LogStyle {
  const { last } = traits;
  if (last === undefined) {
    const is_of_mission = workflow.is_for_missions === true && mission_id !== undefined;
    return {
      slug_key: is_of_mission ? "mission_slug" : "feature_slug",
      slug: undefined,
      mission_id: is_of_mission ? mission_id : undefined,
      empty_fields: hasReviewResults(workflow) ? ["review_result"] : [],
    };
  }
  const is_of_mission = speaksOfMissions(traits);
  const slugs = is_of_mission ? traits.mission_slugs : traits.feature_slugs;
  const names_id = is_of_mission && last.mission_id !== undefined;
  return {
    slug_key: is_of_mission ? "mission_slug" : "feature_slug",
    slug: slugs.length === 1 ? (slugs[0] ?? undefined) : undefined,
    mission_id: names_id ? (mission_id ?? last.mission_id) : undefined,
    empty_fields: last.empty_fields,
  };
}

function namesIn(
  events: readonly StatusEvent[],
): Pick<LogTraits, "lanes" | "feature_slugs" | "mission_slugs"> {
  const lanes = new Set<Lane>();
  const feature_slugs = new Set<string | null>();
  const mission_slugs = new Set<string | null>();
  for (const { from_lane, to_lane, feature_slug, mission_slug } of events) {
    lanes.add(from_lane).add(to_lane);
    feature_slugs.add(feature_slug ?? null);
    mission_slugs.add(mission_slug ?? null);
  }
  return {
    lanes: [...lanes],
    feature_slugs: firstTwo(feature_slugs),
    mission_slugs: firstTwo(mission_slugs),
  };
}

/** The first two different ones; one that is not null always among them. */
function firstTwo(slugs: Iterable<string | null>): (string | null)[] {
  return [...new Set(slugs)].slice(0, 2);
}

function oddFieldsOf(event: StatusEvent | undefined): string[] {
  return Object.keys(event ?? {}).filter((key) => !OTHERWISE_WRITTEN.has(key));
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
