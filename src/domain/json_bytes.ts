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
  return print(value, COMPACT);
}

/**
 * Many lines, indented by two, non-ASCII kept as it is (lone surrogates as `\udXXX`).
 * Python's `json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)`.
 *
 * @returns the text, without a line end
 */
export function indentedJson(value: unknown): string {
  // The engine lays out the same bytes, but keeps keys in their order.
  return isInOrder(value, DEEPEST_FOR_ENGINE) ? JSON.stringify(value, null, 2) : print(value, INDENTED);
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

/** Deeper values could exhaust the engine's stack. */
const DEEPEST_FOR_ENGINE = 64;

/** Whether every object in it has its keys in order already, and none that the engine would put first. */
function isInOrder(value: unknown, deepest: number): boolean {
  if (Array.isArray(value)) return deepest > 0 && value.every((item) => isInOrder(item, deepest - 1));
  if (!isObject(value)) return true;
  if (deepest === 0) return false;
  let before: string | undefined;
  for (const key of Object.keys(value)) {
    if ((before !== undefined && before >= key) || !PLAIN_KEY.test(key)) return false;
    if (!isInOrder(value[key], deepest - 1)) return false;
    before = key;
  }
  return true;
}

/** An ASCII key that is no index. */
const PLAIN_KEY = /^[A-Za-z_][\x20-\x7e]*$/;

/** How a text is laid out. */
interface Layout {
  readonly text: (text: string) => string;
  /** What stands after a comma, and around the members, at a depth; undefined: all on one line. */
  readonly indent: string | undefined;
}

const COMPACT: Layout = { text: asciiString, indent: undefined };
const INDENTED: Layout = { text: JSON.stringify, indent: "  " };

/** A value that is still to be printed, or a text that is to stand there as it is. */
type Task = string | { readonly value: unknown; readonly margin: string };

/** Prints with a stack of its own: a value of another tool can be nested deeper than the engine's holds. */
function print(value: unknown, { text, indent }: Layout): string {
  let printed = "";
  const left: Task[] = [{ value, margin: "\n" }];
  const surround = (brackets: string, margin: string, members: readonly Task[][]) => {
    const inner = indent === undefined ? "" : margin + indent;
    left.push((indent === undefined ? "" : margin) + brackets[1]);
    for (let i = members.length - 1; i >= 0; i--) {
      left.push(...(members[i] ?? []), i === 0 ? inner : `,${inner || " "}`);
    }
    printed += brackets[0];
  };
  for (let task = left.pop(); task !== undefined; task = left.pop()) {
    if (typeof task === "string") {
      printed += task;
      continue;
    }
    const { value: found, margin } = task;
    const deeper = margin + (indent ?? "");
    if (typeof found === "string") printed += text(found);
    else if (Array.isArray(found) && found.length > 0) {
      surround(
        "[]",
        margin,
        found.map((item: unknown) => [{ value: item, margin: deeper }]),
      );
    } else if (isObject(found) && Object.keys(found).length > 0) {
      const members = sortedKeys(found).map((key) => [
        { value: found[key], margin: deeper },
        `${text(key)}: `,
      ]);
      surround("{}", margin, members);
    } else printed += JSON.stringify(found);
  }
  return printed;
}

function asciiString(text: string): string {
  // JSON.stringify already spells out quotes, controls and lone surrogates, as Python does.
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => `\\u${hex4(unit)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !RawJson.isRawJSON(value);
}

const SURROGATE = /[\ud800-\udfff]/;

function sortedKeys(value: Record<string, unknown>): string[] {
  // A member that is undefined is none, as for the engine.
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
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
