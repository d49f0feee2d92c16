/** Flow for people on a terminal: figures, bars and sparklines. */

import type { FlowData } from "../contract/flow.ts";
import { dayName } from "../domain/calendar.ts";
import { formatHours } from "../domain/spread.ts";
import type { MeasuredFlow } from "./flow_measure.ts";
import { columns, cutTo, type Style, safe, wrapped } from "./style.ts";

type Figures = FlowData["total"];
type AgingWp = FlowData["features"][number]["work_in_progress"][number];

/** The text of an answer: a feature's figures; with several, a line for each and the figures of all. */
export function flowText({ data, lanes, window }: MeasuredFlow, all: boolean, style: Style): string {
  const { features, total } = data;
  const [only] = features;
  if (only === undefined) return "No features.";
  const since = window.since_us === null ? "" : `, since ${dayName(window.since_us)}`;
  const name = features.length > 1 ? `All ${features.length} features` : safe(only.feature);
  const aging = features.flatMap(({ work_in_progress }) => work_in_progress);
  aging.sort((a, b) => (b.age_hours ?? -1) - (a.age_hours ?? -1));
  const parts = [
    all && features.length > 1 ? [featuresText(features, style)] : [],
    [headText(name + since, total, style)],
    total.events === 0
      ? [nothingText(total, since !== "")]
      : figuresText(
          total,
          lanes.map(({ lane }) => lane),
          style,
        ),
    aging.length === 0 ? [] : [agingText(aging, features.length > 1, style)],
  ];
  return parts.flat().join("\n\n");
}

/** As wide as a page where nobody says how wide it may be. */
const PAGE_WIDTH_COLUMNS = 80;
/** Longer bars tell no more. */
const WIDEST_COLUMNS = 120;
/** Below this, what matters less is left out. */
const NARROW_COLUMNS = 64;
const SHORTEST_BAR_COLUMNS = 6;
const SHOWN_WEEKS = 12;
const SHOWN_AGING = 10;
/** So that the labels below each other line up across tables. */
const LABEL_COLUMNS = "Cycle time".length;

function widthOf({ width_columns }: Style): number {
  return Math.min(width_columns ?? PAGE_WIDTH_COLUMNS, WIDEST_COLUMNS);
}

function headText(name: string, { work_packages: { count, ...stages } }: Figures, style: Style): string {
  const told = [
    [stages.finished, "finished"],
    [stages.wip, "in progress"],
    [stages.waiting, "waiting"],
    [stages.given_up, "given up"],
  ].filter(([number]) => number !== 0);
  const counts = told.map(([number, what]) => `${number} ${what}`).join(", ");
  const head = `${style.bold(name)}  ${style.dim(count === 1 ? "1 work package" : `${count} work packages`)}`;
  return [cut(head, style), wrapped(counts, "", style)].filter((line) => line !== "").join("\n");
}

function nothingText({ work_packages: { count } }: Figures, is_limited: boolean): string {
  if (is_limited) return "Nothing has moved since then.";
  return count === 0
    ? 'No work packages yet: lane add "<title>" makes one.'
    : "Nothing has moved yet. How it flows shows as soon as something does.";
}

function figuresText(figures: Figures, lanes: readonly string[], style: Style): string[] {
  const durations = durationsText(figures, style);
  const per_lane = lanesText(figures, lanes, style);
  return [durations, per_lane, ratesText(figures, style)].filter((part) => part !== "");
}

function durationsText({ lead_hours, cycle_hours, wip_age_hours }: Figures, style: Style): string {
  const rows = [
    { label: "Lead time", spread: lead_hours },
    { label: "Cycle time", spread: cycle_hours },
    { label: "Age of WIP", spread: wip_age_hours },
  ].filter(({ spread }) => spread.count > 0);
  if (rows.length === 0) return "";
  const table = [
    ["", ...["MEDIAN", "85 %", "LONGEST", "OF"].map(style.dim)],
    ...rows.map(({ label, spread: { median, p85, max, count } }) => [
      label.padEnd(LABEL_COLUMNS),
      style.bold(formatHours(median)),
      ...[formatHours(p85), formatHours(max), String(count)],
    ]),
  ];
  return columns(rightFrom(1, table), style);
}

/** A bar up to the median, a lighter one on to the 85th percentile. */
function lanesText({ per_lane_hours }: Figures, lanes: readonly string[], style: Style): string {
  const rows = lanes.flatMap((lane) => {
    const spread = per_lane_hours[lane];
    return spread === undefined || spread.count === 0 ? [] : [{ lane, spread }];
  });
  if (rows.length === 0) return "";
  const longest = Math.max(...rows.map(({ spread }) => spread.p85 ?? 0));
  const is_narrow = widthOf(style) < NARROW_COLUMNS;
  const figures = rightFrom(0, [
    ["MEDIAN", "85 %", ...(is_narrow ? [] : ["OF"])].map(style.dim),
    ...rows.map(({ spread: { median, p85, count } }) => [
      style.bold(formatHours(median)),
      formatHours(p85),
      ...(is_narrow ? [] : [String(count)]),
    ]),
  ]);
  const lane_columns = Math.max(LABEL_COLUMNS, ...rows.map(({ lane }) => lane.length));
  const figure_columns = Bun.stringWidth(columns([figures[0] ?? []])) + "  ".length;
  const bar_columns = widthOf(style) - lane_columns - "  ".length - figure_columns;
  const bars = rows.map(({ spread }) => barText(spread, longest, bar_columns, style));
  const table = [["IN LANE".padEnd(lane_columns), ""], ...rows.map(({ lane }, i) => [lane, bars[i] ?? ""])];
  return columns(
    table.map(([label = "", bar = ""], i) => [
      i === 0 ? style.dim(label) : style.lane(label),
      ...(bar_columns < SHORTEST_BAR_COLUMNS ? [] : [bar + " ".repeat(bar_columns - Bun.stringWidth(bar))]),
      ...(figures[i] ?? []),
    ]),
    style,
  );
}

function barText(
  { median, p85 }: { median: number | null; p85: number | null },
  longest: number,
  bar_columns: number,
  { unicode, dim }: Style,
): string {
  const [full = "", light = ""] = unicode ? ["█", "░"] : ["#", "-"];
  const solid = barLength(median ?? 0, longest, bar_columns);
  const rest = barLength(p85 ?? 0, longest, bar_columns) - solid;
  return full.repeat(solid) + (rest > 0 ? dim(light.repeat(rest)) : "");
}

/** What is longer than nothing has a bar that is. */
function barLength(hours: number, longest: number, bar_columns: number): number {
  return hours === 0 || longest === 0 ? 0 : Math.max(1, Math.round((hours / longest) * bar_columns));
}

function ratesText(figures: Figures, style: Style): string {
  const weeks = figures.throughput_per_week.slice(-SHOWN_WEEKS).map(({ finished }) => finished);
  const days = figures.wip_per_day.map(({ wip }) => wip);
  // The last day of each week: seven to a week, the newest week may be younger.
  const first_day = (figures.throughput_per_week.length - weeks.length) * 7;
  const wip = weeks.map((_, i) => days.slice(first_day + 7 * i, first_day + 7 * i + 7).at(-1) ?? 0);
  const finished = weeks.reduce((sum, one) => sum + one, 0);
  const most = Math.max(...days.slice(first_day));
  const span = weeks.length === 1 ? "this week" : `in ${weeks.length} weeks`;
  const label = (text: string) => text.padEnd(LABEL_COLUMNS);
  const rows = [
    [label("Finished"), sparkline(weeks, style), style.dim(`${finished} ${span}`)],
    [label("WIP"), sparkline(wip, style), style.dim(`${wip.at(-1) ?? 0} now, ${most} at most`)],
  ];
  const shares = [
    [label("Rollbacks"), share(figures.rollbacks, figures.verdicts, "verdict")],
    [label("Forced"), share(figures.forced, figures.events, "event")],
  ];
  return `${columns(rows, style)}\n${columns(shares, style)}`;
}

/** `3 of 11 verdicts (27 %)`. */
function share(part: number, whole: number, what: string): string {
  const of = whole === 1 ? `1 ${what}` : `${whole} ${what}s`;
  return whole === 0 ? "-" : `${part} of ${of} (${Math.round((part / whole) * 100)} %)`;
}

/** A column for each value; in ASCII the values themselves, as many of the newest as fit. */
function sparkline(values: readonly number[], style: Style): string {
  if (!style.unicode) {
    const room_columns = Math.max(
      12,
      widthOf(style) - LABEL_COLUMNS - "  ".length - "  100 now, 100 at most".length,
    );
    const shown = values.map(String);
    while (shown.length > 1 && shown.join(" ").length > room_columns) shown.shift();
    return shown.join(" ");
  }
  const most = Math.max(1, ...values);
  return values
    .map((value) => SPARKS[value === 0 ? 0 : Math.max(1, Math.round((value / most) * 8))])
    .join("");
}

/** Nothing is a dot: a low column would say that there was something. */
const SPARKS = ["·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

function agingText(aging: readonly AgingWp[], with_feature: boolean, style: Style): string {
  const is_narrow = widthOf(style) < NARROW_COLUMNS;
  const wide = (cells: readonly string[]) => (is_narrow ? [] : cells);
  // Where little fits, ages matter more than names.
  const name_columns = is_narrow ? SHORTEST_NAME_COLUMNS : LONGEST_NAME_COLUMNS;
  const has_titles = !(with_feature && is_narrow);
  const titles = [
    "IN PROGRESS",
    "LANE",
    "AGE",
    ...wide(["IN LANE", "ACTOR"]),
    ...(has_titles ? ["TITLE"] : []),
  ];
  const rows = aging
    .slice(0, SHOWN_AGING)
    .map((wp) => [
      style.bold(with_feature ? `${cutTo(safe(wp.feature), name_columns, style)} ${wp.wp}` : wp.wp),
      style.lane(wp.lane),
      formatHours(wp.age_hours),
      ...wide([formatHours(wp.lane_age_hours), cutTo(safe(wp.actor ?? "-"), LONGEST_NAME_COLUMNS, style)]),
      ...(has_titles ? [safe(wp.title)] : []),
    ]);
  const more = aging.length - rows.length;
  const note = more === 0 ? [] : [style.dim(`and ${more} younger: lane flow --json lists all`)];
  return [columns([titles.map(style.dim), ...rows], style), ...note].join("\n");
}

const LONGEST_NAME_COLUMNS = 20;
const SHORTEST_NAME_COLUMNS = 12;
const FIGURES_COLUMNS = "  100/100  100  100 min  100 min  100 %  ············".length;

function featuresText(features: FlowData["features"], style: Style): string {
  const weeks = Math.min(SHOWN_WEEKS, features[0]?.throughput_per_week.length ?? 0);
  const is_narrow = widthOf(style) < NARROW_COLUMNS;
  const wide = (cells: readonly string[]) => (is_narrow ? [] : cells);
  // A long name must not push the figures out; where nothing is cut, it is whole.
  const room_columns = Math.max(LONGEST_NAME_COLUMNS, widthOf(style) - FIGURES_COLUMNS);
  const name_columns = style.width_columns === undefined ? Number.POSITIVE_INFINITY : room_columns;
  const titles = [
    "FEATURE",
    "DONE",
    "WIP",
    "LEAD",
    ...wide(["85 %", "BACK", weeks === 1 ? "THIS WEEK" : `${weeks} WEEKS`]),
  ];
  const rows = features.map(({ feature, work_packages, lead_hours, ...figures }) => [
    style.bold(cutTo(safe(feature), name_columns, style)),
    `${work_packages.finished}/${work_packages.count - work_packages.given_up}`,
    String(work_packages.wip),
    formatHours(lead_hours.median),
    ...wide([
      formatHours(lead_hours.p85),
      figures.rollback_rate === null ? "-" : `${Math.round(figures.rollback_rate * 100)} %`,
      sparkline(
        figures.throughput_per_week.slice(-SHOWN_WEEKS).map(({ finished }) => finished),
        style,
      ),
    ]),
  ]);
  return columns([titles.map(style.dim), ...rows], style);
}

function cut(line: string, style: Style): string {
  return style.width_columns === undefined ? line : cutTo(line, style.width_columns, style);
}

/** A table whose columns from one on stand to the right, as numbers do. */
function rightFrom(first: number, rows: readonly (readonly string[])[]): string[][] {
  const widest = (place: number) => Math.max(...rows.map((row) => Bun.stringWidth(row[place] ?? "")));
  return rows.map((row) =>
    row.map((cell, i) => (i < first ? cell : " ".repeat(widest(i) - Bun.stringWidth(cell)) + cell)),
  );
}
