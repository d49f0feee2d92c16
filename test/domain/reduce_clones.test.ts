import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decide } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { renderSnapshot, snapshotOf } from "../../src/domain/snapshot.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { CLONES_AT_WORK, merged } from "../support/clones.ts";
import { appended, aRequest, situationOf } from "../support/decisions.ts";
import { eventId, NOON_US, shuffled, stateIn } from "../support/events.ts";
import { ORDER } from "../support/histories.ts";
import { isRollback, isTerminal } from "../support/reference_reducer.ts";

/** What every event knew, by id: itself, and all that its parents knew. */
function knowledgeIn(events: readonly StatusEvent[]): Map<string, Set<string>> {
  const knew = new Map<string, Set<string>>();
  const by_id = new Map(events.map((event) => [event.event_id, event]));
  const ask = (id: string): Set<string> => {
    const known = knew.get(id) ?? new Set([id]);
    if (knew.has(id)) return known;
    for (const parent of by_id.get(id)?.parent_event_ids ?? []) for (const old of ask(parent)) known.add(old);
    knew.set(id, known);
    return known;
  };
  for (const id of by_id.keys()) ask(id);
  return knew;
}

function byId(events: readonly StatusEvent[], id: string): StatusEvent {
  const event = events.find((candidate) => candidate.event_id === id);
  if (event === undefined) throw new Error(`no event ${id}`);
  return event;
}

function snapshotBytes(events: readonly StatusEvent[]): string {
  return renderSnapshot(
    snapshotOf(reduce(events), SEVEN_LANE, { key: "feature_slug", value: "f" }),
    undefined,
  );
}

/** Holds for each work package of all that some clones wrote, merged. */
function forEachMerged(check: (events: readonly StatusEvent[]) => void, numRuns = 500): void {
  fc.assert(
    fc.property(CLONES_AT_WORK, ({ logs }) => {
      for (const { history } of reduce(merged(logs)).work_packages.values()) check(history.events);
    }),
    { numRuns },
  );
}

describe("clones with wrong clocks that pull now and then:", () => {
  test("an emit takes effect in its own clone, whatever that had seen", () => {
    fc.assert(
      fc.property(CLONES_AT_WORK, ({ emitted }) => {
        for (const { event, tip_after } of emitted) expect(tip_after).toBe(event.event_id);
      }),
      { numRuns: 500 },
    );
  });

  test("all agree when all have pulled from all, in whatever order", () => {
    fc.assert(
      fc.property(CLONES_AT_WORK, ORDER, ({ logs }, order) => {
        const one = merged(logs);
        const other = merged(shuffled(logs, order));

        expect(snapshotBytes(other)).toBe(snapshotBytes(one));
      }),
      { numRuns: 300 },
    );
  });

  test("an honest history has no findings", () => {
    fc.assert(
      fc.property(CLONES_AT_WORK, ({ logs }) => {
        for (const { history } of reduce(merged(logs)).work_packages.values()) {
          expect(history.unknown_parents).toEqual([]);
          expect(history.discontinuities).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/*
 * "A reviewer's rollback beats every concurrent event" is two statements about a merged
 * history in which every event names its parents. Two events are concurrent when neither
 * knew of the other.
 *
 * 1. The state does not rest on ignorance. A step forward is applied only if it knew of
 *    every rollback that sorts before it, and a rollback that sorts after it is applied
 *    on top of it, so it is the tip only if no such rollback is there. Hence: a tip that
 *    is no rollback knew of *every* rollback of its work package.
 * 2. What is on the chain is overtaken only by what does not lose to it. So a rollback is
 *    superseded by another rollback or not at all; a step forward can leave it behind
 *    only by going on from it.
 *
 * For finished work the second statement holds with "a rollback, or another end".
 */
describe("after a merge", () => {
  test("no step forward stands that did not know of a rollback", () => {
    forEachMerged((events) => {
      const tip = byId(events, stateIn(reduce(events), events[0]?.wp_id).last_event_id);
      if (isRollback(tip)) return;

      const known = knowledgeIn(events).get(tip.event_id);
      const missed = events.filter((event) => isRollback(event) && !known?.has(event.event_id));
      expect(missed).toEqual([]);
    }, 1000);
  });

  test("a rollback is superseded by another rollback or not at all", () => {
    forEachMerged((events) => {
      const { superseded } = stateIn(reduce(events), events[0]?.wp_id).history;
      for (const [loser, by] of superseded) {
        if (isRollback(byId(events, loser))) expect(isRollback(byId(events, by))).toBe(true);
      }
    }, 1000);
  });

  test("an end is superseded by a rollback, by another end, or not at all", () => {
    forEachMerged((events) => {
      const { superseded } = stateIn(reduce(events), events[0]?.wp_id).history;
      for (const [loser, by] of superseded) {
        const winner = byId(events, by);
        if (isTerminal(byId(events, loser))) expect(isRollback(winner) || isTerminal(winner)).toBe(true);
      }
    }, 1000);
  });

  test("nobody loses to what they knew of", () => {
    forEachMerged((events) => {
      const knew = knowledgeIn(events);
      const { superseded } = stateIn(reduce(events), events[0]?.wp_id).history;
      for (const [loser, by] of superseded) {
        expect(knew.get(loser)?.has(by)).toBe(false);
        expect(knew.get(by)?.has(loser)).toBe(false);
      }
    });
  });

  test("the next event takes effect, and knows of all that stood there", () => {
    forEachMerged((events) => {
      const request = aRequest({
        wp_id: events[0]?.wp_id ?? "",
        to_lane: "planned",
        force: true,
        reason: "next",
      });
      const newest = reduce(events).newest;
      const situation = situationOf([], { state: stateIn(reduce(events), events[0]?.wp_id), newest });

      const next = appended(
        decide(request, situation, { now_us: NOON_US, newEventId: () => eventId(99_999) }),
      );
      const all = [...events, next];

      expect(stateIn(reduce(all), next.wp_id).last_event_id).toBe(next.event_id);
      expect(knowledgeIn(all).get(next.event_id)?.size).toBe(all.length);
      expect(stateIn(reduce(all), next.wp_id).history.heads()).toEqual([next.event_id]);
    });
  });
});
