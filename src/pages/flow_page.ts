/**
 * The flow page: one HTML file that needs no network, no script and nothing beside it.
 *
 * It is the same for the same data and clock.
 */

import type { FlowData } from "../contract/flow.ts";
import type { FlowWindow, SeriesSpan } from "../domain/flow.ts";
import type { WpFlow } from "../domain/flow_wp.ts";
import { formatHours } from "../domain/spread.ts";
import { agingChart, laneTimes } from "./bar_charts.ts";
import { board } from "./board.ts";
import { chartSection } from "./chart.ts";
import type { LaneStage } from "./colors.ts";
import { Html, html } from "./html.ts";
import { fullDayLabel } from "./scale.ts";
import { STYLE_SHEET } from "./style_sheet.ts";
import { cumulativeFlow, cycleTimes, throughput } from "./time_charts.ts";

/** What the page is made from. */
export interface FlowPageData {
  readonly data: FlowData;
  readonly wps: readonly WpFlow[];
  /** In display order. */
  readonly lanes: readonly LaneStage[];
  readonly window: FlowWindow;
  readonly span: SeriesSpan;
}

/** By this line a page of ours is told from anybody else's file. */
export const GENERATOR_LINE = '<meta name="generator" content="lanekeeper flow">';

/** The page's text. */
export function flowPage(page: FlowPageData): string {
  const { data } = page;
  const [first] = data.features;
  const name = data.features.length === 1 ? (first?.feature ?? "") : `${data.features.length} features`;
  const charts = [
    cumulativeFlow(page),
    cycleTimes(page),
    throughput(page),
    laneTimes(page),
    agingChart(page),
  ];
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
${new Html(GENERATOR_LINE)}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Flow of ${name}</title>
<link rel="icon" href="data:,">
<style>
${new Html(STYLE_SHEET)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header>
<h1>Flow of ${name}</h1>
<p class="quiet">${whenOf(page)}</p>
</header>
<main id="main" tabindex="-1">
${tiles(page)}${charts.map(chartSection)}${board(page)}${featuresTable(data)}</main>
<footer>
${definitions()}<p class="quiet">Made by lane flow from the events in the log. Times are UTC.</p>
</footer>
</body>
</html>
`.text;
}

function whenOf({ window: { since_us, now_us }, span }: FlowPageData): string {
  const time = new Date(now_us / 1000).toISOString().slice(11, 16);
  const since = since_us === null ? "" : ` What happened since ${fullDayLabel(since_us)}.`;
  const bounded = span.is_bounded
    ? ` Charts over time begin at ${fullDayLabel(span.begins_us)}; there is more before.`
    : "";
  return `As of ${fullDayLabel(now_us)}, ${time} UTC.${since}${bounded}`;
}

function tiles({ data: { total } }: FlowPageData): Html {
  const { work_packages: counts, lead_hours, throughput_per_week: weeks } = total;
  const newest = weeks.slice(-TILE_WEEKS);
  const finished = newest.reduce((sum, week) => sum + week.finished, 0);
  const figures: [string, string, string][] = [
    ["Finished", String(counts.finished), `of ${counts.count}`],
    ["In progress", String(counts.wip), `${counts.waiting} waiting`],
    ["Median lead time", formatHours(lead_hours.median), `of ${lead_hours.count}`],
    ["85 % within", formatHours(lead_hours.p85), "lead time"],
    [
      "Finished a week",
      (finished / newest.length).toFixed(1),
      newest.length === 1 ? "this week" : `in ${newest.length} weeks`,
    ],
    ["Sent back", percentOf(total.rollback_rate), `${total.rollbacks} of ${total.verdicts}`],
    ["Forced", percentOf(total.force_rate), `${total.forced} of ${total.events}`],
  ];
  return html`<section aria-label="Figures">
<dl class="tiles">
${figures.map(([name, value, note]) => html`<div><dt>${name}</dt><dd>${value} <span class="quiet">${note}</span></dd></div>\n`)}</dl>
</section>
`;
}

const TILE_WEEKS = 12;

function percentOf(rate: number | null): string {
  return rate === null ? "-" : `${Math.round(rate * 100)} %`;
}

/** Which feature stands out, where there are several. */
function featuresTable({ features }: FlowData): Html | null {
  if (features.length < 2) return null;
  const shown = features.slice(0, MOST_FEATURES);
  const left_out = features.length - shown.length;
  const rows = shown.map(
    ({ feature, work_packages, lead_hours, rollback_rate }) =>
      html`<tr><th scope="row">${feature}</th><td>${work_packages.finished} of ${work_packages.count}</td><td>${work_packages.wip}</td><td>${formatHours(lead_hours.median)}</td><td>${formatHours(lead_hours.p85)}</td><td>${percentOf(rollback_rate)}</td></tr>\n`,
  );
  return html`<section aria-labelledby="features-heading">
<h2 id="features-heading">Features</h2>
<div class="wide" tabindex="0" role="region" aria-labelledby="features-heading"><table>
<caption>Each feature's figures</caption>
<thead><tr>${["Feature", "Finished", "In progress", "Median lead", "85 %", "Sent back"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
${left_out > 0 && html`<p class="note">and ${left_out} more: <code>lane flow --all</code> has all.</p>\n`}</section>
`;
}

const MOST_FEATURES = 500;

function definitions(): Html {
  return html`<details>
<summary>What the figures mean</summary>
<dl class="meanings">
${MEANINGS.map(([name, meaning]) => html`<dt>${name}</dt><dd>${meaning}</dd>\n`)}</dl>
</details>
`;
}

const MEANINGS = [
  [
    "Lead time",
    "From a work package's first event to its entry into a finished lane; a reopened one counts by its last.",
  ],
  [
    "Cycle time",
    "From its first entry into a lane where somebody is at work to its entry into a finished lane.",
  ],
  ["Age", "Of work in progress: since it first was in a lane where somebody is at work."],
  ["85 %", "So many of 100 took no longer; between two values it is interpolated, as spreadsheets do."],
  ["Sent back", "Rollbacks that took effect, of all verdicts: work finished or sent back."],
  ["Forced", "Events that skipped the rules, of all events."],
] as const;
