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
  if (!wantsTable(tasks_md)) return undefined;
  const place = placeOfTable(tasks_md);
  if (place === undefined) return { unclear: "its lanekeeper markers are not one pair" };
  const line_end = tasks_md.includes("\r\n") ? "\r\n" : "\n";
  const table = ["", ...tableLines(rows), ""].join(line_end);
  return withTable(tasks_md, place, Buffer.from(table, "utf8").toString("latin1"));
}

/**
 * A text with another one's table in the place of its own, so that a merge of both finds
 * nothing to merge there.
 *
 * @returns the same text where one of them has no table, or more than one
 */
export function takeTable(tasks_md: string, from: string): string {
  const [place, found] = [placeOfTable(tasks_md), placeOfTable(from)];
  if (place === undefined || found === undefined) return tasks_md;
  return withTable(tasks_md, place, from.slice(found.start, found.end));
}

/** Where the text between the markers begins and ends. */
interface TablePlace {
  readonly start: number;
  readonly end: number;
}

/** @returns undefined unless there is one pair of markers */
function placeOfTable(tasks_md: string): TablePlace | undefined {
  const [, after_start, second_start] = tasks_md.split(TABLE_START);
  const [before_end, after_end, second_end] = tasks_md.split(TABLE_END);
  if (after_start === undefined || second_start !== undefined) return undefined;
  if (before_end === undefined || after_end === undefined || second_end !== undefined) return undefined;
  const start = tasks_md.length - after_start.length;
  return before_end.length < start ? undefined : { start, end: before_end.length };
}

function withTable(tasks_md: string, { start, end }: TablePlace, table: string): string {
  return tasks_md.slice(0, start) + table + tasks_md.slice(end);
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
