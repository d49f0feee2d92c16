/** A log that holds a part of a batch: a write that did not finish, or something else. */

import { incompleteBatches, whatIsMissing } from "./batch.ts";
import type { StatusEvent } from "./event.ts";
import type { LogLine } from "./line.ts";

/** An incomplete batch of a log. */
export interface TornBatch {
  /** The lines that carry it. */
  readonly lines: readonly LogLine[];
  /** What is missing, as the end of a sentence. */
  readonly problem: string;
  /**
   * Whether it is what a write leaves that was cut short: the first events of the batch, in
   * order and next to each other, and after them no event and no damage; or events of the
   * batch, in order, with zeroed sectors where the others should be. If not, the missing
   * ones may have been there once, and somebody was told so: then nothing may be cut off.
   */
  readonly is_torn_write: boolean;
  /** The lines that a torn write left with zeroed sectors in the place of its other events. */
  readonly zeroed: readonly LogLine[];
}

/**
 * Looks for batches that are not whole.
 *
 * @param lines every line of the log, or those that a repair keeps
 */
export function findTornBatches(lines: readonly LogLine[]): TornBatch[] {
  const carriers = lines.flatMap((line, at) =>
    line.parsed.kind === "event" && line.parsed.event.batch !== undefined
      ? [{ line, at, event: line.parsed.event }]
      : [],
  );
  if (carriers.length === 0) return [];
  return incompleteBatches(carriers.map(({ event }) => event)).map((batch) => {
    const parts = batch.places.flatMap((place) => carriers[place] ?? []);
    return {
      lines: parts.map(({ line }) => line),
      problem: whatIsMissing(batch),
      ...judged(parts, lines),
    };
  });
}

/** A line that carries a part of a batch, and its place among the lines. */
interface Part {
  readonly line: LogLine;
  readonly at: number;
  readonly event: StatusEvent;
}

function judged(
  parts: readonly Part[],
  lines: readonly LogLine[],
): Pick<TornBatch, "is_torn_write" | "zeroed"> {
  const not_torn = { is_torn_write: false, zeroed: [] };
  const by_place = new Map(parts.map(({ at, event }) => [at, event.batch]));
  const first = parts[0]?.at ?? 0;
  const last = parts.at(-1)?.at ?? 0;
  let start = first;
  while (isZeroed(lines[start - 1])) start--;
  const zeroed: LogLine[] = [];
  let next_index = 0;
  let is_after_zeros = false;
  for (const [i, line] of lines.slice(start).entries()) {
    const batch = by_place.get(start + i);
    if (isZeroed(line)) {
      zeroed.push(line);
      is_after_zeros = true;
    } else if (batch !== undefined) {
      const is_next = is_after_zeros ? batch.index >= next_index : batch.index === next_index;
      if (!is_next || batch.count !== by_place.get(first)?.count) return not_torn;
      next_index = batch.index + 1;
      is_after_zeros = false;
    } else if (start + i < last || !saysNothing(line.parsed)) {
      return not_torn;
    }
  }
  return { is_torn_write: true, zeroed };
}

function isZeroed(line: LogLine | undefined): boolean {
  return line?.parsed.kind === "damaged" && line.parsed.is_zeroed === true;
}

/** What can stand behind a torn write without anybody having taken it for whole. */
function saysNothing(parsed: LogLine["parsed"]): boolean {
  if (parsed.kind === "damaged") return parsed.code === "LOG_CONFLICT_MARKERS";
  return parsed.kind !== "event";
}
