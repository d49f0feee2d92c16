import { describe, expect, test } from "bun:test";
import { type DamageCode, formatLine, parseLine } from "../../src/domain/line.ts";
import { anEvent, at, eventId } from "../support/events.ts";

/** A sound event's line with some fields changed, and without those that are undefined. */
function lineWith(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...anEvent(), ...fields });
}

function damageOf(text: string): { code: DamageCode; problem: string } {
  const parsed = parseLine(text);
  if (parsed.kind !== "damaged") throw new Error(`not damaged but ${parsed.kind}: ${text}`);
  return parsed;
}

describe("parseLine() reads an event", () => {
  test("of every field that always is there", () => {
    const event = anEvent();

    expect(parseLine(formatLine(event).trimEnd())).toEqual({ kind: "event", event });
  });

  for (const [what, fields] of Object.entries<Readonly<Record<string, unknown>>>({
    "of a mission": { feature_slug: undefined, mission_slug: "m", mission_id: "01H" },
    "of a mission without an id": { feature_slug: undefined, mission_slug: "m", mission_id: null },
    "of a structured actor": { actor: { role: "implementer", profile: null, tool: "claude", model: "m" } },
    "of a structured actor that says nothing": { actor: {} },
    "of a blank actor, which is a finding and no corruption": { actor: "" },
    "of a forced move without a reason, which is one too": { force: true },
    "of done without evidence, which is one too": { from_lane: "for_review", to_lane: "done" },
    "of an illegal move, which is one too": { from_lane: "done", to_lane: "planned" },
    "with evidence of any shape": { evidence: { x: 1 } },
    "with a review result": { review_result: { verdict: "approved" } },
    "with review_result null": { review_result: null },
    "with parents": { parent_event_ids: [eventId(2), eventId(3)] },
    "with parents that are no ids": { parent_event_ids: ["", "x"] },
    "with its clock": { clock_at: at(0) },
    "with a key and a batch": { idempotency_key: "k", batch: { id: "b", index: 0, count: 1, more: 1 } },
    "with fields that nobody knows": { zzz: [1], __proto__x: null, event_type: "x" },
    "of schema_version 1": { schema_version: 1 },
    "with a time in another form": { at: "2026-02-08T12:00:00Z" },
    "with a WP id of many digits": { wp_id: "WP0123456789012" },
  })) {
    test(what, () => {
      const line = lineWith(fields);

      expect(parseLine(line)).toEqual({ kind: "event", event: JSON.parse(line) });
    });
  }

  test("of any lane that a known workflow has", () => {
    for (const lane of ["planned", "claimed", "in_progress", "for_review", "done", "blocked", "canceled"]) {
      expect(parseLine(lineWith({ to_lane: lane })).kind).toBe("event");
      expect(parseLine(lineWith({ from_lane: lane })).kind).toBe("event");
    }
  });
});

describe("parseLine() takes for somebody else's record", () => {
  for (const kind of ["event_type", "type", "kind", "event_name"]) {
    test(`an object with a text "${kind}" and no to_lane`, () => {
      const record = { [kind]: "annotation", wp_id: "WP01", schema_version: 9 };

      expect(parseLine(JSON.stringify(record))).toEqual({ kind: "other", record });
    });
  }

  test("but no object whose kind is no text, or not its own", () => {
    for (const text of ['{"type": 1}', '{"kind": null}', '{"a": 1}', "{}", '{"__proto__": {"type": "x"}}']) {
      expect(damageOf(text).code).toBe("LOG_LINE_INVALID");
    }
  });

  test("and no object with to_lane, even one that holds nothing", () => {
    expect(damageOf('{"type": "x", "to_lane": null}').code).toBe("EVENT_FIELD_INVALID");
  });
});

describe("parseLine() takes for blank", () => {
  test("what trim() leaves nothing of", () => {
    for (const text of ["", " ", "\t \r"]) expect(parseLine(text)).toEqual({ kind: "blank" });
  });
});

describe("parseLine() finds damage:", () => {
  test("what is not JSON, or no object", () => {
    for (const text of ["{", "x", '{"a": 1} {"b": 2}', "\u0000\u0000", "'a'", "{'a': 1}", "NaN"]) {
      expect(damageOf(text)).toMatchObject({ code: "LOG_LINE_INVALID", problem: "not JSON" });
    }
    for (const text of ["null", "1", '"x"', "[]", "[{}]", "true"]) {
      expect(damageOf(text)).toMatchObject({ code: "LOG_LINE_INVALID", problem: "not a JSON object" });
    }
  });

  test("the end of a line that was torn", () => {
    const line = lineWith({});
    for (const cut of [1, 20, line.length - 1]) {
      expect(damageOf(line.slice(0, cut)).code).toBe("LOG_LINE_INVALID");
      expect(damageOf(line.slice(cut)).code).toBe("LOG_LINE_INVALID");
    }
  });

  test("git's conflict markers", () => {
    for (const text of [
      "<<<<<<< HEAD",
      "<<<<<<< ours\r",
      "<<<<<<<",
      "||||||| 1a2b3c4",
      "=======",
      "=======\r",
      ">>>>>>> branch",
      ">>>>>>> a commit with a title",
      "<<<<<<<<< Temporary merge branch 1",
      "=========",
    ]) {
      expect(damageOf(text).code).toBe("LOG_CONFLICT_MARKERS");
    }
  });

  test("what only resembles git's conflict markers", () => {
    for (const text of ["<<<<<< HEAD", "======", "<<<<<<<<HEAD", "======= x", " =======", ">>>>>>>x"]) {
      expect(damageOf(text).code).toBe("LOG_LINE_INVALID");
    }
  });

  test("a transition of a newer schema, whatever else it holds", () => {
    for (const schema_version of [2, 1.5, 99]) {
      expect(damageOf(lineWith({ schema_version })).code).toBe("LOG_NEWER_SCHEMA");
      expect(damageOf(JSON.stringify({ to_lane: { v2: true }, schema_version })).code).toBe(
        "LOG_NEWER_SCHEMA",
      );
    }
    expect(damageOf(lineWith({ schema_version: 2 })).problem).toContain("written by a newer version");
  });

  test("an alias, and a lane that no workflow has", () => {
    for (const lane of [
      "doing",
      "DONE",
      " done",
      "done ",
      "Planned",
      "",
      "shipped",
      "__proto__",
      "constructor",
    ]) {
      for (const field of ["from_lane", "to_lane"]) {
        expect(damageOf(lineWith({ [field]: lane }))).toMatchObject({
          code: "LANE_NOT_CANONICAL",
          problem: expect.stringContaining(field),
        });
      }
    }
  });
});
