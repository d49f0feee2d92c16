/** Events as people read them: one row each, and below it what else the event says. */

import type { ShownEvent } from "../contract/parts.ts";
import { actorName, type StatusEvent } from "../domain/event.ts";
import { instantOf } from "../domain/reduce.ts";
import { cutTo, type Style, safe, wrapped } from "./style.ts";

/** Finds the event with an id, to tell by whom another one was superseded. */
export type FindEvent = (event_id: string) => StatusEvent | undefined;

/** How wide the columns of rows must be to line up. */
export interface EventWidths {
  readonly move_columns: number;
  readonly actor_columns: number;
}

const NO_WIDTHS: EventWidths = { move_columns: 0, actor_columns: 0 };
const TIME = "2026-02-08 12:00:00";
const GAP = "  ";
const EVENT_ID_COLUMNS = 26;
/** An actor longer than this moves what stands behind it instead of all the other rows. */
const MOST_ACTOR_COLUMNS = 24;

/** The widths that some events need, and at least those that earlier ones needed. */
export function widthsFor(events: readonly StatusEvent[], least = NO_WIDTHS): EventWidths {
  return events.reduce(
    (widths, event) => ({
      move_columns: Math.max(widths.move_columns, moveOf(event).length),
      actor_columns: Math.max(
        widths.actor_columns,
        Math.min(Bun.stringWidth(actorOf(event)), MOST_ACTOR_COLUMNS),
      ),
    }),
    least,
  );
}

/**
 * Events, a row each with its notes below. Where the terminal is too narrow for a row, ids are
 * left out; where it still is, the move stands on a line of its own.
 *
 * @param find among all events of the feature, shown or not
 * @param telling whether the rows name their work package
 */
export function eventsText(
  events: readonly ShownEvent[],
  find: FindEvent,
  style: Style,
  telling: { readonly wp: boolean; readonly widths?: EventWidths },
): string {
  const form = formFor(telling.widths ?? widthsFor(events), telling.wp, style);
  const winners = new Set(events.map((event) => event.superseded_by));
  const texts = events.map((event) => {
    // What is named as the one that took another's place must be found, at any width.
    const names_id = !form.shows_id && winners.has(event.event_id);
    const notes = [...(names_id ? [`event ${event.event_id}`] : []), ...notesOf(event, find, style)];
    return [rowOf(event, form, style), ...notes.map((note) => wrapped(note, form.indent, style))].join("\n");
  });
  return texts.join("\n");
}

/** By what an event was superseded, or undefined while it counts. */
export function supersededText({ superseded_by }: ShownEvent, find: FindEvent): string | undefined {
  if (superseded_by === null) return undefined;
  const winner = find(superseded_by);
  const what = winner === undefined ? "" : ` (${actorOf(winner)}: ${moveOf(winner)})`;
  return `superseded by ${superseded_by}${what}`;
}

interface Form extends EventWidths {
  readonly shows_wp: boolean;
  readonly shows_id: boolean;
  readonly is_narrow: boolean;
  /** What stands before notes. */
  readonly indent: string;
  /** What an actor is cut to; the answer in JSON has it whole. */
  readonly most_actor_columns: number;
}

function formFor(widths: EventWidths, shows_wp: boolean, { width_columns }: Style): Form {
  const room_columns = width_columns ?? Number.POSITIVE_INFINITY;
  const before = [TIME, ...(shows_wp ? ["WP01"] : []), ""].join(GAP).length;
  const row_columns = before + widths.move_columns + GAP.length + widths.actor_columns;
  const is_narrow = row_columns > room_columns;
  const shows_id = row_columns + GAP.length + EVENT_ID_COLUMNS <= room_columns;
  const beside_columns = is_narrow ? before : before + widths.move_columns + GAP.length;
  const taken_columns = beside_columns + (shows_id ? GAP.length + EVENT_ID_COLUMNS : 0);
  return {
    ...widths,
    shows_wp,
    is_narrow,
    shows_id,
    most_actor_columns: Math.max(1, room_columns - taken_columns),
    indent: " ".repeat(is_narrow ? 2 : TIME.length + GAP.length),
  };
}

function rowOf(event: StatusEvent, form: Form, style: Style): string {
  const time = style.dim(shortTime(event));
  const wp = form.shows_wp ? [style.bold(event.wp_id)] : [];
  const move = `${style.lane(event.from_lane)} -> ${style.lane(event.to_lane)}`;
  const actor = cutTo(actorOf(event), form.most_actor_columns, style);
  if (form.is_narrow) {
    return `${[time, ...wp, actor].join(GAP)}\n${form.indent}${move}`;
  }
  const cells = [time, ...wp, move + padding(moveOf(event), form.move_columns)];
  if (!form.shows_id) return [...cells, actor].join(GAP).trimEnd();
  const id = style.dim(event.event_id);
  return [...cells, actor + padding(actor, form.actor_columns), id].join(GAP);
}

function padding(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - Bun.stringWidth(text)));
}

function notesOf(event: ShownEvent, find: FindEvent, style: Style): string[] {
  const superseded = supersededText(event, find);
  return [
    superseded !== undefined && style.severity("warning", superseded),
    event.force && style.severity("warning", "forced"),
    event.reason !== null && `reason: ${safe(event.reason)}`,
    event.review_ref !== null && `review: ${safe(event.review_ref)}`,
    ...reviewNotes(event),
  ].filter((note) => note !== false);
}

/** Who reviewed it, as far as the event says so: a log may hold evidence of any shape. */
function reviewNotes({ evidence, review_result }: StatusEvent): string[] {
  const found = review_result ?? evidence?.review;
  const review = found as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof review?.reviewer !== "string") return [];
  const { reviewer, verdict, reference } = review;
  const where = typeof reference === "string" && reference !== "" ? ` (${safe(reference)})` : "";
  return [`${safe(String(verdict))} by ${safe(reviewer)}${where}`];
}

function moveOf(event: StatusEvent): string {
  return `${event.from_lane} -> ${event.to_lane}`;
}

function actorOf(event: StatusEvent): string {
  return safe(actorName(event.actor));
}

/** In UTC, to the second. */
function shortTime(event: StatusEvent): string {
  return new Date(instantOf(event) / 1000).toISOString().slice(0, TIME.length).replace("T", " ");
}
