/** How text for people looks: colour, and columns that line up. */

import type { Severity } from "../domain/finding.ts";
import { visible } from "../domain/text.ts";
import { KNOWN_WORKFLOWS, type Lane, type LaneRow, type Workflow } from "../domain/workflow.ts";

/** What a command's text may use. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** A lane's name, or another text about it, in its colour; by its row, where a project has lanes of its own. */
  readonly lane: (lane: string | LaneRow, text?: string) => string;
  /** A text in the colour of how much it matters. */
  readonly severity: (severity: Severity, text: string) => string;
  /** How many columns there are; undefined when the output is no terminal. */
  readonly width_columns: number | undefined;
  /** Whether what lane draws itself (bars, dots, rules) may be other than ASCII. */
  readonly unicode: boolean;
  /** The clock, for ages. */
  readonly now_us: number;
}

/** Makes a style; without colour every text stays as it is. */
export function makeStyle(options: {
  color: boolean;
  width_columns: number | undefined;
  unicode: boolean;
  now_us: number;
}): Style {
  const paint = (code: string) => (text: string) =>
    options.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    bold: paint("1"),
    dim: paint("2"),
    lane: (lane, text = nameOf(lane)) => paint(laneColor(lane))(text),
    severity: (severity, text) => paint(SEVERITY_COLORS[severity])(text),
    width_columns: options.width_columns,
    unicode: options.unicode,
    now_us: options.now_us,
  };
}

/**
 * Rows as columns that line up, whatever their colours and however wide their characters.
 *
 * @param rows cells that are safe to print
 * @param style whose width each line is cut to; left out, none is
 */
export function columns(
  rows: readonly (readonly string[])[],
  style?: Pick<Style, "width_columns" | "unicode">,
): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(...rows.map((row) => Bun.stringWidth(row[i] ?? ""))),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, i) =>
        i === row.length - 1 ? cell : cell + " ".repeat((widths[i] ?? 0) - Bun.stringWidth(cell)),
      )
      .join("  ")
      .trimEnd(),
  );
  const width_columns = style?.width_columns;
  if (style === undefined || width_columns === undefined) return lines.join("\n");
  return lines.map((line) => cutTo(line, width_columns, style)).join("\n");
}

/**
 * A text wrapped to the terminal's width at its blanks, each line indented; one line where
 * the output is no terminal, so that what is searched for stands on one.
 *
 * @param first what stands before the text in its first line; the others are indented by as much
 */
export function wrapped(text: string, first: string, { width_columns }: Style): string {
  const indent_columns = Bun.stringWidth(first);
  if (width_columns === undefined || width_columns <= 2 * indent_columns) return first + text;
  const plain = Bun.stripANSI(text);
  // Scripts with wide characters have no blanks; a long path or id is left whole, to be copied.
  const hard = Bun.stringWidth(plain) > [...plain].length;
  const lines = Bun.wrapAnsi(text, width_columns - indent_columns, { trim: true, hard }).split("\n");
  return first + lines.join(`\n${" ".repeat(indent_columns)}`);
}

/** A text cut to so many columns, with a sign that it goes on. */
export function cutTo(text: string, width_columns: number, { unicode }: Pick<Style, "unicode">): string {
  if (Bun.stringWidth(text) <= width_columns) return text;
  const sign = unicode ? "…" : "...".slice(0, Math.max(0, width_columns));
  const room_columns = width_columns - sign.length;
  // Bun's own ellipsis is not used, and its cut is measured: behind half of a wide character
  // it gives a column too many.
  let kept = Bun.sliceAnsi(text, 0, Math.max(0, room_columns));
  if (Bun.stringWidth(kept) > room_columns) kept = Bun.sliceAnsi(text, 0, Math.max(0, room_columns - 1));
  return kept + sign;
}

/** A text from a log or page, on one line and safe to print. */
export function safe(text: string): string {
  return visible(text.replace(/\s+/g, " ").trim());
}

const SEVERITY_COLORS: Readonly<Record<Severity, string>> = { error: "31", warning: "33", information: "36" };

/** A lane as its workflow has it, for {@link Style.lane}; its name alone where it has no such lane. */
export function laneIn({ lanes }: Workflow, lane: Lane): LaneRow | Lane {
  return lanes.find(({ name }) => name === lane) ?? lane;
}

function nameOf(lane: string | LaneRow): string {
  return typeof lane === "string" ? lane : lane.name;
}

/** A lane's colour goes by what it means, so that a workflow's own lanes have theirs. */
function laneColor(lane: string | LaneRow): string {
  const row = typeof lane === "string" ? knownLane(lane) : lane;
  if (row === undefined) return "0";
  if (row.finished) return "32";
  if (row.terminal) return "2";
  if (row.blocked) return "31";
  if (row.review) return "35";
  // Else the terminal's own colour: white can't be read on white.
  return row.active ? "36" : "39";
}

function knownLane(lane: Lane): LaneRow | undefined {
  return KNOWN_WORKFLOWS.flatMap(({ lanes }) => lanes).findLast(({ name }) => name === lane);
}
