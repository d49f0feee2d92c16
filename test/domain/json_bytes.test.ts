import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { StatusEvent } from "../../src/domain/event.ts";
import {
  compactJson,
  compareByCodePoint,
  indentedJson,
  parseKeepingNumbers,
} from "../../src/domain/json_bytes.ts";
import { formatLine } from "../../src/domain/line.ts";
import { renderSnapshot, type Snapshot } from "../../src/domain/snapshot.ts";
import { jsonCases, jsonFixture } from "../support/json_fixtures.ts";

const ANY_JSON = fc.jsonValue({ stringUnit: "binary", maxDepth: 4 });

describe("compactJson() and indentedJson()", () => {
  test("have cases to be held against", () => {
    expect(jsonCases()).toContain("lone_surrogate_keys");
    expect(jsonCases()).toHaveLength(16);
  });

  for (const name of jsonCases()) {
    test(`print ${name} as Python does`, () => {
      const value: unknown = JSON.parse(jsonFixture(name, "input"));

      expect(`${compactJson(value)}\n`).toBe(jsonFixture(name, "compact"));
      expect(`${indentedJson(value)}\n`).toBe(jsonFixture(name, "indented"));
    });
  }

  test("do not depend on the order in which keys were set", () => {
    const one = { b: { d: 1, c: 2 }, a: [{ z: 1, y: 2 }] };
    const other = { a: [{ y: 2, z: 1 }], b: { c: 2, d: 1 } };

    expect(compactJson(one)).toBe(compactJson(other));
    expect(indentedJson(one)).toBe(indentedJson(other));
  });

  test("print any JSON value so that it is read back the same", () => {
    fc.assert(
      fc.property(ANY_JSON, (value) => {
        const json = JSON.stringify(value);
        const plain: unknown = JSON.parse(json);

        const compact = compactJson(plain);
        const indented = indentedJson(plain);

        expect(JSON.parse(compact)).toEqual(plain);
        expect(JSON.parse(indented)).toEqual(plain);
        expect(compact).toMatch(/^[ -~]*$/);
        expect(indented.isWellFormed()).toBe(true);
        expect(compactJson(JSON.parse(indented))).toBe(compact);
      }),
      { numRuns: 500 },
    );
  });

  test("print numbers as ECMAScript does", () => {
    expect(compactJson([1.0, -0, 1e21, 1e-7, 0.1, 123456789012])).toBe(
      "[1, 0, 1e+21, 1e-7, 0.1, 123456789012]",
    );
  });
});

describe("formatLine() and renderSnapshot()", () => {
  test("write an event as Python does", () => {
    const event = JSON.parse(jsonFixture("event", "input")) as StatusEvent;

    expect(formatLine(event)).toBe(jsonFixture("event", "compact"));
  });

  for (const name of ["snapshot", "empty_snapshot"]) {
    test(`write ${name} as Python does`, () => {
      const snapshot = JSON.parse(jsonFixture(name, "input")) as Snapshot;

      expect(renderSnapshot(snapshot, undefined)).toBe(jsonFixture(name, "indented"));
    });
  }
});

describe("compareByCodePoint()", () => {
  // Halves of surrogate pairs, first and last of each kind, and what stands next to them.
  const UNITS = ["\ud800", "\udbff", "\udc00", "\udfff", "\ud7ff", "\ue000", "\uffff", "a"];
  const HALVES = fc.array(fc.constantFrom(...UNITS), { maxLength: 4 }).map((units) => units.join(""));
  const KEY = fc.oneof(HALVES, fc.string({ unit: "binary" }));

  test("orders as code points do, lone surrogates included", () => {
    fc.assert(
      fc.property(KEY, KEY, (a, b) => {
        expect(Math.sign(compareByCodePoint(a, b))).toBe(compareLists([...a], [...b]));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("parseKeepingNumbers()", () => {
  test("keeps each number as the text that stood there", () => {
    const text = '{"a": [1.0, -0.0, 12345678901234567890, 1e5, 1E+2, 0.10], "b": {"__proto__": 7.00}}';

    expect(compactJson(parseKeepingNumbers(text))).toBe(text);
    expect(indentedJson(parseKeepingNumbers(text)).replace(/\s+/g, "")).toBe(text.replace(/\s+/g, ""));
  });
});

/** The slow and certain way: code point by code point. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, char] of a.entries()) {
    const other = b[index]?.codePointAt(0);
    if (other === undefined) return 1;
    const difference = (char.codePointAt(0) ?? 0) - other;
    if (difference !== 0) return Math.sign(difference);
  }
  return a.length === b.length ? 0 : -1;
}
