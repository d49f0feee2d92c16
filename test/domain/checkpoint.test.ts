import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Checkpoint, checkpointOf, goOnFrom, hasRoomForIds } from "../../src/domain/checkpoint.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { logStyleOf, traitsOf } from "../../src/domain/log_style.ts";
import { addEvent, compareEvents, headsOf, reduce, type Standing } from "../../src/domain/reduce.ts";
import { END_OF_TIME_US } from "../../src/domain/time.ts";
import { encodeUlid } from "../../src/domain/ulid.ts";
import { KNOWN_VOCABULARY, NINE_LANE, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { CLONES_AT_WORK, merged } from "../support/clones.ts";
import { anEvent, at, eventId, NOON_US, SECOND_US, shuffled } from "../support/events.ts";
import { ANY_EVENTS, ANY_NINE_LANE_EVENTS, LINEAR_EVENTS, ORDER } from "../support/histories.ts";

/** The checkpoint of a log, written down and read again; fails the test when there is none. */
function checkpointAfter(events: readonly StatusEvent[]): Checkpoint {
  const made = checkpointOf({ reduction: reduce(events), traits: traitsOf(events) }, events);
  return made === undefined ? expect.unreachable() : writtenDown(made);
}

function writtenDown(checkpoint: Checkpoint): Checkpoint {
  return JSON.parse(JSON.stringify(checkpoint)) as Checkpoint;
}

/** All that a decision and a snapshot take from a reduction. */
function said({ event_count, newest, work_packages }: Standing) {
  return {
    event_count,
    newest: newest && { at: newest.at, event_id: newest.event_id },
    states: [...work_packages].map(([id, standing]) => {
      const { history: _, ...state } = standing;
      return [id, state, headsOf(standing)];
    }),
  };
}

function styles(traits: ReturnType<typeof traitsOf>) {
  return [SEVEN_LANE, NINE_LANE].map((workflow) => logStyleOf(traits, workflow, "01M"));
}

/** Goes on, and holds the outcome to the whole log. @returns whether the checkpoint served */
function holdsFrom(
  checkpoint: Checkpoint,
  before: readonly StatusEvent[],
  tail: readonly StatusEvent[],
): boolean {
  const continued = goOnFrom(checkpoint, tail, KNOWN_VOCABULARY);
  if (continued === undefined) return false;
  const whole = [...before, ...tail];
  expect(said(continued.reduction)).toEqual(said(reduce(whole)));
  expect(styles(continued.traits)).toEqual(styles(traitsOf(whole)));
  expect(new Set(continued.traits.lanes)).toEqual(new Set(traitsOf(whole).lanes));
  for (const { event_id, wp_id, superseded } of heldIn(continued.reduction)) {
    expect(superseded).toBe(reduce(whole).work_packages.get(wp_id)?.history.superseded.get(event_id));
  }
  return true;
}

/** What is known of the events whose history was not let go. */
function heldIn({ work_packages }: Standing) {
  return [...work_packages.values()].flatMap(({ wp_id, history }) =>
    (history?.events ?? []).map(({ event_id }) => ({
      event_id,
      wp_id,
      superseded: history?.superseded.get(event_id),
    })),
  );
}

const SPLIT = fc.nat(100);

describe("goOnFrom() says what the whole log says, or nothing,", () => {
  test.each([
    ["after histories of clones", CLONES_AT_WORK.map(({ logs }) => merged(logs))],
    ["after any events", ANY_EVENTS],
    ["after any events in nine lanes", ANY_NINE_LANE_EVENTS],
    ["after linear histories", LINEAR_EVENTS],
  ])("%s, wherever they are cut", (_, histories) => {
    let served = 0;
    fc.assert(
      fc.property(histories, SPLIT, SPLIT, ORDER, (events, first, second, order) => {
        const sorted = events.toSorted(compareEvents);
        const [cut, end] = [1 + (first % events.length), 1 + (second % events.length)].toSorted(
          (a, b) => a - b,
        );
        const [before, tail] = [sorted.slice(0, cut), shuffled(sorted.slice(cut, end), order)];
        if (holdsFrom(checkpointAfter(before), before, tail)) served++;
        // Cut as the lines stand, later times can stand before.
        if (holdsFrom(checkpointAfter(events.slice(0, cut)), events.slice(0, cut), events.slice(cut, end)))
          served++;
      }),
      { numRuns: 500 },
    );
    expect(served).toBeGreaterThan(100);
  });

  test("also from a checkpoint that was made from another, as if it was made from the whole log", () => {
    let served = 0;
    fc.assert(
      fc.property(LINEAR_EVENTS, SPLIT, (events, split) => {
        const cut = 1 + (split % events.length);
        const [before, tail] = [events.slice(0, cut), events.slice(cut)];
        const checkpoint = checkpointAfter(before);
        const continued = goOnFrom(checkpoint, tail, KNOWN_VOCABULARY);
        if (continued === undefined) return;
        const next = checkpointOf(continued, tail, checkpoint);
        expect(next && writtenDown(next)).toEqual(checkpointAfter(events));
        served++;
      }),
      { numRuns: 300 },
    );
    expect(served).toBeGreaterThan(100);
  });

  test("and a new event, which names the heads, is added as to the whole log", () => {
    fc.assert(
      fc.property(
        CLONES_AT_WORK.map(({ logs }) => merged(logs)),
        (events) => {
          if (events.length === 0) return;
          const { reduction } =
            goOnFrom(checkpointAfter(events), [], KNOWN_VOCABULARY) ?? expect.unreachable();
          for (const [wp_id, standing] of reduction.work_packages) {
            const event = anEvent({
              event_id: eventId(99_999),
              wp_id,
              at: "2199-01-01T00:00:00.000000+00:00",
              parent_event_ids: [...headsOf(standing)],
            });
            expect(said(addEvent(reduction, event))).toEqual(said(reduce([...events, event])));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("goOnFrom()", () => {
  const first = anEvent({ event_id: eventId(1), parent_event_ids: [] });
  const second = anEvent({
    event_id: eventId(2),
    at: at(1),
    from_lane: "claimed",
    to_lane: "in_progress",
    parent_event_ids: [eventId(1)],
  });
  const goOn = (event: Partial<StatusEvent>) =>
    goOnFrom(checkpointAfter([first]), [{ ...second, ...event }], KNOWN_VOCABULARY);

  test("goes on where an event names exactly the tip", () => {
    expect(goOn({})?.reduction.work_packages.get("WP01")).toMatchObject({ lane: "in_progress" });
  });

  test.each<[string, Partial<StatusEvent>]>([
    ["names no parents", { parent_event_ids: undefined }],
    ["names more than the tip", { parent_event_ids: [eventId(0), eventId(1)] }],
    ["names something else", { parent_event_ids: [eventId(7)] }],
    ["has seen nothing", { parent_event_ids: [] }],
    ["is older", { at: at(-1) }],
    ["stands at the same time with a smaller id", { at: at(0), event_id: eventId(0) }],
    ["has an id that may have been used", { event_id: eventId(0) }],
    ["is the tip once more", first],
    ["brings a field that may have been null before", { note: "x" }],
  ])("leaves it to the whole log where an event %s", (_, event) => {
    expect(goOn(event)).toBeUndefined();
  });

  test("leaves nothing to the whole log of a work package whose events are all known", () => {
    expect(goOn({ wp_id: "WP02", parent_event_ids: undefined })?.reduction.work_packages.size).toBe(2);
  });
});

describe("checkpointOf()", () => {
  test("sums nothing up where there is nothing", () => {
    expect(checkpointOf({ reduction: reduce([]), traits: traitsOf([]) }, [])).toBeUndefined();
  });

  test("gives up where very many events of work packages with several heads would have to be kept", () => {
    const all = Array.from({ length: 501 }, (_, i) =>
      anEvent({ event_id: eventId(i), at: at(i), parent_event_ids: [] }),
    );
    const made = (events: readonly StatusEvent[]) =>
      checkpointOf({ reduction: reduce(events), traits: traitsOf(events) }, events);

    expect(made(all.slice(1))?.open_events).toHaveLength(500);
    expect(made(all)).toBeUndefined();
  });
});

describe("hasRoomForIds()", () => {
  const checkpoint = checkpointAfter([
    anEvent({ event_id: encodeUlid(NOON_US / 1000, new Uint8Array(10)), at: at(0) }),
  ]);

  test.each([
    ["the clock has moved on", NOON_US + SECOND_US, true],
    ["the clock stands where it stood", NOON_US, false],
    ["the clock is behind, so that the next event gets the same millisecond", 0, false],
    ["the clock is past all that can be written", END_OF_TIME_US, true],
    ["there is no clock to speak of", Number.NaN, false],
  ])("where %s", (_, now_us, expected) => {
    expect(hasRoomForIds(checkpoint, now_us)).toBe(expected);
  });
});
