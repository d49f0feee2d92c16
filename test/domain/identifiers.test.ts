import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  compareWpIds,
  parseEventId,
  parseFeatureSlug,
  parseWpId,
  WP_ID,
  wpIdOfPage,
} from "../../src/domain/identifiers.ts";
import { refusalOf } from "../support/decisions.ts";

describe("parseWpId()", () => {
  test("reads an id as people type it", () => {
    for (const typed of ["WP01", "wp01", "Wp1", "wp1", "1", "01", " WP01\n"]) {
      expect(parseWpId(typed)).toEqual({ ok: true, value: "WP01" });
    }
    expect(parseWpId("123")).toEqual({ ok: true, value: "WP123" });
    expect(parseWpId("WP001")).toEqual({ ok: true, value: "WP001" });
  });

  test("gives the stored form, whatever the number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (number) => {
        expect(parseWpId(`wp${number}`)).toMatchObject({ ok: true, value: expect.stringMatching(WP_ID) });
      }),
    );
  });

  test("refuses everything else as an invalid id", () => {
    for (const typed of [
      "",
      "WP",
      "WPX",
      "WP-1",
      "WP1.5",
      "1e3",
      "WP 1",
      "WP01.md",
      "../WP01",
      "１",
      "WP1\n2",
      "-1",
    ]) {
      expect(refusalOf(parseWpId(typed))).toMatchObject({ code: "INVALID_ID", details: { found: typed } });
    }
  });
});

describe("parseEventId()", () => {
  test("takes a ULID in upper case", () => {
    const id = "01HXYZ0123456789ABCDEFGHJK";
    expect(parseEventId(id)).toEqual({ ok: true, value: id });
    expect(parseEventId(`7${"Z".repeat(25)}`).ok).toBe(true);
  });

  test("refuses lower case, other lengths, letters that ULIDs leave out, and times past their end", () => {
    for (const text of [
      "",
      "01hxyz0123456789abcdefghjk",
      "01HXYZ0123456789ABCDEFGHJ",
      "01HXYZ0123456789ABCDEFGHJKM",
      "01HXYZ0123456789ABCDEFGHJI",
      "01HXYZ0123456789ABCDEFGHJL",
      "01HXYZ0123456789ABCDEFGHJO",
      "01HXYZ0123456789ABCDEFGHJU",
      "81HXYZ0123456789ABCDEFGHJK",
      "01HXYZ0123456789ABCDEFGHJK\n",
    ]) {
      expect(refusalOf(parseEventId(text))).toMatchObject({ code: "INVALID_ID", details: { found: text } });
    }
  });
});

describe("parseFeatureSlug()", () => {
  test("takes one folder's name", () => {
    for (const slug of ["034-status-model", "a", "Über-uns", "x.y", "ä".repeat(100)]) {
      expect(parseFeatureSlug(slug)).toEqual({ ok: true, value: slug });
    }
  });

  test("refuses what leads elsewhere, hides, or does not fit into a file's name", () => {
    for (const slug of [
      "",
      ".",
      "..",
      "../x",
      ".git",
      "a/b",
      "a\\b",
      "/x",
      "a\u0000b",
      "a\nb",
      "a\u202eb",
      "\ud800",
      "ä".repeat(101),
    ]) {
      const found = slug.slice(0, 200);
      expect(refusalOf(parseFeatureSlug(slug))).toMatchObject({ code: "INVALID_ID", details: { found } });
    }
  });
});

describe("wpIdOfPage()", () => {
  test("reads the id of a page's file name", () => {
    expect(wpIdOfPage("WP01.md")).toBe("WP01");
    expect(wpIdOfPage("WP01-write-it.md")).toBe("WP01");
    expect(wpIdOfPage("WP123-.md")).toBe("WP123");
    expect(wpIdOfPage("WP02-odd\nname.md")).toBe("WP02");
  });

  test("is nothing for other files", () => {
    for (const name of [
      "README.md",
      "WP1.md",
      "wp01.md",
      "WP01.txt",
      "WP01write.md",
      "xWP01.md",
      "WP01.md.bak",
      "WP01",
    ]) {
      expect(wpIdOfPage(name)).toBeUndefined();
    }
  });
});

describe("compareWpIds()", () => {
  test("orders as people count", () => {
    const ids = ["WP10", "WP002", "WP02", "WP100", "WP01"];

    expect(ids.sort(compareWpIds)).toEqual(["WP01", "WP002", "WP02", "WP10", "WP100"]);
  });

  test("is a total order, however many digits", () => {
    expect(compareWpIds("WP01", "WP01")).toBe(0);
    const id = fc.stringMatching(/^WP\d{2,25}$/);
    fc.assert(
      fc.property(id, id, id, (a, b, c) => {
        expect(Math.sign(compareWpIds(a, b))).toBe(-Math.sign(compareWpIds(b, a)) + 0);
        expect(compareWpIds(a, b) === 0).toBe(a === b);
        if (compareWpIds(a, b) <= 0 && compareWpIds(b, c) <= 0)
          expect(compareWpIds(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });
});
