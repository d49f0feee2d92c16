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
 * Reads the lines of a log one after another, damaged ones included.
 *
 * @param bytes the whole file
 */
export function* logLines(bytes: Uint8Array, vocabulary: Vocabulary): Generator<LogLine> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textOf = decoderOf(buffer);
  let offset_bytes = hasByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
  for (let number = 1; offset_bytes < buffer.length; number++) {
    const end = buffer.indexOf(LINE_FEED, offset_bytes);
    const is_ended = end >= 0;
    const stop = is_ended ? end : buffer.length;
    const text_stop = buffer[stop - 1] === CARRIAGE_RETURN && stop > offset_bytes ? stop - 1 : stop;
    const parsed = parseSpan(textOf, offset_bytes, text_stop, vocabulary);
    const torn = parsed.kind === "damaged" ? whyTorn(parsed, buffer, offset_bytes, is_ended) : undefined;
    const ends_with = !is_ended ? "nothing" : text_stop < stop ? "crlf" : "lf";
    yield { number, offset_bytes, length_bytes: stop - offset_bytes, ends_with, parsed: torn ?? parsed };
    if (torn !== undefined) return;
    offset_bytes = stop + 1;
  }
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

/** A last line without its end that can't be read, or zeros to the end of the file, were never finished. */
function whyTorn(
  damage: Damage,
  buffer: Buffer,
  offset_bytes: number,
  is_ended: boolean,
): TornTail | undefined {
  if (damage.code !== "LOG_LINE_INVALID") return undefined;
  if (isZeroed(buffer, offset_bytes)) return { kind: "torn", problem: "zeros instead of an event" };
  if (!is_ended && breaksOff(buffer.subarray(offset_bytes))) {
    return { kind: "torn", problem: "it breaks off in the middle of an event" };
  }
  return undefined;
}

/** What can stand after zeros without saying anything: more of them, and blanks. */
const AFTER_ZEROS: ReadonlySet<number> = new Set([0, LINE_FEED, CARRIAGE_RETURN, 9, 32]);

function isZeroed(buffer: Buffer, offset_bytes: number): boolean {
  if (buffer[offset_bytes] !== 0) return false;
  for (let i = offset_bytes; i < buffer.length; i++) {
    const byte = buffer[i];
    if (byte === undefined || !AFTER_ZEROS.has(byte)) return false;
  }
  return true;
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
