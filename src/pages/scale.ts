/** From values to places in a chart, and the ticks of its axes. */

import { DAY_US, dayName, HOUR_US, startOfDay, startOfWeek, WEEK_US } from "../domain/calendar.ts";
import { formatHours } from "../domain/spread.ts";
import type { InstantUs } from "../domain/time.ts";

/** Where a value stands in a chart, in its own units, with one decimal. */
export type Scale = (value: number) => number;

/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Maps `from`…`to` to `start`…`end`. */
export function linear(from: number, to: number, start: number, end: number): Scale {
  const span = to - from || 1;
  return (value) => Math.round((start + ((value - from) / span) * (end - start)) * 10) / 10;
}

/** Ticks for counts: whole numbers from 0 to the first that is not below the most. */
export function countTicks(most: number): Tick[] {
  const step = Math.max(1, niceStep(Math.max(1, most) / 4));
  return upTo(most, step).map((value) => ({ value, label: String(value) }));
}

/** Ticks for durations: round hours, or round days where they are long. */
export function hourTicks(longest_hours: number): Tick[] {
  const unit = longest_hours > 48 ? 24 : longest_hours > 2 ? 1 : 1 / 60;
  const step = niceStep(Math.max(longest_hours / unit, 1) / 4) * unit;
  return upTo(longest_hours, step).map((value) => ({ value, label: value === 0 ? "0" : formatHours(value) }));
}

/** Ticks for times: at most eight, on minutes, hours, days or Mondays; UTC. */
export function timeTicks(from_us: InstantUs, to_us: InstantUs): Tick[] {
  const span_us = to_us - from_us;
  const step_us =
    STEPS_US.find((one) => span_us / one <= MOST_TICKS) ??
    Math.ceil(span_us / MOST_TICKS / WEEK_US) * WEEK_US;
  const start_us = step_us >= WEEK_US ? startOfWeek(from_us) : startOfDay(from_us);
  const count = Math.floor((to_us - start_us) / step_us) + 1;
  const all = Array.from({ length: count }, (_, i) => start_us + i * step_us);
  const labelOf = step_us < DAY_US ? hourLabel : dayLabelsOver(span_us);
  return all.filter((at_us) => at_us >= from_us).map((at_us) => ({ value: at_us, label: labelOf(at_us) }));
}

/** A day as an axis names it: `8 Feb`. */
export function dayLabel(at_us: InstantUs): string {
  const [, month = "1", day = "1"] = dayName(at_us).split("-");
  return `${Number(day)} ${MONTHS[Number(month) - 1]}`;
}

/** A day with its year: `8 Feb 2026`. */
export function fullDayLabel(at_us: InstantUs): string {
  return `${dayLabel(at_us)} ${dayName(at_us).slice(0, 4)}`;
}

/** How days are named on an axis of some length: with the year where a day's name could mean two. */
export function dayLabelsOver(span_us: number): (at_us: InstantUs) => string {
  return span_us > LONGEST_WITHOUT_YEAR_US ? fullDayLabel : dayLabel;
}

const LONGEST_WITHOUT_YEAR_US = 48 * WEEK_US;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MOST_TICKS = 7;
const STEPS_US = [
  ...[1, 5, 15, 30].map((minutes) => (minutes * HOUR_US) / 60),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR_US),
  ...[1, 2].map((days) => days * DAY_US),
  ...[1, 2, 4, 8, 13, 26].map((weeks) => weeks * WEEK_US),
];

function hourLabel(at_us: InstantUs): string {
  const time = new Date(at_us / 1000).toISOString().slice(11, 16);
  return time === "00:00" ? dayLabel(at_us) : time;
}

/** 1, 2 or 5 times a power of ten, not below a value. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((one) => one * power >= value * 0.999) ?? 10) * power;
}

function upTo(most: number, step: number): number[] {
  const count = Math.max(1, Math.ceil(most / step - 0.001));
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}
