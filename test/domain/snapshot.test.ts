import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { reduce } from "../../src/domain/reduce.ts";
import { renderSnapshot, type Snapshot, SnapshotSchema, snapshotOf } from "../../src/domain/snapshot.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { anEvent, at, eventId } from "../support/events.ts";

const SLUG = { key: "feature_slug", value: "034-status-model" } as const;
const STARTED = anEvent({ event_id: eventId(1), to_lane: "in_progress", at: "2026-02-08T12:00:00Z" });
const FORCED = anEvent({
  event_id: eventId(2),
  wp_id: "WP02",
  to_lane: "done",
  force: true,
  actor: { role: "reviewer", tool: "claude" },
  at: at(5),
});

/** The owned part of the log that holds these events. */
function owned(...events: Parameters<typeof anEvent>[0][]): Snapshot {
  return snapshotOf(reduce(events.map((fields) => anEvent(fields))), SEVEN_LANE, SLUG);
}

describe("snapshotOf()", () => {
  test("says what the log says", () => {
    expect(owned(STARTED, FORCED, STARTED)).toEqual({
      event_count: 2,
      feature_slug: "034-status-model",
      last_event_id: eventId(2),
      materialized_at: FORCED.at,
      summary: { planned: 0, claimed: 0, in_progress: 1, for_review: 0, done: 1, blocked: 0, canceled: 0 },
      work_packages: {
        WP01: {
          actor: "claude",
          force_count: 0,
          lane: "in_progress",
          last_event_id: eventId(1),
          last_transition_at: "2026-02-08T12:00:00Z",
        },
        WP02: {
          actor: "claude",
          force_count: 1,
          lane: "done",
          last_event_id: eventId(2),
          last_transition_at: FORCED.at,
        },
      },
    });
  });

  test("has zero counts and nulls for an empty log", () => {
    expect(owned()).toEqual({
      event_count: 0,
      feature_slug: "034-status-model",
      last_event_id: null,
      materialized_at: null,
      summary: { planned: 0, claimed: 0, in_progress: 0, for_review: 0, done: 0, blocked: 0, canceled: 0 },
      work_packages: {},
    });
  });

  test("names the feature as its log does", () => {
    const snapshot = snapshotOf(reduce([]), SEVEN_LANE, { key: "mission_slug", value: "m" });

    expect(snapshot.mission_slug).toBe("m");
    expect(snapshot).not.toHaveProperty("feature_slug");
  });

  test("counts forced events that were superseded too", () => {
    const base = { parent_event_ids: [] as string[] };
    const one = { ...base, event_id: eventId(1), force: true, reason: "a" };
    const two = { ...base, event_id: eventId(2), force: true, reason: "b", to_lane: "blocked", at: at(1) };

    expect(owned(one, two).work_packages.WP01).toMatchObject({ lane: "blocked", force_count: 2 });
  });

  test("has the shape that SnapshotSchema describes", () => {
    expect(
      v.safeParse(SnapshotSchema, JSON.parse(renderSnapshot(owned(STARTED, FORCED), undefined))).success,
    ).toBe(true);
  });
});

describe("renderSnapshot()", () => {
  test("prints sorted keys, two blanks a level, one line end", () => {
    expect(renderSnapshot(owned(STARTED), undefined)).toBe(`{
  "event_count": 1,
  "feature_slug": "034-status-model",
  "last_event_id": "${eventId(1)}",
  "materialized_at": "2026-02-08T12:00:00Z",
  "summary": {
    "blocked": 0,
    "canceled": 0,
    "claimed": 0,
    "done": 0,
    "for_review": 0,
    "in_progress": 1,
    "planned": 0
  },
  "work_packages": {
    "WP01": {
      "actor": "claude",
      "force_count": 0,
      "lane": "in_progress",
      "last_event_id": "${eventId(1)}",
      "last_transition_at": "2026-02-08T12:00:00Z"
    }
  }
}
`);
  });

  test("sorts work packages by code point, like every other key", () => {
    const text = renderSnapshot(
      owned({ wp_id: "WP10" }, { event_id: eventId(2), wp_id: "WP9999" }),
      undefined,
    );

    expect(text.indexOf('"WP10"')).toBeLessThan(text.indexOf('"WP9999"'));
  });

  test("depends on the log alone where no other tool keeps anything in the file", () => {
    const fresh = renderSnapshot(owned(STARTED), undefined);
    const stale = renderSnapshot(owned(FORCED), undefined);

    for (const before of [
      fresh,
      stale,
      "",
      "{",
      "null",
      "[]",
      "5",
      '"x"',
      "{}",
      fresh.replaceAll("\n", "\r\n"),
    ]) {
      expect(renderSnapshot(owned(STARTED), before)).toBe(fresh);
    }
  });
});
