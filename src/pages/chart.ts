/** What every chart of a page has: a heading, how to read it, the drawing, and its data as a table. */

import { type Html, html, type Part } from "./html.ts";
import type { Scale, Tick } from "./scale.ts";

/** A chart and all that stands around it. */
export interface Chart {
  /** Begins the ids of its parts. */
  readonly id: string;
  readonly heading: string;
  /** How to read it, in a sentence or two. */
  readonly reading: string;
  /** What it shows now: for those who can't see it. */
  readonly summary: string;
  /** What there is instead of the drawing, when there is nothing to draw. */
  readonly empty?: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly drawing: Part;
  /** Whether parts of it can be focused; a picture may have none. */
  readonly has_points?: boolean;
  /** Drawn in per cent of the width: it needs no room of its own on a small screen. */
  readonly is_fluid?: boolean;
  readonly legend?: Part;
  readonly table: Table;
}

/** The data of a chart. The first cell of each row names it. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** No table is longer: a page must open. */
export const MOST_ROWS = 200;

/** A chart as a section of a page. */
export function chartSection(chart: Chart): Html {
  const { id, heading, reading, empty, legend, table } = chart;
  const body =
    empty === undefined
      ? html`${drawingOf(chart)}${legend ?? null}${tableOf(heading, table)}`
      : html`<p class="empty">${empty}</p>\n`;
  return html`<section aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
<p class="reading">${reading}</p>
${body}</section>
`;
}

/** What can be looked at in a chart: it says what it is when it is pointed at or focused. */
export function tip(text: string, x: number, y: number, width: number): Html {
  const [anchor, at] = x > width / 2 ? ["end", x - 9] : ["start", x + 9];
  return html`<text class="tip" x="${at}" y="${Math.max(14, y - 8)}" text-anchor="${anchor}">${text}</text>`;
}

/** Lines across a chart, each with its label on the left. */
export function valueAxis(ticks: readonly Tick[], y: Scale, left: number, right: number): Html[] {
  return ticks.map(
    ({ value, label }) =>
      html`<line class="grid" x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/><text class="axis" x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${label}</text>\n`,
  );
}

/** Labels below a chart. */
export function timeAxis(ticks: readonly Tick[], x: Scale, bottom: number): Html[] {
  return ticks.map(
    ({ value, label }) =>
      html`<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="${bottom}" y2="${bottom + 5}"/><text class="axis" x="${x(value)}" y="${bottom + 19}" text-anchor="middle">${label}</text>\n`,
  );
}

function drawingOf({ id, heading, summary, width, height, drawing, has_points, is_fluid }: Chart): Html {
  const role = has_points ? "group" : "img";
  const size = is_fluid ? html`width="100%" height="${height}"` : html`viewBox="0 0 ${width} ${height}"`;
  const svg = html`<svg role="${role}" aria-labelledby="${id}-title ${id}-desc" ${size}>
<title id="${id}-title">${heading}</title>
<desc id="${id}-desc">${summary}</desc>
${drawing}</svg>
`;
  if (is_fluid) return html`<div class="drawing fluid">${svg}</div>\n`;
  return html`<div class="drawing wide" tabindex="0" role="region" aria-label="${heading}, drawing">${svg}</div>\n`;
}

function tableOf(caption: string, { columns, rows }: Table): Html {
  const shown = rows.slice(0, MOST_ROWS);
  const left_out =
    rows.length > shown.length
      ? html`<p class="note">The first ${shown.length} of ${rows.length} rows. <code>lane flow --csv</code> and <code>--json</code> have all.</p>\n`
      : null;
  const body = shown.map(
    ([name = "", ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`,
  );
  return html`<details>
<summary>Data: ${caption}</summary>
<div class="wide" tabindex="0" role="region" aria-label="${caption}, data"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${body}</tbody>
</table></div>
${left_out}</details>
`;
}
