import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { StatusEvent } from "../../src/domain/event.ts";
import { formatLine, parseLine } from "../../src/domain/line.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { renderSnapshot, snapshotOf } from "../../src/domain/snapshot.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { anEvent, at, eventId, stateIn } from "../support/events.ts";
import { ANY_EVENTS, LANES } from "../support/histories.ts";

const SLUG = { key: "feature_slug", value: "034-status-model" } as const;

/** One event for each list of numbers; they name each other without rhyme or reason. */
const TANGLE = fc
  .array(
    fc.tuple(fc.array(fc.nat(200), { maxLength: 4 }), fc.constantFrom(...LANES), fc.constantFrom(...LANES)),
    {
      minLength: 50,
      maxLength: 200,
    },
  )
  .map((drafts) =>
    drafts.map(([parents, from_lane, to_lane], index) =>
      anEvent({
        event_id: eventId(index),
        from_lane,
        to_lane,
        at: at(index % 60),
        review_ref: "PR-7",
        parent_event_ids: parents.map(eventId),
      }),
    ),
  );

describe("reduce() of nonsense", () => {
  test("comes to an end, and reports every parent that is no earlier event of the work package", () => {
    fc.assert(
      fc.property(fc.oneof(ANY_EVENTS, TANGLE), (events) => {
        for (const { history } of reduce(events).work_packages.values()) {
          const earlier = new Set<string>();
          const expected: string[] = [];
          for (const { event_id, parent_event_ids = [] } of history.events) {
            for (const id of new Set(parent_event_ids))
              if (!earlier.has(id)) expected.push(`${event_id} ${id}`);
            earlier.add(event_id);
          }
          const reported = history.unknown_parents.map(
            ({ event_id, parent_id }) => `${event_id} ${parent_id}`,
          );
          expect(reported.sort()).toEqual(expected.sort());
        }
      }),
      { numRuns: 300 },
    );
  });

  test("accounts for every event: it is superseded, or the tip is reached through it", () => {
    fc.assert(
      fc.property(fc.oneof(ANY_EVENTS, TANGLE), (events) => {
        const reduction = reduce(events);
        let count = 0;
        for (const { history, lane } of reduction.work_packages.values()) {
          const ids = new Set(history.events.map((event) => event.event_id));
          count += ids.size;
          expect(history.superseded.has(history.tip.event_id)).toBe(false);
          expect(history.tip.to_lane).toBe(lane);
          for (const [loser, by] of history.superseded) expect(ids.has(loser) && ids.has(by)).toBe(true);
          for (const id of history.heads()) expect(ids.has(id)).toBe(true);
        }
        expect(reduction.event_count).toBe(count);
      }),
      { numRuns: 300 },
    );
  });
});

describe("an event whose writer had seen everything", () => {
  test("takes effect, whatever the others say of each other", () => {
    fc.assert(
      fc.property(fc.oneof(ANY_EVENTS, TANGLE), fc.constantFrom(...LANES), (events, to_lane) => {
        for (const { wp_id, lane, history } of reduce(events).work_packages.values()) {
          const next = anEvent({
            event_id: eventId(99_999),
            wp_id,
            from_lane: lane,
            to_lane,
            at: at(3600),
            parent_event_ids: history.heads(),
          });
          const after = stateIn(reduce([...events, next]), wp_id);

          expect(after.last_event_id).toBe(next.event_id);
          expect(after.history.superseded.size).toBeLessThanOrEqual(history.superseded.size);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const ODD_TEXT = fc.string({ unit: "binary", maxLength: 12 });
const ODD_EVENT: fc.Arbitrary<StatusEvent> = fc
  .record({
    actor: fc.oneof(ODD_TEXT, fc.record({ tool: ODD_TEXT, role: fc.option(ODD_TEXT) })),
    reason: fc.option(ODD_TEXT),
    review_ref: fc.option(fc.constantFrom("\ud800", "a\udfffb", "\u2028", '"\\\n')),
    evidence: fc.option(fc.dictionary(ODD_TEXT, fc.jsonValue({ stringUnit: "binary", maxDepth: 3 }))),
    force: fc.boolean(),
    extra: fc.jsonValue({ stringUnit: "binary", maxDepth: 4 }),
  })
  .map((fields) => anEvent(fields));

describe("formatLine() and parseLine()", () => {
  test("bring any event there and back in the same bytes", () => {
    fc.assert(
      fc.property(ODD_EVENT, (event) => {
        const line = formatLine(event);
        const parsed = parseLine(line.slice(0, -1));

        expect(line).toMatch(/^[ -~]*\n$/);
        expect(parsed.kind === "event" ? formatLine(parsed.event) : parsed).toBe(line);
      }),
      { numRuns: 500 },
    );
  });
});

describe("renderSnapshot()", () => {
  test("gives the same bytes over its own file, and after every event came through the log", () => {
    fc.assert(
      fc.property(ANY_EVENTS, ODD_EVENT, (events, odd) => {
        const all = [...events, odd];
        const text = renderSnapshot(snapshotOf(reduce(all), SEVEN_LANE, SLUG), undefined);
        const again = all.flatMap((event) => {
          const parsed = parseLine(formatLine(event).trimEnd());
          return parsed.kind === "event" ? [parsed.event] : [];
        });
        const snapshot = snapshotOf(reduce(again), SEVEN_LANE, SLUG);

        expect(renderSnapshot(snapshot, undefined)).toBe(text);
        expect(renderSnapshot(snapshot, text)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(snapshot)));
      }),
      { numRuns: 500 },
    );
  });
});
