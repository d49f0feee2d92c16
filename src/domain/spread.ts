/** How durations spread: in the figures that teams look at. */

/** Some durations in hours; null where there is none. */
export interface Spread {
  readonly count: number;
  /** Half of them are no longer. */
  readonly median: number | null;
  /** 85 of 100 are no longer. */
  readonly p85: number | null;
  readonly max: number | null;
}

/**
 * The spread of some values.
 *
 * @param values in any order
 * @example spreadOf([4, 1]) // { count: 2, median: 2.5, p85: 3.55, max: 4 }
 */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return { count: 0, median: null, p85: null, max: null };
  return {
    count: sorted.length,
    median: rounded(percentile(sorted, 0.5)),
    p85: rounded(percentile(sorted, 0.85)),
    max: rounded(percentile(sorted, 1)),
  };
}

/**
 * A percentile by linear interpolation between the two nearest values, as PERCENTILE.INC of
 * spreadsheets has it: whoever loads the CSV gets the same figure.
 *
 * @param sorted ascending, at least one
 * @param share 0 to 1
 */
export function percentile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** A figure with four decimals: of an hour that is less than half a second. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/**
 * A duration as a person says it, with one decimal where that tells something.
 *
 * @example formatHours(3.25) // "3.3 h"
 * @example formatHours(75) // "3.1 d"
 */
export function formatHours(hours: number | null): string {
  if (hours === null) return "-";
  if (hours * 3600 < 119.5) return `${Math.round(hours * 3600)} s`;
  if (hours * 60 < 119.5) return `${Math.round(hours * 60)} min`;
  if (hours < 47.95) return `${oneDecimal(hours)} h`;
  return `${oneDecimal(hours / 24)} d`;
}

/** From a hundred on, decimals tell nothing. */
function oneDecimal(value: number): string {
  return value < 99.95 ? value.toFixed(1).replace(/\.0$/, "") : String(Math.round(value));
}
