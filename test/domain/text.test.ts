import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  givenOrNull,
  hex4,
  isGiven,
  quoted,
  shellOption,
  shellWord,
  visible,
} from "../../src/domain/text.ts";

const ANY_TEXT = fc.string({ unit: "binary" });

describe("isGiven()", () => {
  test("counts a text that is not blank after trim()", () => {
    for (const text of ["x", " x ", "0", "\u200b"]) expect(isGiven(text)).toBe(true);
    for (const text of ["", " ", "\t\r\n", "\u00a0", "\u3000", "\ufeff", null, undefined]) {
      expect(isGiven(text)).toBe(false);
    }
  });
});

describe("givenOrNull()", () => {
  test("keeps a given text untrimmed, and makes null of the rest", () => {
    expect(givenOrNull(" x\n")).toBe(" x\n");
    expect(givenOrNull("  ")).toBeNull();
    expect(givenOrNull(null)).toBeNull();
    expect(givenOrNull(undefined)).toBeNull();
  });
});

describe("visible()", () => {
  test("leaves what people read alone", () => {
    for (const text of ["plain", "Żółć, 日本, 😀", 'a "b" \\ c', "e\u0301", "👩\u200d💻", "می\u200cخواهم"])
      expect(visible(text)).toBe(text);
  });

  test("spells out what drives a terminal", () => {
    expect(visible("a\u001b[31mb")).toBe("a\\u001b[31mb");
    expect(visible("a\nb\tc\rd")).toBe("a\\nb\\tc\\rd");
    expect(visible("\u0000\u0007\u007f\u009b")).toBe("\\u0000\\u0007\\u007f\\u009b");
  });

  test("spells out what makes a text look like another", () => {
    for (const unit of [
      "\u202e",
      "\u2066",
      "\u200b",
      "\u200f",
      "\u2028",
      "\u2029",
      "\ufeff",
      "\u00ad",
      "\u034f",
      "\u115f",
      "\u17b4",
      "\u206a",
      "\u3164",
      "\uffa0",
      "\ud800",
    ]) {
      expect(visible(`a${unit}b`)).toBe(`a\\u${hex4(unit)}b`);
    }
    expect(visible("\u{e0041}")).toBe("\\udb40\\udc41");
  });

  test("always gives one line without controls, and the same again when asked again", () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029]/,
        );
        expect(shown.isWellFormed()).toBe(true);
        expect(visible(shown)).toBe(shown);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("quoted()", () => {
  test("cuts a long text and says so", () => {
    expect(quoted("abc")).toBe('"abc"');
    expect(quoted("abc", 3)).toBe('"abc"');
    expect(quoted("abcdef", 3)).toBe('"abc…"');
    expect(quoted("a\nb")).toBe('"a\\nb"');
  });

  test("gives well-formed text even when it cuts a character in two", () => {
    expect(quoted("ab😀", 3).isWellFormed()).toBe(true);
  });
});

describe("shellWord()", () => {
  test("leaves a plain word alone, and quotes what a shell would read", () => {
    expect(shellWord("claude")).toBe("claude");
    expect(shellWord("ana@x.org")).toBe("ana@x.org");
    expect(shellWord("PR#7")).toBe("PR#7");
    expect(shellWord("#7")).toBe("'#7'");
    expect(shellWord("anna k")).toBe("'anna k'");
    expect(shellWord("it's")).toBe("'it'\\''s'");
    expect(shellWord("$(rm -rf .)")).toBe("'$(rm -rf .)'");
    expect(shellWord("~ana")).toBe("'~ana'");
  });

  test("gives a placeholder for what can't be shown on a line", () => {
    for (const text of ["", "a\nb", "a\u202eb", "\u0000"]) expect(shellWord(text)).toBe("<…>");
  });

  test("quotes every other text so that a POSIX shell reads it back", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const word = shellWord(text);
        if (visible(text) !== text || text === "") expect(word).toBe("<…>");
        else expect(unquoted(word)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("shellOption()", () => {
  test("puts a value that looks like an option behind an equals sign", () => {
    expect(shellOption("--actor", "ana k")).toBe("--actor 'ana k'");
    expect(shellOption("--actor", "-x")).toBe("--actor=-x");
    expect(shellOption("--actor", "--force now")).toBe("--actor='--force now'");
    expect(shellOption("--actor", "a\nb")).toBe("--actor <…>");
  });
});

/** What a POSIX shell makes of a word of single quotes, escaped quotes and plain characters. */
function unquoted(word: string): string {
  return word.replace(
    /'([^']*)'|\\(.)/g,
    (_all, inner: string | undefined, escaped: string | undefined) => inner ?? escaped ?? "",
  );
}
