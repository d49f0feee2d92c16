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
  /** Whether it would be that, if what stands behind it were gone. */
  readonly is_beginning: boolean;
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
): Pick<TornBatch, "is_torn_write" | "is_beginning" | "zeroed"> {
  const by_place = new Map(parts.map(({ at, event }) => [at, event.batch]));
  const first = parts[0]?.at ?? 0;
  const last = parts.at(-1)?.at ?? 0;
  let at = first;
  while (isZeroed(lines[at - 1])) at--;
  const zeroed: LogLine[] = [];
  let next_index = 0;
  let is_after_zeros = false;
  for (; at <= last; at++) {
    const line = lines[at];
    const batch = by_place.get(at);
    if (line !== undefined && isZeroed(line)) {
      zeroed.push(line);
      is_after_zeros = true;
      continue;
    }
    const is_next = is_after_zeros ? (batch?.index ?? -1) >= next_index : batch?.index === next_index;
    if (batch === undefined || !is_next || batch.count !== by_place.get(first)?.count) {
      return { is_torn_write: false, is_beginning: false, zeroed: [] };
    }
    next_index = batch.index + 1;
    is_after_zeros = false;
  }
  for (let line = lines[at]; line !== undefined; line = lines[++at]) {
    if (isZeroed(line)) zeroed.push(line);
    else if (!saysNothing(line.parsed)) return { is_torn_write: false, is_beginning: true, zeroed: [] };
  }
  return { is_torn_write: true, is_beginning: true, zeroed };
}

/** Whether zeroed sectors stand in the place of what was a line. */
export function isZeroed(line: LogLine | undefined): boolean {
  return line?.parsed.kind === "damaged" && line.parsed.is_zeroed === true;
}

/** What can stand behind a torn write without anybody having taken it for whole. */
export function saysNothing(parsed: LogLine["parsed"]): boolean {
  if (parsed.kind === "damaged") return parsed.code === "LOG_CONFLICT_MARKERS";
  return parsed.kind !== "event";
}
