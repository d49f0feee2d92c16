/** One line of a log: what it says, and the exact bytes of one that is written. */

import * as v from "valibot";
import {
  isOtherRecord,
  isStatusEvent,
  isTransition,
  type LogRecord,
  type OtherRecord,
  type StatusEvent,
  StatusEventSchema,
} from "./event.ts";
import { describeIssue } from "./evidence.ts";
import { compactJson } from "./json_bytes.ts";
import { quoted, visible } from "./text.ts";
import { KNOWN_VOCABULARY, type Vocabulary } from "./workflow.ts";

/** No line is longer, its end included: 1 MiB. */
export const LONGEST_LINE_BYTES = 1024 * 1024;

/** What a line turned out to be. */
export type ParsedLine =
  | { readonly kind: "event"; readonly event: StatusEvent }
  | { readonly kind: "other"; readonly record: OtherRecord }
  | { readonly kind: "blank" }
  | Damage;

/** A line that can't be trusted. It is an error everywhere, never skipped. */
export interface Damage {
  readonly kind: "damaged";
  readonly code: DamageCode;
  /** What is wrong, as the end of a sentence. */
  readonly problem: string;
  /** Whether whole sectors of it are zeros: what a power cut leaves of a write that was not answered. */
  readonly is_zeroed?: boolean;
}

/** The end of a write that did not finish: only the last line of a log can be one. */
export interface TornTail {
  readonly kind: "torn";
  readonly problem: string;
}

/** One line of a log, with its place. */
export interface LogLine {
  /** Counted from 1. */
  readonly number: number;
  readonly offset_bytes: number;
  /** Without the line feed; a carriage return before it is counted. */
  readonly length_bytes: number;
  readonly ends_with: "lf" | "crlf" | "nothing";
  readonly parsed: ParsedLine | TornTail;
}

export type DamageCode =
  | "LOG_LINE_INVALID"
  | "LOG_CONFLICT_MARKERS"
  | "LOG_NEWER_SCHEMA"
  | "LANE_NOT_CANONICAL"
  | "EVENT_FIELD_INVALID";

/** How git marks what it could not merge; longer ones stand in the base part of a merge of merges. */
const CONFLICT_MARKER = /^(?:<{7,}|>{7,}|\|{7,})(?: |$)|^={7,}$/;

/**
 * Reads one line.
 *
 * @param text the line without its line end
 * @param vocabulary the lanes that a log may hold
 */
export function parseLine(text: string, vocabulary: Vocabulary = KNOWN_VOCABULARY): ParsedLine {
  if (text.trim() === "") return BLANK;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (CONFLICT_MARKER.test(text.trimEnd())) return damage("LOG_CONFLICT_MARKERS", "git conflict marker");
    return damage("LOG_LINE_INVALID", "not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return damage("LOG_LINE_INVALID", "not a JSON object");
  }
  const record = value as LogRecord;
  if (isTransition(record)) return readTransition(record, vocabulary);
  if (isOtherRecord(record)) return { kind: "other", record };
  return damage("LOG_LINE_INVALID", "neither a transition (no to_lane) nor a record of a known kind");
}

/**
 * The bytes of an event's line: all ASCII, keys sorted, with the line end.
 *
 * @example formatLine(event) // '{"actor": "claude", "at": "2026-…", …}\n'
 */
export function formatLine(event: StatusEvent): string {
  return `${compactJson(event)}\n`;
}

function readTransition(record: LogRecord, vocabulary: Vocabulary): ParsedLine {
  const version = record.schema_version;
  if ((typeof version === "number" || typeof version === "string") && Number(version) > 1) {
    return damage(
      "LOG_NEWER_SCHEMA",
      `written by a newer version (schema_version ${visible(String(version))})`,
    );
  }
  if (!isStatusEvent(record)) return damage("EVENT_FIELD_INVALID", whatIsWrongWith(record));
  const event = record;
  if (event.feature_slug === undefined && event.mission_slug === undefined) {
    return damage("EVENT_FIELD_INVALID", "feature_slug: missing");
  }
  for (const field of ["from_lane", "to_lane"] as const) {
    if (!vocabulary.lanes.has(event[field])) {
      return damage("LANE_NOT_CANONICAL", `${field}: ${quoted(event[field])} is no lane`);
    }
  }
  return { kind: "event", event };
}

function whatIsWrongWith(record: LogRecord): string {
  const { issues = [] } = v.safeParse(StatusEventSchema, record);
  const problems = issues.map((issue) =>
    issue.received === "undefined" ? `${v.getDotPath(issue)}: missing` : describeIssue(issue),
  );
  const more = problems.length - MOST_PROBLEMS;
  return [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/** The same for all of them: a file can hold millions. */
const BLANK: ParsedLine = { kind: "blank" };

/** A line with more wrong than this is probably no event at all. */
const MOST_PROBLEMS = 4;

function damage(code: DamageCode, problem: string): Damage {
  return { kind: "damaged", code, problem };
}
