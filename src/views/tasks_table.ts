/** The generated table in `tasks.md`, between its two markers; all other text is somebody's own. */

import { visible } from "../domain/text.ts";

export const TABLE_START = "<!-- lanekeeper:status -->";
export const TABLE_END = "<!-- /lanekeeper:status -->";

/** One row: a work package with or without events. */
export interface TableRow {
  readonly wp_id: string;
  readonly title: string;
  readonly lane: string;
  readonly actor: string;
  /** When it came there, as the log has it; empty without events. */
  readonly since: string;
}

/**
 * `tasks.md` with its table renewed.
 *
 * @param tasks_md one character per byte, so that bytes that are no valid UTF-8 survive
 * @returns undefined when the markers are not there; unclear when there are more than one pair
 */
export function setTable(
  tasks_md: string,
  rows: readonly TableRow[],
): string | undefined | { unclear: string } {
  const starts = tasks_md.split(TABLE_START).length - 1;
  const ends = tasks_md.split(TABLE_END).length - 1;
  if (starts === 0 && ends === 0) return undefined;
  const from = tasks_md.indexOf(TABLE_START) + TABLE_START.length;
  const to = tasks_md.indexOf(TABLE_END);
  if (starts !== 1 || ends !== 1 || to < from) return { unclear: "its lanekeeper markers are not one pair" };
  const line_end = tasks_md.includes("\r\n") ? "\r\n" : "\n";
  const table = ["", ...tableLines(rows), ""].join(line_end);
  return tasks_md.slice(0, from) + Buffer.from(table, "utf8").toString("latin1") + tasks_md.slice(to);
}

/** Whether `tasks.md` asks for a table at all. */
export function wantsTable(tasks_md: string): boolean {
  return tasks_md.includes(TABLE_START) || tasks_md.includes(TABLE_END);
}

function tableLines(rows: readonly TableRow[]): string[] {
  const cells = rows.map((row) => [row.wp_id, row.title, row.lane, row.actor, row.since].map(cell));
  return [
    "| WP | Title | Lane | Actor | Since |",
    "| --- | --- | --- | --- | --- |",
    ...cells.map((row) => `| ${row.join(" | ")} |`),
  ];
}

/** A text that stays inside its cell, and can't be read as markup or as one of the markers. */
function cell(text: string): string {
  return visible(text.replace(/\s+/g, " ").trim())
    .replaceAll("\\", "\\\\")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replace(/([`*_[\]])/g, "\\$1");
}
