import { describe, expect, test } from "bun:test";
import type { Situation } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { appended, decided, inLane, refusalOf, situationOf } from "../support/decisions.ts";
import { anEvent, at, eventId } from "../support/events.ts";

const KEYED = anEvent({ event_id: eventId(7), idempotency_key: "k1", at: at(0), parent_event_ids: [] });

/** The log holds these events under the request's key; `superseded_by` names what beat each. */
function keyed(...entries: readonly [StatusEvent, string?][]): Partial<Situation> {
  return { keyed: entries.map(([event, superseded_by]) => ({ event, superseded_by })) };
}

describe("decide() with an idempotency key", () => {
  test("appends the key with the event when no event carries it", () => {
    const event = appended(decided({ idempotency_key: " k1 " }, inLane("planned")));

    expect(event.idempotency_key).toBe(" k1 ");
  });

  test("writes no key when none is given", () => {
    expect(appended(decided({}, inLane("planned")))).not.toHaveProperty("idempotency_key");
  });

  test("gives the recorded event back when it says the same", () => {
    const answer = decided(
      { idempotency_key: "k1", to_lane: "claimed" },
      situationOf([KEYED], keyed([KEYED])),
    );

    expect(answer).toEqual({ ok: true, value: { kind: "replay", event: KEYED, warnings: [] } });
  });

  test("gives it back however the lane is typed, and wherever the work package went since", () => {
    const started = anEvent({
      event_id: eventId(8),
      to_lane: "in_progress",
      idempotency_key: "k1",
      parent_event_ids: [],
    });
    const finished = anEvent({
      event_id: eventId(9),
      to_lane: "done",
      at: at(9),
      parent_event_ids: [eventId(8)],
    });
    const situation = situationOf([started, finished], keyed([started]));

    const answer = decided({ idempotency_key: "k1", to_lane: "Doing" }, situation);

    expect(answer).toMatchObject({ ok: true, value: { kind: "replay", event: started } });
  });

  test("is asked before the expected state, the table and the guards", () => {
    const request = { idempotency_key: "k1", to_lane: "claimed", if_lane: "planned", if_event: eventId(1) };

    const answer = decided(request, situationOf([KEYED], keyed([KEYED])));

    expect(answer).toMatchObject({ ok: true, value: { kind: "replay" } });
  });

  test("refuses an unknown lane even so", () => {
    const request = { idempotency_key: "k1", to_lane: "shipped" };

    expect(refusalOf(decided(request, situationOf([KEYED], keyed([KEYED])))).code).toBe("UNKNOWN_LANE");
  });

  for (const [what, difference] of Object.entries({
    "another work package": { wp_id: "WP02" },
    "another lane": { to_lane: "blocked" },
    "another actor": { actor: "ana" },
  })) {
    test(`refuses when the key was used for ${what}`, () => {
      const request = { idempotency_key: "k1", to_lane: "claimed", ...difference };

      const refusal = refusalOf(decided(request, situationOf([KEYED], keyed([KEYED]))));

      expect(refusal.code).toBe("IDEMPOTENCY_CONFLICT");
      expect(refusal.message).toEndWith(
        `key k1 was used for something else: WP01 planned -> claimed by claude (event ${eventId(7)})`,
      );
      expect(refusal.details?.event_id).toBe(eventId(7));
    });
  }

  test("refuses when the recorded event was superseded, and names by what", () => {
    const request = { idempotency_key: "k1", to_lane: "claimed" };

    const refusal = refusalOf(decided(request, situationOf([KEYED], keyed([KEYED, eventId(9)]))));

    expect(refusal.code).toBe("IDEMPOTENCY_CONFLICT");
    expect(refusal.message).toContain(eventId(7));
    expect(refusal.message).toContain(eventId(9));
    expect(refusal.details).toEqual({ event_id: eventId(7), superseded_by: eventId(9) });
  });

  test("gives back the one that stands, of several events with the key", () => {
    const other = anEvent({ event_id: eventId(5), wp_id: "WP02", idempotency_key: "k1" });
    const lost = anEvent({ event_id: eventId(6), idempotency_key: "k1" });
    const situation = situationOf([KEYED], keyed([other], [lost, eventId(7)], [KEYED]));

    const answer = decided({ idempotency_key: "k1", to_lane: "claimed" }, situation);

    expect(answer).toMatchObject({ ok: true, value: { kind: "replay", event: KEYED } });
  });

  test("reports the superseded one rather than one that says something else", () => {
    const other = anEvent({ event_id: eventId(5), wp_id: "WP02", idempotency_key: "k1" });
    const situation = situationOf([KEYED], keyed([other], [KEYED, eventId(9)]));

    const refusal = refusalOf(decided({ idempotency_key: "k1", to_lane: "claimed" }, situation));

    expect(refusal.details).toEqual({ event_id: eventId(7), superseded_by: eventId(9) });
  });
});
