/** From when on: `--since`. */

import { expect, test } from "bun:test";
import { parseSince } from "../../src/commands/since.ts";
import { formatInstant } from "../../src/domain/time.ts";
import { NOON_US } from "../support/events.ts";
import { answerOf, refusalOf } from "../support/project.ts";

test("parseSince() reads dates, times and spans; without a zone they are UTC", () => {
  const read: [string, string][] = [
    ["2026-02-08", "2026-02-08T00:00:00.000000+00:00"],
    ["2026-02-08T09:30", "2026-02-08T09:30:00.000000+00:00"],
    ["2026-02-08 09:30:15Z", "2026-02-08T09:30:15.000000+00:00"],
    ["2026-02-08t09:30:15.25+02:00", "2026-02-08T07:30:15.250000+00:00"],
    ["3h", "2026-02-08T09:00:00.000000+00:00"],
    ["2d", "2026-02-06T12:00:00.000000+00:00"],
    ["1w", "2026-02-01T12:00:00.000000+00:00"],
    ["90min", "2026-02-08T10:30:00.000000+00:00"],
    [" 30 s ", "2026-02-08T11:59:30.000000+00:00"],
    ["999999w", "1970-01-01T00:00:00.000000+00:00"],
  ];
  for (const [text, at] of read) {
    expect({ text, at: formatInstant(answerOf(parseSince(text, NOON_US))) }).toEqual({ text, at });
  }
});

test("parseSince() refuses what is no time, and says what would do", () => {
  const hint = "write 2026-02-08, 2026-02-08T12:00Z, or a span like 3h, 2d or 1w";
  for (const text of ["", "yesterday", "-2d", "2", "2m", "1.5h", "08.02.2026", "2026-2-8", "2d\u001b[31m"]) {
    const refusal = refusalOf(parseSince(text, NOON_US));
    expect(refusal).toMatchObject({ code: "USAGE", hint });
    expect(refusal.message).toEndWith("is neither a date nor a span of time");
    expect(refusal.message).not.toContain("\u001b");
  }
  for (const text of ["2026-02-30", "2026-13-01", "2026-02-08T25:00", "1969-12-31"]) {
    expect(refusalOf(parseSince(text, NOON_US)).message).toBe(`--since "${text}" is no time that there is`);
  }
});
