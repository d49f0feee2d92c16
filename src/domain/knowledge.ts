/**
 * What the writer of each event knew: which earlier events of the same work package
 * it had seen, directly or through those that it names as parents.
 *
 * Written down as a vector clock over lines of descent. A line of descent is a run of
 * events each of which knew the one before; whoever knows an event of it knows all that
 * stand before it there. So what an event knew is one number per line, and the cost is
 * the number of lines (how often clones diverged), not of events.
 */
export class Knowledge {
  /** By event: the line it stands on, and its place there. */
  readonly #line: number[] = [];
  readonly #place: number[] = [];
  /** By event: for each line, how many of its events it knew, itself included. */
  readonly #clock: number[][] = [];
  /** By line: how many events stand on it. */
  readonly #length: number[] = [];

  /**
   * Adds the next event, numbered from 0 upwards.
   *
   * @param parents numbers of earlier events that its writer named
   */
  add(parents: readonly number[]): void {
    const clock = this.join(parents);
    const extended = parents.find((parent) => this.#isLastOfItsLine(parent));
    const line = extended === undefined ? this.#length.length : at(this.#line, extended);
    const place = this.#length[line] ?? 0;
    this.#length[line] = place + 1;
    this.#line.push(line);
    this.#place.push(place);
    fillTo(clock, line);
    clock[line] = place + 1;
    this.#clock.push(clock);
  }

  /** Whether event `a` knew event `b`; each knows itself. */
  knows(a: number, b: number): boolean {
    return this.covers(at(this.#clock, a), b);
  }

  /**
   * All that several events know together, themselves included.
   *
   * @param known what was joined before, to go on from
   */
  join(events: readonly number[], known: readonly number[] = []): number[] {
    const joined = [...known];
    for (const event of events) {
      const clock = at(this.#clock, event);
      fillTo(joined, clock.length - 1);
      for (let line = 0; line < clock.length; line++) {
        joined[line] = Math.max(joined[line] ?? 0, clock[line] ?? 0);
      }
    }
    return joined;
  }

  /** Whether what {@link join} returned includes an event. */
  covers(joined: readonly number[], event: number): boolean {
    return (joined[at(this.#line, event)] ?? 0) > at(this.#place, event);
  }

  /** The line of descent that an event stands on. */
  lineOf(event: number): number {
    return at(this.#line, event);
  }

  #isLastOfItsLine(event: number): boolean {
    return at(this.#place, event) + 1 === this.#length[at(this.#line, event)];
  }
}

function fillTo(clock: number[], line: number): void {
  while (clock.length <= line) clock.push(0);
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no event ${index}`);
  return value;
}
