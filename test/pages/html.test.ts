/** The template that escapes. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { html } from "../../src/pages/html.ts";

test("html`` escapes what is put in, and leaves markup as it is", () => {
  const inner = html`<b>${"<i>"}</b>`;
  expect(html`<a title="${`"'&\``}">${inner}${["x", 1, null, false]}</a>`.text).toBe(
    '<a title="&#34;&#39;&#38;&#96;"><b>&#60;i&#62;</b>x1</a>',
  );
});

test("html`` spells out what is invisible, on one line", () => {
  expect(html`${"a\u001b]0;owned\u0007\n\tb\u202e"}`.text).toBe("a\\u001b]0;owned\\u0007 b\\u202e");
});

test("html`` lets no text end a tag, an attribute or a line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(html`${text}`.text).not.toMatch(/[<>"'`\u0000-\u001f]|&(?!#\d+;)/);
    }),
  );
});
