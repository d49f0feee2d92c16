/** From when on: the value of `--since`, as people write it. */

import { type InstantUs, parseInstant } from "./time.ts";

const SPAN = /^(\d{1,6}) ?(min|h|d|w)$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

const SPAN_US: Readonly<Record<string, number>> = {
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
  w: 7 * 86_400_000_000,
};

/** The forms that {@link parseSince} reads, for a message. */
export const SINCE_FORMS = "2026-02-08, 2026-02-08T12:00, 30min, 3h, 2d or 1w";

/**
 * The instant that a date, a time or a span before now means. Without a zone it is UTC, as
 * times are shown; a date is its first instant.
 *
 * @returns the instant, or undefined when the text is none of these
 * @example parseSince("2026-02-08", now_us) // 1770508800000000
 * @example parseSince("2h", now_us) // now_us - 7_200_000_000
 */
export function parseSince(text: string, now_us: InstantUs): InstantUs | undefined {
  const trimmed = text.trim();
  const [, count, unit] = SPAN.exec(trimmed) ?? [];
  if (count !== undefined && unit !== undefined) return now_us - Number(count) * (SPAN_US[unit] ?? 0);
  if (DATE.test(trimmed)) return parseInstant(`${trimmed}T00:00:00Z`);
  const [, date, minutes, seconds = ":00", zone = "Z"] = TIME.exec(trimmed) ?? [];
  return date === undefined ? undefined : parseInstant(`${date}T${minutes}${seconds}${zone}`);
}
