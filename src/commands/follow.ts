/**
 * `lane log --follow`: each event once, as it comes, whatever becomes of the file meanwhile.
 * Not bytes are followed but events: a merge puts new ones before old ones, a checkout
 * replaces the file, and neither may repeat or lose one.
 */

import type { ShownEvent } from "../contract/parts.ts";
import { type Refused, type Result, refuse } from "../domain/refusal.ts";
import { type FeatureState, readFeatureStateNow } from "../pipeline/feature_state.ts";
import type { Feature } from "../project/feature.ts";
import { Changes } from "../store/changes.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { type EventWidths, eventsText, type FindEvent, supersededText, widthsFor } from "./event_text.ts";
import { type LogFilter, newestOf } from "./log_filter.ts";
import { finderIn, headOf } from "./log_text.ts";
import type { Invocation, Live } from "./outcome.ts";
import { safe, wrapped } from "./style.ts";
import { Trouble } from "./trouble.ts";
import { allEventsOf } from "./wp_entries.ts";

/** How often the file is looked at, where the system gives no sign. */
const POLL_MS = 500;

/** How long a log may be unreadable before anybody is told: writes and checkouts take less. */
const PATIENCE_MS = 2000;

/**
 * Tells the newest events, then each new one. One that was told and lost its place in a merge
 * is told again.
 *
 * @param filter whose limit is about those that are there already
 */
export async function followLog(
  first: FeatureState,
  filter: LogFilter,
  invocation: Invocation,
  live: Live,
): Promise<Refused | undefined> {
  const { feature } = first;
  const teller = new Teller(live, invocation, filter);
  const trouble = new Trouble(PATIENCE_MS, {
    begins: (refusal) => {
      if (invocation.json) live.tellJsonRefusal(refusal);
      else live.warn(`${refusal.message}; waiting for it to change`);
    },
    ends: () => {
      if (!invocation.json) live.warn("the log can be read again");
    },
  });
  using changes = new Changes(POLL_MS, live.ended);
  const watched = { folders: [feature.folder], files: [feature.log.path] };
  changes.look(watched);
  teller.begin(first);
  // What came between the first read and the first look is found by this one.
  for (let must_read = true; !live.ended.aborted; await changes.wait()) {
    must_read = changes.look(watched) || must_read || trouble.is_there;
    if (!must_read) continue;
    must_read = false;
    const state = readNow(feature, first.log.exists || teller.has_told);
    if (!state.ok) {
      trouble.meet(state.refusal);
      continue;
    }
    trouble.leave();
    teller.goOn(state.value);
  }
  return undefined;
}

function readNow(feature: Feature, was_there: boolean): Result<FeatureState> {
  try {
    const state = readFeatureStateNow(feature);
    if (!state.ok || state.value.log.exists || !was_there) return state;
    return refuse("IO", `${feature.log.shown} is not there any more`, {
      details: { path: feature.log.path },
    });
  } catch (error) {
    return refusalOrThrow(error);
  }
}

/** Knows what was told. */
class Teller {
  readonly #live: Live;
  readonly #invocation: Invocation;
  readonly #filter: LogFilter;
  /** Every event that is known, told or not: its id, and what superseded it when it was looked at last. */
  readonly #known = new Map<string, string | null>();
  readonly #told = new Set<string>();
  #widths: EventWidths | undefined;

  constructor(live: Live, invocation: Invocation, filter: LogFilter) {
    this.#live = live;
    this.#invocation = invocation;
    this.#filter = filter;
  }

  get has_told(): boolean {
    return this.#known.size > 0;
  }

  /** Tells the newest of those that are there. */
  begin(state: FeatureState): void {
    const all = allEventsOf(state);
    const events = newestOf(all, this.#filter);
    if (!this.#invocation.json) {
      const style = this.#live.style();
      this.#live.tell(`${headOf(state, events.length, all.length, this.#invocation.cwd, style)}\n`);
    }
    this.#tell(events, finderIn(all));
    this.#remember(all);
  }

  /** Tells what is new: events, and what superseded those that were told. */
  goOn(state: FeatureState): void {
    const all = allEventsOf(state);
    const find = finderIn(all);
    const overtaken = all.filter(
      (event) => this.#told.has(event.event_id) && this.#known.get(event.event_id) !== event.superseded_by,
    );
    const fresh = all.filter((event) => !this.#known.has(event.event_id) && this.#filter.wants(event));
    this.#tell(fresh, find);
    for (const event of overtaken) this.#tellFate(event, find);
    this.#remember(all);
  }

  #tell(events: readonly ShownEvent[], find: FindEvent): void {
    for (const event of events) this.#told.add(event.event_id);
    if (events.length === 0) return;
    if (this.#invocation.json) {
      for (const event of events) this.#live.tellJson(event);
      return;
    }
    this.#widths = widthsFor(events, this.#widths);
    this.#live.tell(eventsText(events, find, this.#live.style(), { wp: true, widths: this.#widths }));
  }

  #tellFate(event: ShownEvent, find: FindEvent): void {
    if (this.#invocation.json) {
      this.#live.tellJson(event);
      return;
    }
    const style = this.#live.style();
    const fate = supersededText(event, find) ?? "counts again";
    const move = `${event.from_lane} -> ${event.to_lane}`;
    const what = `${style.bold(safe(event.wp_id))}: event ${event.event_id} (${move}) ${fate}`;
    this.#live.tell(wrapped(what, "  ", style));
  }

  #remember(all: readonly ShownEvent[]): void {
    for (const event of all) this.#known.set(event.event_id, event.superseded_by);
  }
}
