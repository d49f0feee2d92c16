import { describe, expect, test } from "bun:test";
import { reduce } from "../../src/domain/reduce.ts";
import { renderSnapshot, type Snapshot, snapshotOf } from "../../src/domain/snapshot.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { anEvent, eventId } from "../support/events.ts";

const SLUG = { key: "feature_slug", value: "034-status-model" } as const;
const NOW: Snapshot = snapshotOf(reduce([anEvent()]), SEVEN_LANE, SLUG);
const STALE: Snapshot = snapshotOf(reduce([anEvent({ to_lane: "blocked" })]), SEVEN_LANE, SLUG);
const PLAIN = renderSnapshot(NOW, undefined);

/** A snapshot's JSON with members put at its front, as text: numbers stay as they are written. */
function withMembers(snapshot: Snapshot, top: string, in_entry = ""): string {
  const text = JSON.stringify(snapshot);
  return text.replace("{", `{${top}`).replace('"WP01":{', `"WP01":{${in_entry}`);
}

describe("renderSnapshot(), over a file that another tool writes too,", () => {
  test("keeps that tool's keys, at the top and in an entry", () => {
    const before = withMembers(
      STALE,
      '"schema": "x", "tracker": {"b": [1], "a": null},',
      '"assignee": "ana",',
    );

    expect(JSON.parse(renderSnapshot(NOW, before))).toEqual({
      ...NOW,
      schema: "x",
      tracker: { b: [1], a: null },
      work_packages: { WP01: { ...NOW.work_packages.WP01, assignee: "ana" } },
    });
  });

  test("keeps numbers as they stand", () => {
    const numbers = '"n": [1.0, 12345678901234567890, -0.0, 1e5, 0.10]';
    const before = withMembers(STALE, `${numbers},`, `${numbers},`);

    const after = renderSnapshot(NOW, before).replace(/\s+/g, "");

    expect(after.split('"n":[1.0,12345678901234567890,-0.0,1e5,0.10]')).toHaveLength(3);
  });

  test("keeps a key called __proto__, at the top and in an entry", () => {
    const before = withMembers(STALE, '"__proto__": {"x": 1},', '"__proto__": [2],');

    const after = renderSnapshot(NOW, before).replace(/\s+/g, "");

    expect(after).toContain('"__proto__":{"x":1}');
    expect(after).toContain('"__proto__":[2]');
  });

  test("sorts that tool's keys in with the others", () => {
    const before = withMembers(STALE, '"zzz": 1, "aaa": 2,');

    const keys = Object.keys(JSON.parse(renderSnapshot(NOW, before)));

    expect(keys[0]).toBe("aaa");
    expect(keys.at(-1)).toBe("zzz");
  });

  test("owns its own keys, whatever stood there", () => {
    const before = `{"foreign": 1, "event_count": "many", "summary": {"planned": 7, "shipped": 1},
      "last_event_id": null, "work_packages": {"WP01": {"lane": "done", "force_count": 9}}}`;

    expect(JSON.parse(renderSnapshot(NOW, before))).toEqual({ ...NOW, foreign: 1 });
  });

  test("keeps only the feature's name that the log uses", () => {
    const before = withMembers(STALE, '"mission_slug": "m", "foreign": 1,');

    expect(JSON.parse(renderSnapshot(NOW, before))).toEqual({ ...NOW, foreign: 1 });
  });

  test("keeps that tool's keys also behind a byte order mark", () => {
    const fresh = `\ufeff${withMembers(NOW, '"foreign": 1,')}`;
    const stale = `\ufeff${withMembers(STALE, '"foreign": 1,')}`;

    expect(renderSnapshot(NOW, fresh)).toBe(fresh);
    expect(JSON.parse(renderSnapshot(NOW, stale))).toEqual({ ...NOW, foreign: 1 });
  });

  test("keeps the name of before that a tool writes beside mission_slug for older readers", () => {
    const mission = { key: "mission_slug", value: "034-status-model" } as const;
    const now = snapshotOf(reduce([anEvent()]), SEVEN_LANE, mission);
    const fresh = withMembers(now, '"feature_slug": "034-status-model",');
    const stale = withMembers({ ...now, event_count: 0 }, '"feature_slug": "034-status-model",');

    expect(renderSnapshot(now, fresh)).toBe(fresh);
    expect(JSON.parse(renderSnapshot(now, stale))).toEqual({ ...now, feature_slug: "034-status-model" });
    // Alone, it is this tool's own, from before the log spoke of a mission.
    expect(renderSnapshot(now, JSON.stringify({ ...NOW, foreign: 1 }))).not.toContain("feature_slug");
  });

  test("leaves the file's bytes alone when nothing that it owns is stale", () => {
    for (const before of [
      withMembers(NOW, '"foreign": 1.0,'),
      `${JSON.stringify({ ...NOW, foreign: 1 }, null, 4)}\r\n`,
      withMembers(NOW, "", '"assignee": "ana",'),
    ]) {
      expect(renderSnapshot(NOW, before)).toBe(before);
    }
  });

  test("gives the same bytes again when asked again", () => {
    const once = renderSnapshot(NOW, withMembers(STALE, '"foreign": 1.0,', '"assignee": "ana",'));

    expect(renderSnapshot(NOW, once)).toBe(once);
  });
});

describe("renderSnapshot(), over entries of work packages without a transition,", () => {
  const unseeded = { lane: "planned", last_event_id: null, note: "seeded by another tool" };

  test("keeps those whose last_event_id is null, outside the summary", () => {
    const before = JSON.stringify({ ...STALE, work_packages: { ...STALE.work_packages, WP09: unseeded } });

    expect(JSON.parse(renderSnapshot(NOW, before))).toEqual({
      ...NOW,
      work_packages: { ...NOW.work_packages, WP09: unseeded },
    });
  });

  test("drops all others, also beside another tool's keys", () => {
    const stray = { lane: "done", last_event_id: eventId(9), note: "x" };
    const { last_event_id: _, ...nameless } = stray;
    for (const entry of [stray, nameless, null, 5, "x", []]) {
      const before = { ...STALE, work_packages: { ...STALE.work_packages, WP09: entry } };

      expect(renderSnapshot(NOW, JSON.stringify(before))).toBe(PLAIN);
      expect(JSON.parse(renderSnapshot(NOW, JSON.stringify({ ...before, foreign: 1 })))).toEqual({
        ...NOW,
        foreign: 1,
      });
    }
  });

  test("replaces an entry that is no object", () => {
    for (const entry of [null, 5, 1.5, "x", true, []]) {
      const before = JSON.stringify({ ...NOW, foreign: 1, work_packages: { WP01: entry } });

      expect(JSON.parse(renderSnapshot(NOW, before))).toEqual({ ...NOW, foreign: 1 });
    }
  });

  test("replaces work_packages that are no object", () => {
    for (const work_packages of [null, 5, "x", [], [{ last_event_id: null }]]) {
      const before = JSON.stringify({ ...NOW, foreign: 1, work_packages });

      expect(JSON.parse(renderSnapshot(NOW, before))).toEqual({ ...NOW, foreign: 1 });
    }
  });
});
