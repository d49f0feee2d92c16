/**
 * The file of a feature's checkpoint, beside its lock: what its log says up to a place,
 * with proof that the log still begins with the very same bytes.
 *
 * It is a cache. It is written without a sync, so a crash can tear it; its first bytes are
 * a hash of all others, and one that is not whole counts as none. The hashes guard
 * against accidents: whoever can write into the state folder can forge both.
 */

import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { readFrom, replaceCache } from "./durable_file.ts";
import type { LogPlace } from "./event_log.ts";
import type { LockPlace } from "./feature_lock.ts";

/** A log up to a place, and what its reader found there. */
export interface CheckpointFile {
  /** Under which conditions it was read. Others make another checkpoint. */
  readonly made_for: string;
  /** Makes hashes that nobody can have foreseen. */
  readonly seed: string;
  /** The parts of the log, one after another from its first byte, as they were read. */
  readonly parts: readonly LogPart[];
  /** Of every idempotency key, sorted. */
  readonly key_hashes: BigUint64Array;
  /** Plain data. */
  readonly content: unknown;
}

/** A part of a log's bytes. */
export interface LogPart {
  readonly end_bytes: number;
  readonly hash: string;
}

/** A larger log is mapped and not copied, where the system can; a tail is always copied. */
const LARGE_LOG_BYTES = 16 * 1024 * 1024;

/** Reads the checkpoint of the feature with this lock; undefined where there is none that is whole. */
export function readCheckpoint(lock: LockPlace): CheckpointFile | undefined {
  try {
    const bytes = readPlain(checkpointPath(lock));
    return isWhole(bytes) ? decode(bytes) : undefined;
  } catch {
    return undefined;
  }
}

/** Puts a checkpoint in the place of the one before. One that can't be written costs time, and nothing else. */
export function writeCheckpoint(lock: LockPlace, file: CheckpointFile): void {
  try {
    replaceCache(checkpointPath(lock), encode(file));
  } catch {
    // The next call reads the whole log, and tries again.
  }
}

/**
 * What stands in a log after a checkpoint.
 *
 * @param fd the log, open
 * @returns undefined where the log does not begin with the bytes that the checkpoint is about
 */
export function readAfter(
  { parts, seed }: CheckpointFile,
  fd: number,
  place: LogPlace,
): Uint8Array | undefined {
  const bytes = bytesOf(fd, place);
  let start = 0;
  for (const { end_bytes, hash } of parts) {
    if (bytes.length < end_bytes || hashOf(bytes.subarray(start, end_bytes), seed) !== hash) return undefined;
    start = end_bytes;
  }
  return readFrom(fd, place.shown, start);
}

/** A part of a log that was read, from the end of those before on. */
export function logPart(before: readonly LogPart[], bytes: Uint8Array, seed: string): LogPart {
  return { end_bytes: endOf(before) + bytes.length, hash: hashOf(bytes, seed) };
}

/** How far a checkpoint goes. */
export function endOf(parts: readonly LogPart[]): number {
  return parts.at(-1)?.end_bytes ?? 0;
}

/** A new seed. */
export function newSeed(): string {
  return String(crypto.getRandomValues(new BigUint64Array(1))[0]);
}

/** The hashes of idempotency keys, sorted, those of a checkpoint before included. */
export function keyHashes(
  keys: readonly string[],
  seed: string,
  before: BigUint64Array = new BigUint64Array(),
): BigUint64Array {
  const hashes = new BigUint64Array(before.length + keys.length);
  hashes.set(before);
  for (const [i, key] of keys.entries()) hashes[before.length + i] = hashOfKey(key, seed);
  return hashes.sort();
}

/** Whether a key may be among those of a checkpoint; false is certain. */
export function mayHoldKey({ key_hashes, seed }: CheckpointFile, key: string): boolean {
  const wanted = hashOfKey(key, seed);
  let [low, high] = [0, key_hashes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((key_hashes[middle] ?? 0n) < wanted) low = middle + 1;
    else high = middle;
  }
  return key_hashes[low] === wanted;
}

/** All locks end in `.lock`, so no feature's checkpoint can stand where another's lock does. */
function checkpointPath({ path }: LockPlace): string {
  return `${path.replace(/\.lock$/, "")}.checkpoint`;
}

/** Whoever asks holds the lock, so the folder is known to be no link that leads elsewhere. */
function readPlain(path: string): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    return readFrom(fd, path, 0);
  } finally {
    closeSync(fd);
  }
}

/**
 * The bytes of an open log. If somebody cuts a mapped file short while it is looked at, the
 * system ends the process; nothing is written by then.
 */
function bytesOf(fd: number, place: LogPlace): Uint8Array {
  if (process.platform !== "win32" && fstatSync(fd).size >= LARGE_LOG_BYTES) {
    try {
      // By the descriptor: its path may lead to another file by now.
      return Bun.mmap(`/dev/fd/${fd}`);
    } catch {
      // Some file systems can't be mapped.
    }
  }
  return readFrom(fd, place.shown, 0);
}

function hashOf(bytes: Uint8Array, seed: string): string {
  return String(Bun.hash.xxHash3(bytes, BigInt(seed)));
}

function hashOfKey(key: string, seed: string): bigint {
  return Bun.hash.xxHash3(key, BigInt(seed));
}

/** Hash of all that follows, length of the JSON text, the text, filled up to eights, key hashes. */
const [HASH_BYTES, LENGTH_BYTES] = [8, 8];

function encode({ key_hashes, ...head }: CheckpointFile): Uint8Array {
  const text = Buffer.from(JSON.stringify(head), "utf8");
  const keys_at = keysAt(text.length);
  const bytes = new Uint8Array(keys_at + key_hashes.byteLength);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(HASH_BYTES, BigInt(text.length), true);
  bytes.set(text, HASH_BYTES + LENGTH_BYTES);
  const { buffer, byteOffset, byteLength } = key_hashes;
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength), keys_at);
  view.setBigUint64(0, Bun.hash.xxHash3(bytes.subarray(HASH_BYTES)), true);
  return bytes;
}

function isWhole(bytes: Uint8Array): boolean {
  if (bytes.length < HASH_BYTES + LENGTH_BYTES) return false;
  return viewOf(bytes).getBigUint64(0, true) === Bun.hash.xxHash3(bytes.subarray(HASH_BYTES));
}

function decode(bytes: Uint8Array): CheckpointFile {
  const length_bytes = Number(viewOf(bytes).getBigUint64(HASH_BYTES, true));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + HASH_BYTES + LENGTH_BYTES, length_bytes);
  const key_hashes = new BigUint64Array(bytes.buffer, bytes.byteOffset + keysAt(length_bytes));
  return { ...JSON.parse(text.toString("utf8")), key_hashes };
}

function keysAt(text_bytes: number): number {
  return Math.ceil((HASH_BYTES + LENGTH_BYTES + text_bytes) / 8) * 8;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
