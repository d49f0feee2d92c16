/** Reads a feature's log under its lock, all of it or from a checkpoint on. */

import type { Stamp } from "../domain/decide.ts";
import type { StatusEvent } from "../domain/event.ts";
import { ok, type Result } from "../domain/refusal.ts";
import type { Feature } from "../project/feature.ts";
import { type LogFile, type OpenLog, readLogFile } from "../store/event_log.ts";
import { type FeatureStanding, understand } from "./feature_state.ts";

/** A log that was read, and where its feature stands. */
export interface ReadState {
  readonly log: OpenLog;
  readonly state: FeatureStanding;
  /** All transitions that stood in the log, in the order of their lines. */
  readonly eventsBefore: () => readonly StatusEvent[];
  /** Leaves what was found out to the calls that follow, where that is worth it. Never throws. */
  readonly leaveCheckpoint: () => void;
}

/** What is known of a call before its log is read. */
export interface Asking {
  readonly idempotency_keys: readonly string[];
  readonly stamp: Stamp;
}

/** A way to read. What it answers does not depend on the way. */
export type ReadLog = (feature: Feature, log: LogFile, asking: Asking) => Result<ReadState>;

/** A shorter log is read faster than a checkpoint would be. */
export const LONG_LOG_BYTES = 64 * 1024;

/** Reads all of a log. */
export function readWhole(feature: Feature, log: LogFile): Result<ReadState> {
  const content = readLogFile(log);
  if (!content.ok) return content;
  const state = understand(feature, content.value);
  if (!state.ok) return state;
  return ok({
    log: { ...log, content: content.value },
    state: state.value,
    eventsBefore: () => content.value.events,
    leaveCheckpoint: () => {},
  });
}
