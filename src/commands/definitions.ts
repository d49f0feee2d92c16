/** Terms and what they mean, laid out to the terminal's width. */

import { type Style, wrapped } from "./style.ts";

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
  const prose_style = proseStyle(style);
  const { width_columns = Number.POSITIVE_INFINITY } = prose_style;
  const term_columns = Math.max(0, ...rows.map(([term]) => Bun.stringWidth(term)));
  const beside_columns = indent.length + term_columns + 2;
  const is_beside = width_columns - beside_columns >= Math.max(NARROWEST_COLUMNS, beside_columns + 1);
  return rows
    .map(([term, meaning]) => {
      if (meaning === "") return indent + term;
      const padding = " ".repeat(term_columns - Bun.stringWidth(term) + 2);
      if (is_beside) return wrapped(meaning, `${indent}${term}${padding}`, prose_style);
      return `${indent}${term}\n${wrapped(meaning, `${indent}    `, prose_style)}`;
    })
    .join("\n");
}

/** A paragraph. */
export function prose(text: string, style: Style, indent = ""): string {
  return wrapped(text, indent, proseStyle(style));
}

function proseStyle(style: Style): Style {
  const { width_columns } = style;
  if (width_columns === undefined) return style;
  return { ...style, width_columns: Math.min(width_columns, WIDEST_PROSE_COLUMNS) };
}
