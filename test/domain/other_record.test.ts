import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { isOtherRecord, OtherRecordSchema } from "../../src/domain/event.ts";

const KEYS = ["to_lane", "event_type", "type", "kind", "event_name", "other"];

describe("isOtherRecord()", () => {
  test("knows a record by any of the fields that name its kind", () => {
    for (const key of ["event_type", "type", "kind", "event_name"]) {
      expect(isOtherRecord({ [key]: "annotation" })).toBe(true);
      expect(isOtherRecord({ [key]: 5 })).toBe(false);
      expect(isOtherRecord({ [key]: "annotation", to_lane: null })).toBe(false);
    }
    expect(isOtherRecord({})).toBe(false);
  });

  test("and OtherRecordSchema agree on every object", () => {
    const records = fc.dictionary(fc.constantFrom(...KEYS), fc.jsonValue());
    fc.assert(
      fc.property(records, (record) => {
        expect(v.is(OtherRecordSchema, record)).toBe(isOtherRecord(record));
      }),
    );
  });
});
