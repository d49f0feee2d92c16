/** Terms and what they mean, laid out to the terminal's width. */

import type { Style } from "./style.ts";

/** Longer lines than this are hard to read, however wide the terminal is. */
const WIDEST_PROSE_COLUMNS = 100;

/** A meaning needs so much room beside its term; else it goes below. */
const NARROWEST_COLUMNS = 24;

/**
 * Terms in a column, each with its meaning beside it; where the terminal is too narrow for
 * that, below it.
 *
 * @param rows terms and meanings that are safe to print
 * @param indent what stands before each term
 */
export function definitions(
  rows: readonly (readonly [term: string, meaning: string])[],
  style: Style,
  indent = "  ",
): string {
  const width_columns = proseColumns(style);
  const term_columns = Math.max(0, ...rows.map(([term]) => Bun.stringWidth(term)));
  const beside_columns = indent.length + term_columns + 2;
  const is_beside = width_columns - beside_columns >= NARROWEST_COLUMNS;
  return rows
    .map(([term, meaning]) => {
      if (meaning === "") return indent + term;
      const padding = " ".repeat(term_columns - Bun.stringWidth(term) + 2);
      if (is_beside) return laidOut(meaning, `${indent}${term}${padding}`, width_columns);
      return `${indent}${term}\n${laidOut(meaning, `${indent}    `, width_columns)}`;
    })
    .join("\n");
}

/** A paragraph. */
export function prose(text: string, style: Style): string {
  return laidOut(text, "", proseColumns(style));
}

/** One line where there is no terminal, so that what is searched for stands on one. */
function proseColumns({ width_columns }: Style): number {
  return width_columns === undefined
    ? Number.POSITIVE_INFINITY
    : Math.min(width_columns, WIDEST_PROSE_COLUMNS);
}

/** A text wrapped at its blanks, its lines below each other behind what stands first. */
function laidOut(text: string, first: string, width_columns: number): string {
  const indent_columns = Bun.stringWidth(first);
  const room_columns = width_columns - indent_columns;
  if (room_columns === Number.POSITIVE_INFINITY || room_columns < 1) return first + text;
  const lines = Bun.wrapAnsi(text, room_columns, { trim: true }).split("\n");
  return first + lines.join(`\n${" ".repeat(indent_columns)}`);
}
