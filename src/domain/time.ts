/**
 * Instants: microseconds since 1970 as a plain number.
 *
 * The year 2199 is about 7.3e15 microseconds, below 2^53, so no precision is lost.
 */

/** Microseconds since 1970-01-01T00:00:00Z. */
export type InstantUs = number;

/** The first instant that can no longer be written: 2200-01-01T00:00:00Z. */
export const END_OF_TIME_US: InstantUs = Date.UTC(2200, 0, 1) * 1000;

const AT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Reads a time stamp of a log: `YYYY-MM-DDThh:mm:ss`, an optional fraction (digits
 * past six are cut off), then `Z` or `±hh:mm`; years 1970 to 2199.
 *
 * @returns the instant, or undefined when the text is no such time stamp
 * @example parseInstant("2026-02-08T12:00:00Z") // 1770552000000000
 */
export function parseInstant(text: string): InstantUs | undefined {
  const match = AT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offset_h, offset_min] = match;
  if (Number(year) < 1970 || Number(year) > 2199) return undefined;
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  if (Number(day) < 1 || Number(day) > daysInMonth(Number(year), Number(month))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offset_h ?? 0) > 23 || Number(offset_min ?? 0) > 59) return undefined;

  const local_ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const offset_ms = (sign === "-" ? -1 : 1) * (Number(offset_h ?? 0) * 60 + Number(offset_min ?? 0)) * 60_000;
  const fraction_us = fraction === undefined ? 0 : Number(fraction.slice(0, 6).padEnd(6, "0"));
  return (local_ms - offset_ms) * 1000 + fraction_us;
}

/**
 * Writes an instant as events carry it: UTC, six decimals, `+00:00`.
 *
 * @example formatInstant(0) // "1970-01-01T00:00:00.000000+00:00"
 */
export function formatInstant(instant_us: InstantUs): string {
  const whole_ms = Math.floor(instant_us / 1000);
  const micros = String(instant_us - whole_ms * 1000).padStart(3, "0");
  return `${new Date(whole_ms).toISOString().slice(0, 23)}${micros}+00:00`;
}

/**
 * A span of time as a person says it, in its largest fitting unit.
 *
 * @example formatAge(75_000_000) // "75 s"
 */
export function formatAge(span_us: number): string {
  const seconds = Math.max(0, Math.floor(span_us / 1_000_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 120 * 60) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
