/** One feature's board: its lanes as columns of cards, as many beside each other as fit. */

import type { WpEntry } from "../contract/parts.ts";
import type { LaneRow } from "../domain/workflow.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import { shownPath } from "../store/paths.ts";
import { laneBar, progressText } from "./lane_bar.ts";
import { cutTo, type Style, safe } from "./style.ts";
import { ageOf } from "./wp_entries.ts";

/** A feature, and what is in each of its lanes. */
export interface FeatureBoard {
  readonly state: FeatureState;
  /** Every lane of the workflow in display order; then those of former workflows that still hold something. */
  readonly lanes: readonly LaneOfBoard[];
}

export interface LaneOfBoard {
  readonly lane: LaneRow;
  readonly entries: readonly WpEntry[];
}

/** How wide a board is where there is no terminal. */
export const USUAL_WIDTH_COLUMNS = 80;

/** In narrower columns titles can't be read: then there are several rows of columns… */
const LEAST_COLUMNS = 17;
/** …and where not even so many lanes fit beside each other, they stand one under another. */
const LEAST_BESIDE = 3;
/** In wider ones the eye gets lost. */
const MOST_COLUMNS = 44;
const GAP = "  ";
const MOST_TITLE_LINES = 2;

/** Draws a board. No line is wider than the terminal. */
export function boardText(board: FeatureBoard, cwd: string, style: Style): string {
  const width_columns = style.width_columns ?? USUAL_WIDTH_COLUMNS;
  const head = headLines(board, cwd, width_columns, style);
  const filled = board.lanes.filter(({ entries }) => entries.length > 0);
  if (filled.length === 0) {
    return [...head, "", 'No work packages yet: lane add "<title>" makes the first one.'].join("\n");
  }
  const empty = board.lanes.filter(({ entries }) => entries.length === 0).map(({ lane }) => lane.name);
  const rest =
    empty.length === 0 ? [] : ["", ...dimLines(`empty: ${empty.join(", ")}`, width_columns, style)];
  return [...head, "", ...laneRows(filled, width_columns, style), ...rest].join("\n");
}

function headLines(
  { state, lanes }: FeatureBoard,
  cwd: string,
  width_columns: number,
  style: Style,
): string[] {
  const { feature, log } = state;
  const place = log.exists ? shownPath(cwd, feature.log.path) : "no log yet";
  const name = cutTo(style.bold(safe(feature.slug)), width_columns, style);
  const fits = Bun.stringWidth(name) + GAP.length + Bun.stringWidth(place) <= width_columns;
  const counts = lanes.map(({ lane, entries }) => ({ lane, count: entries.length }));
  const bar = laneBar(counts, Math.min(40, Math.max(10, Math.floor(width_columns / 4))), style);
  const words = progressText(counts);
  const is_short = Bun.stringWidth(bar) + GAP.length + words.length <= width_columns;
  return [
    fits ? `${name}${GAP}${style.dim(place)}` : name,
    ...(fits ? [] : [style.dim(cutTo(place, width_columns, style))]),
    ...(is_short ? [bar + GAP + words] : [bar, ...linesOf(words, width_columns)]),
  ];
}

/** Lanes beside each other, in as many rows of columns as it takes. */
function laneRows(lanes: readonly LaneOfBoard[], width_columns: number, style: Style): string[] {
  const most = Math.floor((width_columns + GAP.length) / (LEAST_COLUMNS + GAP.length));
  const rows = most < Math.min(LEAST_BESIDE, lanes.length) ? lanes.length : Math.ceil(lanes.length / most);
  const beside = Math.ceil(lanes.length / rows);
  const room_columns = Math.floor((width_columns - GAP.length * (beside - 1)) / beside);
  const column_columns = beside === 1 ? width_columns : Math.min(MOST_COLUMNS, room_columns);
  return Array.from({ length: rows }, (_, row) => {
    const of_row = lanes.slice(row * beside, (row + 1) * beside);
    const columns = of_row.map((lane) => laneColumn(lane, column_columns, style));
    return [...(row === 0 ? [] : [""]), ...sideBySide(columns, column_columns)];
  }).flat();
}

function sideBySide(columns: readonly (readonly string[])[], column_columns: number): string[] {
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, i) => {
    const cells = columns.map((lines) => {
      const line = lines[i] ?? "";
      return line + " ".repeat(Math.max(0, column_columns - Bun.stringWidth(line)));
    });
    return cells.join(GAP).trimEnd();
  });
}

function laneColumn({ lane, entries }: LaneOfBoard, width_columns: number, style: Style): string[] {
  const name = `${lane.blocked ? "! " : ""}${lane.name}`;
  const title = `${style.bold(style.lane(lane, name))} ${style.dim(String(entries.length))}`;
  const rule = style.lane(lane, (style.unicode ? "─" : "-").repeat(width_columns));
  // What is over takes a line, so that what is not can be seen.
  const card = lane.terminal ? shortCard : fullCard;
  const edge = style.unicode ? "▎" : "| ";
  const cards = entries.map((entry) =>
    card(entry, width_columns - edge.length, style).map((line) => style.lane(lane, edge) + line),
  );
  const between = lane.terminal ? [] : [""];
  return [
    cutTo(title, width_columns, style),
    rule,
    ...cards.flatMap((lines, i) => (i === 0 ? lines : [...between, ...lines])),
  ];
}

function fullCard(entry: WpEntry, width_columns: number, style: Style): string[] {
  const by = entry.actor === null ? [] : [`${safe(entry.actor)}, ${ageOf(entry.since, style)}`];
  return [
    idOf(entry, style),
    ...titleLines(safe(entry.title), width_columns, style),
    ...by.map((text) => style.dim(cutFront(text, width_columns, style))),
  ].map((line) => cutTo(line, width_columns, style));
}

function shortCard(entry: WpEntry, width_columns: number, style: Style): string[] {
  return [cutTo(`${idOf(entry, style)} ${safe(entry.title)}`.trimEnd(), width_columns, style)];
}

function idOf({ wp, force_count }: WpEntry, style: Style): string {
  const forced = force_count === 0 ? "" : ` ${style.severity("warning", "forced")}`;
  return `${style.bold(wp)}${forced}`;
}

/** Who and since when: a long name gives way, the age stays. */
function cutFront(text: string, width_columns: number, style: Style): string {
  const at = text.lastIndexOf(", ");
  const [who, age] = [text.slice(0, at), text.slice(at)];
  const room_columns = width_columns - Bun.stringWidth(age);
  return room_columns < 4 ? cutTo(text, width_columns, style) : cutTo(who, room_columns, style) + age;
}

function titleLines(title: string, width_columns: number, style: Style): string[] {
  const lines = linesOf(title, width_columns);
  if (lines.length <= MOST_TITLE_LINES) return lines;
  const [kept, rest] = [lines.slice(0, MOST_TITLE_LINES - 1), lines.slice(MOST_TITLE_LINES - 1)];
  // One more than the last line may hold, so that it is cut with the sign that it goes on.
  return [...kept, cutTo(`${rest.join(" ")} `.padEnd(width_columns + 1), width_columns, style)];
}

function dimLines(text: string, width_columns: number, style: Style): string[] {
  return linesOf(text, width_columns).map(style.dim);
}

/** A text broken into lines, within a word where that is too long. */
function linesOf(text: string, width_columns: number): string[] {
  if (text === "") return [];
  return Bun.wrapAnsi(text, width_columns, { hard: true, trim: true }).split("\n");
}
