/** A real HTTP server that takes CloudEvents, checked by the official SDK, and answers as a test wants it to. */

import { type CloudEvent, HTTP } from "cloudevents";
import type { StatusEvent } from "../../src/domain/event.ts";

/** One request that came. */
export interface Got {
  readonly headers: Headers;
  /** The ids of its events, in their order. */
  readonly ids: readonly string[];
}

export interface Receiver extends Disposable {
  readonly url: string;
  readonly requests: readonly Got[];
  /** Every event of an accepted request, repeated ones included. */
  readonly accepted: readonly CloudEvent<StatusEvent>[];
  /** The ids of those, each once, in the order of their first arrival. */
  readonly ids: () => readonly string[];
}

export interface ReceiverOptions {
  /** How the nth request (from 1) is answered; 202 when left out. */
  readonly answer?: (count: number, got: Got) => Response | Promise<Response>;
  /** 0, when left out, takes one that is free. */
  readonly port?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

export function startReceiver({ answer, port = 0, tls }: ReceiverOptions = {}): Receiver {
  const requests: Got[] = [];
  const accepted: CloudEvent<StatusEvent>[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    ...(tls !== undefined && { tls }),
    fetch: async (request) => {
      const events = eventsIn(request.headers, await request.text());
      const got = { headers: request.headers, ids: events.map(({ id }) => id) };
      requests.push(got);
      const response = (await answer?.(requests.length, got)) ?? new Response(null, { status: 202 });
      if (response.ok) accepted.push(...events);
      return response;
    },
  });
  return {
    url: `${tls === undefined ? "http" : "https"}://localhost:${server.port}/events`.replace(
      "localhost",
      "127.0.0.1",
    ),
    requests,
    accepted,
    ids: () => [...new Set(accepted.map(({ id }) => id))],
    [Symbol.dispose]: () => void server.stop(true),
  };
}

/** Throws on what is no CloudEvent. */
function eventsIn(headers: Headers, body: string): CloudEvent<StatusEvent>[] {
  const parsed = HTTP.toEvent<StatusEvent>({ headers: Object.fromEntries(headers), body });
  const events = (Array.isArray(parsed) ? parsed : [parsed]) as CloudEvent<StatusEvent>[];
  for (const event of events) event.validate();
  return events;
}
