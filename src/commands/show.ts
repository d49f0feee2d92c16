/** `lane show`: where every work package stands, or the history of one. */

import type { ShownEvent, WpEntry } from "../contract/parts.ts";
import type { ShowData } from "../contract/show.ts";
import { actorName, type StatusEvent } from "../domain/event.ts";
import { parseWpId } from "../domain/identifiers.ts";
import { instantOf } from "../domain/reduce.ts";
import { refuse, type Warning } from "../domain/refusal.ts";
import { refuseUnmigrated } from "../pipeline/facts.ts";
import { type FeatureState, readFeatureState } from "../pipeline/feature_state.ts";
import { findFeature } from "../project/feature.ts";
import { shownPath } from "../store/paths.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { columns, type Style, safe } from "./style.ts";
import { ageOf, entriesOf, eventsOf } from "./wp_entries.ts";

export async function show(args: { wp?: string | undefined }, invocation: Invocation): Promise<Outcome> {
  const wp = args.wp === undefined ? undefined : parseWpId(args.wp);
  if (wp?.ok === false) return wp;
  const feature = await findFeature(invocation, invocation.feature);
  if (!feature.ok) return feature;
  const state = await readFeatureState(feature.value, invocation.lock_timeout_ms);
  if (!state.ok) return state;
  const entries = entriesOf(state.value);
  const warnings = unmigratedWarnings(state.value);
  const data = {
    feature: feature.value.slug,
    log: feature.value.log.path,
    workflow: state.value.workflow.name,
    phase: feature.value.phase,
  };
  if (wp === undefined) {
    const text = (style: Style) => overview(state.value, entries, invocation.cwd, style);
    return { ok: true, data: { ...data, wps: entries } satisfies ShowData, warnings, text };
  }
  const entry = entries.find((one) => one.wp === wp.value);
  if (entry === undefined) {
    const ids = entries.map((one) => one.wp);
    return refuse("NO_WORK_PACKAGE", `${wp.value} has neither a page nor an event in ${feature.value.slug}`, {
      hint: ids.length === 0 ? 'lane add "<title>" makes the first one' : `there are: ${ids.join(", ")}`,
      details: { wps: ids },
    });
  }
  const events = eventsOf(state.value, entry.wp);
  return {
    ok: true,
    data: { ...data, wps: [entry], events } satisfies ShowData,
    warnings,
    text: (style) => history(state.value, entry, events, invocation.cwd, style),
  };
}

/** Pages that say otherwise must not be passed over in silence while there is no log to overrule them. */
function unmigratedWarnings(state: FeatureState): Warning[] {
  const refused = refuseUnmigrated(state);
  if (refused === undefined) return [];
  const { code, message, hint } = refused.refusal;
  return [{ code, message: `${message}; ${hint}` }];
}

function overview(
  { feature, log, workflow }: FeatureState,
  entries: readonly WpEntry[],
  cwd: string,
  style: Style,
): string {
  const count = log.events.length === 1 ? "1 event" : `${log.events.length} events`;
  const head = [
    `${style.bold(safe(feature.slug))}  ${style.dim(`${workflow.name}, phase ${feature.phase}`)}`,
    style.dim(log.exists ? `${shownPath(cwd, feature.log.path)}, ${count}` : "no log yet"),
    "",
  ];
  if (entries.length === 0)
    return [...head, 'No work packages yet: lane add "<title>" makes one.'].join("\n");
  const titles = ["WP", "LANE", "ACTOR", "SINCE", "TITLE"].map(style.dim);
  const rows = entries.map((entry) => [
    style.bold(entry.wp),
    style.lane(entry.lane),
    safe(entry.actor ?? "-"),
    ageOf(entry.since, style),
    safe(entry.title),
  ]);
  return [...head, columns([titles, ...rows], style)].join("\n");
}

function history(
  { feature, log }: FeatureState,
  entry: WpEntry,
  events: readonly ShownEvent[],
  cwd: string,
  style: Style,
): string {
  const by = entry.actor === null ? "" : `, moved by ${safe(entry.actor)} ${ageOf(entry.since, style)}`;
  const head = [
    `${style.bold(entry.wp)}  ${safe(entry.title)}`.trimEnd(),
    `${style.lane(entry.lane)}${by}`,
    style.dim(
      entry.next.length === 0 ? "next: nothing, work here is over" : `next: ${entry.next.join(", ")}`,
    ),
    style.dim(`log:  ${log.exists ? shownPath(cwd, feature.log.path) : "none yet"}`),
  ];
  if (events.length === 0) return head.join("\n");
  // Not cut to the width: a part of an event id is of no use.
  const rows = columns(events.map((event) => eventRow(event, style))).split("\n");
  const told = events.flatMap((event, i) => [
    rows[i] ?? "",
    ...notesOf(event).map((note) => NOTE_INDENT + note),
  ]);
  return [...head, "", ...told].join("\n");
}

/** Notes stand below the move, where the time ends. */
const NOTE_INDENT = " ".repeat("2026-02-08 12:00:00  ".length);

function eventRow(event: ShownEvent, style: Style): string[] {
  return [
    style.dim(shortTime(event)),
    `${style.lane(event.from_lane)} -> ${style.lane(event.to_lane)}`,
    safe(actorName(event.actor)),
    style.dim(event.event_id),
  ];
}

function notesOf(event: ShownEvent): string[] {
  return [
    event.superseded_by !== null && `superseded by ${event.superseded_by}`,
    event.force && "forced",
    event.reason !== null && `reason: ${safe(event.reason)}`,
    event.review_ref !== null && `review: ${safe(event.review_ref)}`,
    ...reviewNotes(event),
  ].filter((note) => note !== false);
}

/** Who reviewed it, as far as the evidence says so: a log may hold evidence of any shape. */
function reviewNotes({ evidence }: StatusEvent): string[] {
  const review = evidence?.review as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof review?.reviewer !== "string") return [];
  const { reviewer, verdict, reference } = review;
  const where = typeof reference === "string" && reference !== "" ? ` (${safe(reference)})` : "";
  return [`${safe(String(verdict))} by ${safe(reviewer)}${where}`];
}

function shortTime(event: StatusEvent): string {
  return new Date(instantOf(event) / 1000).toISOString().slice(0, 19).replace("T", " ");
}
