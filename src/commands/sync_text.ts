/** How sinks stand, for people. */

import type { SinkReport, SyncData } from "../contract/sync.ts";
import { visible } from "../domain/text.ts";
import { formatAge } from "../domain/time.ts";
import type { Sink } from "../project/sinks.ts";
import { columns, type Style, safe, wrapped } from "./style.ts";

/** @param definition what is trusted now, where that was asked for */
export function describeSync(data: SyncData, definition: Sink | undefined, style: Style): string {
  if (data.action === "dry_run") return describeDryRun(data, style);
  if (definition !== undefined) return describeTrust(data, definition, style);
  if (data.sinks.length === 0) {
    return wrapped(
      "No sink is configured: status.telemetry.sinks in .kittify/config.yaml names them.",
      "",
      style,
    );
  }
  const busy = data.busy
    ? [wrapped("Another process delivers now: nothing is left to do here.", "", style), ""]
    : [];
  return [...busy, ...data.sinks.map((one) => describeSink(one, data.action, style))].join("\n");
}

function describeSink(report: SinkReport, action: SyncData["action"], style: Style): string {
  const { sink, kind, target, standing, parked, last_error, next_try } = report;
  const tell = (text: string) => wrapped(text, "  ", style);
  const head = wrapped(`${style.bold(sink)}  ${style.dim(`${kind}: ${safe(target)}`)}`, "", style);
  if (standing === "never") {
    return [head, tell("left alone: only your own configuration may name a program")].join("\n");
  }
  const counts = [
    ...(action === "deliver" ? [`${report.sent} sent`] : []),
    `${report.due} due`,
    `${report.delivered} delivered`,
    `${parked.length} parked`,
  ].join(", ");
  if (standing === "untrusted") {
    return [head, tell(`not trusted: told nothing; ${report.due} due. lane sync --trust ${sink}`)].join("\n");
  }
  const lines = [head, tell(counts)];
  if (last_error !== null) lines.push(tell(style.severity("warning", `failed: ${safe(last_error)}`)));
  if (next_try !== null) {
    // Begun seconds count: a wait of 0 s would be none.
    const wait = formatAge(Math.max(0, Date.parse(next_try) * 1000 - style.now_us) + 999_999);
    lines.push(tell(`emits try it again in ${wait}; lane sync at once`));
  }
  for (const one of parked.slice(0, MOST_PARKED)) {
    lines.push(tell(`parked ${one.event_id} of ${visible(one.feature)}: ${safe(one.answer)}`));
  }
  if (parked.length > MOST_PARKED) lines.push(tell(`and ${parked.length - MOST_PARKED} more`));
  if (parked.length > 0) lines.push(tell("lane sync --retry-parked tries what is parked again"));
  return lines.join("\n");
}

const MOST_PARKED = 10;

function describeTrust({ sinks: [report] }: SyncData, definition: Sink, style: Style): string {
  const { name, ...rest } = definition;
  const said = Object.entries(rest).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return wrapped(safe(text), `  ${key}: `, style);
  });
  const who =
    report?.from === "user"
      ? "is your own, and needs no trust"
      : "is trusted on this machine, as it stands now";
  const due = report?.due === 1 ? "1 event is" : `${report?.due ?? 0} events are`;
  return [
    wrapped(`${style.bold(name)} ${who}:`, "", style),
    ...said,
    wrapped(`${due} due: lane sync delivers, and so does the next emit.`, "", style),
  ].join("\n");
}

function describeDryRun({ would_send }: SyncData, style: Style): string {
  if (would_send.length === 0) return "Nothing is due.";
  const rows = would_send.map(({ sink, feature, event_id, wp, to_lane }) => [
    style.bold(sink),
    visible(feature),
    wp,
    style.lane(to_lane),
    style.dim(event_id),
  ]);
  const count = would_send.length === 1 ? "1 event" : `${would_send.length} events`;
  return [columns(rows, style), style.dim(`dry run: ${count} would go`)].join("\n");
}
