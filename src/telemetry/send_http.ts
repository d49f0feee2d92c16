/**
 * A sink behind HTTP: CloudEvents in structured mode, as a batch where there are several.
 * Certificates are checked, redirects are not followed, and what is answered is believed
 * to be hostile: little of it is read, and none of it is kept with a secret in it.
 */

import type { HttpSink } from "../project/sinks.ts";
import { errnoOf } from "../store/storage_error.ts";
import { type Filled, fillIn } from "./secrets.ts";
import { type Answer, type Message, type Sender, said, within } from "./sender.ts";

/** Messages that go together, at most. */
const MOST_MESSAGES = 100;
const LONGEST_ANSWER_BYTES = 2048;

export function httpSender(sink: HttpSink): Sender {
  return {
    most_messages: MOST_MESSAGES,
    send: async (messages, timeout_ms) => {
      const filled = fillIn(sink.headers ?? {}, process.env);
      if (!filled.ok) return { kind: "failed", error: filled.problem };
      const { headers, redact } = filled.value;
      const abort = new AbortController();
      let heard: Answer | undefined;
      const asked = ask(sink.url, headers, messages, {
        signal: abort.signal,
        redact,
        onStatus: (answer) => {
          heard = answer;
        },
      });
      const answer = await within(timeout_ms, asked, () => abort.abort());
      // A status is an answer, though what comes after it may have no end.
      return answer.kind === "failed" && answer.timed_out ? (heard ?? answer) : answer;
    },
  };
}

interface Asking {
  readonly signal: AbortSignal;
  readonly redact: Filled["redact"];
  /** Is told what an answer comes to by its status alone. */
  readonly onStatus: (answer: Answer) => void;
}

async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  messages: readonly Message[],
  { signal, redact, onStatus }: Asking,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "user-agent": "lanekeeper", ...headers, ...contentType(messages) },
      body: bodyOf(messages),
      redirect: "manual",
      // Also where the environment would have it otherwise.
      tls: { rejectUnauthorized: true },
      decompress: false,
      keepalive: false,
      signal,
    });
    return await answerOf(response, redact, onStatus);
  } catch (error) {
    return { kind: "failed", error: said(redact(whyFailed(error))) };
  }
}

/** Without a charset, which JSON does not have: the official SDK refuses one. */
function contentType(messages: readonly Message[]) {
  const batch = messages.length > 1 ? "-batch" : "";
  return { "content-type": `application/cloudevents${batch}+json` };
}

function bodyOf(messages: readonly Message[]): string {
  const texts = messages.map(({ json }) => json);
  return texts.length > 1 ? `[${texts.join(",")}]` : (texts[0] ?? "");
}

async function answerOf(
  response: Response,
  redact: Filled["redact"],
  onStatus: Asking["onStatus"],
): Promise<Answer> {
  const { status, body, headers } = response;
  if (status >= 200 && status < 300) {
    await body?.cancel().catch(() => {});
    return { kind: "accepted" };
  }
  const location = headers.get("location");
  if (status >= 300 && status < 400 && location !== null) {
    await body?.cancel().catch(() => {});
    const error = `answered ${status}: redirects are not followed (to ${redact(location)})`;
    return { kind: "failed", error: said(error) };
  }
  const pause_us = pauseOf(headers.get("retry-after"));
  onStatus(refusalOf(status, "", pause_us));
  return refusalOf(status, redact(await beginningOf(body)), pause_us);
}

function refusalOf(status: number, words: string, pause_us: number): Answer {
  const text = said(`answered ${status} ${words}`);
  const is_for_good = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return is_for_good ? { kind: "refused", answer: text } : { kind: "failed", error: text, pause_us };
}

/** The beginning of a text; what comes after it is not read. */
async function beginningOf(body: Response["body"]): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  let text = "";
  const decoder = new TextDecoder();
  try {
    while (text.length < LONGEST_ANSWER_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, LONGEST_ANSWER_BYTES), { stream: true });
    }
  } catch {
    // Half an answer says enough.
  }
  await reader.cancel().catch(() => {});
  return text.slice(0, LONGEST_ANSWER_BYTES);
}

/** What a sink asks for by `Retry-After`: seconds, or a date. */
function pauseOf(wish: string | null): number {
  if (wish === null) return 0;
  const seconds = /^\d{1,9}$/.test(wish.trim()) ? Number(wish) : (Date.parse(wish) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1_000_000 : 0;
}

function whyFailed(error: unknown): string {
  const code = errnoOf(error);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `the certificate is another host's (${code})`;
  const message = withoutAdvice(error instanceof Error ? error.message : String(error));
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

/** Bun names the whole address, in whose query a secret may stand, and advises whoever writes the program. */
function withoutAdvice(message: string): string {
  return message.replace(/ fetching ".*$/s, "").replace(/\.? For more information, pass .*$/s, "");
}
