/** Columns and cuts, in characters of any width. */

import { expect, test } from "bun:test";
import { cutTo } from "../../src/commands/style.ts";

test("cutTo() never makes a text wider than asked, wherever a wide character stands", () => {
  const text = "WP03  見出しを読む 📦📦 \u001b[1mbold\u001b[0m end";
  for (const unicode of [true, false]) {
    for (let width_columns = 4; width_columns <= Bun.stringWidth(text); width_columns++) {
      const cut = cutTo(text, width_columns, { unicode });
      expect({ width_columns, fits: Bun.stringWidth(cut) <= width_columns }).toEqual({
        width_columns,
        fits: true,
      });
    }
  }
  expect(cutTo("見出し", 4, { unicode: true })).toBe("見…");
  expect(cutTo("plain", 5, { unicode: true })).toBe("plain");
});
