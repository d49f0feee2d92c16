import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import {
  actorName,
  isOtherRecord,
  isStatusEvent,
  isTransition,
  StatusEventSchema,
} from "../../src/domain/event.ts";
import { anEvent, at, eventId } from "../support/events.ts";

/** A sound event with every field that there can be. */
const FULL: Readonly<Record<string, unknown>> = {
  ...anEvent(),
  mission_slug: "m",
  mission_id: "01H",
  actor: { role: "reviewer", profile: null, tool: "claude", model: "m" },
  reason: "why",
  review_ref: "PR-7",
  evidence: { review: { reviewer: "ana", verdict: "approved", reference: "" } },
  review_result: { reviewer: "ana" },
  parent_event_ids: [eventId(2)],
  clock_at: at(0),
  idempotency_key: "k",
  batch: { id: "b", index: 0, count: 2 },
};

// Values that are right for some field, so that many mutations stay sound.
const FITTING = fc.constantFrom<unknown>(
  null,
  true,
  "",
  "x",
  "worktree",
  "direct_repo",
  "WP02",
  "WP2",
  eventId(5),
  "01KGYJ8M0000000000000000O1",
  at(5),
  "1969-12-31T23:59:59Z",
  "2026-02-29T00:00:00Z",
  0,
  1,
  -1,
  1.5,
  1e300,
  {},
  [],
  ["x"],
  [1],
  { tool: "x" },
  { tool: 1 },
  { id: "b", index: 1, count: 1 },
  { id: "b", index: 1.5, count: 1 },
);

const VALUE = fc.oneof(FITTING, fc.jsonValue({ maxDepth: 2 }));
const PLACE = fc.constantFrom<readonly [string, string?]>(
  ...Object.keys(FULL).map((field): [string] => [field]),
  ...["role", "profile", "tool", "model", "__proto__"].map((part): [string, string] => ["actor", part]),
  ...["id", "index", "count", "__proto__"].map((part): [string, string] => ["batch", part]),
  ["evidence", "__proto__"],
  ["review_result", "__proto__"],
  ["__proto__"],
  ["constructor"],
  ["zzz"],
);
const CHANGE = fc.record({ place: PLACE, value: fc.option(VALUE, { nil: undefined }) });

type Change = { place: readonly [string, string?]; value: unknown };

/** An event's JSON with fields replaced, or taken out where the value is undefined. */
function mutated(changes: readonly Change[]): Record<string, unknown> {
  let record = FULL;
  for (const { place, value } of changes) {
    const [field, part] = place;
    const inner = record[field];
    const whole =
      part === undefined || typeof inner !== "object" ? value : withField(inner ?? {}, part, value);
    record = withField(record, field, whole);
  }
  return JSON.parse(JSON.stringify(record));
}

/** Unlike assignment, fromEntries keeps a key called `__proto__` an ordinary key. */
function withField(record: object, key: string, value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...Object.entries(record).filter(([other]) => other !== key), [key, value]]);
}

describe("isStatusEvent()", () => {
  test("and StatusEventSchema agree on every event with fields changed", () => {
    const seen = { sound: 0, unsound: 0 };
    fc.assert(
      fc.property(fc.array(CHANGE, { maxLength: 3 }), (changes) => {
        const record = mutated(changes);
        const answer = isStatusEvent(record);
        seen[answer ? "sound" : "unsound"]++;

        expect(answer).toBe(v.safeParse(StatusEventSchema, record).success);
      }),
      { numRuns: 4000 },
    );
    expect(seen.sound).toBeGreaterThan(100);
    expect(seen.unsound).toBeGreaterThan(100);
  });

  test("and StatusEventSchema agree on any JSON object", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        expect(isStatusEvent(record)).toBe(v.safeParse(StatusEventSchema, record).success);
      }),
    );
  });
});

describe("isTransition() and isOtherRecord()", () => {
  test("tell by an own to_lane, then by a kind that is a text", () => {
    expect(isTransition({ to_lane: null })).toBe(true);
    expect(isTransition({ lane: "done" })).toBe(false);
    expect(isOtherRecord({ kind: "note" })).toBe(true);
    expect(isOtherRecord({ kind: "note", to_lane: "done" })).toBe(false);
    expect(isOtherRecord({ kind: 1 })).toBe(false);
  });
});

describe("actorName()", () => {
  test("shows a structured agent as its tool, else its role", () => {
    expect(actorName("ana")).toBe("ana");
    expect(actorName({ role: "reviewer", tool: "claude", model: "m" })).toBe("claude");
    expect(actorName({ role: "reviewer", tool: null })).toBe("reviewer");
    expect(actorName({ role: "reviewer", tool: " " })).toBe("reviewer");
    expect(actorName({ model: "m" })).toBe("");
  });
});
