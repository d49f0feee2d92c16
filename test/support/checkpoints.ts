/** Features with logs that are long enough for a checkpoint, and what tells whether it served. */

import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { encodeTime } from "ulid";
import type { Stamp } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import type { Result } from "../../src/domain/refusal.ts";
import { LONG_LOG_BYTES } from "../../src/pipeline/read_state.ts";
import { answerOf, lineAt, makeProject, pageText, SLUG, type TemporaryProject } from "./project.ts";

const NOON_US = Date.UTC(2026, 1, 8, 12) * 1000;

/** A text that makes a log long, whatever else it holds. */
export const LONG_TEXT = "long ".repeat(LONG_LOG_BYTES / 5 + 1);

/** The first line of a long log: WP01 is claimed. */
export function longLine(parts: Partial<StatusEvent> = {}): string {
  return lineAt(0, { reason: LONG_TEXT, ...parts });
}

/** A project whose log is long from the start. */
export function makeLongProject(log = longLine(), config?: string): TemporaryProject {
  const files = {
    "status.events.jsonl": log,
    "tasks/WP01-first.md": pageText("claimed"),
    "tasks/WP02-second.md": pageText("planned").replace("WP01", "WP02"),
  };
  return makeProject(config === undefined ? { files } : { files, config });
}

export function checkpointPath({ root }: TemporaryProject): string {
  return join(root, ".lanekeeper", "kitty-specs", `${SLUG}.checkpoint`);
}

/** The checkpoint's bytes; undefined when there is none. */
export function checkpointBytes(project: TemporaryProject): Buffer | undefined {
  try {
    return readFileSync(checkpointPath(project));
  } catch {
    return undefined;
  }
}

export function removeCheckpoint(project: TemporaryProject): void {
  rmSync(checkpointPath(project), { recursive: true, force: true });
}

/**
 * Whether a checkpoint served during an operation that records something: after all of a
 * long log was read, there is a new one, with a new seed.
 */
export async function isServed(
  project: TemporaryProject,
  operation: () => Promise<Result<unknown>>,
): Promise<boolean> {
  const before = checkpointBytes(project);
  answerOf(await operation());
  const after = checkpointBytes(project);
  return before !== undefined && after !== undefined && seedIn(before) === seedIn(after);
}

/** A clock that stands so many seconds after noon, and ids of which none comes up twice. */
export function stampOf(number: number, second: number): Stamp {
  let ids = number * 100;
  return {
    now_us: NOON_US + second * 1_000_000,
    newEventId: (time_ms) => encodeTime(time_ms, 10) + String(ids++).padStart(16, "0"),
  };
}

function seedIn(bytes: Buffer): string | undefined {
  return /"seed":"(\d+)"/.exec(bytes.toString("latin1"))?.[1];
}
