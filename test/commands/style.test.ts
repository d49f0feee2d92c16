/** Texts cut and wrapped to a width, whatever characters they are made of. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { cutTo, makeStyle, wrapped } from "../../src/commands/style.ts";

const CHARACTERS = fc.constantFrom("a", "b", " ", "漢", "🎉", "é", "\u001b[1mx\u001b[0m");
const TEXT = fc.array(CHARACTERS, { maxLength: 60 }).map((parts) => parts.join(""));
const PLAIN = { color: false, now_us: 0 };

test("cutTo gives no more columns than there are, and leaves what fits as it is", () => {
  fc.assert(
    fc.property(TEXT, fc.integer({ min: 1, max: 70 }), fc.boolean(), (text, width_columns, unicode) => {
      const cut = cutTo(text, width_columns, { unicode });
      expect(Bun.stringWidth(cut)).toBeLessThanOrEqual(width_columns);
      if (Bun.stringWidth(text) <= width_columns) expect(cut).toBe(text);
      else expect(cut).toEndWith(unicode ? "…" : "...".slice(0, width_columns));
    }),
  );
});

test("cutTo keeps as much as fits before its sign", () => {
  expect(cutTo("abcdef", 4, { unicode: true })).toBe("abc…");
  expect(cutTo("abcdef", 4, { unicode: false })).toBe("a...");
  expect(cutTo("漢字漢字", 6, { unicode: true })).toBe("漢字…");
  expect(cutTo("漢字漢字", 5, { unicode: true })).toBe("漢字…");
  expect(cutTo("\u001b[1mabcdef\u001b[0m", 4, { unicode: true })).toBe("\u001b[1mabc\u001b[22m…");
});

test("wrapped breaks a text without blanks in wide characters, and leaves a long path whole", () => {
  const style = makeStyle({ ...PLAIN, width_columns: 12, unicode: true });
  expect(wrapped("漢字漢字漢字", "  ", style)).toBe("  漢字漢字漢\n  字");
  expect(wrapped("a kitty-specs/001/status.json", "  ", style)).toBe("  a\n  kitty-specs/001/status.json");
});

test("wrapped leaves everything on one line where there is no terminal", () => {
  const style = makeStyle({ ...PLAIN, width_columns: undefined, unicode: true });
  expect(wrapped("long ".repeat(100).trim(), "- ", style)).toBe(`- ${"long ".repeat(100).trim()}`);
});

test("a lane's colour goes by its row, whatever it is called", () => {
  const style = makeStyle({ color: true, width_columns: undefined, unicode: true, now_us: 0 });

  expect(style.lane({ name: "oven", active: true })).toBe(style.lane("claimed").replace("claimed", "oven"));
  expect(style.lane({ name: "done", blocked: true })).toBe(style.lane("blocked").replace("blocked", "done"));
});
