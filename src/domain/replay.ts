/**
 * Replays the events of one work package, so that clones that did not know of each
 * other end in the same, right state when their logs are merged:
 *
 * - a step back (a reviewer's rollback) beats every concurrent event, whatever the clocks say;
 * - of the rest, finished work is not undone by someone who did not know that it was finished;
 * - among equals the later wins;
 * - an event whose writer had seen everything always takes effect.
 */

import type { StatusEvent } from "./event.ts";
import { Knowledge } from "./knowledge.ts";
import { isRollback, type Vocabulary } from "./workflow.ts";

/** The history of one work package. */
export interface Replay {
  /** All its distinct events, oldest first. */
  readonly events: readonly StatusEvent[];
  /** The event that says in which lane it is. */
  readonly tip: StatusEvent;
  /** Which event lost to which: event id → event id. */
  readonly superseded: ReadonlyMap<string, string>;
  /** What a new event must name as its parents to know all of this; sorted. */
  readonly heads: () => string[];
  /** Ids that events name as parents and that are no earlier event of this work package. */
  readonly unknown_parents: readonly { readonly event_id: string; readonly parent_id: string }[];
  /** Events without usable parents whose `from_lane` fits nowhere. */
  readonly discontinuities: readonly string[];
}

/** How an event came to be superseded. */
interface Loss {
  readonly by: number;
  /** The place on the chain after which the event stood; -1 is before the first. */
  readonly fork: number;
}

/**
 * Replays events.
 *
 * @param events at least one; of one work package, distinct, sorted by (instant, event id)
 */
export function replay(events: readonly StatusEvent[], vocabulary: Vocabulary): Replay {
  return isLinear(events) ? linearReplay(events) : fullReplay(events, vocabulary);
}

/** {@link replay} without its short cut. */
export function fullReplay(events: readonly StatusEvent[], vocabulary: Vocabulary): Replay {
  const run = new Run(events, vocabulary);
  for (let index = 0; index < events.length; index++) run.apply(index);
  return {
    events,
    tip: event(events, run.tip),
    superseded: run.superseded(),
    heads: () => run.heads(),
    unknown_parents: run.unknown_parents,
    discontinuities: run.discontinuities,
  };
}

/** Whether each event names exactly the one before it: then every writer had seen everything. */
function isLinear(events: readonly StatusEvent[]): boolean {
  let before: string | undefined;
  for (const { event_id, parent_event_ids } of events) {
    if (parent_event_ids === undefined || parent_event_ids.length !== (before === undefined ? 0 : 1))
      return false;
    if (parent_event_ids[0] !== before) return false;
    before = event_id;
  }
  return true;
}

/** Where every writer had seen everything, nothing is superseded, and the last event is the tip. */
function linearReplay(events: readonly StatusEvent[]): Replay {
  const tip = event(events, events.length - 1);
  return {
    events,
    tip,
    superseded: new Map(),
    heads: () => [tip.event_id],
    unknown_parents: [],
    discontinuities: [],
  };
}

/** One replay under way. Events are numbered by their place in the sorted list. */
class Run {
  readonly #events: readonly StatusEvent[];
  readonly #vocabulary: Vocabulary;
  readonly #number_of = new Map<string, number>();
  readonly #knowledge = new Knowledge();

  /** Applied events, newest last; the last is the tip. */
  readonly #chain: number[] = [];
  /** By place on the chain: the last places, itself included, of a rollback and of a terminal lane; else -1. */
  readonly #last_rollback: number[] = [];
  readonly #last_terminal: number[] = [];
  /** Superseded events. */
  readonly #lost = new Map<number, Loss>();
  /** The same in the sequence in which they lost; entries of revived events are stale. */
  readonly #losses: { readonly loser: number; readonly loss: Loss }[] = [];
  /** By winner: the events that it superseded. */
  readonly #lost_to = new Map<number, Set<number>>();
  /** Steps back, oldest first, and the newest of each line of descent. */
  readonly #rollbacks: number[] = [];
  readonly #newest_rollback = new Map<number, number>();

  readonly unknown_parents: { event_id: string; parent_id: string }[] = [];
  readonly discontinuities: string[] = [];

  constructor(events: readonly StatusEvent[], vocabulary: Vocabulary) {
    this.#events = events;
    this.#vocabulary = vocabulary;
  }

  get tip(): number {
    const tip = this.#chain.at(-1);
    if (tip === undefined) throw new RangeError("no event is applied");
    return tip;
  }

  /** Applies the next event. */
  apply(e: number): void {
    const fork = this.#placeOnChain(e);
    const rollback = this.#isRollback(e);
    const by = rollback ? undefined : this.#winnerOver(e, fork);

    if (by === undefined) {
      const overtaken = this.#chain.slice(fork + 1);
      const back = this.#revived(e, overtaken);
      for (const loser of overtaken) this.#lose(loser, { by: e, fork });
      for (const list of [this.#chain, this.#last_rollback, this.#last_terminal]) list.length = fork + 1;
      for (const applied of back) this.#append(applied);
      this.#append(e);
    } else {
      this.#lose(e, { by, fork });
    }
    this.#number_of.set(event(this.#events, e).event_id, e);
    if (rollback) {
      this.#rollbacks.push(e);
      this.#newest_rollback.set(this.#knowledge.lineOf(e), e);
    }
  }

  superseded(): Map<string, string> {
    const id = (e: number) => event(this.#events, e).event_id;
    return new Map([...this.#lost].map(([loser, { by }]) => [id(loser), id(by)]));
  }

  /**
   * The events that nobody names yet; then the tip, then each rollback, as far as they
   * are not known through those. Whoever knows these knows all that could overrule it.
   */
  heads(): string[] {
    const named = new Set<number>();
    for (const [e, { parent_event_ids }] of this.#events.entries()) {
      for (const id of parent_event_ids ?? []) {
        const parent = this.#number_of.get(id);
        if (parent !== undefined && parent !== e) named.add(parent);
      }
    }
    const taken = [...this.#events.keys()].filter((e) => hasParents(this.#events, e) && !named.has(e));
    const known = this.#knowledge.join(taken);
    for (const e of [this.tip, ...this.#rollbacks]) {
      if (known.covers(e)) continue;
      taken.push(e);
      known.add(e);
    }
    return taken.map((e) => event(this.#events, e).event_id).sort();
  }

  /** Finds after which place of the chain an event stands, and notes what it knew. */
  #placeOnChain(e: number): number {
    const parents = this.#parentsOf(e);
    if (parents !== undefined) {
      this.#knowledge.add(parents);
      const newest = parents.reduce((newest, parent) => Math.max(newest, parent), -1);
      // Looking at the number alone spares a look at what it knew.
      return this.#chain.findLastIndex((other) => other <= newest && this.#knowledge.knows(e, other));
    }
    const fork = this.#guessFork(e);
    const before = this.#chain[fork];
    this.#knowledge.add(before === undefined ? [] : [before]);
    return fork;
  }

  /** The numbers of an event's parents; undefined when it says nothing usable about them. */
  #parentsOf(e: number): number[] | undefined {
    const { event_id, parent_event_ids } = event(this.#events, e);
    if (parent_event_ids === undefined) return undefined;
    const parents: number[] = [];
    for (const parent_id of new Set(parent_event_ids)) {
      const parent = this.#number_of.get(parent_id);
      if (parent === undefined) this.unknown_parents.push({ event_id, parent_id });
      else parents.push(parent);
    }
    return parents.length > 0 || parent_event_ids.length === 0 ? parents : undefined;
  }

  /** Where the writer of an older event, which names no parents, probably stood. */
  #guessFork(e: number): number {
    const { event_id, from_lane, force } = event(this.#events, e);
    const tip_place = this.#chain.length - 1;
    const tip = this.#chain.at(-1);
    if (tip === undefined || from_lane === event(this.#events, tip).to_lane) return tip_place;
    if (force && !hasParents(this.#events, e)) return tip_place;

    const latest = this.#latestLoss();
    if (latest !== undefined && event(this.#events, latest.loser).to_lane === from_lane) {
      return Math.min(latest.loss.fork, tip_place);
    }
    const left = this.#chain.findLastIndex((place) => event(this.#events, place).from_lane === from_lane);
    if (left >= 0) return left - 1;
    this.discontinuities.push(event_id);
    return tip_place;
  }

  /** The event that an event loses to, if there is one. */
  #winnerOver(e: number, fork: number): number | undefined {
    const has_parents = hasParents(this.#events, e);
    const unknown_rollback = has_parents ? this.#newestUnknownRollback(e) : undefined;
    if (unknown_rollback !== undefined) return unknown_rollback;

    const rollback_place = this.#last_rollback.at(-1) ?? -1;
    if (rollback_place > fork) return this.#chain[rollback_place];

    if (!has_parents || this.#isTerminal(e)) return undefined;
    const terminal_place = this.#last_terminal.at(-1) ?? -1;
    return terminal_place > fork ? this.#chain[terminal_place] : undefined;
  }

  #newestUnknownRollback(e: number): number | undefined {
    const last = this.#rollbacks.at(-1);
    if (last === undefined || !this.#knowledge.knows(e, last)) return last;
    if (last < this.#knowledge.knowsFirst(e)) return undefined;
    let newest: number | undefined;
    for (const rollback of this.#newest_rollback.values()) {
      if (newest !== undefined && rollback < newest) continue;
      if (!this.#knowledge.knows(e, rollback)) newest = rollback;
    }
    return newest;
  }

  /** Puts an event at the end of the chain. */
  #append(e: number): void {
    const place = this.#chain.length;
    const rollback_before = this.#last_rollback[place - 1] ?? -1;
    const terminal_before = this.#last_terminal[place - 1] ?? -1;
    this.#chain.push(e);
    this.#last_rollback[place] = this.#isRollback(e) ? place : rollback_before;
    this.#last_terminal[place] = this.#isTerminal(e) ? place : terminal_before;
  }

  /** The lost events that come back, because those that beat them are overtaken themselves. */
  #revived(e: number, overtaken: readonly number[]): number[] {
    const losers = overtaken.flatMap((winner) => [...(this.#lost_to.get(winner) ?? [])]);
    const back = losers.filter((loser) => this.#knowledge.knows(e, loser)).sort((a, b) => a - b);
    for (const revived of back) this.#forget(revived);
    return back;
  }

  #lose(loser: number, loss: Loss): void {
    this.#lost.set(loser, loss);
    this.#losses.push({ loser, loss });
    const losers = this.#lost_to.get(loss.by);
    if (losers === undefined) this.#lost_to.set(loss.by, new Set([loser]));
    else losers.add(loser);
  }

  #forget(loser: number): void {
    const loss = this.#lost.get(loser);
    if (loss === undefined) return;
    this.#lost.delete(loser);
    this.#lost_to.get(loss.by)?.delete(loser);
  }

  #latestLoss(): { loser: number; loss: Loss } | undefined {
    for (let latest = this.#losses.at(-1); latest !== undefined; latest = this.#losses.at(-1)) {
      if (this.#lost.get(latest.loser) === latest.loss) return latest;
      this.#losses.pop();
    }
    return undefined;
  }

  #isRollback(e: number): boolean {
    return isRollback(this.#vocabulary, event(this.#events, e));
  }

  #isTerminal(e: number): boolean {
    return this.#vocabulary.terminal.has(event(this.#events, e).to_lane);
  }
}

function event(events: readonly StatusEvent[], index: number): StatusEvent {
  const found = events[index];
  if (found === undefined) throw new RangeError(`no event ${index}`);
  return found;
}

function hasParents(events: readonly StatusEvent[], e: number): boolean {
  return event(events, e).parent_event_ids !== undefined;
}
