/** Words and their quotes: taken off without a shell, put on so that a shell reads the same. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { plainWord, type Shell, typedWord } from "../../src/domain/shell_words.ts";

test("plainWord() takes off quotes and escapes as each shell has them, and expands nothing", () => {
  const words: [Shell, string, string, number | undefined][] = [
    ["bash", "Ana\\ Kim", "Ana Kim", undefined],
    ["bash", `"Ana \\"K\\" \\x"`, `Ana "K" \\x`, undefined],
    ["bash", `'it'\\''s'`, "it's", undefined],
    ["bash", `--actor="An`, "--actor=An", 8],
    ["bash", "'$(id) `id` $HOME", "$(id) `id` $HOME", 0],
    ["bash", "end\\", "end\\", undefined],
    ["zsh", "a\\:b", "a:b", undefined],
    ["fish", `'it\\'s \\\\ \\x`, "it's \\ \\x", 0],
    ["fish", `"\\$HOME"`, "$HOME", undefined],
    ["powershell", "'it''s'", "it's", undefined],
    ["powershell", "\u2018it\u2019\u2019s\u2019", "it\u2019s", undefined],
    ["powershell", '"a ""b"" `$c"', 'a "b" $c', undefined],
    ["powershell", "a` b", "a b", undefined],
  ];
  for (const [shell, raw, text, open_quote_at] of words) {
    expect({ raw, ...plainWord(shell, raw) }).toEqual({ raw, text, open_quote_at });
  }
});

test("typedWord() keeps the quote that bash's word opened, and quotes what it needs without one", () => {
  expect(typedWord("bash", "An", "", "Ana $K")).toBe("Ana\\ \\$K");
  expect(typedWord("bash", "--to=An", "--to=", "Ana K")).toBe("--to=Ana\\ K");
  expect(typedWord("bash", '"An', "", 'Ana "$K`')).toBe('"Ana \\"\\$K\\`');
  expect(typedWord("bash", "'it", "", "it's")).toBe("'it'\\''s");
  expect(typedWord("bash", "", "", "漢字")).toBe("漢字");
});

test("typedWord() gives nothing where the shell could not read the value back", () => {
  expect(typedWord("bash", '"a', "", "a!b")).toBeUndefined();
  expect(typedWord("bash", 'A"n', "", "Ana")).toBeUndefined();
  expect(typedWord("bash", '"--to=a', "--to=", "ana")).toBeUndefined();
  expect(typedWord("fish", "", "", "~ana")).toBeUndefined();
});

test("typedWord() doubles every kind of single quote for PowerShell, and leaves plain words alone", () => {
  expect(typedWord("powershell", "", "", "WP01")).toBe("WP01");
  expect(typedWord("powershell", "", "", "WP01,WP02")).toBe("'WP01,WP02'");
  expect(typedWord("powershell", "", "--actor=", "a'b\u2019$(c)")).toBe("'--actor=a''b\u2019\u2019$(c)'");
});

test("typedWord() leaves the quotes to zsh and fish", () => {
  expect(typedWord("zsh", '"A', "", "A $b")).toBe("A $b");
  expect(typedWord("fish", "A", "--actor=", "A $b")).toBe("--actor=A $b");
});

test("plainWord() of typedWord() is the value again, whatever it is", () => {
  const value = fc.string({ unit: "binary", minLength: 1 });
  const raw = fc.constantFrom("", "a", '"', "'");
  fc.assert(
    fc.property(fc.constantFrom<Shell>("bash", "powershell"), raw, value, (shell, raw, value) => {
      const word = typedWord(shell, raw, "", value);
      if (word === undefined) expect(value).toContain("!");
      else expect(plainWord(shell, word).text).toBe(value);
    }),
  );
});
