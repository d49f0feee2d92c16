/**
 * The `lane:` value in a page's YAML frontmatter, found and replaced in place.
 *
 * Only that value changes; every other byte of the page stays. No YAML parser takes part:
 * it would cost more than the rest of an emit, and could not give the bytes back. What
 * this file does not understand for certain it leaves alone, and says so.
 *
 * Pages come as one character per byte (latin1), so bytes that are no valid UTF-8 survive.
 */

import type { Lane } from "../domain/workflow.ts";

/** A page with its frontmatter found. */
interface Frontmatter {
  /** Offset of the first line after the opening `---`. */
  readonly start: number;
  /** Offset of the closing `---` line. */
  readonly end: number;
  /** How the page ends its lines. */
  readonly line_end: string;
}

/** Where the value stands. */
interface LaneValue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The bytes that must be put before a new value: a blank, where there was none. */
  readonly before: string;
  /** The same after it: a comment needs one. */
  readonly after: string;
}

/** Why a page's lane can't be told or changed, as the end of a sentence. */
export interface Unclear {
  readonly unclear: string;
  /** Whether a YAML parser could tell the lane all the same. */
  readonly is_yaml: boolean;
}

const OPENING = /^(?:\xef\xbb\xbf)?---[ \t]*(\r?\n)/;
const CLOSING = /^(?:---|\.\.\.)[ \t]*\r?$/m;
const LANE_KEY = /^(?:lane|"lane"|'lane')[ \t]*:(?=[ \t\r\n])/gm;
const TITLE_KEY = /^(?:title|"title"|'title')[ \t]*:(?=[ \t\r\n])/gm;
const CONFLICT_START = /^<{7}(?: |\r?$)/m;
const CONFLICT_END = /^>{7}(?: |\r?$)/m;

const ANY_LANE = /^[ \t]*["']?lane["']?[ \t]*:/m;
/** A line that git leaves where it could not merge. */
export const CONFLICT_LINE = /^(?:<{7}|={7}|>{7})/m;

/** Lines that no plain list of keys has: flow collections, complex keys, tags, anchors, directives. */
const OTHER_YAML = /^(?:[{}[\],?%&*!|>@`]|<<)/m;
const ROOT_LIST = /^(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*-[ \t\r\n]/;

/**
 * The lane that a page shows.
 *
 * @returns the value as it stands there, unquoted; undefined when the page has none
 */
export function pageLane(page: string): string | undefined | Unclear {
  const found = locate(page, LANE_KEY);
  if (found === undefined) return undefined;
  return "unclear" in found ? found : found.value?.text;
}

/**
 * A page's title, where it stands in plain sight.
 *
 * @returns undefined when there is none, or when only a YAML parser can tell
 */
export function pageTitle(page: string): string | undefined {
  const found = locate(page, TITLE_KEY);
  return found === undefined || "unclear" in found ? undefined : found.value?.text;
}

/**
 * The page with another lane.
 *
 * @param page one character per byte
 * @param if_missing what becomes of a page that shows no lane; `keep` leaves it as it is
 * @returns the same text when the lane is right already
 * @example setPageLane("---\nlane: planned # x\n---\n", "claimed") // "---\nlane: claimed # x\n---\n"
 */
export function setPageLane(page: string, lane: Lane, if_missing: "add" | "keep" = "add"): string | Unclear {
  const found = locate(page, LANE_KEY);
  if (found === undefined && if_missing === "keep") return page;
  if (found === undefined) return { unclear: "it has no frontmatter", is_yaml: false };
  if ("unclear" in found) return found;
  const { frontmatter, value } = found;
  if (value === undefined) return if_missing === "keep" ? page : addLane(page, frontmatter, lane);
  if (value.text === lane) return page;
  return page.slice(0, value.start) + value.before + lane + value.after + page.slice(value.end);
}

/** The text of a page's frontmatter, for readers of its other keys; undefined when it has none. */
export function frontmatterText(page: string): string | undefined {
  const frontmatter = findFrontmatter(page);
  return frontmatter && page.slice(frontmatter.start, frontmatter.end);
}

/** Whether a page begins as frontmatter does, never ends it, and has a line with a key in it. */
export function isCutOff(page: string, key_pattern: RegExp): boolean {
  return findFrontmatter(page) === undefined && OPENING.test(page) && page.search(key_pattern) >= 0;
}

function locate(
  page: string,
  key_pattern: RegExp,
): { frontmatter: Frontmatter; value: LaneValue | undefined } | Unclear | undefined {
  const frontmatter = findFrontmatter(page);
  if (page.includes("<<<<<<<") && holdsConflict(page)) {
    const is_yaml = frontmatter !== undefined && !CONFLICT_LINE.test(page.slice(0, frontmatter.end));
    return { unclear: "it holds git conflict markers", is_yaml };
  }
  if (frontmatter === undefined) {
    return isCutOff(page, ANY_LANE) ? { unclear: "its frontmatter has no end", is_yaml: false } : undefined;
  }
  const text = page.slice(frontmatter.start, frontmatter.end);
  if (OTHER_YAML.test(text) || ROOT_LIST.test(text)) {
    return { unclear: "its frontmatter is no plain list of keys", is_yaml: true };
  }
  const keys = [...text.matchAll(key_pattern)];
  const [key] = keys;
  if (keys.length > 1) return { unclear: `${key?.[0].trim()} stands there twice`, is_yaml: false };
  if (key === undefined) return mayHide(text) ?? { frontmatter, value: undefined };
  const value = readValue(page, frontmatter.start + key.index + key[0].length, frontmatter.end);
  if (value === undefined) return { unclear: `its ${key[0].trim()} is no plain word`, is_yaml: true };
  return { frontmatter, value };
}

/** Two looks, since one pattern for both would go on to the end of the page from each beginning. */
function holdsConflict(page: string): boolean {
  const start = page.search(CONFLICT_START);
  return start >= 0 && CONFLICT_END.test(page.slice(start));
}

function findFrontmatter(page: string): Frontmatter | undefined {
  const opening = OPENING.exec(page);
  const line_end = opening?.[1];
  if (opening === null || line_end === undefined) return undefined;
  const start = opening[0].length;
  const closing = CLOSING.exec(page.slice(start));
  return closing === null ? undefined : { start, end: start + closing.index, line_end };
}

// A value on one line: "double", 'single', plain, or none; then blanks and perhaps a comment.
// The first blanks are taken whole: shared out with the last ones, many would cost their square.
const VALUE =
  /^([ \t]*)(?![ \t])(?:"([^"\\\r\n]*)"|'([^'\r\n]*)'|([A-Za-z0-9_](?:[^\r\n:#]*[^\s:#])?)|)([ \t]*)(#[^\r\n]*)?\r?\n/;
/** After blank lines and comments: something indented, or a list, which belong to the key above. */
const CONTINUATION = /^(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*(?:[ \t]+[^\s#]|-[ \t\r\n])/;

/** Reads the value behind the key's colon; undefined when it is anything but one word on that line. */
function readValue(page: string, from: number, end: number): LaneValue | undefined {
  const match = VALUE.exec(page.slice(from, end));
  if (match === null || CONTINUATION.test(page.slice(from + match[0].length, end))) return undefined;
  const [, blank = "", double, single, plain, gap = "", comment] = match;
  const text = double ?? single ?? plain ?? "";
  const is_quoted = double !== undefined || single !== undefined;
  const is_empty = text === "" && !is_quoted;
  // Without a blank before it, what looks like a comment is a part of the value.
  if (comment !== undefined && gap === "" && !(is_empty && blank !== "")) return undefined;
  const start = from + blank.length + (is_quoted ? 1 : 0);
  return {
    start,
    end: start + text.length,
    text,
    before: blank === "" ? " " : "",
    after: is_empty && comment !== undefined ? " " : "",
  };
}

const ANY_KEY = /^[A-Za-z_"'][^\r\n]*:(?:[ \t\r\n]|$)/m;
const NO_KEYS = /^(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*$/;
/** A key whose letters are spelled out, like `"l\x61ne"`. */
const SPELLED_KEY = /^"[^"\r\n]*\\[xuU]/m;

/** Whether the key that seems to be missing may be there in another form: indented, or spelled out. */
function mayHide(text: string): Unclear | undefined {
  if ((ANY_KEY.test(text) || NO_KEYS.test(text)) && !SPELLED_KEY.test(text)) return undefined;
  return { unclear: "its frontmatter is no plain list of keys", is_yaml: true };
}

/** Adds the key as the last one. */
function addLane(page: string, { end, line_end }: Frontmatter, lane: Lane): string {
  return `${page.slice(0, end)}lane: ${lane}${line_end}${page.slice(end)}`;
}
