/** What all kinds of sinks have in common: messages go in, and an answer comes out. */

import { visible } from "../domain/text.ts";

/** One CloudEvent on its way. */
export interface Message {
  readonly event_id: string;
  /** Its JSON, on one line. */
  readonly json: string;
}

/** What became of messages that went together. */
export type Answer =
  | { readonly kind: "accepted" }
  /** The sink will not have them, however often they are sent. */
  | { readonly kind: "refused"; readonly answer: string }
  /** They may arrive another time. */
  | {
      readonly kind: "failed";
      readonly error: string;
      readonly pause_us?: number;
      readonly timed_out?: boolean;
    };

/** Hands messages to a sink. It gives up after `timeout_ms`, and never throws. */
export interface Sender {
  /** How many messages may go together. */
  readonly most_messages: number;
  readonly send: (messages: readonly Message[], timeout_ms: number) => Promise<Answer>;
}

const LONGEST_SAID_CHARS = 300;

/** What somebody else says, on one line, bounded, and safe to print and to keep. */
export function said(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const cut =
    line.length > LONGEST_SAID_CHARS ? `${line.slice(0, LONGEST_SAID_CHARS).toWellFormed()}…` : line;
  return visible(cut);
}

/** An answer that comes within a time, whatever becomes of the question. */
export async function within(
  timeout_ms: number,
  asked: Promise<Answer>,
  giveUp: () => void,
): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: "failed", error: "no answer in time", timed_out: true });
      giveUp();
    }, timeout_ms);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
