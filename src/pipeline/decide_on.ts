/** From requests and a log that is known to what is to be written, or to the refusal. */

import { atLine, type PlaceInBatch } from "../domain/batch.ts";
import { type Decision, decide, laneLeft, type Situation, type Stamp, targetLane } from "../domain/decide.ts";
import type { StatusEvent } from "../domain/event.ts";
import { formatLine, LONGEST_LINE_BYTES, parseLine } from "../domain/line.ts";
import { addEvent, type Standing } from "../domain/reduce.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import type { CheckedRequest } from "../domain/request.ts";
import { findMove, type Vocabulary } from "../domain/workflow.ts";
import { lookUpFacts, refuseUnmigrated } from "./facts.ts";
import type { FeatureStanding } from "./feature_state.ts";

/** What one call asks for: all of it or nothing. */
export interface Requests {
  readonly all: readonly CheckedRequest[];
  /** The line of each in its batch; undefined for a request that stands alone. */
  readonly lines: readonly number[] | undefined;
}

/** What is asked for: known beforehand, or chosen when it is known where things stand. */
export type Asked = Requests | Choice;

/** A request that is chosen, with the idempotency key that it will carry. */
export interface Choice {
  readonly choose: (state: FeatureStanding) => Result<Requests>;
  readonly idempotency_key: string | null | undefined;
}

/** The requests of a call, where things stand so. */
export function requestsIn(asked: Asked, state: FeatureStanding): Result<Requests> {
  return "choose" in asked ? asked.choose(state) : ok(asked);
}

/** The idempotency keys of a call. */
export function keysOf(asked: Asked): string[] {
  const keys = "choose" in asked ? [asked.idempotency_key] : asked.all.map((one) => one.idempotency_key);
  return keys.filter((key) => key != null);
}

/** A request, decided. */
export interface Decided {
  readonly request: CheckedRequest;
  readonly decision: Decision;
  /** What is to be appended; undefined when the event stands in the log already. */
  readonly line: string | undefined;
}

/** Requests, each decided on the state after the one before. */
export interface Plan {
  /** What the log says before. */
  readonly state: FeatureStanding;
  readonly decided: readonly Decided[];
  /** What it says when the plan is carried out. */
  readonly after: Standing;
}

/** Events that a try before this one recorded, by the place of their request. */
export type Recorded = ReadonlyMap<number, StatusEvent>;

/**
 * Decides requests one after another on the growing state.
 *
 * @param recorded events that are not to be written again
 * @returns the plan, or the first refusal: then nothing may be written
 */
export function decideAll(
  requests: Requests,
  state: FeatureStanding,
  stamp: Stamp,
  recorded: Recorded = new Map(),
): Result<Plan> {
  const open = requests.all.filter((_, i) => !recorded.has(i));
  const refused = open.length === 0 ? undefined : refuseBeforehand(requests, state);
  if (refused !== undefined) return refused;

  const by_key = eventsByKey(open, state);
  const run = new Deciding(state, stamp, by_key, requests.lines && countNew(open, by_key));
  for (const [i, request] of requests.all.entries()) {
    const refused = run.decide(request, recorded.get(i));
    if (refused === undefined) continue;
    const line = requests.lines?.[i];
    return atLine(run.restsOnItself(request) ? withoutRecord(refused, line) : refused, line);
  }
  return ok(run.plan());
}

/** One way through the requests of a call. */
class Deciding {
  readonly #state: FeatureStanding;
  readonly #stamp: Stamp;
  /** The events that carry a key; those of this run are added. */
  readonly #by_key: Map<string, StatusEvent[]>;
  readonly #decided: Decided[] = [];
  readonly #new_ids = new Set<string>();
  #reduction: Standing;
  #batch: PlaceInBatch | undefined;

  /** @param count how many events the batch will have; undefined when there is none */
  constructor(
    state: FeatureStanding,
    stamp: Stamp,
    by_key: Map<string, StatusEvent[]>,
    count: number | undefined,
  ) {
    this.#state = state;
    this.#stamp = stamp;
    this.#by_key = by_key;
    this.#reduction = state.reduction;
    this.#batch = count === undefined ? undefined : { id: undefined, index: 0, count };
  }

  /** Looks up what the rules ask for, applies them, and makes sure that the event would take effect. */
  decide(request: CheckedRequest, recorded: StatusEvent | undefined): Refused | undefined {
    if (recorded !== undefined) {
      const decision: Decision = { kind: "append", event: recorded, warnings: [] };
      this.#decided.push({ request, decision, line: undefined });
      return undefined;
    }
    const situation = this.#situationOf(request);
    if (!situation.ok) return situation;
    const decision = decide(request, situation.value, this.#stamp);
    if (!decision.ok) return decision;
    const { kind, event } = decision.value;
    if (kind === "replay") {
      this.#decided.push({ request, decision: decision.value, line: undefined });
      return undefined;
    }
    const line = formatLine(event);
    const { vocabulary } = this.#state.feature.project;
    const after = addEvent(this.#reduction, event, vocabulary);
    const refused = refuseIneffective(event, line, after, vocabulary);
    if (refused !== undefined) return refused;
    this.#decided.push({ request, decision: decision.value, line });
    this.#reduction = after;
    this.#grow(event);
    return undefined;
  }

  /** Whether what a request met comes from the requests before it, and so was never recorded. */
  restsOnItself({ wp_id, idempotency_key }: CheckedRequest): boolean {
    const used = this.#by_key.get(idempotency_key ?? "");
    const tip_id = this.#reduction.work_packages.get(wp_id)?.last_event_id ?? "";
    return used?.some(({ event_id }) => this.#new_ids.has(event_id)) ?? this.#new_ids.has(tip_id);
  }

  plan(): Plan {
    const taken = this.#state.recent_events.find(({ event_id }) => this.#new_ids.has(event_id));
    if (taken !== undefined) throw new Error(`the new event's id ${taken.event_id} is taken`);
    if (this.#batch !== undefined && this.#batch.index !== this.#batch.count) {
      throw new Error(`a batch of ${this.#batch.count} events came out with ${this.#batch.index}`);
    }
    return { state: this.#state, decided: this.#decided, after: this.#reduction };
  }

  #situationOf(request: CheckedRequest): Result<Situation> {
    const { workflow, feature, log_style } = this.#state;
    const to = targetLane(request, workflow);
    if (!to.ok) return to;
    const state = this.#reduction.work_packages.get(request.wp_id);
    const from = laneLeft({ state, workflow }, to.value, request.force);
    const move = findMove(workflow, from, to.value);
    const keyed = this.#by_key.get(request.idempotency_key ?? "") ?? [];
    return ok({
      workflow,
      state,
      newest: this.#reduction.newest,
      keyed: keyed.map((event) => ({ event, superseded_by: this.#supersederOf(event) })),
      slug: {
        key: log_style.slug_key,
        value: feature.slug,
        mission_id: log_style.mission_id,
      },
      empty_fields: log_style.empty_fields,
      ...lookUpFacts(request, feature, move),
      batch: this.#batch,
    });
  }

  /** Of the events before: a new one knows all others, and supersedes none. */
  #supersederOf({ wp_id, event_id }: StatusEvent): string | undefined {
    return this.#state.reduction.work_packages.get(wp_id)?.history?.superseded.get(event_id);
  }

  #grow(event: StatusEvent): void {
    const { event_id, idempotency_key } = event;
    if (this.#new_ids.has(event_id)) throw new Error(`the new event's id ${event_id} is taken`);
    this.#new_ids.add(event_id);
    if (idempotency_key !== undefined) this.#by_key.set(idempotency_key, [event]);
    if (this.#batch !== undefined) {
      const { id = event_id, index, count } = this.#batch;
      this.#batch = { id, index: index + 1, count };
    }
  }
}

/** Refuses lanes that nobody knows, and a feature whose state stands in its pages alone. */
function refuseBeforehand({ all, lines }: Requests, state: FeatureStanding): Refused | undefined {
  for (const [i, request] of all.entries()) {
    const to = targetLane(request, state.workflow);
    if (!to.ok) return atLine(to, lines?.[i]);
  }
  return refuseUnmigrated(state);
}

/** Says that the state which a request met is none: a command that would do there is no way out. */
function withoutRecord({ refusal }: Refused, line: number | undefined): Refused {
  const { code, message, hint, details } = refusal;
  const is_out_of_place = code === "ILLEGAL_TRANSITION" || hint?.startsWith("lane ");
  return refuse(
    code,
    `${message} (as the lines before it would leave it; nothing of the batch is recorded)`,
    { hint: is_out_of_place ? `mend line ${line} of the batch, or those before it` : hint, details },
  );
}

/** What a new event must be before it may be written: short enough, readable, and the tip. */
function refuseIneffective(
  event: StatusEvent,
  line: string,
  after: Standing,
  vocabulary: Vocabulary,
): Refused | undefined {
  if (line.length > LONGEST_LINE_BYTES) {
    const sizes = { size_bytes: line.length, longest_bytes: LONGEST_LINE_BYTES };
    return refuse(
      "IO",
      `${event.wp_id}: the event takes ${line.length} bytes; a line holds ${LONGEST_LINE_BYTES}`,
      {
        hint: "put large evidence into a file, and refer to it",
        details: sizes,
      },
    );
  }
  const read_back = parseLine(line.trimEnd(), vocabulary);
  if (read_back.kind === "damaged")
    throw new Error(`the event could not be read again: ${read_back.problem}`);
  const last_event_id = after.work_packages.get(event.wp_id)?.last_event_id;
  if (last_event_id === event.event_id) return undefined;
  return refuse(
    "POSTCONDITION_FAILED",
    `${event.wp_id}: the log's history would overrule the move to ${event.to_lane}; nothing is recorded`,
    { hint: "lane doctor", details: { last_event_id: last_event_id ?? null } },
  );
}

/** The events that carry a key which is asked for. */
function eventsByKey(
  requests: readonly CheckedRequest[],
  { recent_events }: FeatureStanding,
): Map<string, StatusEvent[]> {
  const asked = new Set(requests.flatMap(({ idempotency_key: key }) => (key === undefined ? [] : [key])));
  const by_key = new Map<string, StatusEvent[]>();
  if (asked.size === 0) return by_key;
  for (const event of recent_events) {
    const key = event.idempotency_key;
    if (key === undefined || !asked.has(key)) continue;
    const events = by_key.get(key);
    if (events === undefined) by_key.set(key, [event]);
    else events.push(event);
  }
  return by_key;
}

/** How many requests will give a new event, unless one is refused: those whose key was not used before. */
function countNew(requests: readonly CheckedRequest[], used: ReadonlyMap<string, unknown>): number {
  const keys = new Set<string>();
  let keyless = 0;
  for (const { idempotency_key: key } of requests) {
    if (key === undefined) keyless++;
    else if (!used.has(key)) keys.add(key);
  }
  return keyless + keys.size;
}
