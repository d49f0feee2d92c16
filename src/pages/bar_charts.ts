/** The charts that are rows of bars: time per lane, and the age of work in progress. */

import { agingWork } from "../domain/flow.ts";
import type { WpFlow } from "../domain/flow_wp.ts";
import { formatHours, type Spread } from "../domain/spread.ts";
import type { Chart } from "./chart.ts";
import { laneColor } from "./colors.ts";
import type { FlowPageData } from "./flow_page.ts";
import { type Html, html, type Part } from "./html.ts";
import { nameOf, shortened } from "./time_charts.ts";

/** A row has its words above its bar, so that both fit on any screen. */
const ROW_HEIGHT = 46;
const BAR_HEIGHT = 14;
const MOST_BARS = 25;

/** How long work packages stayed in each lane. */
export function laneTimes({ data: { total }, lanes }: FlowPageData): Chart {
  const rows = lanes.flatMap(({ lane }) => {
    const spread = total.per_lane_hours[lane];
    return spread === undefined || spread.count === 0 ? [] : [{ lane, ...spread }];
  });
  const longest = Math.max(...rows.map(({ p85 }) => p85 ?? 0), 0.001);
  const drawing = rows.map(({ lane, median, p85 }, i) => {
    const words = `median ${formatHours(median)}, 85 % ${formatHours(p85)}`;
    const color = laneColor(lanes, lane);
    const y = i * ROW_HEIGHT;
    return html`${rowText(y, lane, words)}<rect class="rest" x="0" y="${y + 22}" width="${percent(p85, longest)}" height="${BAR_HEIGHT}" rx="2" fill="${color}"/><rect x="0" y="${y + 22}" width="${percent(median, longest)}" height="${BAR_HEIGHT}" rx="2" fill="${color}"/>\n`;
  });
  return {
    id: "lane-times",
    heading: "Time per lane",
    reading:
      "The whole time that a work package spent in a lane: full colour up to the median, light on to the 85th percentile. Stays that have not ended are left out.",
    summary: rows
      .map(
        ({ lane, median, p85 }) =>
          `${lane}: median ${formatHours(median)}, 85th percentile ${formatHours(p85)}.`,
      )
      .join(" "),
    empty: rows.length === 0 ? "No stay in a lane ended in this time." : undefined,
    width: 0,
    height: rows.length * ROW_HEIGHT,
    drawing,
    is_fluid: true,
    table: {
      columns: ["Lane", "Median", "85th percentile", "Longest", "Work packages"],
      rows: rows.map(({ lane, median, p85, max, count }) => [
        lane,
        formatHours(median),
        formatHours(p85),
        formatHours(max),
        count,
      ]),
    },
  };
}

/** Work in progress, the oldest first, against how long finished work took. */
export function agingChart({ wps, data }: FlowPageData): Chart {
  const all = agingWork(wps);
  const shown = all.slice(0, MOST_BARS);
  const features = data.features.length;
  const cycle = data.total.cycle_hours;
  const longest = Math.max(...shown.map(({ age_hours }) => age_hours ?? 0), cycle.p85 ?? 0, 0.001) * 1.02;
  const more = all.length > shown.length ? ` The oldest ${shown.length} of ${all.length} are drawn.` : "";
  const marks =
    cycle.p85 === null || all.length === 0
      ? ""
      : ` Dashed: the median and the 85th percentile of finished work's cycle times, ${formatHours(cycle.median)} and ${formatHours(cycle.p85)}; what is past the second takes longer than most.`;
  return {
    id: "aging",
    heading: "Age of work in progress",
    reading: `How long each work package has been in progress, the oldest first.${marks}${more}`,
    summary: `${all.length} in progress; the oldest for ${formatHours(all[0]?.age_hours ?? null)}.`,
    empty: all.length === 0 ? "Nothing is in progress." : undefined,
    width: 0,
    height: shown.length * ROW_HEIGHT,
    drawing: shown.map((wp, i) => agingBar(wp, nameOf(wp, features), cycle, longest, i * ROW_HEIGHT)),
    is_fluid: true,
    table: {
      columns: ["Work package", "Title", "Lane", "Actor", "Age", "In this lane"],
      rows: all.map((wp) => [
        nameOf(wp, features),
        wp.title,
        wp.lane,
        wp.actor ?? "-",
        formatHours(wp.age_hours),
        formatHours(wp.lane_age_hours),
      ]),
    },
  };
}

function agingBar(
  { age_hours, lane, title }: WpFlow,
  name: string,
  cycle: Spread,
  longest: number,
  y: number,
): Html {
  const is_late = cycle.p85 !== null && age_hours !== null && age_hours > cycle.p85;
  // Where there is no room for it, the bar and the dashed line it passes say the same.
  const words = html`${formatHours(age_hours)}${is_late && html`<tspan class="spare">, past 85 %</tspan>`}`;
  const marks = [cycle.median, cycle.p85].map(
    (hours) =>
      hours !== null &&
      html`<line class="level" x1="${percent(hours, longest)}" x2="${percent(hours, longest)}" y1="${y + 19}" y2="${y + 39}"/>`,
  );
  return html`${rowText(y, `${shortened(name)}, ${lane}`, words)}<rect class="bar${is_late && " late"}" x="0" y="${y + 22}" width="${percent(age_hours, longest)}" height="${BAR_HEIGHT}" rx="2"><title>${title}</title></rect>${marks}\n`;
}

function rowText(y: number, name: string, words: Part): Html {
  return html`<text class="label" x="0" y="${y + 15}">${name}</text><text class="label figure" x="100%" y="${y + 15}" text-anchor="end">${words}</text>`;
}

function percent(hours: number | null, longest: number): string {
  return `${(((hours ?? 0) / longest) * 100).toFixed(2)}%`;
}
