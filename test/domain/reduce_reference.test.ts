import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { StatusEvent } from "../../src/domain/event.ts";
import { addEvent, headsOf, reduce, type Standing } from "../../src/domain/reduce.ts";
import { fullReplay, type Replay, replay } from "../../src/domain/replay.ts";
import { renderSnapshot, snapshotOf } from "../../src/domain/snapshot.ts";
import { KNOWN_VOCABULARY, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { CLONES_AT_WORK, merged } from "../support/clones.ts";
import { shuffled } from "../support/events.ts";
import { ANY_EVENTS, ANY_NINE_LANE_EVENTS, LINEAR_EVENTS, ORDER } from "../support/histories.ts";
import { referenceReduce } from "../support/reference_reducer.ts";

/** What a reduction says, in the form in which the reference says it. */
function said(events: readonly StatusEvent[]) {
  const { work_packages } = reduce(events);
  return Object.fromEntries(
    [...work_packages].map(([wp_id, { lane, force_count, last_event_id, history }]) => [
      wp_id,
      {
        lane,
        force_count,
        tip: last_event_id,
        superseded: sorted(history.superseded),
        heads: history.heads(),
        unknown_parents: history.unknown_parents
          .map((found) => `${found.event_id} < ${found.parent_id}`)
          .sort(),
        discontinuities: [...history.discontinuities],
      },
    ]),
  );
}

function expected(events: readonly StatusEvent[]) {
  return Object.fromEntries(
    [...referenceReduce(events)].map(([wp_id, state]) => [
      wp_id,
      { ...state, superseded: sorted(state.superseded), unknown_parents: [...state.unknown_parents].sort() },
    ]),
  );
}

function sorted(map: ReadonlyMap<string, string>): [string, string][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function snapshotBytes(events: readonly StatusEvent[]): string {
  return renderSnapshot(
    snapshotOf(reduce(events), SEVEN_LANE, { key: "feature_slug", value: "f" }),
    undefined,
  );
}

describe("reduce() agrees with the model's pseudo-code", () => {
  test("on any set of events", () => {
    fc.assert(
      fc.property(ANY_EVENTS, (events) => {
        expect<unknown>(said(events)).toEqual(expected(events));
      }),
      { numRuns: 3000 },
    );
  });

  test("on any set of events of nine lanes", () => {
    fc.assert(
      fc.property(ANY_NINE_LANE_EVENTS, (events) => {
        expect<unknown>(said(events)).toEqual(expected(events));
      }),
      { numRuns: 3000 },
    );
  });

  test("on what clones at work leave behind", () => {
    fc.assert(
      fc.property(CLONES_AT_WORK, ({ logs }) => {
        const events = merged(logs);
        expect<unknown>(said(events)).toEqual(expected(events));
      }),
      { numRuns: 500 },
    );
  });

  test("on what clones leave behind when some of them are of an older kind, or lost lines", () => {
    const treatment = fc.array(fc.constantFrom("keep", "keep", "keep", "strip", "drop"), { minLength: 1 });
    fc.assert(
      fc.property(CLONES_AT_WORK, treatment, ({ logs }, treatments) => {
        const events = merged(logs).flatMap((event, index) => {
          const { parent_event_ids: _, ...older } = event;
          const what = treatments[index % treatments.length];
          if (what === "drop") return [];
          return [what === "strip" ? older : event];
        });
        expect<unknown>(said(events)).toEqual(expected(events));
      }),
      { numRuns: 700 },
    );
  });
});

describe("reduce() is a function of the set of events:", () => {
  test("the order of lines, and how often one stands there, do not matter", () => {
    fc.assert(
      fc.property(ANY_EVENTS, ORDER, fc.array(fc.nat()), (events, order, repeated) => {
        const again = repeated.flatMap((index) => structuredClone(events[index % events.length]) ?? []);
        const other = shuffled([...events, ...again], order);

        expect(said(other)).toEqual(said(events));
        expect(snapshotBytes(other)).toBe(snapshotBytes(events));
      }),
      { numRuns: 500 },
    );
  });

  test("reducing twice gives the same snapshot, to the byte", () => {
    fc.assert(
      fc.property(ANY_EVENTS, (events) => {
        expect(snapshotBytes(events)).toBe(snapshotBytes(events));
      }),
    );
  });
});

describe("replay()", () => {
  test("gives for a linear history what it gives without its short cut", () => {
    fc.assert(
      fc.property(LINEAR_EVENTS, (events) => {
        const short = plain(replay(events, KNOWN_VOCABULARY));

        expect(short).toEqual(plain(fullReplay(events, KNOWN_VOCABULARY)));
        expect(short.tip).toBe(events.at(-1)?.event_id ?? "none");
        expect(short.superseded).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("addEvent()", () => {
  test("gives what reduce() gives with one more event", () => {
    fc.assert(
      fc.property(ANY_EVENTS, (events) => {
        const distinct = [...reduce(events).work_packages.values()].flatMap(({ history }) => history.events);
        const newest = reduce(events).newest;
        const before = distinct.filter((event) => event !== newest);
        if (newest === undefined) throw new Error("there is a newest of some");

        expect(summed(addEvent(reduce(before), newest))).toEqual(summed(reduce(distinct)));
      }),
      { numRuns: 500 },
    );
  });
});

function plain(history: Replay) {
  const { tip, superseded, heads, unknown_parents, discontinuities } = history;
  return {
    tip: tip.event_id,
    superseded: sorted(superseded),
    heads: heads(),
    unknown_parents,
    discontinuities,
  };
}

function summed({ event_count, newest, work_packages }: Standing) {
  const states = [...work_packages].map(([id, { history: _, ...state }]) => [id, state]);
  const heads = [...work_packages.values()].map(headsOf);
  return { event_count, newest: newest?.event_id, states, heads };
}
