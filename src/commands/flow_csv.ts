/** Flow as CSV: a row for each work package, for spreadsheets and scripts. */

import { isDated, type WpFlow } from "../domain/flow_wp.ts";
import { formatInstant, type InstantUs } from "../domain/time.ts";
import type { MeasuredFlow } from "./flow_measure.ts";
import { safe } from "./style.ts";

/**
 * The work packages as CSV by RFC 4180: a header, fields in quotes where they need them, CRLF
 * at the end of each line. With `--since`, those that have an event since then.
 *
 * @returns without the last LF, which whoever prints it adds
 */
export function flowCsv({ wps, lanes: rows_of_lanes, window: { since_us } }: MeasuredFlow): string {
  const lanes = rows_of_lanes.map(({ lane }) => lane);
  const rows = wps.filter(({ events }) => since_us === null || events.some(({ at_us }) => at_us >= since_us));
  const header = [
    ...["feature", "wp", "title", "lane", "first_event_at", "started_at", "finished_at"],
    ...["lead_hours", "cycle_hours", "age_hours"],
    ...lanes.map((lane) => `${lane}_hours`),
    ...["rollbacks", "forced"],
  ];
  return [header, ...rows.map((wp) => rowOf(wp, lanes))]
    .map((row) => `${row.map(cell).join(",")}\r`)
    .join("\n");
}

function rowOf(wp: WpFlow, lanes: readonly string[]): (string | number | null)[] {
  return [
    ...[wp.feature, wp.wp, wp.title, wp.lane],
    ...[wp.first_us, wp.started_us, wp.finished_us].map(timeOf),
    ...[wp.lead_hours, wp.cycle_hours, wp.age_hours],
    ...lanes.map((lane) => wp.per_lane_hours.get(lane) ?? null),
    wp.verdicts.filter(({ is_rollback }) => is_rollback).length,
    wp.events.filter(({ is_forced }) => is_forced).length,
  ];
}

function timeOf(at_us: InstantUs | null): string | null {
  return at_us === null || !isDated(at_us) ? null : formatInstant(at_us);
}

/**
 * A cell that neither breaks the table nor does anything: spreadsheets run what begins like a
 * formula, also in its wide forms, so an apostrophe goes before it.
 */
function cell(value: string | number | null): string {
  if (typeof value !== "string") return String(value ?? "");
  const shown = safe(value);
  const harmless = /^[=+\-@\t\r＝＋－＠]/.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
