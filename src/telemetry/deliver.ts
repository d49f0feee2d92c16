/** Hands what is due to a sink, in order, until it is through, out of time, or the sink fails. */

import type { Project } from "../project/project.ts";
import { userConfigFolder } from "../project/user_settings.ts";
import { cloudEvent, sourceOf } from "./cloud_event.ts";
import { dueAt, type FeatureEvents, type LoggedEvent } from "./due.ts";
import { noteArrived, notePark } from "./receipts.ts";
import { commandSender } from "./send_command.ts";
import { fileSender } from "./send_file.ts";
import { httpSender } from "./send_http.ts";
import type { Answer, Message, Sender } from "./sender.ts";
import type { KnownSink } from "./sinks.ts";

/** How long a delivery may take. */
export interface Patience {
  /** For each request, in milliseconds. */
  readonly request_ms: number;
  /** For all of them, from when what is due is known: then one under way is given up, too. */
  readonly total_ms: number;
  /** Whether that is only what others, or earlier requests, left of the time. */
  readonly is_rest: boolean;
}

export interface Delivery {
  readonly sent: number;
  /** What went wrong with the sink; undefined when nothing did. */
  readonly failure: { readonly error: string; readonly pause_us: number } | undefined;
  /** How many it would not have. */
  readonly parked: number;
}

/**
 * Delivers a feature's due events to a sink. Needs the delivery lock.
 *
 * @param onSent is told how many arrived so far
 */
export async function deliver(
  known: KnownSink,
  of: FeatureEvents,
  patience: Patience,
  onSent: (sent: number) => void = () => {},
): Promise<Delivery> {
  const { feature } = of;
  const sender = senderFor(known, feature.project);
  const source = sourceOf(feature.project);
  let queue = dueAt(known, of).due;
  const deadline_ms = performance.now() + patience.total_ms;
  let sent = 0;
  let parked = 0;
  let alone = 0;
  while (queue.length > 0) {
    const left_ms = deadline_ms - performance.now();
    if (left_ms <= 0) break;
    const most = alone > 0 ? 1 : sender.most_messages;
    const messages = firstOf(queue, most, (one) => messageOf(one, source, feature.slug));
    const ids = messages.map(({ event_id }) => event_id);
    const answer = await sender.send(messages, Math.min(left_ms, patience.request_ms));
    if (answer.kind === "failed") {
      const is_rest = patience.is_rest || sent + parked > 0;
      return { sent, parked, failure: failureOf(answer, is_rest && left_ms < patience.request_ms) };
    }
    if (answer.kind === "refused" && messages.length > 1) {
      // One of them is bad, or the sink takes no batches: they go one by one.
      alone = messages.length;
      continue;
    }
    if (answer.kind === "accepted") {
      noteArrived(feature, known.key, ids);
      sent += ids.length;
      onSent(sent);
    } else {
      const at = new Date().toISOString();
      for (const event_id of ids) notePark(feature, known.key, { event_id, answer: answer.answer, at });
      parked += ids.length;
    }
    alone = Math.max(0, alone - messages.length);
    queue = queue.slice(messages.length);
  }
  return { sent, parked, failure: undefined };
}

/** A request that had only the rest of the time says nothing about the sink when that runs out. */
function failureOf(
  { error, pause_us = 0, timed_out }: Extract<Answer, { kind: "failed" }>,
  had_less_time: boolean,
) {
  return timed_out && had_less_time ? undefined : { error, pause_us };
}

/** What goes in one request is bounded, though one event always goes. */
const LARGEST_REQUEST_CHARS = 512 * 1024;

function firstOf(
  queue: readonly LoggedEvent[],
  most: number,
  messageFor: (one: LoggedEvent) => Message,
): readonly Message[] {
  const messages: Message[] = [];
  let chars = 0;
  for (const one of queue.slice(0, most)) {
    const message = messageFor(one);
    chars += message.json.length;
    if (messages.length > 0 && chars > LARGEST_REQUEST_CHARS) break;
    messages.push(message);
  }
  return messages;
}

function messageOf({ event, line }: LoggedEvent, source: string, slug: string): Message {
  return { event_id: event.event_id, json: cloudEvent(source, slug, event, line) };
}

function senderFor({ sink, standing }: KnownSink, project: Project): Sender {
  switch (sink.kind) {
    case "http":
      return httpSender(sink);
    case "file":
      return fileSender(sink, project, (standing === "own" ? userConfigFolder() : undefined) ?? project.root);
    case "command":
      return commandSender(sink);
  }
}
