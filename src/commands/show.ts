/** `lane show`: where every work package stands; of one, how it came there and what can be done next. */

import type { ShownEvent, WpEntry } from "../contract/parts.ts";
import type { ShowFeatureData, ShowWpData } from "../contract/show.ts";
import { parseWpId } from "../domain/identifiers.ts";
import { type FeatureState, readFeatureState } from "../pipeline/feature_state.ts";
import { findFeature } from "../project/feature.ts";
import { shownPath } from "../store/paths.ts";
import { eventsText } from "./event_text.ts";
import { finderIn } from "./log_text.ts";
import { type NextSteps, nextStepsText, readNextSteps } from "./next_steps.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { columns, laneIn, type Style, safe, wrapped } from "./style.ts";
import { ageOf, entriesOf, eventsOf, refuseUnknownWp, unmigratedWarnings } from "./wp_entries.ts";

export async function show(args: { wp?: string | undefined }, invocation: Invocation): Promise<Outcome> {
  const wp = args.wp === undefined ? undefined : parseWpId(args.wp);
  if (wp?.ok === false) return wp;
  const feature = await findFeature(invocation, invocation.feature);
  if (!feature.ok) return feature;
  const read = await readFeatureState(feature.value, invocation.lock_timeout_ms);
  if (!read.ok) return read;
  const state = read.value;
  const entries = entriesOf(state);
  const warnings = unmigratedWarnings(state);
  if (wp === undefined) {
    const data: ShowFeatureData = { ...placeOf(state), wps: entries };
    return { ok: true, data, warnings, text: (style) => overview(state, entries, invocation.cwd, style) };
  }
  const entry = entries.find((one) => one.wp === wp.value);
  if (entry === undefined) {
    return refuseUnknownWp(
      wp.value,
      entries.map((one) => one.wp),
      state,
    );
  }
  const events = eventsOf(state, entry.wp);
  const { steps, warnings: unclear } = readNextSteps(entry, state, invocation);
  const data: ShowWpData = { ...placeOf(state), wps: [entry], events, ...steps };
  return {
    ok: true,
    data,
    warnings: [...warnings, ...unclear],
    text: (style) => history(state, entry, events, steps, invocation.cwd, style),
  };
}

function placeOf({ feature, workflow }: FeatureState) {
  return { feature: feature.slug, log: feature.log.path, workflow: workflow.name, phase: feature.phase };
}

/** Below this, who and when would leave no room for the titles. */
const NARROW_COLUMNS = 60;

function overview(
  { feature, log, workflow }: FeatureState,
  entries: readonly WpEntry[],
  cwd: string,
  style: Style,
): string {
  const count = log.events.length === 1 ? "1 event" : `${log.events.length} events`;
  const head = [
    `${style.bold(safe(feature.slug))}  ${style.dim(`${workflow.name}, phase ${feature.phase}`)}`,
    wrapped(
      style.dim(log.exists ? `${shownPath(cwd, feature.log.path)}, ${count}` : "no log yet"),
      "",
      style,
    ),
    "",
  ];
  if (entries.length === 0)
    return [...head, 'No work packages yet: lane add "<title>" makes one.'].join("\n");
  const is_narrow = style.width_columns !== undefined && style.width_columns < NARROW_COLUMNS;
  const wide = (cells: readonly string[]) => (is_narrow ? [] : cells);
  const titles = ["WP", "LANE", ...wide(["ACTOR", "SINCE"]), "TITLE"].map(style.dim);
  const rows = entries.map((entry) => [
    style.bold(entry.wp),
    style.lane(laneIn(workflow, entry.lane)),
    ...wide([safe(entry.actor ?? "-"), ageOf(entry.since, style)]),
    safe(entry.title),
  ]);
  return [...head, columns([titles, ...rows], style)].join("\n");
}

function history(
  { feature, log, workflow }: FeatureState,
  entry: WpEntry,
  events: readonly ShownEvent[],
  steps: NextSteps,
  cwd: string,
  style: Style,
): string {
  const by = entry.actor === null ? "" : `, moved by ${safe(entry.actor)} ${ageOf(entry.since, style)}`;
  const forced = entry.force_count === 0 ? "" : `, forced ${timesOf(entry.force_count)}`;
  const files = [
    ...steps.pages.map((path) => ["page: ", shownPath(cwd, path)]),
    ["log:  ", log.exists ? shownPath(cwd, feature.log.path) : "none yet"],
  ];
  const told = eventsText(events, finderIn(events), style, { wp: false });
  return [
    wrapped(safe(entry.title), `${style.bold(entry.wp)}  `, style).trimEnd(),
    `${style.lane(laneIn(workflow, entry.lane))}${by}${forced === "" ? "" : style.severity("warning", forced)}`,
    ...files.map(([what = "", path = ""]) => style.dim(what + path)),
    ...(events.length === 0 ? [] : ["", told]),
    "",
    ...nextStepsText(steps, { workflow, lane: entry.lane }, style),
  ].join("\n");
}

function timesOf(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
