import { describe, expect, test } from "bun:test";
import type { StatusEvent } from "../../src/domain/event.ts";
import { formatInstant } from "../../src/domain/time.ts";
import { anEvent, at, eventId, stateAfter } from "../support/events.ts";

/** An event that names its parents, told in one line: `move(3, "for_review -> done", [2])`. */
function move(
  number: number,
  pair: string,
  parents: readonly number[],
  more: Partial<StatusEvent> = {},
): StatusEvent {
  return { ...older(number, pair, more), parent_event_ids: parents.map(eventId) };
}

/** An event of a tool that names no parents; events are as many seconds old as their numbers say. */
function older(number: number, pair: string, more: Partial<StatusEvent> = {}): StatusEvent {
  const [from_lane = "", to_lane = ""] = pair.split(" -> ");
  return anEvent({ event_id: eventId(number), from_lane, to_lane, at: at(number), ...more });
}

const ROLLBACK = { review_ref: "PR-7" };

/** Lane, and who lost to whom. */
function outcome(...events: readonly StatusEvent[]) {
  const { lane, history } = stateAfter(...events);
  return [
    lane,
    ...[...history.superseded].map(([loser, by]) => `${numberOf(loser)} lost to ${numberOf(by)}`).sort(),
  ];
}

function heads(...events: readonly StatusEvent[]): number[] {
  return stateAfter(...events)
    .history.heads()
    .map(numberOf);
}

function numberOf(event_id: string): number {
  return Array.from({ length: 40 }, (_, n) => n).find((n) => eventId(n) === event_id) ?? -1;
}

describe("reduce() of concurrent events that name their parents", () => {
  const submitted = move(1, "in_progress -> for_review", []);

  test("lets a rollback beat an approval that did not know of it, whichever clock was ahead", () => {
    const done = (n: number) => move(n, "for_review -> done", [1]);
    const back = (n: number) => move(n, "for_review -> in_progress", [1], ROLLBACK);

    expect(outcome(submitted, back(2), done(3))).toEqual(["in_progress", "3 lost to 2"]);
    expect(outcome(submitted, done(2), back(3))).toEqual(["in_progress", "2 lost to 3"]);
  });

  test("lets it win although work was submitted again in between", () => {
    const back = move(2, "for_review -> in_progress", [1], ROLLBACK);
    const again = move(3, "in_progress -> for_review", [2]);
    const done = move(9, "for_review -> done", [1]);

    expect(outcome(submitted, back, again, done)).toEqual(["for_review", "9 lost to 2"]);
  });

  test("takes a step back without a review_ref for a step like any other", () => {
    const back = move(2, "for_review -> in_progress", [1]);
    const done = move(3, "for_review -> done", [1]);

    expect(outcome(submitted, back, done)).toEqual(["done", "2 lost to 3"]);
  });

  test("lets an approval that knew of the rollback take effect", () => {
    const back = move(2, "for_review -> in_progress", [1], ROLLBACK);
    const done = move(3, "in_progress -> done", [2], { force: true, reason: "hotfix" });

    expect(outcome(submitted, back, done)).toEqual(["done"]);
  });

  test("keeps finished work from being undone by who did not know of it", () => {
    const done = move(2, "for_review -> done", [1]);
    const blocked = move(3, "for_review -> blocked", [1]);

    expect(outcome(submitted, done, blocked)).toEqual(["done", "3 lost to 2"]);
  });

  test("keeps canceled work canceled likewise", () => {
    const canceled = move(2, "for_review -> canceled", [1]);
    const blocked = move(3, "for_review -> blocked", [1]);

    expect(outcome(submitted, canceled, blocked)).toEqual(["canceled", "3 lost to 2"]);
  });

  test("lets the later of two ends win, and the later of two rollbacks, and the later of equals", () => {
    const pairs: [string, Partial<StatusEvent>][] = [
      ["for_review -> done", {}],
      ["for_review -> in_progress", ROLLBACK],
      ["for_review -> blocked", {}],
    ];
    for (const [pair, more] of pairs) {
      const history = [submitted, move(2, pair, [1], more), move(3, pair, [1], more)];
      expect(outcome(...history)).toEqual([pair.split(" -> ")[1] ?? "", "2 lost to 3"]);
    }
  });

  test("gives two first events, neither of which knew of the other, to the later", () => {
    const one = move(1, "planned -> claimed", [], { actor: "ana" });
    const two = move(2, "planned -> claimed", [], { actor: "ben" });

    expect(outcome(one, two)).toEqual(["claimed", "1 lost to 2"]);
    expect(stateAfter(one, two).actor).toBe("ben");
  });

  test("overtakes the whole line that the loser stood on", () => {
    const blocked = move(2, "for_review -> blocked", [1]);
    const resumed = move(3, "blocked -> in_progress", [2]);
    const done = move(4, "for_review -> done", [1]);

    expect(outcome(submitted, blocked, resumed, done)).toEqual(["done", "2 lost to 4", "3 lost to 4"]);
  });

  test("gives back what an overtaken event had beaten, to a writer who had seen it", () => {
    const blocked = move(2, "for_review -> blocked", [1]);
    const canceled = move(3, "for_review -> canceled", [1]);
    const back = move(4, "for_review -> in_progress", [2], ROLLBACK);

    expect(outcome(submitted, blocked, canceled, back)).toEqual(["in_progress", "3 lost to 4"]);
  });

  test("counts forced events, superseded or not", () => {
    const done = move(2, "for_review -> done", [1]);
    const forced = move(3, "for_review -> planned", [1], { force: true, reason: "again" });

    expect(outcome(submitted, done, forced)).toEqual(["done", "3 lost to 2"]);
    expect(stateAfter(submitted, done, forced).force_count).toBe(1);
  });
});

describe("heads() of a history", () => {
  const first = move(1, "planned -> claimed", []);
  const left = move(2, "claimed -> in_progress", [1]);
  const right = move(3, "claimed -> blocked", [1]);

  test("are the newest of each branch after a merge", () => {
    expect(heads(first, left, right)).toEqual([2, 3]);
  });

  test("are one again when an event names them all", () => {
    const joined = move(4, "blocked -> in_progress", [2, 3]);

    expect(heads(first, left, right, joined)).toEqual([4]);
  });

  test("take the tip of a history without parents", () => {
    expect(heads(older(1, "planned -> claimed"), older(2, "claimed -> in_progress"))).toEqual([2]);
  });

  test("take each older rollback that is not yet known, so that the next event is not beaten by it", () => {
    const back = older(2, "for_review -> in_progress", ROLLBACK);
    const done = move(3, "for_review -> done", [1]);
    const events = [older(1, "in_progress -> for_review"), back, done];
    const next = move(4, "in_progress -> blocked", [2, 3]);

    expect(heads(...events)).toEqual([2, 3]);
    expect(outcome(...events, next)).toEqual(["blocked", "3 lost to 2"]);
  });

  test("cost what there are of them, also where thousands of old rollbacks knew nothing of each other", () => {
    const count = 2000;
    const pairs = ["planned -> claimed", "in_review -> in_progress"] as const;
    const events = Array.from({ length: 2 * count }, (_, i) => ({
      ...older(0, pairs[i % 2] ?? ""),
      event_id: `01${String(i).padStart(24, "0")}`,
      at: formatInstant(i),
    }));
    const { history } = stateAfter(...events);
    const begun_ms = performance.now();

    expect(history.heads()).toHaveLength(count);
    expect(performance.now() - begun_ms).toBeLessThan(2000);
  });

  test("leave none out in a cycle: the tip is always known through them", () => {
    const one = move(1, "planned -> claimed", [2]);
    const two = move(2, "claimed -> in_progress", [1]);

    expect(heads(one, two)).toEqual([2]);
  });
});

describe("reduce() of older events, which name no parents,", () => {
  test("follows a history in which each goes on from the last", () => {
    const events = [older(1, "planned -> claimed"), older(2, "claimed -> in_progress")];

    expect(outcome(...events)).toEqual(["in_progress"]);
  });

  test("lets a rollback beat the approval that left the same lane later", () => {
    const events = [
      older(1, "in_progress -> for_review"),
      older(2, "for_review -> in_progress", ROLLBACK),
      older(3, "for_review -> done"),
    ];

    expect(outcome(...events)).toEqual(["in_progress", "3 lost to 2"]);
  });

  test("puts what follows a lost event where that one stood", () => {
    const events = [
      older(1, "in_progress -> for_review"),
      older(2, "for_review -> in_progress", ROLLBACK),
      older(3, "for_review -> blocked"),
      older(4, "blocked -> canceled"),
    ];

    expect(outcome(...events)).toEqual(["in_progress", "3 lost to 2", "4 lost to 2"]);
  });

  test("lets the later of two that left one lane win, ends or not", () => {
    const events = [
      older(1, "in_progress -> for_review"),
      older(2, "for_review -> done"),
      older(3, "for_review -> blocked"),
    ];

    expect(outcome(...events)).toEqual(["blocked", "2 lost to 3"]);
  });

  test("takes a forced one to have seen everything", () => {
    const events = [
      older(1, "in_progress -> for_review"),
      older(2, "for_review -> in_progress", ROLLBACK),
      older(3, "for_review -> done", { force: true, reason: "must" }),
    ];

    expect(outcome(...events)).toEqual(["done"]);
  });
});
