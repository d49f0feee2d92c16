import { describe, expect, test } from "bun:test";
import { decide, laneOf, type Situation, targetLane } from "../../src/domain/decide.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import {
  appended,
  aRequest,
  decided,
  EVERYTHING,
  inLane,
  NEW_ID,
  refusalOf,
  STAMP,
  situationOf,
  untouched,
} from "../support/decisions.ts";
import { anEvent, at, eventId } from "../support/events.ts";

describe("decide()", () => {
  test("makes an event of every field that always is there", () => {
    const event = appended(decide(aRequest(), untouched(), STAMP));

    expect(event).toEqual({
      event_id: NEW_ID,
      feature_slug: "034-status-model",
      wp_id: "WP01",
      from_lane: "planned",
      to_lane: "claimed",
      at: "2026-02-08T13:00:00.000000+00:00",
      actor: "claude",
      force: false,
      execution_mode: "worktree",
      reason: null,
      review_ref: null,
      evidence: null,
      parent_event_ids: [],
    });
  });

  test("takes over what the request gives", () => {
    const request = {
      ...EVERYTHING,
      to_lane: "done",
      execution_mode: "direct_repo",
      idempotency_key: "k1",
    } as const;

    const event = appended(decided(request, inLane("for_review")));

    expect(event).toMatchObject({
      actor: "claude",
      execution_mode: "direct_repo",
      reason: "because",
      review_ref: "PR-7",
      evidence: { review: { reviewer: "ana", verdict: "approved", reference: "PR-7" } },
      idempotency_key: "k1",
    });
  });

  test("names the feature as its log does", () => {
    const situation = untouched({ slug: { key: "mission_slug", value: "m-1" } });

    const event = appended(decided({}, situation));

    expect(event).toMatchObject({ mission_slug: "m-1" });
    expect(event).not.toHaveProperty("feature_slug");
  });

  test("stores the canonical lane, never an alias", () => {
    for (const typed of ["doing", " DOING ", "Doing", "IN_PROGRESS", "\tin_progress\n"]) {
      const event = appended(decided({ to_lane: typed }, inLane("claimed")));

      expect(event.to_lane).toBe("in_progress");
    }
  });

  test("refuses an unknown lane, and lists those there are", () => {
    for (const typed of [
      "",
      "shipped",
      "in progress",
      "in-progress",
      "__proto__",
      "constructor",
      "toString",
    ]) {
      const refusal = refusalOf(decided({ ...EVERYTHING, to_lane: typed }, inLane("claimed")));

      expect(refusal.code).toBe("UNKNOWN_LANE");
      expect(refusal.details).toEqual({ found: typed, lanes: SEVEN_LANE.lanes.map(({ name }) => name) });
    }
  });
});

describe("decide() gives the new event the heads of its work package as parents:", () => {
  const first = anEvent({ event_id: eventId(1), parent_event_ids: [] });
  const started = { from_lane: "claimed", to_lane: "in_progress", parent_event_ids: [eventId(1)] };
  const left = anEvent({ ...started, event_id: eventId(2), at: at(1) });
  const right = anEvent({ ...started, event_id: eventId(3), at: at(2) });

  test("none for the first", () => {
    expect(appended(decided({}, untouched())).parent_event_ids).toEqual([]);
  });

  test("the last event of a history that never forked", () => {
    const event = appended(decided({ to_lane: "blocked" }, situationOf([first, left])));

    expect(event.parent_event_ids).toEqual([eventId(2)]);
  });

  test("both ends after a merge, sorted", () => {
    const event = appended(decided({ to_lane: "blocked" }, situationOf([first, left, right])));

    expect(event.parent_event_ids).toEqual([eventId(2), eventId(3)]);
  });

  test("the newest event of an older history without parents", () => {
    const { parent_event_ids: _, ...old } = left;

    const event = appended(decided({ to_lane: "for_review" }, situationOf([anEvent(), old])));

    expect(event.parent_event_ids).toEqual([eventId(2)]);
  });
});

describe("targetLane()", () => {
  test("resolves the lane that a request asks for, or refuses it", () => {
    expect(targetLane(aRequest({ to_lane: "doing" }), SEVEN_LANE)).toEqual({
      ok: true,
      value: "in_progress",
    });
    expect(refusalOf(targetLane(aRequest({ to_lane: "dnoe" }), SEVEN_LANE)).code).toBe("UNKNOWN_LANE");
  });
});

describe("laneOf()", () => {
  test("is the lane of the state, and the workflow's first without one", () => {
    const situation: Situation = inLane("for_review");

    expect(laneOf(situation)).toBe("for_review");
    expect(laneOf({ ...situation, state: undefined })).toBe("planned");
  });
});
