/** What a log says, read as simply as can be: by nothing of lane's own. */

import type { StatusEvent } from "../../src/domain/event.ts";

/** The events of a log, in the order of its lines, and whether its end can be read. */
export interface LogRead {
  readonly events: readonly StatusEvent[];
  readonly is_torn: boolean;
}

/** Reads a log; events of a batch whose others are missing do not count, and make it torn. */
export function readLines(bytes: Buffer | undefined): LogRead {
  const lines = (bytes ?? Buffer.alloc(0)).toString("utf8").split("\n");
  const parsed = lines.filter((line) => line !== "").map(parsedLine);
  const events = parsed.filter((event) => event !== undefined);
  const whole = events.filter(({ batch }) => {
    const there = events.filter((other) => other.batch?.id === batch?.id).length;
    return batch === undefined || there === batch.count;
  });
  return { events: whole, is_torn: whole.length < parsed.length };
}

/** The lane that each work package is in, by the last of its events; histories here are straight lines. */
export function lanesIn(events: readonly StatusEvent[]): ReadonlyMap<string, string> {
  return new Map(events.map(({ wp_id, to_lane }) => [wp_id, to_lane]));
}

/** What is wrong with events among themselves: the same one twice, a key twice, a move from where nothing was. */
export function disorderIn(events: readonly StatusEvent[]): string[] {
  const lanes = new Map<string, string>();
  const found: string[] = [];
  for (const { event_id, wp_id, from_lane, to_lane } of events) {
    const lane = lanes.get(wp_id) ?? "planned";
    if (from_lane !== lane) found.push(`${event_id} moves ${wp_id} from ${from_lane}, but it was in ${lane}`);
    lanes.set(wp_id, to_lane);
  }
  const keys = events.map(({ idempotency_key }) => idempotency_key).filter((key) => key != null);
  found.push(...repeated(keys).map((key) => `key ${key} is recorded more than once`));
  const ids = events.map(({ event_id }) => event_id);
  return [...found, ...repeated(ids).map((id) => `event ${id} stands there more than once`)];
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}

function parsedLine(line: string): StatusEvent | undefined {
  try {
    return JSON.parse(line) as StatusEvent;
  } catch {
    return undefined;
  }
}
