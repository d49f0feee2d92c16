/**
 * What a page tells of its work package's past: when it came to its lane, and who reviewed it.
 *
 * Tools that had no log kept both here: `history:` and `reviewed_by:` in the frontmatter,
 * and lines like `- 2025-11-02T16:58:36Z – ana – lane=done – Approved` below the heading
 * "Activity Log". Of these the greatest time counts, in whatever order they stand.
 */

import { givenOrNull, visible } from "../domain/text.ts";
import { END_OF_TIME_US, type InstantUs, parseInstant } from "../domain/time.ts";
import { LARGEST_STRICT_BYTES } from "../project/strict_yaml.ts";
import { frontmatterText } from "../views/frontmatter.ts";

/** What a page tells of the past. */
export interface PageRecord {
  /** Its newest history entry; undefined when it has none that can be read. */
  readonly newest_us: InstantUs | undefined;
  readonly reviewed_by: string | null;
}

/**
 * Reads a page's record. Unlike where an emit reads pages, a YAML parser takes part: what
 * it reads becomes history, and must be what the page says.
 *
 * @param page one character per byte
 * @returns unclear, as the end of a sentence, when its frontmatter can't be read for certain
 */
export async function readPageRecord(page: string): Promise<PageRecord | { readonly unclear: string }> {
  const frontmatter = frontmatterText(page) ?? "";
  const keys = await readKeys(fromBytes(frontmatter));
  if ("unclear" in keys) return keys;
  const body = page.slice(page.indexOf(frontmatter) + frontmatter.length);
  const times_us = [...historyTimes(keys.history), ...activityTimes(fromBytes(body))];
  const { reviewed_by } = keys;
  return {
    newest_us: times_us.reduce<number | undefined>((a, b) => Math.max(a ?? b, b), undefined),
    reviewed_by: typeof reviewed_by === "string" ? givenOrNull(reviewed_by) : null,
  };
}

/** The keys that become history; each may stand there once. */
const KEYS: readonly unknown[] = ["lane", "history", "reviewed_by"];

type Keys = { readonly history?: unknown; readonly reviewed_by?: unknown };

async function readKeys(frontmatter: string): Promise<Keys | { readonly unclear: string }> {
  if (frontmatter.length > LARGEST_STRICT_BYTES) {
    return { unclear: `its frontmatter is longer than ${LARGEST_STRICT_BYTES} characters` };
  }
  const { parseDocument, isMap, isScalar } = await import("yaml");
  try {
    // A line for the opening `---`, so that messages count as the page does. Other keys may repeat.
    const document = parseDocument(`\n${frontmatter}`, { uniqueKeys: false });
    const [problem] = document.errors;
    if (problem !== undefined) return notYaml(problem);
    if (!isMap(document.contents)) return { unclear: "its frontmatter is no list of keys" };
    const names = document.contents.items.map(({ key }) => (isScalar(key) ? key.value : key));
    const twice = KEYS.find((key) => names.indexOf(key) !== names.lastIndexOf(key));
    if (twice !== undefined) return { unclear: `${twice}: stands there twice` };
    return document.toJS() as Keys;
  } catch (error) {
    // Too deep, or aliases that would grow without end.
    return notYaml(error as Error);
  }
}

function notYaml({ message }: Error): { readonly unclear: string } {
  const [first = ""] = message.split("\n");
  return { unclear: `its frontmatter is not YAML: ${visible(first.replace(/:$/, ""))}` };
}

/** The times of `history:`, a list of maps. */
function historyTimes(history: unknown): InstantUs[] {
  if (!Array.isArray(history)) return [];
  return history.flatMap((entry: unknown) => {
    const { timestamp, date, at } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    return [timestamp, date, at].flatMap(timesIn);
  });
}

const LOG_HEADING = /^#{1,6} +activity log[ #]*$/i;
const FENCE = /^ {0,3}(?:```|~~~)/;
const ENTRY = /^ {0,3}[-*] (\S+) [–—-] (?:.* [–—-] )?lane=\w/;

/**
 * The times of the activity log's lines. Tools append them at the page's end, also after
 * further headings; examples of such lines stand in code blocks, or above.
 */
function activityTimes(body: string): InstantUs[] {
  const lines = body.split(/\r?\n/);
  const heading = lines.findLastIndex((line) => LOG_HEADING.test(line.trimEnd()));
  if (heading < 0) return [];
  let in_code = false;
  return lines.slice(heading + 1).flatMap((line) => {
    if (FENCE.test(line)) in_code = !in_code;
    return in_code ? [] : timesIn(ENTRY.exec(line)?.[1]);
  });
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:\.\d+)?)? ?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;

/**
 * The one time that a value of a page says, or none. What names no zone is in UTC, and a
 * plain day begins at its midnight: every clone has to read the same.
 *
 * @example timesIn("2025-11-11") // [1762819200000000]
 */
function timesIn(value: unknown): InstantUs[] {
  if (typeof value !== "string") return [];
  const text = value.trim();
  const [, day, minute, second = ":00", zone = "Z"] = TIME.exec(text) ?? [];
  const at = DAY.test(text) ? `${text}T00:00:00Z` : `${day}T${minute}${second}${zoneOf(zone)}`;
  const instant_us = parseInstant(at);
  const is_in_reach = instant_us !== undefined && instant_us >= 0 && instant_us < END_OF_TIME_US;
  return is_in_reach ? [instant_us] : [];
}

/** `+0100` and `+01` as `+01:00`. */
function zoneOf(zone: string): string {
  if (zone.toUpperCase() === "Z") return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function fromBytes(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}
