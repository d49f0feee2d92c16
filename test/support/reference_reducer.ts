/**
 * Section 6 of the model, copied out line by line with plain arrays and sets: slow, and
 * plain enough to be compared with the model by reading. Properties hold the real one to it.
 */

import type { StatusEvent } from "../../src/domain/event.ts";
import { compactJson } from "../../src/domain/json_bytes.ts";
import { parseInstant } from "../../src/domain/time.ts";

export interface ReferenceState {
  readonly lane: string;
  readonly tip: string;
  readonly superseded: ReadonlyMap<string, string>;
  readonly force_count: number;
  readonly heads: readonly string[];
  /** `event id < parent id`, for each parent that is no earlier event of the work package. */
  readonly unknown_parents: readonly string[];
  readonly discontinuities: readonly string[];
}

/** Steps 1 and 2: one event of each id, sorted, work package by work package. */
export function referenceReduce(events: readonly StatusEvent[]): Map<string, ReferenceState> {
  const ids = [...new Set(events.map((event) => event.event_id))];
  const distinct = ids.map((id) => smallest(events.filter((event) => event.event_id === id)));
  const sorted = distinct.sort((a, b) => compare([instant(a), a.event_id], [instant(b), b.event_id]));
  const wp_ids = [...new Set(sorted.map((event) => event.wp_id))];
  return new Map(wp_ids.map((id) => [id, replayed(sorted.filter((event) => event.wp_id === id))]));
}

/** Steps 3, 4 and 6. */
function replayed(events: readonly StatusEvent[]): ReferenceState {
  let chain: StatusEvent[] = [];
  let lost: { event: StatusEvent; by: StatusEvent; fork: number }[] = [];
  const knew = new Map<StatusEvent, Set<StatusEvent>>();
  const unknown_parents: string[] = [];
  const discontinuities: string[] = [];

  for (const e of events) {
    const earlier = events.slice(0, events.indexOf(e));
    const named = [...new Set(e.parent_event_ids ?? [])];
    const parents = earlier.filter((other) => named.includes(other.event_id));
    for (const id of named) {
      if (!parents.some((parent) => parent.event_id === id)) unknown_parents.push(`${e.event_id} < ${id}`);
    }
    let fork: number;
    if (e.parent_event_ids !== undefined && (parents.length > 0 || e.parent_event_ids.length === 0)) {
      knew.set(e, allKnownBy(parents, knew));
      fork = chain.findLastIndex((other) => knows(e, other, knew));
    } else {
      const tip = chain.length - 1;
      const recent = lost.at(-1);
      const left = chain.findLastIndex((other) => other.from_lane === e.from_lane);
      if (chain.length === 0 || e.from_lane === chain[tip]?.to_lane) fork = tip;
      else if (e.force && e.parent_event_ids === undefined) fork = tip;
      else if (recent?.event.to_lane === e.from_lane) fork = Math.min(recent.fork, tip);
      else if (left >= 0) fork = left - 1;
      else {
        fork = tip;
        discontinuities.push(e.event_id);
      }
      knew.set(e, allKnownBy(chain.slice(fork, fork + 1), knew));
    }
    const overtaken = chain.slice(fork + 1);

    if (!isRollback(e)) {
      const has_field = e.parent_event_ids !== undefined;
      const unknown_rollbacks = earlier.filter((other) => isRollback(other) && !knows(e, other, knew));
      let by: StatusEvent | undefined;
      if (has_field) by = unknown_rollbacks.at(-1);
      by ??= newest(overtaken.filter(isRollback), events);
      if (has_field && !isTerminal(e)) by ??= newest(overtaken.filter(isTerminal), events);
      if (by !== undefined) {
        lost.push({ event: e, by, fork });
        continue;
      }
    }

    const back = lost.filter(({ event, by }) => knows(e, event, knew) && overtaken.includes(by));
    lost = lost.filter((entry) => !back.includes(entry));
    for (const event of overtaken) lost.push({ event, by: e, fork });
    const revived = events.filter((event) => back.some((entry) => entry.event === event));
    chain = [...chain.slice(0, fork + 1), ...revived, e];
  }

  const tip = chain.at(-1);
  if (tip === undefined) throw new Error("the last event of a work package's first is always applied");
  return {
    lane: tip.to_lane,
    tip: tip.event_id,
    superseded: new Map(lost.map(({ event, by }) => [event.event_id, by.event_id])),
    force_count: events.filter((event) => event.force).length,
    heads: headsOf(events, tip, knew),
    unknown_parents,
    discontinuities,
  };
}

type Knew = ReadonlyMap<StatusEvent, ReadonlySet<StatusEvent>>;

/** Step 4. */
function headsOf(events: readonly StatusEvent[], tip: StatusEvent, knew: Knew): string[] {
  const heads = events.filter(
    (event) =>
      event.parent_event_ids !== undefined &&
      !events.some((other) => other !== event && other.parent_event_ids?.includes(event.event_id)),
  );
  for (const candidate of [tip, ...events.filter(isRollback)]) {
    if (!allKnownBy(heads, knew).has(candidate)) heads.push(candidate);
  }
  return heads.map((event) => event.event_id).sort();
}

/** Some events, and all that they knew. */
function allKnownBy(events: readonly StatusEvent[], knew: Knew): Set<StatusEvent> {
  return new Set(events.flatMap((event) => [event, ...(knew.get(event) ?? [])]));
}

function knows(event: StatusEvent, other: StatusEvent, knew: Knew): boolean {
  return knew.get(event)?.has(other) ?? false;
}

/** Step 5. */
export function isRollback(event: StatusEvent): boolean {
  const { from_lane, to_lane, review_ref, parent_event_ids } = event;
  const has_ref = review_ref !== null && review_ref.trim() !== "";
  const has_field = parent_event_ids !== undefined;
  if (from_lane === "for_review" && to_lane === "in_progress") return has_ref;
  if (from_lane === "in_review" && to_lane === "in_progress") return true;
  if (from_lane === "in_review" && to_lane === "planned") return has_field;
  if (from_lane === "approved") return has_field && has_ref && ["in_progress", "planned"].includes(to_lane);
  return false;
}

export function isTerminal(event: StatusEvent): boolean {
  return event.to_lane === "done" || event.to_lane === "canceled";
}

/** The last in sorted order. */
function newest(some: readonly StatusEvent[], sorted: readonly StatusEvent[]): StatusEvent | undefined {
  return sorted.findLast((event) => some.includes(event));
}

function smallest(twins: readonly StatusEvent[]): StatusEvent {
  const [first, ...others] = twins;
  if (first === undefined) throw new Error("no events of that id");
  const key = (event: StatusEvent): [number, string] => [instant(event), compactJson(event)];
  return others.reduce((least, other) => (compare(key(other), key(least)) < 0 ? other : least), first);
}

function compare(a: readonly [number, string], b: readonly [number, string]): number {
  return a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
}

function instant(event: StatusEvent): number {
  return parseInstant(event.at) ?? Number.NaN;
}
