/** From the bytes of a log to its lines, each with its place. */

import { isAscii, isUtf8 } from "node:buffer";
import {
  type Damage,
  LONGEST_LINE_BYTES,
  type LogLine,
  type ParsedLine,
  parseLine,
  type TornTail,
} from "../domain/line.ts";
import type { Vocabulary } from "../domain/workflow.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/**
 * Visits the lines of a log one after another, damaged ones included, until the visitor answers.
 *
 * No generator: getting its first one going takes an engine that has just started as long as
 * reading fifty lines does.
 *
 * @param bytes the whole file
 * @param visit undefined to go on, else the answer
 * @returns the answer; undefined when the log ended before there was one
 */
export function visitLines<T>(
  bytes: Uint8Array,
  vocabulary: Vocabulary,
  visit: (line: LogLine) => T | undefined,
): T | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textOf = decoderOf(buffer);
  const saysNothing = silenceOf(buffer);
  let offset_bytes = hasByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
  for (let number = 1; offset_bytes < buffer.length; number++) {
    const end = buffer.indexOf(LINE_FEED, offset_bytes);
    const is_ended = end >= 0;
    const stop = is_ended ? end : buffer.length;
    const text_stop = buffer[stop - 1] === CARRIAGE_RETURN && stop > offset_bytes ? stop - 1 : stop;
    let parsed: LogLine["parsed"] = parseSpan(textOf, offset_bytes, text_stop, vocabulary);
    if (parsed.kind === "damaged" && parsed.code === "LOG_LINE_INVALID") {
      const whole = wholeBeforeZeros(buffer, offset_bytes, stop, textOf, vocabulary);
      if (whole !== undefined) {
        const answer = visit({ number, ...whole });
        if (answer !== undefined) return answer;
        offset_bytes += whole.length_bytes;
      }
      parsed = judged(parsed, buffer, { offset_bytes, stop, saysNothing });
    }
    const ends_with = !is_ended ? "nothing" : text_stop < stop ? "crlf" : "lf";
    const answer = visit({ number, offset_bytes, length_bytes: stop - offset_bytes, ends_with, parsed });
    if (answer !== undefined || parsed.kind === "torn") return answer;
    offset_bytes = stop + 1;
  }
  return undefined;
}

/** Whether a file begins with UTF-8's byte order mark. */
export function hasByteOrderMark(bytes: Uint8Array): boolean {
  return BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte);
}

/** The text of a span of bytes; undefined where it is not valid UTF-8. */
type Decoder = (start: number, stop: number) => string | undefined;

/** Logs are ASCII unless somebody else wrote them: then cutting one text up is cheaper than decoding lines. */
function decoderOf(buffer: Buffer): Decoder {
  if (buffer.length <= LONGEST_TEXT_BYTES && isAscii(buffer)) {
    const text = buffer.toString("latin1");
    return (start, stop) => text.slice(start, stop);
  }
  if (isUtf8(buffer)) return (start, stop) => buffer.toString("utf8", start, stop);
  return (start, stop) =>
    isUtf8(buffer.subarray(start, stop)) ? buffer.toString("utf8", start, stop) : undefined;
}

/** A larger log would stand twice in memory. */
const LONGEST_TEXT_BYTES = 64 * 1024 * 1024;

function parseSpan(textOf: Decoder, start: number, stop: number, vocabulary: Vocabulary): ParsedLine {
  if (stop - start >= LONGEST_LINE_BYTES) return invalid(`longer than ${LONGEST_LINE_BYTES} bytes`);
  const text = textOf(start, stop);
  return text === undefined ? invalid("not valid UTF-8") : parseLine(text, vocabulary);
}

/**
 * An event that lacks its line end, where zeros follow it: the write that was to end it did
 * not reach the disk. The event did, and may have been answered.
 */
function wholeBeforeZeros(
  buffer: Buffer,
  offset_bytes: number,
  stop: number,
  textOf: Decoder,
  vocabulary: Vocabulary,
): Omit<LogLine, "number"> | undefined {
  const zero = buffer.subarray(offset_bytes, stop).indexOf(0);
  if (zero <= 0 || !isSectorEnd(endOfZeros(buffer, offset_bytes + zero), buffer)) return undefined;
  const parsed = parseSpan(textOf, offset_bytes, offset_bytes + zero, vocabulary);
  if (parsed.kind !== "event" && parsed.kind !== "other") return undefined;
  return { offset_bytes, length_bytes: zero, ends_with: "nothing", parsed };
}

/**
 * Tells a write that was never finished from other damage: a last line that breaks off, zeros
 * to the end of the file, or a last line with whole sectors of zeros in it.
 */
function judged(
  damage: Damage,
  buffer: Buffer,
  { offset_bytes, stop, saysNothing }: { offset_bytes: number; stop: number; saysNothing: Silence },
): Damage | TornTail {
  if (buffer[offset_bytes] === 0 && saysNothing(offset_bytes)) {
    return { kind: "torn", problem: "zeros instead of an event" };
  }
  if (stop === buffer.length && breaksOff(buffer.subarray(offset_bytes))) {
    return { kind: "torn", problem: "it breaks off in the middle of an event" };
  }
  if (!hasZeroedSectors(buffer, offset_bytes, stop)) return damage;
  const problem = "zeros instead of a part of an event";
  return saysNothing(stop) ? { kind: "torn", problem } : { ...damage, problem, is_zeroed: true };
}

/** What disks write at once, or not at all. */
const SECTOR_BYTES = 512;

/**
 * Whether a line holds zeros, and all of them are sectors that were not written: they begin
 * with a sector, or with what was appended, and end with a sector, or with the file.
 */
function hasZeroedSectors(buffer: Buffer, offset_bytes: number, stop: number): boolean {
  // Nothing behind the line is looked at: of many lines, each would look at all the others.
  const line = buffer.subarray(offset_bytes, stop);
  let zero = line.indexOf(0);
  const is_there = zero >= 0;
  while (zero >= 0) {
    const end = endOfZeros(buffer, offset_bytes + zero);
    const is_begun = zero === 0 || (offset_bytes + zero) % SECTOR_BYTES === 0;
    if (!is_begun || !isSectorEnd(end, buffer)) return false;
    zero = line.indexOf(0, end - offset_bytes);
  }
  return is_there;
}

function endOfZeros(buffer: Buffer, start: number): number {
  let end = start;
  while (buffer[end] === 0) end++;
  return end;
}

function isSectorEnd(offset_bytes: number, buffer: Buffer): boolean {
  return offset_bytes % SECTOR_BYTES === 0 || offset_bytes === buffer.length;
}

/** What can stand after zeros without saying anything: more of them, and blanks. */
const AFTER_ZEROS: ReadonlySet<number> = new Set([0, LINE_FEED, CARRIAGE_RETURN, 9, 32]);

/** Whether nothing but zeros and blanks stands from an offset to the end of the file. */
type Silence = (offset_bytes: number) => boolean;

/** Looks for where the silence begins once, when it is first asked: every line may ask. */
function silenceOf(buffer: Buffer): Silence {
  let begin: number | undefined;
  return (offset_bytes) => {
    begin ??= buffer.findLastIndex((byte) => !AFTER_ZEROS.has(byte)) + 1;
    return offset_bytes >= begin;
  };
}

/** Whether a last line is the beginning of an event; one that is too long is something else. */
function breaksOff(line: Buffer): boolean {
  if (line[line.length - 1] === 0) return true;
  if (line.length >= LONGEST_LINE_BYTES) return false;
  try {
    JSON.parse(line.toString("utf8"));
    return !isUtf8(line);
  } catch {
    return true;
  }
}

function invalid(problem: string): Damage {
  return { kind: "damaged", code: "LOG_LINE_INVALID", problem };
}
