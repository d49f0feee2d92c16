import { describe, expect, test } from "bun:test";
import type { StatusEvent } from "../../src/domain/event.ts";
import { addEvent, reduce } from "../../src/domain/reduce.ts";
import { anEvent, at, eventId, stateAfter } from "../support/events.ts";

describe("reduce()", () => {
  test("says nothing of an empty log", () => {
    expect(reduce([])).toEqual({ event_count: 0, newest: undefined, work_packages: new Map() });
  });

  test("gives each work package the lane, actor, time and id of its last event", () => {
    const claimed = anEvent({ event_id: eventId(1), at: at(1) });
    const started = anEvent({
      event_id: eventId(2),
      from_lane: "claimed",
      to_lane: "in_progress",
      at: "2026-02-08T12:00:02Z",
      actor: { role: "implementer", tool: "codex" },
    });

    expect(stateAfter(claimed, started)).toMatchObject({
      wp_id: "WP01",
      lane: "in_progress",
      actor: "codex",
      last_event_id: eventId(2),
      last_transition_at: "2026-02-08T12:00:02Z",
      force_count: 0,
    });
  });

  test("lists work packages as people count them", () => {
    const ids = ["WP10", "WP02", "WP9", "WP01"].map((wp_id, n) => anEvent({ wp_id, event_id: eventId(n) }));

    expect([...reduce(ids).work_packages.keys()]).toEqual(["WP01", "WP02", "WP9", "WP10"]);
  });

  test("compares times as instants, not as texts", () => {
    const late = anEvent({ event_id: eventId(1), at: "2026-02-08T12:00:01Z" });
    const early = anEvent({ event_id: eventId(2), to_lane: "blocked", at: "2026-02-08T13:30:00.5+01:30" });

    expect(stateAfter(early, late).last_event_id).toBe(late.event_id);
    expect(reduce([early, late]).newest).toBe(late);
  });

  test("tells microseconds apart", () => {
    const one = anEvent({ event_id: eventId(2), at: "2026-02-08T12:00:00.000001Z" });
    const two = anEvent({ event_id: eventId(1), at: "2026-02-08T12:00:00.000002Z" });

    expect(reduce([two, one]).newest).toBe(two);
  });

  test("orders events of one instant by id", () => {
    const one = anEvent({ event_id: eventId(1), at: "2026-02-08T12:00:00Z" });
    const two = anEvent({ event_id: eventId(2), at: "2026-02-08T14:00:00.0000009+02:00" });

    expect(reduce([two, one]).newest).toBe(two);
  });

  test("counts equal lines once, however often they stand there", () => {
    const event = anEvent({ force: true, reason: "must" });

    expect(reduce([event, { ...event }, event]).event_count).toBe(1);
    expect(stateAfter(event, { ...event }).force_count).toBe(1);
  });

  test("takes of different events with one id the one that is earlier", () => {
    const early = anEvent({ at: at(1), to_lane: "blocked" });
    const late = anEvent({ at: at(2), to_lane: "canceled" });

    for (const events of [
      [early, late],
      [late, early],
    ]) {
      expect(stateAfter(...events).lane).toBe("blocked");
    }
  });

  test("takes of different events with one id and one instant the one whose bytes are smaller", () => {
    const a = anEvent({ actor: "a", at: "2026-02-08T12:00:00.0000001Z" });
    const b = anEvent({ actor: "b", at: "2026-02-08T12:00:00Z" });

    expect(stateAfter(a, b).actor).toBe("a");
    expect(stateAfter(b, a).actor).toBe("a");
  });

  test("does so across work packages: one id, one event", () => {
    const one = anEvent({ at: at(1) });
    const other = anEvent({ at: at(2), wp_id: "WP02" });

    expect([...reduce([other, one]).work_packages.keys()]).toEqual(["WP01"]);
  });

  test("changes nothing that it was given", () => {
    const events = Object.freeze([anEvent({ at: at(5) }), anEvent({ event_id: eventId(2), at: at(1) })]);

    expect(() => reduce(events)).not.toThrow();
  });
});

describe("reduce() tells the writer of a cycle or of nonsense by a finding, and goes on:", () => {
  const A = eventId(1);
  const B = eventId(2);

  function found(...events: readonly StatusEvent[]): [string, string][] {
    return stateAfter(...events).history.unknown_parents.map(({ event_id, parent_id }) => [
      event_id,
      parent_id,
    ]);
  }

  test("a parent that is not there", () => {
    expect(found(anEvent({ event_id: A, parent_event_ids: [eventId(9)] }))).toEqual([[A, eventId(9)]]);
  });

  test("an event that names itself", () => {
    expect(found(anEvent({ event_id: A, parent_event_ids: [A] }))).toEqual([[A, A]]);
  });

  test("two events that name each other", () => {
    const one = anEvent({ event_id: A, parent_event_ids: [B] });
    const two = anEvent({ event_id: B, at: at(1), to_lane: "blocked", parent_event_ids: [A] });

    expect(found(one, two)).toEqual([[A, B]]);
    expect(stateAfter(two, one).last_event_id).toBe(B);
  });

  test("a parent of another work package", () => {
    const other = anEvent({ event_id: A, wp_id: "WP02" });
    const event = anEvent({ event_id: B, at: at(1), parent_event_ids: [A] });

    expect(found(other, event)).toEqual([[B, A]]);
  });

  test("a parent that sorts later", () => {
    const later = anEvent({ event_id: A, at: at(9) });
    const event = anEvent({ event_id: B, at: at(1), parent_event_ids: [A] });

    expect(found(later, event)).toEqual([[B, A]]);
  });

  test("a parent that is named twice, once", () => {
    const event = anEvent({ event_id: A, parent_event_ids: [eventId(9), eventId(9)] });

    expect(found(event)).toEqual([[A, eventId(9)]]);
  });

  test("with usable parents beside the unknown, those count", () => {
    const first = anEvent({ event_id: A, parent_event_ids: [] });
    const second = anEvent({ event_id: B, to_lane: "blocked", at: at(1), parent_event_ids: [A, eventId(9)] });

    expect(found(first, second)).toEqual([[B, eventId(9)]]);
    expect([...stateAfter(first, second).history.superseded]).toEqual([]);
  });

  test("an older event that fits nowhere", () => {
    const claimed = anEvent({ event_id: A });
    const stray = anEvent({ event_id: B, from_lane: "for_review", to_lane: "done", at: at(1) });

    expect(stateAfter(claimed, stray).history.discontinuities).toEqual([B]);
    expect(stateAfter(claimed, stray).lane).toBe("done");
  });
});

describe("addEvent()", () => {
  test("replays one work package, and keeps the others' states", () => {
    const before = reduce([anEvent({ wp_id: "WP02" })]);

    const after = addEvent(before, anEvent({ event_id: eventId(2), at: at(1) }));

    expect([...after.work_packages.keys()]).toEqual(["WP01", "WP02"]);
    expect(after.work_packages.get("WP02")).toBe(before.work_packages.get("WP02"));
    expect(after.event_count).toBe(2);
    expect(before.event_count).toBe(1);
  });
});
