import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Document, isCollection, isPair, parse } from "yaml";
import { pageLane, setPageLane } from "../../src/views/frontmatter.ts";

const WORD = fc.constantFrom("planned", "claimed", "in_progress", "doing", "x", "2nd");

// How a lane can be written, with a value and without.
const STYLE = fc.constantFrom<(lane: string) => string>(
  (lane) => `lane: ${lane}`,
  (lane) => `lane: "${lane}"`,
  (lane) => `lane: '${lane}'`,
  (lane) => `lane:   ${lane}  `,
  (lane) => `lane : ${lane}\t# lane: x`,
  (lane) => `"lane": '${lane}' # "quoted"`,
  (lane) => `'lane': "${lane}"`,
);
const EMPTY_STYLE = fc.constantFrom<readonly [string, (lane: string) => string]>(
  ["lane:", (lane) => `lane: ${lane}`],
  ["lane: # x", (lane) => `lane: ${lane} # x`],
  ["'lane': ''", (lane) => `'lane': '${lane}'`],
);

const KEY = fc.oneof(
  fc.constantFrom(
    "title",
    "dependencies",
    "lane_x",
    "my-lane",
    "Lane",
    "lane:",
    "a lane",
    "---",
    "# lane",
    "",
  ),
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const TRICKY = fc.constantFrom(
  "lane: x",
  "a\nlane: done\nb",
  "---",
  "a\n---\nb\n",
  "...\n",
  "# x",
  "\n\n  lane: x\n\n",
  'it\'s "so": x',
  "trailing \n",
  "a line that is long enough to be folded by a printer that folds lines",
  "\tlane: x",
  "\r\nlane: x\r",
);
const TEXT = fc.oneof(TRICKY, fc.string({ unit: "grapheme" }), fc.string({ unit: "binary", maxLength: 8 }));
const VALUE = fc.oneof(
  TEXT,
  fc.array(TEXT, { maxLength: 3 }),
  fc.dictionary(KEY, fc.oneof(TEXT, fc.constant(null), fc.array(TEXT, { maxLength: 2 })), { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 2 }),
  fc.record({ lane: TEXT }),
);
const PRINTING = fc.record({
  defaultStringType: fc.constantFrom(
    "PLAIN",
    "QUOTE_DOUBLE",
    "QUOTE_SINGLE",
    "BLOCK_LITERAL",
    "BLOCK_FOLDED",
  ),
  defaultKeyType: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"),
  indent: fc.constantFrom(1, 2, 4),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 20, 80),
  flow: fc.boolean(),
  comment: fc.constantFrom("", "# lane: x\n", "\n", "\n# x\n\n"),
});
const ENTRY = fc.record({ key: KEY, value: VALUE, printing: PRINTING }).map(printed);

const PAGE = fc.record({
  entries: fc.array(ENTRY, { maxLength: 5 }),
  place: fc.nat(5),
  line_end: fc.constantFrom("\n", "\r\n"),
  bom: fc.boolean(),
  body: fc.constantFrom("", "# WP01\n\nlane: body\n---\nlane: body\n---\n", "\xff\n"),
});

type Entry = { readonly key: string; readonly text: string };
type Parts = typeof PAGE extends fc.Arbitrary<infer T> ? T : never;

/** One key and its value, as the `yaml` package prints them. */
function printed({ key, value, printing }: { key: string; value: unknown; printing: PrintingChoice }): Entry {
  const { flow, comment, ...options } = printing;
  const document = new Document({ [key]: value });
  const [pair] = isCollection(document.contents) ? document.contents.items : [];
  if (flow && isPair(pair) && isCollection(pair.value)) pair.value.flow = true;
  return { key, text: comment + document.toString(options as never) };
}
type PrintingChoice = typeof PRINTING extends fc.Arbitrary<infer T> ? T : never;

/** The page with a line of its own for the lane at the chosen place; one character per byte. */
function pageWith({ entries, place, line_end, bom, body }: Parts, lane_line: string): string {
  const chunks = entries.map(({ text }) => text);
  if (lane_line !== "") chunks.splice(place % (chunks.length + 1), 0, `${lane_line}\n`);
  const text = `---\n${chunks.join("")}---\n`.replaceAll("\n", line_end);
  return (bom ? "\xef\xbb\xbf" : "") + Buffer.from(text, "utf8").toString("latin1") + body;
}

/** What YAML says of a page's frontmatter; undefined when that is no mapping. */
function keysOf(page: string): Map<unknown, unknown> | undefined {
  const text = Buffer.from(page, "latin1")
    .toString("utf8")
    .replace(/^\ufeff/, "");
  const end = /^---\r?$/m.exec(text.slice(4))?.index ?? 0;
  try {
    const keys: unknown = parse(text.slice(4, end + 4), { mapAsMap: true, logLevel: "error" });
    if (keys === null) return new Map();
    return keys instanceof Map ? keys : undefined;
  } catch {
    return undefined;
  }
}

/** Whether YAML reads the page as it was meant: its keys in order, the lane where it was put. */
function isAsMeant(page: string, { entries, place }: Parts, has_lane: boolean): boolean {
  const keys = entries.map(({ key }) => key);
  if (has_lane) keys.splice(place % (keys.length + 1), 0, "lane");
  const found = keysOf(page);
  return found !== undefined && found.size === keys.length && keys.every((key) => found.has(key));
}

function withLane(keys: Map<unknown, unknown> | undefined, lane: string): [unknown, unknown][] {
  return [...new Map(keys).set("lane", lane)];
}

describe("setPageLane(), on any page with a lane,", () => {
  test("changes the bytes of the value and no others, and YAML agrees", () => {
    fc.assert(
      fc.property(PAGE, STYLE, WORD, WORD, (parts, style, old, lane) => {
        const before = pageWith(parts, style(old));
        fc.pre(isAsMeant(before, parts, true));

        const after = setPageLane(before, lane);

        expect(pageLane(before)).toBe(old);
        expect(after).toBe(pageWith(parts, style(lane)));
        expect([...(keysOf(String(after)) ?? [])]).toEqual(withLane(keysOf(before), lane));
      }),
      { numRuns: 1000 },
    );
  });

  test("puts a value where there was none, and YAML agrees", () => {
    fc.assert(
      fc.property(PAGE, EMPTY_STYLE, WORD, (parts, [empty, style], lane) => {
        const before = pageWith(parts, empty);
        fc.pre(isAsMeant(before, parts, true));

        const after = setPageLane(before, lane);

        expect(after).toBe(pageWith(parts, style(lane)));
        expect([...(keysOf(String(after)) ?? [])]).toEqual(withLane(keysOf(before), lane));
      }),
      { numRuns: 500 },
    );
  });
});

describe("setPageLane(), on any page without a lane,", () => {
  test("adds it as the last key, or leaves the page alone and says so", () => {
    const seen = { added: 0, unclear: 0 };
    fc.assert(
      fc.property(PAGE, WORD, (parts, lane) => {
        const before = pageWith(parts, "");
        fc.pre(isAsMeant(before, parts, false));

        const after = setPageLane(before, lane);

        if (typeof after !== "string") {
          seen.unclear++;
          return;
        }
        seen.added++;
        expect([...(keysOf(after) ?? [])]).toEqual(withLane(keysOf(before), lane));
      }),
      { numRuns: 1000 },
    );
    expect(seen.added).toBeGreaterThan(seen.unclear);
  });
});
