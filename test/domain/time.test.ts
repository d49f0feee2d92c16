import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  compareInstants,
  END_OF_TIME_US,
  formatAge,
  formatInstant,
  parseInstant,
} from "../../src/domain/time.ts";

const NOON_US = 1_770_552_000_000_000;

describe("parseInstant()", () => {
  test("reads Z and any offset as the same instant", () => {
    for (const text of [
      "2026-02-08T12:00:00Z",
      "2026-02-08T12:00:00.000000+00:00",
      "2026-02-08T12:00:00-00:00",
      "2026-02-08T17:30:00+05:30",
      "2026-02-09T11:59:00+23:59",
      "2026-02-08T00:15:00-11:45",
      "2026-02-07T23:00:00.0-13:00",
    ]) {
      expect(parseInstant(text)).toBe(NOON_US);
    }
  });

  test("reads fractions to the microsecond, and cuts digits past six off", () => {
    expect(parseInstant("2026-02-08T12:00:00.5Z")).toBe(NOON_US + 500_000);
    expect(parseInstant("2026-02-08T12:00:00.000001Z")).toBe(NOON_US + 1);
    expect(parseInstant("2026-02-08T12:00:00.0000019Z")).toBe(NOON_US + 1);
    expect(parseInstant("2026-02-08T12:00:00.999999999999+00:00")).toBe(NOON_US + 999_999);
    expect(parseInstant(`2026-02-08T12:00:00.${"1".repeat(40)}-00:00`)).toBe(NOON_US + 111_111);
  });

  test("reads leap days, and refuses days that a month has not", () => {
    expect(parseInstant("2024-02-29T00:00:00Z")).toBe(Date.UTC(2024, 1, 29) * 1000);
    expect(parseInstant("2000-02-29T00:00:00Z")).toBe(Date.UTC(2000, 1, 29) * 1000);
    for (const day of [
      "2026-02-29",
      "2100-02-29",
      "2026-02-30",
      "2026-02-31",
      "2026-04-31",
      "2026-06-31",
      "2026-09-31",
      "2026-11-31",
      "2026-01-32",
      "2026-01-00",
      "2026-00-10",
      "2026-13-10",
    ]) {
      expect(parseInstant(`${day}T00:00:00Z`)).toBeUndefined();
    }
  });

  test("reads the years 1970 to 2199, and no others", () => {
    expect(parseInstant("1970-01-01T00:00:00Z")).toBe(0);
    expect(parseInstant("2199-12-31T23:59:59.999999Z")).toBe(END_OF_TIME_US - 1);
    for (const year of ["1969", "2200", "0000", "9999", "20260", "+002026", "-2026"]) {
      expect(parseInstant(`${year}-06-15T00:00:00Z`)).toBeUndefined();
    }
  });

  test("refuses every other form of a time", () => {
    for (const text of [
      "",
      "2026-02-08",
      "2026-02-08T12:00:00",
      "2026-02-08 12:00:00Z",
      "2026-02-08t12:00:00z",
      "2026-02-08T12:00Z",
      "2026-02-08T24:00:00Z",
      "2026-02-08T12:60:00Z",
      "2026-02-08T12:00:60Z",
      "2026-02-08T12:00:00.Z",
      "2026-02-08T12:00:00,5Z",
      "2026-02-08T12:00:00+0000",
      "2026-02-08T12:00:00+00",
      "2026-02-08T12:00:00+24:00",
      "2026-02-08T12:00:00+00:60",
      "2026-02-08T12:00:00Z\n",
      " 2026-02-08T12:00:00Z",
      "2026-2-8T12:00:00Z",
      "２０２６-02-08T12:00:00Z",
      "1770552000",
    ]) {
      expect(parseInstant(text)).toBeUndefined();
    }
  });
});

describe("formatInstant()", () => {
  test("writes UTC with six decimals", () => {
    expect(formatInstant(0)).toBe("1970-01-01T00:00:00.000000+00:00");
    expect(formatInstant(NOON_US + 7)).toBe("2026-02-08T12:00:00.000007+00:00");
    expect(formatInstant(NOON_US + 123_456)).toBe("2026-02-08T12:00:00.123456+00:00");
    expect(formatInstant(END_OF_TIME_US - 1)).toBe("2199-12-31T23:59:59.999999+00:00");
  });

  test("is read back as the same instant, and sorts as text as it does in time", () => {
    const instant = fc.integer({ min: 0, max: END_OF_TIME_US - 1 });
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(parseInstant(formatInstant(a))).toBe(a);
        expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
      }),
      { numRuns: 1000 },
    );
  });

  test("and parseInstant() agree on any offset", () => {
    const instant = fc.integer({ min: 86_400_000_000, max: END_OF_TIME_US - 86_400_000_001 });
    const minutes = fc.integer({ min: -1439, max: 1439 });
    fc.assert(
      fc.property(instant, minutes, (utc_us, offset_min) => {
        const local = formatInstant(utc_us + offset_min * 60_000_000).slice(0, -6);
        const [hours, rest] = [Math.floor(Math.abs(offset_min) / 60), Math.abs(offset_min) % 60];
        const zone = `${offset_min < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;

        expect(parseInstant(local + zone)).toBe(utc_us);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("formatAge()", () => {
  test("takes the largest unit that still says enough", () => {
    const SECOND = 1_000_000;
    expect(formatAge(-5 * SECOND)).toBe("0 s");
    expect(formatAge(75 * SECOND)).toBe("75 s");
    expect(formatAge(120 * SECOND)).toBe("2 min");
    expect(formatAge(119 * 60 * SECOND)).toBe("119 min");
    expect(formatAge(120 * 60 * SECOND)).toBe("2 h");
    expect(formatAge(47 * 3600 * SECOND)).toBe("47 h");
    expect(formatAge(48 * 3600 * SECOND)).toBe("2 d");
  });
});

test("compareInstants() orders time stamps as their instants do, in whatever form they are written", () => {
  const instant = fc.integer({ min: 0, max: 10 }).map((us) => Date.UTC(2026, 1, 8, 12) * 1000 + us * 500_000);
  const form = fc.constantFrom<(us: number) => string>(
    formatInstant,
    (us) => formatInstant(us).replace("+00:00", "Z"),
    (us) => formatInstant(us + 3_600_000_000).replace("+00:00", "+01:00"),
    (us) => formatInstant(us - 3_600_000_000).replace("+00:00", "-01:00"),
    (us) => formatInstant(us).replace("+00:00", "-00:00"),
    (us) => formatInstant(us).replace("+00:00", "999Z"),
    (us) => (us % 1_000_000 === 0 ? formatInstant(us).replace(".000000", "") : formatInstant(us)),
  );
  fc.assert(
    fc.property(instant, instant, form, form, (a, b, write_a, write_b) => {
      expect(Math.sign(compareInstants(write_a(a), write_b(b)))).toBe(Math.sign(a - b));
    }),
  );
});
