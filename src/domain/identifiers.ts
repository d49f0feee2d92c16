/** The forms of ids: work packages, events, features. */

import { ok, type Result, refuse } from "./refusal.ts";
import { quoted, visible } from "./text.ts";

/** A work package's id as it is stored: `WP` and at least two digits. */
export const WP_ID = /^WP\d{2,}$/;

/** An event's id: a ULID in upper case. */
export const EVENT_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** A page's file name: `WP01.md` or `WP01-<anything>.md`. */
const PAGE_NAME = /^(WP\d{2,})(?:-.*)?\.md$/s;

const WP_INPUT = /^(?:wp)?(\d{1,9})$/i;

/** Longest feature slug, in bytes: its lock file's name must still fit into 255. */
const LONGEST_SLUG_BYTES = 200;

/**
 * Reads a work package's id as people type it: `WP01`, `wp1` and `1` are the same.
 *
 * @example parseWpId("wp1") // { ok: true, value: "WP01" }
 */
export function parseWpId(text: string): Result<string> {
  const digits = WP_INPUT.exec(text.trim())?.[1];
  if (digits === undefined) {
    return refuse("INVALID_ID", `${quoted(text)} is no work package id`, {
      hint: "write WP01, wp1 or 1",
      details: { found: text.slice(0, 200) },
    });
  }
  return ok(`WP${digits.padStart(2, "0")}`);
}

/** Checks an event id that a caller gave. */
export function parseEventId(text: string): Result<string> {
  if (EVENT_ID.test(text)) return ok(text);
  return refuse("INVALID_ID", `${quoted(text)} is no event id`, {
    hint: "an event id is a ULID of 26 characters, as lane show prints it",
    details: { found: text.slice(0, 200) },
  });
}

/**
 * Checks a feature's slug: one folder's name, nothing that could lead elsewhere.
 *
 * @example parseFeatureSlug("../x").ok // false
 */
export function parseFeatureSlug(text: string): Result<string> {
  const problem = slugProblem(text);
  if (problem === undefined) return ok(text);
  return refuse("INVALID_ID", `${quoted(text)} is no feature slug: ${problem}`, {
    hint: "a slug is one folder name, like 034-status-model",
    details: { found: text.slice(0, 200) },
  });
}

/** The id of the work package that a file in `tasks/` is the page of, if it is one. */
export function wpIdOfPage(file_name: string): string | undefined {
  return PAGE_NAME.exec(file_name)?.[1];
}

/** WP ids in the order people count them: WP2 before WP10, whatever the zeros. */
export function compareWpIds(a: string, b: string): number {
  return Number(a.slice(2)) - Number(b.slice(2)) || (a < b ? -1 : a > b ? 1 : 0);
}

function slugProblem(text: string): string | undefined {
  if (text === "") return "it is empty";
  if (text.startsWith(".")) return "it starts with a dot";
  if (/[/\\]/.test(text)) return "it holds a slash";
  if (visible(text) !== text) return "it holds an invisible character";
  if (new TextEncoder().encode(text).length > LONGEST_SLUG_BYTES) {
    return `it is longer than ${LONGEST_SLUG_BYTES} bytes`;
  }
  return undefined;
}
