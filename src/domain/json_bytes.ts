/**
 * JSON in exactly the bytes that Python's `json.dumps` writes, so that logs and
 * snapshots from tools in both languages diff and merge cleanly.
 *
 * Numbers are the one difference: they are printed as ECMAScript prints them.
 */

import { hex4 } from "./text.ts";

/**
 * One line: keys sorted by code point at every depth, separators `", "` and `": "`,
 * everything outside space to `~` escaped. Python's `json.dumps(value, sort_keys=True)`.
 *
 * @param value a JSON value; an own key called `__proto__` is printed like any other
 * @returns the text, without a line end; all of it ASCII
 * @example compactJson({ b: 1, a: "é" }) // '{"a": "\\u00e9", "b": 1}'
 */
export function compactJson(value: unknown): string {
  if (typeof value === "string") return asciiString(value);
  if (Array.isArray(value)) return `[${value.map(compactJson).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = sortedKeys(value).map((key) => `${asciiString(key)}: ${compactJson(value[key])}`);
  return `{${members.join(", ")}}`;
}

/**
 * Many lines, indented by two, non-ASCII kept as it is (lone surrogates as `\udXXX`).
 * Python's `json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)`.
 *
 * @returns the text, without a line end
 */
export function indentedJson(value: unknown, indent = ""): string {
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map((item) => deeper + indentedJson(item, deeper));
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const keys = sortedKeys(value);
  if (keys.length === 0) return "{}";
  const members = keys.map((key) => `${deeper}${JSON.stringify(key)}: ${indentedJson(value[key], deeper)}`);
  return `{\n${members.join(",\n")}\n${indent}}`;
}

/**
 * Orders texts by code point, as Python does. UTF-16 order, which `sort()` uses,
 * puts U+FF5E after U+1F600.
 */
export function compareByCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codePointRank(a, i, left) - codePointRank(b, i, right);
  }
  return a.length - b.length;
}

/** Parses JSON, keeping each number as the text that stood there: `1.0` stays `1.0`. */
export function parseKeepingNumbers(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? RawJson.rawJSON(context.source) : value,
  );
}

/** Whether a parsed value is an object: no list, no null, and no number that was kept as its text. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

// JSON.rawJSON and JSON.isRawJSON are in the engine, but not yet in TypeScript's library.
const RawJson = JSON as typeof JSON & {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
};

function asciiString(text: string): string {
  // JSON.stringify already spells out quotes, controls and lone surrogates, as Python does.
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => `\\u${hex4(unit)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !RawJson.isRawJSON(value);
}

const SURROGATE = /[\ud800-\udfff]/;

function sortedKeys(value: Record<string, unknown>): string[] {
  const keys = Object.keys(value);
  // Without surrogates the engine's own order is the same, and its sort needs no calls back.
  return SURROGATE.test(keys.join("")) ? keys.sort(compareByCodePoint) : keys.sort();
}

// A unit of a surrogate pair stands for a code point above U+FFFF; a lone surrogate for itself.
function codePointRank(text: string, index: number, unit: number): number {
  const high = unit >= 0xd800 && unit <= 0xdbff && isLow(text.charCodeAt(index + 1));
  const low = isLow(unit) && index > 0 && isHigh(text.charCodeAt(index - 1));
  return high || low ? unit + 0x10000 : unit;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
