/** Work packages and their events, as every command tells them. */

import type { ShownEvent, WpEntry } from "../contract/parts.ts";
import { isDated } from "../domain/flow_wp.ts";
import { compareEvents } from "../domain/reduce.ts";
import { type Refused, refuse, type Warning } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { CLOCK_TOLERANCE_US, formatAge, parseInstant } from "../domain/time.ts";
import { initialLane, targetsNow } from "../domain/workflow.ts";
import { refuseUnmigrated } from "../pipeline/facts.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import { readPageFacts } from "../views/page_facts.ts";
import type { Style } from "./style.ts";

/** Every work package that has a page or an event, in the order of ids. */
export function entriesOf({ feature, reduction, workflow }: FeatureState): WpEntry[] {
  const pages = listPages(feature);
  return knownWpIds(pages, reduction).map((wp) => {
    const [page] = pages.get(wp) ?? [];
    const state = reduction.work_packages.get(wp);
    const lane = state?.lane ?? initialLane(workflow);
    return {
      wp,
      title: page === undefined ? "" : readPageFacts(page).title,
      lane,
      actor: state?.actor ?? null,
      since: state?.last_transition_at ?? null,
      force_count: state?.force_count ?? 0,
      next: targetsNow(workflow, state?.lane),
    };
  });
}

/** The events of one work package, oldest first, each with what took its place. */
export function eventsOf({ reduction }: FeatureState, wp: string): ShownEvent[] {
  const history = reduction.work_packages.get(wp)?.history;
  return (history?.events ?? []).map((event) => ({
    ...event,
    superseded_by: history?.superseded.get(event.event_id) ?? null,
  }));
}

/** Every event of a feature, oldest first: in the order in which they take effect. */
export function allEventsOf(state: FeatureState): ShownEvent[] {
  const ids = [...state.reduction.work_packages.keys()];
  return ids.flatMap((wp) => eventsOf(state, wp)).sort(compareEvents);
}

/** Pages that say otherwise must not be passed over in silence while there is no log to overrule them. */
export function unmigratedWarnings(state: FeatureState): Warning[] {
  const refused = refuseUnmigrated(state);
  if (refused === undefined) return [];
  const { code, message, hint } = refused.refusal;
  return [{ code, message: `${message}; ${hint}` }];
}

/** The no to a work package of which nothing is known. */
export function refuseUnknownWp(wp: string, known: readonly string[], { feature }: FeatureState): Refused {
  return refuse("NO_WORK_PACKAGE", `${wp} has neither a page nor an event in ${visible(feature.slug)}`, {
    hint: hintOf(known),
    details: { wps: known },
  });
}

/** More ids than these are a list to look at, not a hint. */
const MOST_IN_HINT = 30;

function hintOf(known: readonly string[]): string {
  if (known.length === 0) return 'lane add "<title>" makes the first one';
  if (known.length <= MOST_IN_HINT) return `there are: ${known.join(", ")}`;
  return `there are ${known.length}, from ${known.at(0)} to ${known.at(-1)}: lane show lists them`;
}

/**
 * How long ago that was, for people: `2 h ago`; `-` where there is none. A clock that was
 * fast may have written it: `2 d ahead`.
 */
export function ageOf(since: string | null, style: Style): string {
  const instant_us = since === null ? undefined : parseInstant(since);
  if (instant_us === undefined) return "-";
  if (!isDated(instant_us)) return "some time ago";
  const age_us = style.now_us - instant_us;
  if (age_us < -CLOCK_TOLERANCE_US) return `${formatAge(-age_us)} ahead`;
  return age_us < JUST_NOW_US ? "just now" : `${formatAge(age_us)} ago`;
}

/** Younger than this nobody counts seconds. */
const JUST_NOW_US = 5_000_000;
