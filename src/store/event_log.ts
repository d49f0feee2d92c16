/** The log: the only truth. Read whole, or not trusted at all; only ever appended to. */

import { closeSync, constants, fstatSync, fsyncSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { incompleteBatches, whatIsMissing } from "../domain/batch.ts";
import type { StatusEvent } from "../domain/event.ts";
import type { LogLine } from "../domain/line.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { quoted, shellOption } from "../domain/text.ts";
import { KNOWN_VOCABULARY, type Vocabulary } from "../domain/workflow.ts";
import {
  appendDurably,
  isFileThere,
  isStillAt,
  readFrom,
  removeIfThere,
  syncDirectory,
} from "./durable_file.ts";
import { awaitGit } from "./git_index_lock.ts";
import { visitLines } from "./log_lines.ts";
import { expectLongRun } from "./long_run.ts";
import { attempt, causeOf, errnoOf, StorageError } from "./storage_error.ts";

/** How far a log goes. */
export interface LogExtent {
  /** Whether there is a file at all. */
  readonly exists: boolean;
  readonly size_bytes: number;
  /** Whether the last line lacks its line end, which the next append writes first. */
  readonly lacks_line_end: boolean;
}

/** What a log says. */
export interface LogContent extends LogExtent {
  /** The transitions, in the order of their lines, repeated ones included. */
  readonly events: readonly StatusEvent[];
  /** How many lines are records of other tools. */
  readonly other_records: number;
}

/** Where a log lies, and what it is called when people are told about it. */
export interface LogPlace {
  readonly path: string;
  /** Its path as messages show it. */
  readonly shown: string;
  /** The feature it belongs to. */
  readonly feature_slug: string;
  /** What it may hold; left out, the lanes and marks of the known workflows. */
  readonly vocabulary?: Vocabulary | undefined;
  /** What git holds while it replaces files here; left out where there is no git. */
  readonly git_index_lock?: string | undefined;
}

/** A log that is open from before it is read until after it is appended to. */
export interface LogFile {
  readonly place: LogPlace;
  /** Undefined while there is no file. */
  readonly fd: number | undefined;
}

/** The same, when it was read. */
export interface OpenLog extends LogFile {
  readonly content: LogExtent;
}

/** What {@link appendToLog} found out about its line. */
export type Appended =
  /** It is on the disk. If others appended meanwhile, these are all new events, ours among them. */
  | { readonly kind: "appended"; readonly others: readonly StatusEvent[] }
  /** The path leads to another file by now, or somebody else made it first: read again. */
  | { readonly kind: "replaced" };

/** From here on compiling hot code pays for itself. */
const LARGE_LOG_BYTES = 512 * 1024;

const NOTHING: LogContent = {
  exists: false,
  events: [],
  other_records: 0,
  size_bytes: 0,
  lacks_line_end: false,
};

/** Reads a log; one that is not there is empty. Takes no lock and writes nothing. */
export function readLog(place: LogPlace): Result<LogContent> {
  const file = open(place, constants.O_RDONLY);
  try {
    return readLogFile(file);
  } finally {
    closeLog(file);
  }
}

/** How long a log is. One that can't be looked at counts as empty: why, {@link openLog} tells. */
export function logSize({ path }: LogPlace): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** The bytes of a log; undefined when there is none. */
export function readLogBytes({ path, shown }: LogPlace): Uint8Array | undefined {
  return attempt("read", shown, () => (isFileThere(path) ? readFileSync(path) : undefined));
}

/** Opens a log to read it and append to it; {@link closeLog} must follow. */
export function openLog(place: LogPlace): LogFile {
  return open(place, constants.O_RDWR | constants.O_APPEND);
}

/** Closes the file, if one is open. */
export function closeLog({ fd }: LogFile): void {
  if (fd !== undefined) closeSync(fd);
}

/** Reads all of a log that is open. */
export function readLogFile({ place, fd }: LogFile): Result<LogContent> {
  return fd === undefined ? ok(NOTHING) : parseLog(readFrom(fd, place.shown, 0), place);
}

/**
 * Appends lines in one write; when it returns, they are on the disk.
 *
 * @param lines whole lines, each with its line end
 * @throws StorageError when they are not recorded, or when that is not known
 */
export function appendToLog(log: OpenLog, lines: string): Appended {
  const { place, content } = log;
  const created = log.fd === undefined ? create(place) : undefined;
  const fd = log.fd ?? created;
  if (fd === undefined) return { kind: "replaced" };
  try {
    const text = content.lacks_line_end ? `\n${lines}` : lines;
    const bytes = Buffer.from(text, "utf8");
    appendDurably(fd, place.path, bytes, content.size_bytes);
    // Also for a log that is not new: whoever made it may have died before this.
    attemptAfterWrite("sync the folder of", place.path, () => syncDirectory(dirname(place.path)));
    // A checkout may have put another file in place; what was appended to the old one is gone with it.
    if (place.git_index_lock !== undefined) awaitGit(place.git_index_lock);
    const is_in_place = attemptAfterWrite("find", place.path, () => isStillAt(fd, place.path));
    if (!is_in_place) return { kind: "replaced" };
    return { kind: "appended", others: appendedByOthers(fd, log, bytes) };
  } catch (error) {
    if (created !== undefined) removeIfEmpty(created, place.path);
    throw error;
  } finally {
    if (created !== undefined) closeSync(created);
  }
}

/** Makes what the log says durable, whoever wrote it. @throws StorageError when that fails */
export function syncLog({ fd, place }: LogFile): void {
  if (fd === undefined) return;
  attemptAfterWrite("sync", place.shown, () => {
    fsyncSync(fd);
    syncDirectory(dirname(place.path));
  });
}

/**
 * Reads the bytes of a log.
 *
 * @returns its content, or `LOG_CORRUPT` naming the first line that can't be trusted
 */
export function parseLog(
  bytes: Uint8Array,
  place: LogPlace,
  vocabulary: Vocabulary = place.vocabulary ?? KNOWN_VOCABULARY,
): Result<LogContent> {
  if (bytes.length > LARGE_LOG_BYTES) expectLongRun();
  const events: StatusEvent[] = [];
  let other_records = 0;
  const batched: { readonly event: StatusEvent; readonly line: LogLine }[] = [];
  const refused = visitLines(bytes, vocabulary, (line) => {
    const { parsed } = line;
    if (parsed.kind === "damaged" || parsed.kind === "torn") return corrupt(place, line, bytes, parsed);
    if (parsed.kind === "other") other_records++;
    if (parsed.kind === "event") {
      events.push(parsed.event);
      if (parsed.event.batch !== undefined) batched.push({ event: parsed.event, line });
    }
    return undefined;
  });
  if (refused !== undefined) return refused;
  const [batch] = incompleteBatches(batched.map(({ event }) => event));
  const last = batched[batch?.places.at(-1) ?? -1];
  if (batch !== undefined && last !== undefined) {
    return corrupt(place, last.line, bytes, { kind: "torn", problem: whatIsMissing(batch) });
  }
  const lacks_line_end = bytes.length > 0 && bytes[bytes.length - 1] !== 10;
  return ok({ exists: true, events, other_records, size_bytes: bytes.length, lacks_line_end });
}

function open(place: LogPlace, flags: number): LogFile {
  try {
    // Opening a pipe would wait for its other end, so the kind of file is looked at first.
    if (statSync(place.path).isFile() === false) throw new StorageError("read", place.shown, "it is no file");
    // Its path has no link in it; one that is put there meanwhile is not followed.
    return { place, fd: openSync(place.path, flags | (constants.O_NOFOLLOW ?? 0)) };
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return { place, fd: undefined };
    if (error instanceof StorageError) throw error;
    throw new StorageError("open", place.shown, error);
  }
}

/** Makes the file; undefined when somebody was faster. */
function create(place: LogPlace): number | undefined {
  const { O_RDWR, O_APPEND, O_CREAT, O_EXCL } = constants;
  try {
    return openSync(place.path, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o666);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return undefined;
    throw new StorageError("create", place.shown, error);
  }
}

/** A log that we made and could not fill goes again, unless somebody else made use of it meanwhile. */
function removeIfEmpty(fd: number, path: string): void {
  try {
    if (fstatSync(fd).size === 0 && isStillAt(fd, path)) removeIfThere(path);
  } catch {
    // An empty log says the same as none; the failure that led here is the one to report.
  }
}

/** Does what must follow once bytes are in the file: when it fails, they may count all the same. */
function attemptAfterWrite<T>(what: string, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw new StorageError(what, path, causeOf(error), { outcome_unknown: true });
  }
}

/** Looks at what really stands past the old end: our lines, whole, and those of writers without our lock. */
function appendedByOthers(fd: number, log: OpenLog, bytes: Buffer): readonly StatusEvent[] {
  const { place, content } = log;
  const tail = attemptAfterWrite("read back", place.shown, () =>
    Buffer.from(readFrom(fd, place.shown, content.size_bytes)),
  );
  if (tail.equals(bytes)) return [];
  const place_of_ours = tail.indexOf(bytes);
  const read = parseLog(tail, place);
  if (place_of_ours < 0 || !read.ok) {
    throw new StorageError("append to", place.shown, "somebody else wrote to it at the same time", {
      outcome_unknown: true,
    });
  }
  return read.value.events;
}

function corrupt(
  place: LogPlace,
  line: LogLine,
  bytes: Uint8Array,
  found: { kind: string; problem: string },
): Refused {
  const from = line.offset_bytes;
  const preview = Buffer.from(bytes.subarray(from, from + Math.min(line.length_bytes, 320)))
    .toString("utf8")
    .slice(0, 80);
  const what = found.kind === "torn" ? `torn write: ${found.problem}` : found.problem;
  return refuse(
    "LOG_CORRUPT",
    `${place.shown}, line ${line.number} (byte ${from}): ${what}: ${quoted(preview)}`,
    {
      hint: `lane doctor ${shellOption("--feature", place.feature_slug)}`,
      details: {
        file: place.path,
        line: line.number,
        byte_offset: from,
        preview,
        finding: "code" in found ? found.code : "LOG_TORN",
        problem: found.problem,
      },
    },
  );
}
