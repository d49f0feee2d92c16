/**
 * What the writer of each event knew: which earlier events of the same work package
 * it had seen, directly or through those that it names as parents.
 *
 * Kept are only the parents, and lines of descent: runs of events each of which knew the
 * one before, so that whoever knows an event of a line knows all that stand before it
 * there. What an event knew is worked out when it is asked for, and kept for the one that
 * was asked for last: kept for each, it would take the square of what a log takes in which
 * nobody knew of anybody.
 */
export class Knowledge {
  readonly #graph: Descent = {
    parents: [],
    line: [],
    place: [],
    joining: [],
    complete: [],
  };
  /** By line: how many events stand on it. */
  readonly #length: number[] = [];
  /** What the event that was asked for last knew. */
  readonly #latest = new Known(this.#graph);
  #latest_event: number | undefined;

  /**
   * Adds the next event, numbered from 0 upwards.
   *
   * @param parents numbers of earlier events that its writer named
   */
  add(parents: readonly number[]): void {
    const { line: lines, place: places, joining, complete } = this.#graph;
    const event = lines.length;
    const extended = parents.find((parent) => this.#isLastOfItsLine(parent));
    const line = extended === undefined ? this.#length.length : at(lines, extended);
    const place = this.#length[line] ?? 0;
    this.#length[line] = place + 1;
    this.#graph.parents.push(parents);
    lines.push(line);
    places.push(place);
    if (place === 0) joining.push([]);
    if (parents.length > (place === 0 ? 0 : 1)) at(joining, line).push(event);
    const inherited = parents.reduce((most, parent) => Math.max(most, at(complete, parent)), 0);
    complete.push(inherited === event ? event + 1 : inherited);
  }

  /** Whether event `a` knew event `b`; each knows itself. */
  knows(a: number, b: number): boolean {
    return this.#knownBy(a).covers(b);
  }

  /** A number of events, counted from the first, that an event certainly knew. */
  knowsFirst(event: number): number {
    return this.#knownBy(event).complete;
  }

  /** All that several events know together, themselves included. */
  join(events: readonly number[]): Known {
    const known = new Known(this.#graph);
    for (const event of events) known.add(event);
    return known;
  }

  /** The line of descent that an event stands on. */
  lineOf(event: number): number {
    return at(this.#graph.line, event);
  }

  #knownBy(event: number): Known {
    if (this.#latest_event === event) return this.#latest;
    const is_next = at(this.#graph.parents, event).some((parent) => parent === this.#latest_event);
    if (!is_next) this.#latest.forget();
    this.#latest.add(event);
    this.#graph.complete[event] = this.#latest.countFirst();
    this.#latest_event = event;
    return this.#latest;
  }

  #isLastOfItsLine(event: number): boolean {
    const { line, place } = this.#graph;
    return at(place, event) + 1 === this.#length[at(line, event)];
  }
}

/** Who descends from whom, by event. */
interface Descent {
  readonly parents: (readonly number[])[];
  /** The line that it stands on, and its place there. */
  readonly line: number[];
  readonly place: number[];
  /** By line: its events that name parents which do not stand on it, oldest first. */
  readonly joining: number[][];
  /** How many of the first events it certainly knew. */
  readonly complete: number[];
}

/** A set of events with all that they know. */
export class Known {
  readonly #graph: Descent;
  /** So many of the first events are known, whatever the lines say. */
  #complete = 0;
  /** By line: how many of its events are known. */
  #reach = new Int32Array(16);
  /** The lines of which any are. */
  readonly #touched: number[] = [];

  constructor(graph: Descent) {
    this.#graph = graph;
  }

  /** How many of the first events are known for certain. */
  get complete(): number {
    return this.#complete;
  }

  covers(event: number): boolean {
    if (event < this.#complete) return true;
    return (this.#reach[at(this.#graph.line, event)] ?? 0) > at(this.#graph.place, event);
  }

  /** Adds an event and all that it knew. */
  add(event: number): void {
    const { line: lines, place: places, parents, joining, complete } = this.#graph;
    if (this.covers(event)) return;
    this.#complete = Math.max(this.#complete, at(complete, event));
    const left = [event];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (this.covers(next)) continue;
      const line = at(lines, next);
      const known = this.#reachTo(line, at(places, next) + 1);
      const joined = at(joining, line);
      for (let i = countUpTo(joined, next) - 1; i >= 0; i--) {
        const one = at(joined, i);
        if (at(places, one) < known || one < this.#complete) break;
        left.push(...at(parents, one));
      }
    }
  }

  /** Finds out how many of the first events are known; with a limit, since this is only to save work. */
  countFirst(): number {
    const { length } = this.#graph.line;
    const stop = Math.min(length, this.#complete + MOST_COUNTED + this.#touched.length);
    while (this.#complete < stop && this.covers(this.#complete)) this.#complete++;
    return this.#complete;
  }

  forget(): void {
    for (const line of this.#touched) this.#reach[line] = 0;
    this.#touched.length = 0;
    this.#complete = 0;
  }

  /** @returns how many events of the line were known before */
  #reachTo(line: number, count: number): number {
    if (line >= this.#reach.length) {
      const wider = new Int32Array(2 * (line + 1));
      wider.set(this.#reach);
      this.#reach = wider;
    }
    const before = this.#reach[line] ?? 0;
    if (before === 0) this.#touched.push(line);
    this.#reach[line] = count;
    return before;
  }
}

const MOST_COUNTED = 1024;

/** How many numbers of an ascending list are at most this one. */
function countUpTo(ascending: readonly number[], most: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(ascending, middle) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no event ${index}`);
  return value;
}
