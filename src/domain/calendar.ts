/** Days and ISO weeks, in UTC. */

import type { InstantUs } from "./time.ts";

export const HOUR_US = 3_600_000_000;
export const DAY_US = 24 * HOUR_US;
export const WEEK_US = 7 * DAY_US;

/** The first Monday after 1970 began: weeks are counted from there. */
const MONDAY_US = 4 * DAY_US;

/** When the day of an instant began. */
export function startOfDay(instant_us: InstantUs): InstantUs {
  return Math.floor(instant_us / DAY_US) * DAY_US;
}

/** When the ISO week of an instant began: Monday, 0:00. */
export function startOfWeek(instant_us: InstantUs): InstantUs {
  return Math.floor((instant_us - MONDAY_US) / WEEK_US) * WEEK_US + MONDAY_US;
}

/**
 * The day of an instant.
 *
 * @example dayName(Date.UTC(2026, 1, 8) * 1000) // "2026-02-08"
 */
export function dayName(instant_us: InstantUs): string {
  return new Date(instant_us / 1000).toISOString().slice(0, 10);
}

/**
 * The ISO week of an instant; its year is that of the week's Thursday.
 *
 * @example weekName(Date.UTC(2027, 0, 3) * 1000) // "2026-W53"
 */
export function weekName(instant_us: InstantUs): string {
  const thursday_us = startOfWeek(instant_us) + 3 * DAY_US;
  const year = new Date(thursday_us / 1000).getUTCFullYear();
  const week = Math.floor((thursday_us - Date.UTC(year, 0, 1) * 1000) / WEEK_US) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** Instants from one to another, both included where the step meets it. */
export function instantsFrom(first_us: InstantUs, last_us: InstantUs, step_us: number): InstantUs[] {
  const count = Math.max(0, Math.floor((last_us - first_us) / step_us) + 1);
  return Array.from({ length: count }, (_, i) => first_us + i * step_us);
}
