/** The charts over time: cumulative flow, cycle times, throughput. */

import { DAY_US, instantsFrom, startOfDay, WEEK_US } from "../domain/calendar.ts";
import { lanesAt } from "../domain/flow.ts";
import { isDated, type WpFlow } from "../domain/flow_wp.ts";
import { formatHours } from "../domain/spread.ts";
import { type Chart, timeAxis, tip, valueAxis } from "./chart.ts";
import { laneColor } from "./colors.ts";
import type { FlowPageData } from "./flow_page.ts";
import { type Html, html } from "./html.ts";
import {
  countTicks,
  dayLabel,
  dayLabelsOver,
  fullDayLabel,
  hourTicks,
  linear,
  type Scale,
  timeTicks,
} from "./scale.ts";

const WIDTH = 820;
const HEIGHT = 300;
const LEFT = 52;
const TOP = 18;
const BOTTOM = HEIGHT - 30;

/** Areas are drawn from so many instants. */
const SAMPLES = 200;

/** How many work packages were in each lane, stacked: finished work at the bottom. */
export function cumulativeFlow({ wps, lanes, span }: FlowPageData): Chart {
  const right = WIDTH - 110;
  const first_us = Math.min(span.now_us, ...wps.map(({ first_us }) => first_us ?? span.now_us));
  const from_us = Math.max(span.begins_us, first_us);
  const step_us = Math.max(1, (span.now_us - from_us) / SAMPLES);
  const instants_us = Array.from({ length: SAMPLES + 1 }, (_, i) => from_us + i * step_us);
  const counts = lanesAt(wps, instants_us, span.now_us);
  const bands = [
    ...lanes.filter(({ stage }) => stage === "finished").reverse(),
    ...lanes.filter(({ stage }) => stage === "wip" || stage === "waiting").reverse(),
  ].flatMap(({ lane }) => {
    const row = counts.get(lane);
    return row?.some((count) => count > 0) ? [{ lane, row }] : [];
  });
  const tops: number[][] = [];
  for (const { row } of bands) tops.push(row.map((count, i) => count + (tops.at(-1)?.[i] ?? 0)));
  const ticks = countTicks(Math.max(1, ...(tops.at(-1) ?? [])));
  const x = linear(from_us, span.now_us, LEFT, right);
  const y = linear(0, ticks.at(-1)?.value ?? 1, BOTTOM, TOP);
  // Between two equal neighbours a point says nothing.
  const line = (row: readonly number[]) =>
    instants_us.flatMap((at_us, i) =>
      row[i] === row[i - 1] && row[i] === row[i + 1] ? [] : [`${x(at_us)},${y(row[i] ?? 0)}`],
    );
  const zero = instants_us.map(() => 0);
  const areas = bands.map(({ lane }, i) => {
    const edge = [...line(tops[i] ?? zero), ...line(tops[i - 1] ?? zero).reverse()];
    return html`<polygon class="area" points="${edge.join(" ")}" fill="${laneColor(lanes, lane)}"><title>${lane}</title></polygon>\n`;
  });
  const now = bands.flatMap(({ lane, row }, i) => {
    const count = row.at(-1) ?? 0;
    return count === 0 ? [] : [{ lane, count, at: y((tops[i]?.at(-1) ?? 0) - count / 2) }];
  });
  const is_empty = bands.length === 0 || span.now_us <= from_us;
  return {
    id: "cumulative-flow",
    heading: "Cumulative flow",
    reading:
      "How many work packages were in each lane. A band that grows wider holds work that waits; the slope of the lowest is how fast work is finished.",
    summary: `From ${fullDayLabel(from_us)} to ${fullDayLabel(span.now_us)}. Now: ${now.map(({ lane, count }) => `${count} in ${lane}`).join(", ")}.`,
    empty: is_empty ? "No work package has an event in this time." : undefined,
    width: WIDTH,
    height: HEIGHT,
    drawing: [
      ...valueAxis(ticks, y, LEFT, right),
      ...timeAxis(timeTicks(from_us, span.now_us), x, BOTTOM),
      ...areas,
      ...endLabels(now, right + 8),
    ],
    legend: html`<ul class="legend">${[...bands].reverse().map(({ lane }) => html`<li><span class="swatch" style="background:${laneColor(lanes, lane)}"></span>${lane}</li>`)}</ul>\n`,
    table: cumulativeTable(
      wps,
      bands.map(({ lane }) => lane),
      from_us,
      span.now_us,
    ),
  };
}

/** Labels beside the bands' ends, kept apart from one another. */
function endLabels(ends: readonly { lane: string; count: number; at: number }[], x: number): Html[] {
  let lowest = Number.POSITIVE_INFINITY;
  return ends.map(({ lane, count, at }) => {
    lowest = Math.min(at + 4, lowest - 15);
    const name = lane.length > 12 ? `${lane.slice(0, 11)}…` : lane;
    return html`<text class="label" x="${x}" y="${lowest}">${name} ${count}</text>\n`;
  });
}

function cumulativeTable(wps: readonly WpFlow[], lanes: readonly string[], from_us: number, now_us: number) {
  const days = Math.ceil((now_us - from_us) / DAY_US) + 1;
  const step_us = DAY_US * Math.ceil(days / 60);
  const instants_us = instantsFrom(
    startOfDay(now_us) - Math.floor((days * DAY_US) / step_us) * step_us,
    now_us,
    step_us,
  )
    .map((day_us) => Math.min(day_us + DAY_US - 1, now_us))
    .filter((at_us) => at_us >= from_us)
    .reverse();
  const counts = lanesAt(wps, instants_us, now_us);
  return {
    columns: ["End of", ...lanes],
    rows: instants_us.map((at_us, i) => [
      fullDayLabel(at_us),
      ...lanes.map((lane) => counts.get(lane)?.[i] ?? 0),
    ]),
  };
}

/** More points than this can't be told apart, and make a page slow. */
const MOST_POINTS = 500;
/** Nobody presses Tab more often. */
const MOST_STOPS = 30;

/** Every finished work package: when it was finished, and how long it took. */
export function cycleTimes({ wps, data, window, span }: FlowPageData): Chart {
  const right = WIDTH - 110;
  const all = finishedIn(wps, Math.max(span.begins_us, window.since_us ?? 0), span.now_us);
  const points = all.slice(-MOST_POINTS);
  const { median, p85, count } = data.total.cycle_hours;
  const from_us = points[0]?.at_us ?? span.begins_us;
  const ticks = hourTicks(Math.max(...points.map(({ hours }) => hours), p85 ?? 0, 1 / 60));
  const x = linear(from_us, span.now_us, LEFT + 8, right - 8);
  const y = linear(0, ticks.at(-1)?.value ?? 1, BOTTOM, TOP);
  const slow = new Set(points.filter(({ hours }) => p85 !== null && hours > p85).slice(-MOST_STOPS));
  const dots = points.map((point) => {
    const name = nameOf(point.wp, data.features.length);
    const facts = `: ${formatHours(point.hours)}, finished ${fullDayLabel(point.at_us)}`;
    const [cx, cy] = [x(point.at_us), y(point.hours)];
    const stop = slow.has(point) ? html` tabindex="0"` : null;
    return html`<g class="point" role="img" aria-label="${name + facts}"${stop}><circle cx="${cx}" cy="${cy}" r="4.5"/>${tip(shortened(name) + facts, cx, cy, WIDTH)}</g>\n`;
  });
  const shown = all.length > points.length ? ` The newest ${points.length} of ${all.length} are drawn.` : "";
  return {
    id: "cycle-times",
    heading: "Cycle times",
    reading: `Each point is a finished work package: to the right the later it was finished, upwards the longer it took since work on it began. Tab goes to those above the 85th percentile.${shown}`,
    summary: `${count} finished work packages: median ${formatHours(median)}, 85th percentile ${formatHours(p85)}.`,
    empty:
      points.length === 0
        ? "Nothing was finished in this time, or nobody recorded when it was begun."
        : undefined,
    width: WIDTH,
    height: HEIGHT,
    drawing: [
      ...valueAxis(ticks, y, LEFT, right),
      ...timeAxis(timeTicks(from_us, span.now_us), x, BOTTOM),
      ...levels(
        [
          ["median", median],
          ["85 %", p85],
        ],
        y,
        right,
      ),
      ...dots,
    ],
    has_points: true,
    table: {
      columns: ["Work package", "Title", "Finished", "Cycle time", "Lead time"],
      rows: [...all]
        .reverse()
        .map(({ wp, at_us, hours }) => [
          nameOf(wp, data.features.length),
          wp.title,
          fullDayLabel(at_us),
          formatHours(hours),
          formatHours(wp.lead_hours),
        ]),
    },
  };
}

/** A work package's name; where a page is about several features, with its feature's. */
export function nameOf({ feature, wp }: WpFlow, features: number): string {
  return features > 1 ? `${feature} ${wp}` : wp;
}

/** A name's end, which tells it from others, where the whole would not fit. */
export function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `…${name.slice(1 - LONGEST_NAME)}`;
}

const LONGEST_NAME = 26;

/** What was finished in a time, the earliest first. */
function finishedIn(wps: readonly WpFlow[], from_us: number, to_us: number) {
  const finished = wps.flatMap((wp) =>
    wp.finished_us === null || wp.cycle_hours === null
      ? []
      : [{ wp, at_us: Math.min(wp.finished_us, to_us), hours: wp.cycle_hours }],
  );
  return finished.filter(({ at_us }) => isDated(at_us) && at_us >= from_us).sort((a, b) => a.at_us - b.at_us);
}

/** Dashed lines at the figures of the spread, with their names on the right. */
function levels(named: readonly (readonly [string, number | null])[], y: Scale, right: number): Html[] {
  let highest = Number.POSITIVE_INFINITY;
  return named.flatMap(([name, hours]) => {
    if (hours === null) return [];
    highest = Math.min(y(hours) + 4, highest - 15);
    const at = y(hours);
    return [
      html`<line class="level" x1="${LEFT}" x2="${right}" y1="${at}" y2="${at}"/><text class="label" x="${right + 8}" y="${highest}">${name} ${formatHours(hours)}</text>\n`,
    ];
  });
}

/** Work finished in each week. */
export function throughput({ data: { total } }: FlowPageData): Chart {
  const right = WIDTH - 36;
  const weeks = total.throughput_per_week;
  const finished = weeks.reduce((sum, week) => sum + week.finished, 0);
  const ticks = countTicks(Math.max(...weeks.map((week) => week.finished)));
  const y = linear(0, ticks.at(-1)?.value ?? 1, BOTTOM, TOP);
  const slot = (right - LEFT) / weeks.length;
  const bar_width = Math.max(1, Math.min(46, slot * 0.72));
  const labelOf = dayLabelsOver(weeks.length * WEEK_US);
  const most_labels = labelOf === dayLabel ? MOST_WEEK_LABELS : MOST_FULL_WEEK_LABELS;
  const label_every = Math.ceil(weeks.length / most_labels);
  const bars = weeks.map((week, i) => {
    const middle = Math.round((LEFT + (i + 0.5) * slot) * 10) / 10;
    const top = y(week.finished);
    const is_labelled = (weeks.length - 1 - i) % label_every === 0;
    return html`<g><title>Week of ${fullDayLabel(Date.parse(week.begins) * 1000)}: ${week.finished} finished</title>
<rect class="bar" x="${(middle - bar_width / 2).toFixed(1)}" y="${top}" width="${bar_width.toFixed(1)}" height="${(BOTTOM - top).toFixed(1)}" rx="2"/>
${slot > 18 && week.finished > 0 ? html`<text class="count" x="${middle}" y="${top - 5}" text-anchor="middle">${week.finished}</text>` : null}${is_labelled ? html`<text class="axis" x="${middle}" y="${BOTTOM + 19}" text-anchor="middle">${labelOf(Date.parse(week.begins) * 1000)}</text>` : null}</g>
`;
  });
  return {
    id: "throughput",
    heading: "Throughput",
    reading:
      "How many work packages were finished in each week, Monday to Sunday, UTC. The last week is not over.",
    summary: `${finished} finished in ${weeks.length === 1 ? "1 week" : `${weeks.length} weeks`}.`,
    width: WIDTH,
    height: HEIGHT,
    drawing: [...valueAxis(ticks, y, LEFT, right), ...bars],
    table: {
      columns: ["Week", "Begins", "Finished"],
      rows: [...weeks].reverse().map(({ week, begins, finished }) => [week, begins, finished]),
    },
  };
}

const MOST_WEEK_LABELS = 13;
/** Labels with a year are wider. */
const MOST_FULL_WEEK_LABELS = 8;
