/** What a process is asked to do while it is killed, and what it answered before. */

import type { StatusEvent } from "../../src/domain/event.ts";
import { linesOf } from "../support/batches.ts";
import { bytesIn, type Scene, writeIn } from "./scene.ts";
import { makeStale } from "./starting_states.ts";

/** One call of a command that writes. */
export interface Ask {
  readonly name: string;
  readonly words: readonly string[];
  /** Its idempotency keys: a retry must not record any of them twice. */
  readonly keys: readonly string[];
  /** Whether it may put a mended log in the place of a torn one. */
  readonly may_mend?: true;
  /** Makes ready what it reads. */
  readonly prepare: (scene: Scene) => void;
}

/** What a process said about its own work. */
export type Told =
  /** It said nothing, or did not finish saying it. */
  | { readonly kind: "nothing" }
  | { readonly kind: "success"; readonly events: readonly StatusEvent[] }
  | { readonly kind: "refusal"; readonly code: string; readonly finding: string; readonly hint: string };

const LARGE = 200;

const EMIT: Ask = {
  name: "emit",
  words: ["emit", "WP03", "--to", "claimed", "--actor", "claude", "--idempotency-key", "k0"],
  keys: ["k0"],
  prepare: () => {},
};

const NEXT: Ask = {
  name: "next --claim",
  words: ["next", "--claim", "--actor", "claude", "--idempotency-key", "k0"],
  keys: ["k0"],
  prepare: () => {},
};

/** Nothing to do is no work: a page and the snapshot are made stale first. */
const MATERIALIZE: Ask = {
  name: "materialize",
  words: ["materialize"],
  keys: [],
  prepare: (scene) => {
    if (bytesIn(scene, "status.events.jsonl") !== undefined) makeStale(scene);
  },
};

/** The remedy may be killed, too. */
const DOCTOR: Ask = {
  ...MATERIALIZE,
  name: "doctor --fix --apply",
  words: ["doctor", "--fix", "--apply"],
  may_mend: true,
};

/** The commands that write, as each call of them is taken apart. */
export const ASKS: readonly Ask[] = [EMIT, batchOf(4), NEXT, MATERIALIZE, DOCTOR];

/** The commands that are killed at random, and a batch whose one write is long. */
export const ASKS_AND_LARGE: readonly Ask[] = [EMIT, batchOf(4), NEXT, MATERIALIZE, batchOf(LARGE)];

/** What a process said, by its stdout: one whole line of JSON, or it said nothing. */
export function toldIn(stdout: string): Told {
  if (!/^\{[^\n]*\}\n$/.test(stdout)) return { kind: "nothing" };
  const said = JSON.parse(stdout) as Envelope;
  if (said.ok) return { kind: "success", events: eventsOf(said.data) };
  const { code, hint = "", details } = said.error;
  return { kind: "refusal", code, hint, finding: details?.finding ?? "" };
}

interface Envelope {
  readonly ok: boolean;
  readonly data: Moved & { readonly results?: readonly Moved[] };
  readonly error: {
    readonly code: string;
    readonly hint?: string;
    readonly details?: { readonly finding?: string };
  };
}

interface Moved {
  readonly event?: StatusEvent;
}

function eventsOf({ event, results = [] }: Envelope["data"]): StatusEvent[] {
  return [event, ...results.map((one) => one.event)].filter((one) => one !== undefined);
}

/** WP03 and WP04 to and fro, each request with a key of its own. */
function batchOf(count: number): Ask {
  const keys = Array.from({ length: count }, (_, i) => `k${i}`);
  const requests = keys.map((idempotency_key, i) => ({
    wp_id: i % 2 === 0 ? "WP03" : "WP04",
    to_lane: i % 4 < 2 ? "claimed" : "in_progress",
    ...(i < 4 ? {} : { force: true, reason: `move ${i}` }),
    idempotency_key,
  }));
  return {
    name: `emit --batch of ${count}`,
    words: ["emit", "--batch", "../batch.jsonl", "--actor", "claude"],
    keys,
    prepare: (scene) => writeIn(scene, "batch.jsonl", linesOf(requests)),
  };
}
