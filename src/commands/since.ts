/** `--since`: from when on. */

import { ok, type Result, refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import { type InstantUs, parseInstant } from "../domain/time.ts";

/**
 * Reads an ISO date or time, or a span that is counted back from now. What names no zone is UTC.
 *
 * @param now_us the clock
 * @returns microseconds since 1970
 * @example parseSince("2026-02-08", now_us) // that day, 0:00 UTC
 * @example parseSince("2d", now_us) // 48 hours ago
 */
export function parseSince(text: string, now_us: InstantUs): Result<InstantUs> {
  const asked = text.trim();
  const span = /^(\d{1,6}) ?(s|min|h|d|w)$/i.exec(asked);
  if (span !== null) {
    return ok(Math.max(0, now_us - Number(span[1]) * (UNIT_US[(span[2] ?? "").toLowerCase()] ?? 0)));
  }
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i.exec(asked);
  const [, day, minute = "00:00", second = ":00", zone = "Z"] = parts ?? [];
  const instant_us =
    day === undefined ? undefined : parseInstant(`${day}T${minute}${second}${zone.toUpperCase()}`);
  if (instant_us !== undefined) return ok(instant_us);
  const what = parts === null ? "is neither a date nor a span of time" : "is no time that there is";
  return refuse("USAGE", `--since ${quoted(text)} ${what}`, {
    hint: "write 2026-02-08, 2026-02-08T12:00Z, or a span like 3h, 2d or 1w",
  });
}

const SECOND_US = 1_000_000;
const UNIT_US: Readonly<Record<string, number>> = {
  s: SECOND_US,
  min: 60 * SECOND_US,
  h: 3600 * SECOND_US,
  d: 86_400 * SECOND_US,
  w: 7 * 86_400 * SECOND_US,
};
