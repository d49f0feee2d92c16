/** Our lines in other people's files: put in, brought up to date, taken out to the byte. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { type BlockPlace, putOwnLines, takeOwnLines } from "../../src/setup/own_lines.ts";

const OWN = { label: "lanekeeper", lines: ["one", "zwei ü"] };
const OTHER = { label: "lanekeeper", lines: ["three"] };
const END: BlockPlace = { at: "end", is_new: false };
const SECOND: BlockPlace = { at: "second line", is_new: false };
const BLOCK = "# >>> lanekeeper >>>\none\nzwei Ã¼\n# <<< lanekeeper <<<\n";

const PIECE = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom("\n", "\r\n", "\r", "a", "#!/bin/sh", "# >>> lanekeeper >>>", "# <<< lanekeeper <<<"),
  fc.constantFrom(
    "# >>> lanekeeper (line end added) >>>",
    "# >>> lanekeeper (file made by lane) >>>",
    "\xff",
  ),
);
/** Texts as others write them, with what looks like our markers in them. */
const TEXT = fc
  .array(fc.tuple(PIECE, fc.constantFrom("", "\n", "\r\n")), { maxLength: 8 })
  .map((pieces) => pieces.flat().join(""));
const PLACE = fc.record({
  at: fc.constantFrom("end" as const, "second line" as const),
  is_new: fc.boolean(),
});

test("putOwnLines() puts lines at the end, or after the first line", () => {
  expect(putOwnLines("a\nb\n", OWN, END)).toBe(`a\nb\n${BLOCK}`);
  expect(putOwnLines("a\nb\n", OWN, SECOND)).toBe(`a\n${BLOCK}b\n`);
  expect(putOwnLines("", OWN, END)).toBe(BLOCK);
});

test("putOwnLines() ends lines as the file does", () => {
  expect(putOwnLines("a\r\n", OTHER, END)).toBe(
    "a\r\n# >>> lanekeeper >>>\r\nthree\r\n# <<< lanekeeper <<<\r\n",
  );
});

test("takeOwnLines() gives a file without a final line end back without one", () => {
  const put = putOwnLines("a", OTHER, END);
  expect(put).toBe("a\n# >>> lanekeeper (line end added) >>>\nthree\n# <<< lanekeeper <<<\n");
  expect(takeOwnLines(put, "lanekeeper")).toEqual({ text: "a", made_by_lane: false });
});

test("takeOwnLines() keeps what others added since, on lines of its own", () => {
  for (const at of ["end", "second line"] as const) {
    const put = putOwnLines("a", OWN, { at, is_new: false });
    expect(takeOwnLines(`${put}b\n`, "lanekeeper")?.text).toBe("a\nb\n");
    expect(takeOwnLines(`z\n${put}`, "lanekeeper")?.text).toBe("z\na");
  }
});

test("takeOwnLines() tells a file that lane made", () => {
  const put = putOwnLines("", OWN, { at: "end", is_new: true });
  expect(takeOwnLines(put, "lanekeeper")).toEqual({ text: "", made_by_lane: true });
  expect(takeOwnLines(putOwnLines("", OWN, END), "lanekeeper")).toEqual({ text: "", made_by_lane: false });
});

test("takeOwnLines() finds nothing where there is no whole block, or another's", () => {
  for (const text of ["", "a\n", "# >>> lanekeeper >>>\na\n", "# <<< lanekeeper <<<\n", ` ${BLOCK}`]) {
    expect(takeOwnLines(text, "lanekeeper")).toBeUndefined();
  }
  expect(takeOwnLines(BLOCK, "lanekeeper sub")).toBeUndefined();
});

test("putOwnLines() brings a block up to date where it stands, and makes one of several", () => {
  const put = putOwnLines("a", OWN, END);
  expect(putOwnLines(`${put}b\n`, OTHER, END)).toBe(`${putOwnLines("a", OTHER, END)}b\n`);
  expect(putOwnLines(`a\n${BLOCK}b\n${BLOCK}`, OWN, END)).toBe(`a\n${BLOCK}b\n`);
});

test("a marker that ends with a carriage return at the file's end is one: no line end of ours makes it so", () => {
  const text = "# >>> lanekeeper (line end added) >>>\n# <<< lanekeeper <<<\r";
  expect(takeOwnLines(text, "lanekeeper")).toEqual({ text: "", made_by_lane: false });
  const put = putOwnLines(text, OWN, END);
  expect(takeOwnLines(putOwnLines(put, OTHER, END), "lanekeeper")).toEqual(takeOwnLines(put, "lanekeeper"));
});

test("property: putOwnLines() twice is putOwnLines() once", () => {
  fc.assert(
    fc.property(TEXT, PLACE, (text, place) => {
      const put = putOwnLines(text, OWN, place);
      expect(putOwnLines(put, OWN, place)).toBe(put);
    }),
  );
});

test("property: takeOwnLines() undoes putOwnLines(), also after an update", () => {
  fc.assert(
    fc.property(TEXT, PLACE, (text, place) => {
      fc.pre(takeOwnLines(text, OWN.label) === undefined);
      const put = putOwnLines(text, OWN, place);
      expect(takeOwnLines(put, OWN.label)?.text === text || endsOpen(text, place)).toBe(true);
      expect(takeOwnLines(putOwnLines(put, OTHER, place), OWN.label)).toEqual(takeOwnLines(put, OWN.label));
    }),
    { numRuns: 500 },
  );
});

/** What lane makes itself, it makes with a line end. */
function endsOpen(text: string, { is_new }: BlockPlace): boolean {
  return is_new && text !== "" && !text.endsWith("\n");
}
