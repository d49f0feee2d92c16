/**
 * Reads a long log from a checkpoint on, where that is exactly as good as all of it; and
 * leaves a checkpoint to the calls that follow.
 */

import { COMMIT, VERSION } from "../domain/build.ts";
import { type Checkpoint, checkpointOf, goOnFrom, hasRoomForIds } from "../domain/checkpoint.ts";
import type { StatusEvent } from "../domain/event.ts";
import { ok, type Result } from "../domain/refusal.ts";
import type { Feature } from "../project/feature.ts";
import {
  type CheckpointFile,
  endOf,
  keyHashes,
  logPart,
  mayHoldKey,
  newSeed,
  readAfter,
  readCheckpoint,
  writeCheckpoint,
} from "../store/checkpoint_file.ts";
import { readFrom } from "../store/durable_file.ts";
import { type LogFile, parseLog } from "../store/event_log.ts";
import { hasByteOrderMark } from "../store/log_lines.ts";
import { type FeatureStanding, howItIsWritten, understand } from "./feature_state.ts";
import { type Asking, LONG_LOG_BYTES, type ReadState, readWhole } from "./read_state.ts";

/** Reads a feature's log under its lock. The answer is the same as that of reading all of it. */
export function readFromCheckpoint(feature: Feature, log: LogFile, asking: Asking): Result<ReadState> {
  if (log.fd === undefined) return readAll(feature, log);
  const file = readCheckpoint(feature.lock);
  const resumed = file && resumeIfSound(feature, { ...log, fd: log.fd }, file, asking);
  return resumed === undefined ? readAll(feature, log) : ok(resumed);
}

/** A log that is there. */
interface ExistingLog extends LogFile {
  readonly fd: number;
}

/** Whoever wrote the file may have understood something else by a checkpoint: then it serves nobody. */
function resumeIfSound(...parts: Parameters<typeof resume>): ReadState | undefined {
  try {
    return resume(...parts);
  } catch {
    return undefined;
  }
}

/** Undefined where the checkpoint does not serve; why, the whole log will tell. */
function resume(
  feature: Feature,
  log: ExistingLog,
  file: CheckpointFile,
  { idempotency_keys, stamp }: Asking,
): ReadState | undefined {
  const checkpoint = file.content as Checkpoint;
  if (file.made_for !== conditionsOf(feature) || !hasRoomForIds(checkpoint, stamp.now_us)) return undefined;
  if (idempotency_keys.some((key) => mayHoldKey(file, key))) return undefined;
  const tail = readAfter(file, log.fd, log.place);
  // In the middle of a log, a byte order mark is damage.
  if (tail === undefined || hasByteOrderMark(tail)) return undefined;
  const read = parseLog(tail, log.place);
  if (!read.ok) return undefined;
  const { events, lacks_line_end } = read.value;
  const continued = goOnFrom(checkpoint, events, feature.project.vocabulary);
  if (continued === undefined) return undefined;
  const written = howItIsWritten(feature, continued.traits);
  if (!written.ok) return undefined;
  const size_bytes = endOf(file.parts) + tail.length;
  const content = { exists: true, size_bytes, lacks_line_end };
  const { reduction } = continued;
  const state = { feature, log: content, reduction, recent_events: events, ...written.value };
  return {
    log: { ...log, content },
    state,
    eventsBefore: () => eventsUpTo(size_bytes, log),
    leaveCheckpoint: leaving(state, tail, { ...file, checkpoint }),
  };
}

function readAll(feature: Feature, log: LogFile): Result<ReadState> {
  if (log.fd === undefined) return readWhole(feature, log);
  const bytes = readFrom(log.fd, log.place.shown, 0);
  const content = parseLog(bytes, log.place);
  if (!content.ok) return content;
  const state = understand(feature, content.value);
  if (!state.ok) return state;
  return ok({
    log: { ...log, content: content.value },
    state: state.value,
    eventsBefore: () => content.value.events,
    leaveCheckpoint: leaving(state.value, bytes),
  });
}

/** A checkpoint, and the file that it stood in. */
interface Past extends Omit<CheckpointFile, "content"> {
  readonly checkpoint: Checkpoint;
}

/**
 * What writes down where things stood before this call, if there is much to read by now.
 *
 * @param bytes what was read: they are hashed at once, since the log's own may change
 * @param past what stands before them
 */
function leaving(state: FeatureStanding, bytes: Uint8Array, past?: Past): () => void {
  const { feature, log, reduction, log_traits: traits, recent_events } = state;
  if (bytes.length <= LONG_LOG_BYTES || log.lacks_line_end) return () => {};
  const { seed, parts, key_hashes } = past ?? { seed: newSeed(), parts: [], key_hashes: undefined };
  const part = logPart(parts, bytes, seed);
  return () => {
    const content = checkpointOf({ reduction, traits }, recent_events, past?.checkpoint);
    if (content === undefined) return;
    const keys = recent_events.flatMap(({ idempotency_key: key }) => (key === undefined ? [] : [key]));
    writeCheckpoint(feature.lock, {
      made_for: conditionsOf(feature),
      seed,
      parts: [...parts, part],
      key_hashes: keyHashes(keys, seed, key_hashes),
      content,
    });
  };
}

/** What a checkpoint rests on besides the log's bytes: another build may understand them otherwise. */
function conditionsOf({ slug, project }: Feature): string {
  const { lanes, terminal, rollbacks } = project.vocabulary;
  return JSON.stringify([VERSION, COMMIT, slug, [...lanes], [...terminal], rollbacks]);
}

/** For the rare caller that needs them after all. */
function eventsUpTo(size_bytes: number, { fd, place }: ExistingLog): readonly StatusEvent[] {
  const read = parseLog(readFrom(fd, place.shown, 0).subarray(0, size_bytes), place);
  if (!read.ok) throw new Error(read.refusal.message);
  return read.value.events;
}
