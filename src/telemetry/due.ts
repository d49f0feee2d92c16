/** What a sink has still to be told of a feature. */

import type { StatusEvent } from "../domain/event.ts";
import { compareEvents } from "../domain/reduce.ts";
import { ok, type Result } from "../domain/refusal.ts";
import { KNOWN_VOCABULARY } from "../domain/workflow.ts";
import type { Feature } from "../project/feature.ts";
import { writtenAmong } from "../project/written.ts";
import { parseLog, readLogBytes } from "../store/event_log.ts";
import { visitLines } from "../store/log_lines.ts";
import { type Receipts, readReceipts } from "./receipts.ts";
import { type KnownSink, lets } from "./sinks.ts";

/** An event with its line as it stands in the log. */
export interface LoggedEvent {
  readonly event: StatusEvent;
  readonly line: string;
}

/** A feature's log as telemetry sees it. */
export interface FeatureEvents {
  readonly feature: Feature;
  /** Each once, in the order in which they take effect. */
  readonly events: readonly LoggedEvent[];
  /** The ids of those that were written in this clone. */
  readonly written: ReadonlySet<string>;
}

/** Reads a log; one that can't be trusted is its refusal: half a batch must not get out. */
export function readFeatureEvents(feature: Feature): Result<FeatureEvents> {
  const bytes = readLogBytes(feature.log);
  if (bytes === undefined) return ok({ feature, events: [], written: new Set() });
  const log = parseLog(bytes, feature.log);
  if (!log.ok) return log;
  const by_id = new Map<string, LoggedEvent>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  visitLines(bytes, feature.log.vocabulary ?? KNOWN_VOCABULARY, (line) => {
    if (line.parsed.kind !== "event") return;
    const { event } = line.parsed;
    const { offset_bytes, length_bytes } = line;
    const text = buffer.toString("utf8", offset_bytes, offset_bytes + length_bytes);
    const known = by_id.get(event.event_id);
    if (known === undefined || compareEvents(event, known.event) < 0)
      by_id.set(event.event_id, { event, line: text });
  });
  const events = [...by_id.values()].sort((a, b) => compareEvents(a.event, b.event));
  return ok({ feature, events, written: writtenAmong(feature, log.value.events) });
}

/** What a sink is to be told of a feature, and what became of it so far. */
export interface Due extends Receipts {
  /** In order. */
  readonly due: readonly LoggedEvent[];
}

/** Whether an event is meant for a sink at all. */
export function isMeant(
  { feature, written }: FeatureEvents,
  { sink }: KnownSink,
  event: StatusEvent,
): boolean {
  return lets(sink, feature.slug, event) && (sink.scope === "all" || written.has(event.event_id));
}

export function dueAt(known: KnownSink, of: FeatureEvents): Due {
  const receipts = readReceipts(of.feature, known.key);
  const due = of.events.filter(
    ({ event }) =>
      isMeant(of, known, event) &&
      !receipts.arrived.has(event.event_id) &&
      !receipts.parked.has(event.event_id),
  );
  return { ...receipts, due };
}
