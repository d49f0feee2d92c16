/** What a new line takes over from the lines of its log. */

import { describe, expect, test } from "bun:test";
import type { StatusEvent } from "../../src/domain/event.ts";
import { logStyleOf, speaksOfMissions, traitsOf } from "../../src/domain/log_style.ts";
import { NINE_LANE, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { appended, decided, untouched } from "../support/decisions.ts";
import { anEvent, eventId } from "../support/events.ts";

/** An event as a mission's own tool writes it. */
function missionEvent(fields: Partial<StatusEvent> = {}): StatusEvent {
  const { feature_slug: _, ...event } = anEvent({
    mission_slug: "m-1",
    mission_id: "01M",
    policy_metadata: null,
    review_result: null,
  });
  return { ...event, ...fields };
}

describe("logStyleOf()", () => {
  test("takes the names and the empty fields of a mission's log over", () => {
    expect(logStyleOf(traitsOf([missionEvent()]), NINE_LANE, "01M")).toEqual({
      slug_key: "mission_slug",
      slug: "m-1",
      mission_id: "01M",
      empty_fields: ["policy_metadata", "review_result"],
    });
  });

  test("takes the names and the empty fields of a feature's log over", () => {
    expect(logStyleOf(traitsOf([anEvent()]), SEVEN_LANE, undefined)).toEqual({
      slug_key: "feature_slug",
      slug: "034-status-model",
      mission_id: undefined,
      empty_fields: [],
    });
  });

  test("looks at the last line: a log whose tool has grown a field goes on with it", () => {
    const { review_result: _, ...old } = missionEvent();

    expect(logStyleOf(traitsOf([missionEvent(), old]), NINE_LANE, "01M").empty_fields).toEqual([
      "policy_metadata",
    ]);
    expect(logStyleOf(traitsOf([old, missionEvent()]), NINE_LANE, "01M").empty_fields).toEqual([
      "policy_metadata",
      "review_result",
    ]);
  });

  test("leaves a field empty that somebody left empty, and no other that it does not know", () => {
    const full = missionEvent({ policy_metadata: { a: 1 }, review_result: {}, lamport: 4, note: "x" });
    const empty = missionEvent({ note: null });

    expect(logStyleOf(traitsOf([full]), NINE_LANE, "01M").empty_fields).toEqual([
      "policy_metadata",
      "review_result",
    ]);
    expect(logStyleOf(traitsOf([empty, full]), NINE_LANE, "01M").empty_fields).toEqual([
      "policy_metadata",
      "review_result",
      "note",
    ]);
  });

  test("says of the mission what meta.json says, else what the lines say, where they say anything", () => {
    const { mission_id: _, ...nameless } = missionEvent();
    const idOf = (event: StatusEvent, mission_id: string | undefined) =>
      logStyleOf(traitsOf([event]), NINE_LANE, mission_id).mission_id;

    expect(idOf(missionEvent(), "01N")).toBe("01N");
    expect(idOf(missionEvent(), undefined)).toBe("01M");
    expect(idOf(missionEvent({ mission_id: null }), undefined)).toBeNull();
    expect(idOf(nameless, "01N")).toBeUndefined();
  });

  test("knows no name of a feature that its lines call by two", () => {
    const events = [missionEvent(), missionEvent({ event_id: eventId(2), mission_slug: "m-2" })];

    expect(logStyleOf(traitsOf(events), NINE_LANE, "01M").slug).toBeUndefined();
  });

  test("goes by workflow and meta.json where there is no transition", () => {
    expect(logStyleOf(traitsOf([]), NINE_LANE, "01M")).toEqual({
      slug_key: "mission_slug",
      slug: undefined,
      mission_id: "01M",
      empty_fields: ["review_result"],
    });
    expect(logStyleOf(traitsOf([]), NINE_LANE, undefined)).toMatchObject({
      slug_key: "feature_slug",
      mission_id: undefined,
    });
    expect(logStyleOf(traitsOf([]), SEVEN_LANE, "01M")).toEqual({
      slug_key: "feature_slug",
      slug: undefined,
      mission_id: undefined,
      empty_fields: [],
    });
  });
});

test("speaksOfMissions() needs one line that does", () => {
  expect(speaksOfMissions(traitsOf([]))).toBe(false);
  expect(speaksOfMissions(traitsOf([anEvent()]))).toBe(false);
  expect(speaksOfMissions(traitsOf([anEvent(), missionEvent()]))).toBe(true);
});

test("decide() writes the empty fields of the log, and what it has to say over them", () => {
  const situation = untouched({ workflow: NINE_LANE, empty_fields: ["policy_metadata", "review_result"] });
  const result = { reviewer: "ana", verdict: "approved", reference: "PR-7" };

  expect(appended(decided({ to_lane: "claimed" }, situation))).toMatchObject({
    policy_metadata: null,
    review_result: null,
  });
  expect(appended(decided({ to_lane: "claimed", review_result: result }, situation))).toMatchObject({
    policy_metadata: null,
    review_result: result,
  });
});
