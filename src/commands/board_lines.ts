/** The boards of all features, a line each. */

import type { FeatureBoard } from "./board_text.ts";
import { USUAL_WIDTH_COLUMNS } from "./board_text.ts";
import type { FeatureFailure } from "./each_feature.ts";
import { laneBar, progressOf } from "./lane_bar.ts";
import { columns, cutTo, type Style, safe } from "./style.ts";
import { ageOf } from "./wp_entries.ts";

/** Features and those that could not be read, each on one line, in the order of their names. */
export function boardLines(
  boards: readonly FeatureBoard[],
  failures: readonly FeatureFailure[],
  style: Style,
): string {
  if (boards.length + failures.length === 0)
    return "No features yet: lane new 001-my-feature makes the first one.";
  const width_columns = style.width_columns ?? USUAL_WIDTH_COLUMNS;
  const name_columns = Math.max(12, Math.floor(width_columns * 0.3));
  const bar_columns = Math.min(24, Math.max(6, Math.floor(width_columns / 8)));
  const name = (slug: string) => style.bold(cutTo(safe(slug), name_columns, style));
  const rows = [
    ...boards.map((board) => ({ slug: board.state.feature.slug, cells: cellsOf(board, bar_columns, style) })),
    ...failures.map(({ feature, refusal }) => ({
      slug: feature,
      cells: [style.severity("error", "!"), "", ...ages("", style), style.severity("error", refusal.code)],
    })),
  ].sort((a, b) => (a.slug < b.slug ? -1 : 1));
  return columns(
    rows.map(({ slug, cells }) => [name(slug), ...cells]),
    { width_columns, unicode: style.unicode },
  );
}

/** Bar, how much is finished, the newest change, and who is at work. */
function cellsOf({ state, lanes }: FeatureBoard, bar_columns: number, style: Style): string[] {
  const counts = lanes.map(({ lane, entries }) => ({ lane, count: entries.length }));
  const { finished, total } = progressOf(counts);
  const { newest } = state.reduction;
  const age = newest === undefined ? "-" : ageOf(newest.at, style);
  const held = lanes
    .filter(({ lane }) => lane.blocked || lane.active || lane.review)
    .flatMap(({ lane, entries }) => entries.map((entry) => ({ lane, entry })))
    .map(({ lane, entry }) => {
      const who = entry.actor === null || !lane.active ? "" : ` ${safe(entry.actor)}`;
      return `${style.lane(lane, `${lane.blocked ? "! " : ""}${entry.wp}`)}${who}`;
    });
  const what =
    held.length > 0 ? held.join(", ") : style.dim(quietText(finished, total, newest !== undefined));
  return [laneBar(counts, bar_columns, style), `${finished}/${total}`, ...ages(style.dim(age), style), what];
}

/** Why nobody is named. */
function quietText(finished: number, total: number, is_begun: boolean): string {
  if (total === 0) return is_begun ? "given up" : "no work packages yet";
  if (finished === total) return "all finished";
  return is_begun ? "nobody at work" : "not begun";
}

/** A narrow terminal has no room for ages beside who is at work. */
function ages(age: string, { width_columns = USUAL_WIDTH_COLUMNS }: Style): string[] {
  return width_columns < LEAST_WITH_AGES_COLUMNS ? [] : [age];
}

const LEAST_WITH_AGES_COLUMNS = 60;
