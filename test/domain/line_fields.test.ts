import { describe, expect, test } from "bun:test";
import { formatLine, parseLine } from "../../src/domain/line.ts";
import { anEvent } from "../support/events.ts";

const ALWAYS_THERE = [
  "event_id",
  "feature_slug",
  "wp_id",
  "from_lane",
  "at",
  "actor",
  "force",
  "execution_mode",
  "reason",
  "review_ref",
  "evidence",
];

// By field: values that have the wrong type or form.
const ILL_TYPED: Readonly<Record<string, readonly unknown[]>> = {
  event_id: [
    null,
    1,
    "",
    "01kgyj8m000000000000000001",
    "81KGYJ8M000000000000000001",
    "01KGYJ8M00000000000000000",
    {},
  ],
  feature_slug: [null, 1, [], {}],
  mission_slug: [null, 1, []],
  mission_id: [1, [], {}],
  wp_id: [null, 1, "", "WP1", "wp01", "WP01 ", "WP01\n", "XWP01", "WP", "WP０１"],
  from_lane: [null, 1, [], {}],
  to_lane: [null, 1, [], {}],
  at: [
    null,
    1770552000,
    "",
    "2026-02-08",
    "2026-02-08T12:00:00",
    "2026-02-30T12:00:00Z",
    "2200-01-01T00:00:00Z",
  ],
  actor: [null, 1, true, [], ["claude"], { tool: 1 }, { role: [] }, { model: {} }, { profile: false }],
  force: [null, 0, 1, "true", "false", []],
  execution_mode: [null, "", "Worktree", "repo", 1],
  reason: [1, false, [], {}],
  review_ref: [1, false, [], {}],
  evidence: ["", "x", 1, true, []],
  review_result: ["", "x", 1, false, []],
  parent_event_ids: [null, "01KGYJ8M000000000000000001", {}, [1], [null], [["x"]]],
  clock_at: [null, 1, "", "yesterday"],
  idempotency_key: [null, 1, {}],
  batch: [
    null,
    [],
    {},
    "b",
    { id: "b", index: 0 },
    { id: "b", count: 1 },
    { index: 0, count: 1 },
    { id: 1, index: 0, count: 1 },
    { id: "b", index: -1, count: 1 },
    { id: "b", index: 0.5, count: 1 },
    { id: "b", index: 0, count: 0 },
    { id: "b", index: "0", count: 1 },
  ],
};

describe("parseLine() finds a transition without", () => {
  for (const field of ALWAYS_THERE) {
    test(field, () => {
      const { [field]: _, ...rest } = anEvent() as Readonly<Record<string, unknown>>;

      expect(parseLine(JSON.stringify(rest))).toMatchObject({
        kind: "damaged",
        code: "EVENT_FIELD_INVALID",
        problem: expect.stringContaining(field),
      });
    });
  }

  test("a feature under either name", () => {
    const { feature_slug: _, ...rest } = anEvent();

    expect(parseLine(JSON.stringify({ ...rest, mission_id: "01H" })).kind).toBe("damaged");
    expect(parseLine(JSON.stringify({ ...rest, mission_slug: "m" })).kind).toBe("event");
  });
});

describe("parseLine() finds a transition with an ill-typed", () => {
  for (const [field, values] of Object.entries(ILL_TYPED)) {
    test(field, () => {
      for (const value of values) {
        expect(parseLine(JSON.stringify({ ...anEvent(), [field]: value }))).toMatchObject({
          kind: "damaged",
          code: "EVENT_FIELD_INVALID",
          problem: expect.stringContaining(field),
        });
      }
    });
  }
});

describe("formatLine()", () => {
  test("sorts keys, escapes all but ASCII, and ends the line", () => {
    const line = formatLine(anEvent({ actor: "zoë \u007f" }));

    expect(line).toStartWith(
      '{"actor": "zo\\u00eb \\u007f", "at": "2026-02-08T12:00:00.000000+00:00", "event_id": ',
    );
    expect(line).toEndWith('"wp_id": "WP01"}\n');
    expect(line.trimEnd()).not.toContain("\n");
  });

  test("keeps what it does not know", () => {
    const event = { ...anEvent(), zzz: { b: 1, a: [null] } };

    expect(formatLine(event)).toContain('"zzz": {"a": [null], "b": 1}');
  });
});

describe("parseLine() says in words what an ill-typed field should be:", () => {
  test.each([
    ["actor", 5, "actor: must be a text, or {role, profile, tool, model} of texts"],
    [
      "actor",
      { tool: "claude", model: { name: "x" } },
      "actor: must be a text, or {role, profile, tool, model} of texts",
    ],
    ["evidence", [], "evidence: must be an object"],
    ["review_result", "ok", "review_result: must be an object"],
  ])("%s %p", (field, value, problem) => {
    expect(parseLine(JSON.stringify({ ...anEvent(), [field]: value }))).toMatchObject({ problem });
  });
});
