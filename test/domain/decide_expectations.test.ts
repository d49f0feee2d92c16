import { describe, expect, test } from "bun:test";
import { appended, decided, inLane, refusalOf, situationOf, untouched } from "../support/decisions.ts";
import { anEvent, at, eventId } from "../support/events.ts";

const CLAIMED = anEvent({ event_id: eventId(7), to_lane: "claimed", at: at(0), parent_event_ids: [] });

describe("decide() with if_lane", () => {
  for (const if_lane of ["in_progress", "doing", " DOING "]) {
    test(`goes on when the work package is in ${JSON.stringify(if_lane)}`, () => {
      const event = appended(decided({ if_lane, to_lane: "blocked" }, inLane("in_progress")));

      expect(event.to_lane).toBe("blocked");
    });
  }

  test("refuses when it is in another, and says who moved it when", () => {
    const refusal = refusalOf(decided({ if_lane: "planned", to_lane: "claimed" }, situationOf([CLAIMED])));

    expect(refusal).toEqual({
      code: "PRECONDITION_FAILED",
      message: `WP01: expected it in planned, but it is in claimed, moved by claude at ${CLAIMED.at}`,
      hint: "lane show WP01",
      details: { expected_lane: "planned", lane: "claimed" },
    });
  });

  test("takes a work package without events for planned", () => {
    expect(appended(decided({ if_lane: "planned" }, untouched())).to_lane).toBe("claimed");
    expect(refusalOf(decided({ if_lane: "claimed" }, untouched())).code).toBe("PRECONDITION_FAILED");
  });

  test("refuses an unknown lane as such", () => {
    expect(refusalOf(decided({ if_lane: "plannd" }, untouched())).code).toBe("UNKNOWN_LANE");
  });

  test("holds a forced move back too", () => {
    const request = { if_lane: "planned", force: true, reason: "must", to_lane: "done" };

    expect(refusalOf(decided(request, situationOf([CLAIMED]))).code).toBe("PRECONDITION_FAILED");
  });

  test("is asked before the table", () => {
    const request = { if_lane: "planned", to_lane: "done" };

    expect(refusalOf(decided(request, situationOf([CLAIMED]))).code).toBe("PRECONDITION_FAILED");
  });
});

describe("decide() with if_event", () => {
  test("goes on when that event is the tip", () => {
    const event = appended(decided({ if_event: eventId(7), to_lane: "in_progress" }, situationOf([CLAIMED])));

    expect(event.parent_event_ids).toEqual([eventId(7)]);
  });

  test("refuses when another is, and names it", () => {
    const refusal = refusalOf(
      decided({ if_event: eventId(6), to_lane: "in_progress" }, situationOf([CLAIMED])),
    );

    expect(refusal).toEqual({
      code: "PRECONDITION_FAILED",
      message: `WP01: expected its last event to be ${eventId(6)}, but it is ${eventId(7)}, moved by claude at ${CLAIMED.at}`,
      hint: "lane show WP01",
      details: { expected_event_id: eventId(6), last_event_id: eventId(7), lane: "claimed" },
    });
  });

  test("refuses when there is no event yet", () => {
    const refusal = refusalOf(decided({ if_event: eventId(6) }, untouched()));

    expect(refusal.code).toBe("PRECONDITION_FAILED");
    expect(refusal.message).toBe(
      `WP01: expected its last event to be ${eventId(6)}, but it has no event yet`,
    );
    expect(refusal.details).toMatchObject({ last_event_id: null });
  });

  test("is not fooled by a lane that was left and entered again", () => {
    const history = [
      anEvent({ event_id: eventId(1), to_lane: "in_progress", at: at(0), parent_event_ids: [] }),
      anEvent({ event_id: eventId(2), to_lane: "blocked", at: at(1), parent_event_ids: [eventId(1)] }),
      anEvent({ event_id: eventId(3), to_lane: "in_progress", at: at(2), parent_event_ids: [eventId(2)] }),
    ];
    const request = { if_lane: "in_progress", if_event: eventId(1), to_lane: "blocked" };

    expect(refusalOf(decided(request, situationOf(history))).code).toBe("PRECONDITION_FAILED");
  });
});
