/** Candidates that only the project knows: read at this moment, without lock, never waiting. */

import { sep } from "node:path";
import type { Candidate } from "../contract/completions.ts";
import { actorName } from "../domain/event.ts";
import { optionsOf } from "../domain/guards.ts";
import { parseWpId } from "../domain/identifiers.ts";
import { compareEvents } from "../domain/reduce.ts";
import {
  findMove,
  initialLane,
  type Lane,
  legalTargets,
  targetsNow,
  type Workflow,
} from "../domain/workflow.ts";
import { type FeatureState, readFeatureStateNow } from "../pipeline/feature_state.ts";
import { findFeature, findSlugs } from "../project/feature.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import { findProject, type Standpoint } from "../project/project.ts";
import { homeFolder } from "../project/user_settings.ts";
import { readPageFacts } from "../views/page_facts.ts";
import { type Asked, type Line, positionalOf, type Source } from "./completion_line.ts";
import type { Invocation } from "./outcome.ts";

/** What fits; more than that where looking closer costs nothing. */
export async function candidatesFor(
  source: Source,
  { line, typed }: Asked,
  invocation: Invocation,
): Promise<readonly Candidate[]> {
  const standpoint = standpointOf(line, invocation);
  if (source.from === "features") {
    const slugs = await findSlugs(standpoint);
    return slugs.ok ? slugs.value.map((value) => ({ value, description: "" })) : [];
  }
  if (source.from === "sinks") return sinks(standpoint);
  const feature = await findFeature(standpoint, textOf(line, "feature") ?? invocation.feature);
  if (!feature.ok) return [];
  const state = readFeatureStateNow(feature.value);
  if (!state.ok) return [];
  switch (source.from) {
    case "work_packages":
      return workPackages(state.value, source, typed);
    case "targets":
      return targets(state.value, line);
    case "lanes":
      return state.value.workflow.lanes.map(({ name }) => ({ value: name, description: "" }));
    case "actors":
      return actors(state.value);
    case "last_event":
      return lastEvent(state.value, line);
    default:
      return [];
  }
}

/** PowerShell on Windows takes a backslash behind it, too. */
const LEADING_TILDE = sep === "\\" ? /^~(?=[\\/]|$)/ : /^~(?=\/|$)/;

/** Where the finished line would look: what it says itself comes before the environment. */
function standpointOf(line: Line, { cwd, env, root, here }: Invocation) {
  // The shell will put the home folder in place of an unquoted ~ only when the line is run.
  const named = textOf(line, "root")?.replace(LEADING_TILDE, (tilde) => homeFolder(env) ?? tilde);
  return { cwd, root: named ?? root, here: here || line.flags.has("here") };
}

/** Those with a page or an event, each with where it stands and its title; a page is read only for one that fits. */
function workPackages(
  state: FeatureState,
  { only_movable, except }: Extract<Source, { from: "work_packages" }>,
  typed: string,
): Candidate[] {
  const pages = listPages(state.feature);
  const listed = except.map((id) => wpIdIn(id));
  return knownWpIds(pages, state.reduction)
    .filter((id) => id.startsWith(typed.toUpperCase()) && !listed.includes(id))
    .filter((id) => !only_movable || legalTargets(state.workflow, laneOf(state, id)).length > 0)
    .map((id) => {
      const [page] = pages.get(id) ?? [];
      const title = page === undefined ? "" : readPageFacts(page).title;
      return { value: id, description: [laneOf(state, id), title].filter((part) => part !== "").join(": ") };
    });
}

/** The lanes that the work package can go to now, each with what the move needs; all of them by force. */
function targets(state: FeatureState, line: Line): Candidate[] {
  const { workflow } = state;
  const wp = wpIdIn(positionalOf(line, "wp"));
  const lanes = workflow.lanes.map(({ name }) => name);
  if (wp === undefined) return lanes.map((value) => ({ value, description: "" }));
  const from = laneOf(state, wp);
  const legal = targetsNow(workflow, state.reduction.work_packages.get(wp)?.lane);
  if (!line.flags.has("force"))
    return legal.map((to) => ({ value: to, description: needsOf(workflow, from, to) }));
  return lanes
    .filter((lane) => lane !== from)
    .map((value) => ({ value, description: legal.includes(value) ? "" : "only by force" }));
}

function needsOf(workflow: Workflow, from: Lane, to: Lane): string {
  const guards = findMove(workflow, from, to)?.guards ?? [];
  const ticked = guards.includes("subtasks_complete") ? ["every subtask ticked"] : [];
  const needs = [...ticked, ...optionsOf(guards)];
  return needs.length === 0 ? "" : `needs ${needs.join(", ")}`;
}

/** Everybody in the log, the one who moved something last first. */
function actors({ log }: FeatureState): Candidate[] {
  const by_name = new Map<string, Candidate>();
  for (const event of [...log.events].sort((a, b) => compareEvents(b, a))) {
    const name = actorName(event.actor);
    if (by_name.has(name)) continue;
    by_name.set(name, { value: name, description: `last: ${event.wp_id} to ${event.to_lane}` });
  }
  return [...by_name.values()];
}

/** Those of the repository: the user's own need no trust. */
async function sinks(standpoint: Standpoint): Promise<Candidate[]> {
  const project = await findProject(standpoint);
  const named = project.ok ? (project.value.config.telemetry?.sinks ?? []) : [];
  return named.map(({ name, kind }) => ({ value: name, description: kind }));
}

function lastEvent(state: FeatureState, line: Line): Candidate[] {
  const wp = wpIdIn(positionalOf(line, "wp"));
  const last = wp === undefined ? undefined : state.reduction.work_packages.get(wp);
  if (last === undefined) return [];
  return [{ value: last.last_event_id, description: `${last.lane}, by ${last.actor}` }];
}

function laneOf({ reduction, workflow }: FeatureState, wp: string): Lane {
  return reduction.work_packages.get(wp)?.lane ?? initialLane(workflow);
}

function wpIdIn(word: string | undefined): string | undefined {
  const wp = word === undefined ? undefined : parseWpId(word);
  return wp?.ok ? wp.value : undefined;
}

function textOf({ flags }: Line, key: string): string | undefined {
  const given = flags.get(key);
  return typeof given === "string" ? given : undefined;
}
