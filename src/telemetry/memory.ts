/** What is remembered of sinks between runs: how long to leave one alone, and what the user was told. */

import * as v from "valibot";
import type { Project } from "../project/project.ts";
import { readLines, writeLines } from "../store/line_file.ts";
import { memoryPlace } from "./places.ts";

const TroubleSchema = v.object({
  /** Failures in a row. */
  failures: v.number(),
  next_try_us: v.number(),
  /** What went wrong, in one line without secrets. */
  error: v.string(),
  at_us: v.number(),
});

const MemorySchema = v.object({
  version: v.literal(1),
  /** By the sink's key; a sink whose last delivery went well is not there. */
  troubles: v.record(v.string(), TroubleSchema),
  /** The definitions of untrusted sinks that the user was told of. */
  told: v.array(v.string()),
});

export type Trouble = v.InferOutput<typeof TroubleSchema>;
export type Memory = v.InferOutput<typeof MemorySchema>;

export const NO_MEMORY: Memory = { version: 1, troubles: {}, told: [] };

/** Reads it; what is lost or makes no sense is nothing. */
export function readMemory(project: Project): Memory {
  const [line = ""] = readLines(memoryPlace(project)) ?? [];
  try {
    return v.parse(MemorySchema, JSON.parse(line));
  } catch {
    return NO_MEMORY;
  }
}

/** Writes it. Needs the delivery lock. */
export function writeMemory(project: Project, memory: Memory): void {
  writeLines(memoryPlace(project), [JSON.stringify(memory)]);
}

const FIRST_PAUSE_US = 1_000_000;
const LONGEST_PAUSE_US = 5 * 60 * 1_000_000;
/** However long a sink asks to be left alone. */
const LONGEST_WISH_US = 60 * 60 * 1_000_000;

/** After a failure: 1 s, doubling to 5 min, or as long as the sink itself asks for. */
export function troubleAfter(
  before: Trouble | undefined,
  error: string,
  now_us: number,
  wished_pause_us = 0,
): Trouble {
  const failures = (before?.failures ?? 0) + 1;
  const pause_us = Math.min(LONGEST_PAUSE_US, FIRST_PAUSE_US * 2 ** Math.min(failures - 1, 20));
  const wish_us = Math.min(LONGEST_WISH_US, wished_pause_us);
  return { failures, next_try_us: now_us + Math.max(pause_us, wish_us), error, at_us: now_us };
}

/**
 * Until when emits leave a sink alone; undefined when they do not. Neither a clock that was
 * set back nor what somebody wrote into the file prolongs it.
 */
export function pausedUntil(trouble: Trouble | undefined, now_us: number): number | undefined {
  if (trouble === undefined || now_us < trouble.at_us) return undefined;
  const until_us = Math.min(trouble.next_try_us, trouble.at_us + LONGEST_WISH_US);
  return now_us < until_us ? until_us : undefined;
}
