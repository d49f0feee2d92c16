/** `--since`: dates, times and spans. */

import { expect, test } from "bun:test";
import { parseSince } from "../../src/domain/since.ts";
import { formatInstant, parseInstant } from "../../src/domain/time.ts";

const NOW_US = parseInstant("2026-02-08T12:00:00Z") ?? Number.NaN;

test("parseSince reads dates and times, in UTC unless they say otherwise", () => {
  const read: [string, string][] = [
    ["2026-02-08", "2026-02-08T00:00:00.000000+00:00"],
    ["2026-02-08T12:00", "2026-02-08T12:00:00.000000+00:00"],
    ["2026-02-08 12:00:30", "2026-02-08T12:00:30.000000+00:00"],
    ["2026-02-08T12:00:30.25Z", "2026-02-08T12:00:30.250000+00:00"],
    [" 2026-02-08T12:00+02:00 ", "2026-02-08T10:00:00.000000+00:00"],
    ["2026-02-08T12:00:00.000001+00:00", "2026-02-08T12:00:00.000001+00:00"],
  ];
  for (const [text, expected] of read) expect(formatInstant(parseSince(text, NOW_US) ?? 0)).toBe(expected);
});

test("parseSince reads spans as before now", () => {
  const minute_us = 60_000_000;
  const spans: [string, number][] = [
    ["30min", 30],
    ["3h", 180],
    ["3 h", 180],
    ["2d", 2880],
    ["1w", 10_080],
    ["0d", 0],
  ];
  for (const [text, minutes] of spans) expect(parseSince(text, NOW_US)).toBe(NOW_US - minutes * minute_us);
});

test("parseSince reads nothing else", () => {
  const wrong = [
    "",
    " ",
    "d",
    "2",
    "2 days",
    "-2d",
    "1.5h",
    "2m",
    "2D",
    "1y",
    "yesterday",
    "2026",
    "2026-2-8",
  ];
  const impossible = ["2026-02-30", "2026-02-08T25:00", "2026-02-08T12", "2026-02-08T12:00+2", "1969-12-31"];
  for (const text of [...wrong, ...impossible]) {
    expect({ text, since: parseSince(text, NOW_US) }).toEqual({ text, since: undefined });
  }
});
