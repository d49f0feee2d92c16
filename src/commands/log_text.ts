/** A feature's events as a text. */

import type { ShownEvent } from "../contract/parts.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import { shownPath } from "../store/paths.ts";
import { eventsText, type FindEvent } from "./event_text.ts";
import { type Style, safe, wrapped } from "./style.ts";

/**
 * The chosen events below a head that names their log.
 *
 * @param all the feature's events, chosen or not
 */
export function logText(
  state: FeatureState,
  events: readonly ShownEvent[],
  all: readonly ShownEvent[],
  cwd: string,
  style: Style,
): string {
  const { other_records } = state.log;
  const others = other_records === 1 ? "1 record" : `${other_records} records`;
  return [
    headOf(state, events.length, all.length, cwd, style),
    "",
    events.length > 0 ? eventsText(events, finderIn(all), style, { wp: true }) : nothing(all),
    ...(other_records === 0 ? [] : ["", style.dim(`${others} of other tools, not shown`)]),
  ].join("\n");
}

function nothing(all: readonly ShownEvent[]): string {
  return all.length === 0
    ? "Nothing has happened yet: lane emit records the first event."
    : "None of the events is what was asked for.";
}

/** Which log this is, and how much of it is shown. */
export function headOf(
  { feature, log: { exists } }: FeatureState,
  shown: number,
  total: number,
  cwd: string,
  style: Style,
): string {
  const count = total === 1 ? "1 event" : `${total} events`;
  const part = shown === total ? count : `${shown} of ${count}`;
  const where = exists ? `${shownPath(cwd, feature.log.path)}, ${part}` : "no log yet";
  return `${style.bold(safe(feature.slug))}\n${wrapped(style.dim(where), "", style)}`;
}

/** Finds events by their ids. */
export function finderIn(events: readonly ShownEvent[]): FindEvent {
  const by_id = new Map(events.map((event) => [event.event_id, event]));
  return (event_id) => by_id.get(event_id);
}
