/**
 * Holds what callers were told to the log that they wrote.
 *
 * The log is the order in which everything happened. A call that ended before another began
 * comes before it; what a call was told must have been so at one moment of its own run.
 */

import type { StatusEvent } from "../../src/domain/event.ts";
import { parseInstant } from "../../src/domain/time.ts";
import { findMove, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { type Call, wordsOf } from "./crowd_calls.ts";

/** What must be true of a log besides the answers. */
export interface Known {
  /** The work packages that there are. */
  readonly wps: readonly string[];
  /** Writers who were never answered, or wrote without lane: their events may be there or not. */
  readonly unanswered?: ReadonlySet<string>;
}

/** Everything that the log and the answers of all who wrote it do not agree on. */
export function breaksIn(events: readonly StatusEvent[], calls: readonly Call[], known: Known): string[] {
  const history = historyOf(events);
  const told = calls.map((call) => ({ call, place: placeOf(call, history) }));
  return [
    ...breaksInLog(events, known.unanswered ?? new Set(), new Set(calls.map(({ reply }) => idIn(reply)))),
    ...told.flatMap(({ call, place }) => {
      const why =
        call.reply.data === undefined
          ? whyUntrue(call, history, momentsOf(call, told, events.length), known.wps)
          : whyWrong(call, place, history, momentsOf(call, told, events.length));
      return why === undefined
        ? []
        : [`${why}: lane ${wordsOf(call.ask).join(" ")} (${call.code}) ${JSON.stringify(call.reply)}`];
    }),
    ...breaksInKeys(calls),
  ];
}

interface Told {
  readonly call: Call;
  /** The place of the event that it appended; undefined where it appended none. */
  readonly place: number | undefined;
}

interface History {
  readonly events: readonly StatusEvent[];
  /** By id. */
  readonly places: ReadonlyMap<string, number>;
  /** After so many events: the last one of each work package. */
  readonly tips: readonly ReadonlyMap<string, StatusEvent>[];
}

function historyOf(events: readonly StatusEvent[]): History {
  const tips: Map<string, StatusEvent>[] = [new Map()];
  for (const event of events) tips.push(new Map(tips.at(-1)).set(event.wp_id, event));
  return { events, places: new Map(events.map(({ event_id }, i) => [event_id, i])), tips };
}

function placeOf({ reply }: Call, { places }: History): number | undefined {
  return reply.data?.replayed === false ? places.get(reply.data.event.event_id) : undefined;
}

/** The log for itself: nothing twice, no time before the last one, no parent that comes later. */
function breaksInLog(
  events: readonly StatusEvent[],
  unanswered: ReadonlySet<string>,
  answered: ReadonlySet<string | undefined>,
): string[] {
  const breaks: string[] = [];
  const ids = new Set<string>();
  const keys = new Set<string>();
  let newest_us = Number.NEGATIVE_INFINITY;
  for (const [i, { event_id: id, idempotency_key: key, at, parent_event_ids, actor }] of events.entries()) {
    const line = `line ${i + 1}, event ${id}`;
    if (ids.has(id)) breaks.push(`${line}: it is there twice`);
    if (key != null && keys.has(key)) breaks.push(`${line}: its key ${key} is there twice`);
    const at_us = parseInstant(at) ?? Number.NaN;
    if (!(at_us >= newest_us)) breaks.push(`${line}: its time ${at} is before that of the line before`);
    for (const parent of parent_event_ids ?? []) {
      if (!ids.has(parent)) breaks.push(`${line}: its parent ${parent} does not stand before it`);
    }
    if (!answered.has(id) && !unanswered.has(String(actor))) breaks.push(`${line}: nobody was answered it`);
    ids.add(id);
    if (key != null) keys.add(key);
    newest_us = Math.max(newest_us, at_us);
  }
  return breaks;
}

/** After how many events a call may have looked at the log. */
interface Moments {
  readonly earliest: number;
  readonly latest: number;
}

/** Not before what was answered when it began, not after what began when it had ended. */
function momentsOf(call: Call, told: readonly Told[], length: number): Moments {
  let earliest = 0;
  let latest = length;
  for (const { call: other, place } of told) {
    if (place === undefined) continue;
    if (other.ended_ms < call.began_ms) earliest = Math.max(earliest, place + 1);
    if (other.began_ms > call.ended_ms) latest = Math.min(latest, place);
  }
  return { earliest, latest };
}

/** What is wrong about a success. */
function whyWrong(
  { reply, ask, code }: Call,
  place: number | undefined,
  { events, places, tips }: History,
  { earliest, latest }: Moments,
): string | undefined {
  const { event, replayed, from_lane } = reply.data as NonNullable<typeof reply.data>;
  const found = places.get(event.event_id);
  if (found === undefined) return "answered, and not in the log";
  if (!Bun.deepEquals(events[found], event)) return `answered otherwise than line ${found + 1} says`;
  if (code !== 0) return "answered, and ended otherwise";
  if (event.to_lane !== ask.to_lane || event.actor !== ask.actor) return "not what was asked for";
  if (ask.wp !== undefined && event.wp_id !== ask.wp) return "another work package than asked for";
  if (replayed) return found < latest ? undefined : "answered before it was there";
  if (place === undefined || place < earliest || place >= latest) {
    return `line ${found + 1}, and only ${earliest + 1} to ${latest} are in the time of the call`;
  }
  const before = tips[place]?.get(event.wp_id);
  const lane = before?.to_lane ?? "planned";
  if (lane !== event.from_lane || lane !== from_lane) return `it was in ${lane} before line ${place + 1}`;
  if (ask.if_lane !== undefined && lane !== ask.if_lane) return `it was in ${lane}, not in ${ask.if_lane}`;
  if (ask.wp === undefined && lane !== "planned") return `it was claimed out of ${lane}`;
  if (!ask.force && findMove(SEVEN_LANE, lane, event.to_lane) === undefined)
    return `no move leads from ${lane}`;
  const knew = event.parent_event_ids ?? [];
  if (before !== undefined && !knew.includes(before.event_id)) return `it did not know of ${before.event_id}`;
  return undefined;
}

/** What is wrong about a refusal: there was no moment at which it was true. */
function whyUntrue(
  { reply, ask }: Call,
  { tips }: History,
  { earliest, latest }: Moments,
  wps: readonly string[],
): string | undefined {
  const { code = "no answer", details = {} } = reply.error ?? {};
  const moments = tips.slice(earliest, latest + 1);
  const wasOnce = (isSo: (lane: string) => boolean) =>
    moments.some((tip) => isSo(tip.get(ask.wp ?? "")?.to_lane ?? "planned"));
  const untrue = "refused for a state that it was never in";
  if (code === "PRECONDITION_FAILED") {
    return wasOnce((lane) => lane === details.lane && lane !== ask.if_lane) ? undefined : untrue;
  }
  if (code === "ILLEGAL_TRANSITION") {
    const is_illegal = details.allowed?.includes(ask.to_lane) === false;
    return is_illegal && wasOnce((lane) => lane === details.from_lane) ? undefined : untrue;
  }
  if (code === "EVIDENCE_REQUIRED" && ask.to_lane === "done") {
    return wasOnce((lane) => lane === details.from_lane) ? undefined : untrue;
  }
  if (code === "NOTHING_READY" && ask.wp === undefined) {
    const isNoneLeft = (tip: ReadonlyMap<string, StatusEvent>) =>
      wps.every((wp) => (tip.get(wp)?.to_lane ?? "planned") !== "planned");
    return moments.some(isNoneLeft) ? undefined : "nothing was ready, it says, and something was";
  }
  return "refused for no reason that a crowd gives";
}

/** One key, one event; and of those who asked by it, one who did not get it as a replay. */
function breaksInKeys(calls: readonly Call[]): string[] {
  const by_key = new Map<string, Call[]>();
  for (const call of calls) {
    const { key } = call.ask;
    if (key === undefined || call.reply.data === undefined) continue;
    by_key.set(key, [...(by_key.get(key) ?? []), call]);
  }
  return [...by_key].flatMap(([key, same]) => {
    const ids = new Set(same.map(({ reply }) => idIn(reply)));
    const first = same.filter(({ reply }) => reply.data?.replayed === false).length;
    return ids.size === 1 && first === 1
      ? []
      : [`key ${key}: ${ids.size} events, ${first} of ${same.length} calls appended`];
  });
}

function idIn({ data }: Call["reply"]): string | undefined {
  return data?.event.event_id;
}
