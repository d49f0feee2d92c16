/**
 * Instants: microseconds since 1970 as a plain number.
 *
 * The year 2199 is about 7.3e15 microseconds, below 2^53, so no precision is lost.
 */

/** Microseconds since 1970-01-01T00:00:00Z. */
export type InstantUs = number;

/** The first instant that can no longer be written: 2200-01-01T00:00:00Z. */
export const END_OF_TIME_US: InstantUs = Date.UTC(2200, 0, 1) * 1000;

/** A clock this far from the log is worth a word. */
export const CLOCK_TOLERANCE_US = 5 * 60 * 1_000_000;

const AT =
  /^(?:19[7-9]|2[01]\d)\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Reads a time stamp of a log: `YYYY-MM-DDThh:mm:ss`, an optional fraction (digits past
 * six are cut off), then `Z` or `±hh:mm`; years 1970 to 2199.
 *
 * Every line of a log passes here, so the work is left to one regular expression without
 * captures and to the engine's own parser.
 *
 * @returns the instant, or undefined when the text is no such time stamp
 * @example parseInstant("2026-02-08T12:00:00Z") // 1770552000000000
 */
export function parseInstant(text: string): InstantUs | undefined {
  if (!isInstant(text)) return undefined;
  const local_ms = localMs(text);
  const zone_at = text.endsWith("Z") ? text.length - 1 : text.length - 6;
  const fraction_us = text[19] === "." ? Number(text.slice(20, Math.min(zone_at, 26)).padEnd(6, "0")) : 0;
  return (local_ms - offsetMs(text.slice(zone_at))) * 1000 + fraction_us;
}

/** Whether a text is a time stamp that {@link parseInstant} reads. */
export function isInstant(text: string): boolean {
  if (!AT.test(text)) return false;
  const day = text.slice(8, 10);
  // The pattern lets 31 days pass in every month; the engine rolls them over or refuses them.
  return day <= "28" || new Date(localMs(text)).getUTCDate() === Number(day);
}

/**
 * Orders time stamps that {@link parseInstant} reads. Those that lanekeeper writes all have
 * one form, in which the order of texts is that of times.
 */
export function compareInstants(a: string, b: string): number {
  if (hasWrittenForm(a) && hasWrittenForm(b)) return a < b ? -1 : a > b ? 1 : 0;
  return (parseInstant(a) ?? Number.NaN) - (parseInstant(b) ?? Number.NaN);
}

const WRITTEN_LENGTH = "2026-02-08T12:00:00.000000+00:00".length;

function hasWrittenForm(text: string): boolean {
  return text.length === WRITTEN_LENGTH && text.endsWith("+00:00");
}

function localMs(text: string): number {
  return Date.parse(`${text.slice(0, 19)}Z`);
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

/** The milliseconds that `Z`, `+hh:mm` or `-hh:mm` stands for. */
function offsetMs(zone: string): number {
  if (zone === "Z" || zone === "+00:00") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone[0] === "-" ? -minutes : minutes) * 60_000;
}
