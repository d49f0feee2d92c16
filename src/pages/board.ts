/** The board: lanes as columns, work packages as cards. */

import type { WpFlow } from "../domain/flow_wp.ts";
import { formatHours } from "../domain/spread.ts";
import { laneColor } from "./colors.ts";
import type { FlowPageData } from "./flow_page.ts";
import { type Html, html } from "./html.ts";

/** A lane shows no more than so many cards: a page must open. */
const MOST_CARDS = 40;
/** What nobody works on is of less interest. */
const MOST_CARDS_AT_REST = 12;

/** Where every work package is now; lanes without any are left out. */
export function board({ wps, lanes, data }: FlowPageData): Html {
  const columns = lanes.flatMap(({ lane, stage }) => {
    const most = stage === "wip" ? MOST_CARDS : MOST_CARDS_AT_REST;
    const here = wps.filter((wp) => wp.lane === lane);
    if (here.length === 0) return [];
    // What was finished last, and what has been in progress for longest, is what one looks for.
    here.sort(
      (a, b) => (b.finished_us ?? 0) - (a.finished_us ?? 0) || (b.age_hours ?? 0) - (a.age_hours ?? 0),
    );
    const more = here.length > most ? html`<p class="note">and ${here.length - most} more</p>\n` : null;
    return [
      html`<div class="lane" style="border-color:${laneColor(lanes, lane)}">
<h3>${lane} <span class="quiet">${here.length}</span></h3>
<ul>
${here.slice(0, most).map((wp) => card(wp, data.features.length > 1))}</ul>
${more}</div>
`,
    ];
  });
  const body =
    columns.length === 0
      ? html`<p class="empty">No work packages yet.</p>\n`
      : html`<div class="board">\n${columns}</div>\n`;
  return html`<section aria-labelledby="board-heading">
<h2 id="board-heading">Board</h2>
<p class="reading">Where every work package is now.</p>
${body}</section>
`;
}

function card(wp: WpFlow, with_feature: boolean): Html {
  const facts = [
    wp.actor ?? "",
    wp.age_hours !== null ? `for ${formatHours(wp.lane_age_hours)}` : "",
    wp.cycle_hours !== null ? `in ${formatHours(wp.cycle_hours)}` : "",
  ].filter((fact) => fact !== "");
  return html`<li class="card">${with_feature && html`<span class="quiet">${wp.feature}</span> `}<strong>${wp.wp}</strong> ${wp.title}${facts.length > 0 && html`<span class="facts">${facts.join(", ")}</span>`}</li>\n`;
}
