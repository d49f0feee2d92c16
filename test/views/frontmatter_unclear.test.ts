import { describe, expect, test } from "bun:test";
import { frontmatterText, pageLane, pageTitle, setPageLane } from "../../src/views/frontmatter.ts";

const UNCLEAR = { unclear: expect.any(String), is_yaml: expect.any(Boolean) };

// Frontmatter whose lane is not one word on its line: what it holds must not be guessed at.
const NO_PLAIN_WORD: Readonly<Record<string, readonly string[]>> = {
  "an anchor": ["lane: &l planned"],
  "an alias": ["base: &l planned", "lane: *l"],
  "a tag": ["lane: !!str planned"],
  "a flow list": ["lane: [planned]"],
  "a flow mapping": ["lane: {a: b}"],
  "a literal block": ["lane: |", "  planned"],
  "a folded block": ["lane: >-", "  planned"],
  "a nested mapping": ["lane:", "  name: planned"],
  "a nested mapping after a blank line": ["lane:", "", "  name: planned"],
  "a nested mapping after a comment": ["lane:", "# why", "  name: planned"],
  "a nested mapping after an indented comment": ["lane:", "  # why", "  name: planned"],
  "a nested mapping after a comment on its line": ["lane: # why", "  name: planned"],
  "an indented list": ["lane:", "  - planned"],
  "a list that is not indented": ["lane:", "- planned"],
  "a list that is not indented, after a comment": ["lane: # why", "- planned"],
  "a value on the next line": ["lane:", "  planned"],
  "a plain text of two lines": ["lane: planned", "  and more"],
  "a plain text of two lines, one blank between": ["lane: planned", "", "  and more"],
  "a double-quoted text of two lines": ['lane: "planned', '  and more"'],
  "a single-quoted text of two lines": ["lane: 'planned", "  and more'"],
  "a double-quoted text with an escape": ['lane: "plan\\u006eed"'],
  "a single-quoted text with a quote": ["lane: 'it''s'"],
  "text behind a quoted text": ["lane: 'planned' x"],
  "a comment without a blank before it": ["lane: 'planned'#x"],
  "a plain text that holds #": ["lane: planned#x"],
  "a plain text that holds a colon": ["lane: a: b"],
  "the key twice": ["lane: planned", "title: x", "lane: done"],
  "the key twice, once in quotes": ["lane: planned", '"lane": done'],
};

describe("setPageLane() leaves alone, and says so,", () => {
  for (const [what, lines] of Object.entries(NO_PLAIN_WORD)) {
    test(what, () => {
      for (const line_end of ["\n", "\r\n"]) {
        const page = ["---", ...lines, "title: x", "---", ""].join(line_end);

        expect(setPageLane(page, "claimed")).toEqual(UNCLEAR);
        expect(pageLane(page)).toEqual(UNCLEAR);
      }
    });
  }

  test("in words that name the key and what is wrong with it", () => {
    const saysOf = (lines: string) => setPageLane(`---\n${lines}\n---\n`, "claimed");

    expect(saysOf("lane : [x]")).toEqual({ unclear: "its lane : is no plain word", is_yaml: true });
    expect(saysOf("lane: x\nlane: y")).toEqual({ unclear: "lane: stands there twice", is_yaml: false });
    expect(saysOf("- x")).toEqual({ unclear: "its frontmatter is no plain list of keys", is_yaml: true });
    expect(setPageLane("", "claimed")).toEqual({ unclear: "it has no frontmatter", is_yaml: false });
  });

  test("frontmatter that names a lane and has no end", () => {
    for (const page of ["---\nlane: planned\n", "---\nlane: planned\n ---\n"]) {
      expect(setPageLane(page, "claimed")).toEqual(UNCLEAR);
      expect(pageLane(page)).toEqual({ unclear: "its frontmatter has no end", is_yaml: false });
    }
  });

  test("a page without frontmatter", () => {
    for (const page of [
      "",
      "# WP01\nlane: planned\n",
      "lane: planned\n---\n",
      "---\ntitle: a rule, not frontmatter\n",
      "\n---\nlane: planned\n---\n",
      " ---\nlane: planned\n---\n",
      "----\nlane: planned\n----\n",
    ]) {
      expect(setPageLane(page, "claimed")).toEqual(UNCLEAR);
      expect(pageLane(page)).toBeUndefined();
    }
  });

  test("a page of very many beginnings of a conflict, and no end, is none", () => {
    const page = `---\nlane: planned\n---\n${"<<<<<<< \n".repeat(200_000)}`;
    expect(pageLane(page)).toBe("planned");
    expect(pageLane(`${page}>>>>>>> theirs\n`)).toEqual({
      unclear: "it holds git conflict markers",
      is_yaml: true,
    });
  });

  test("a value of very many blanks that ends in none", () => {
    const blanks = " ".repeat(100_000);
    expect(setPageLane(`---\nlane:${blanks}:\n---\n`, "claimed")).toEqual(UNCLEAR);
    expect(pageTitle(`---\ntitle:${blanks}:\n---\n`)).toBeUndefined();
    expect(pageLane(`---\nlane:${blanks}\n---\n`)).toBe("");
  }, 2000);

  test("a page with conflict markers, wherever they stand", () => {
    const conflict = "<<<<<<< HEAD\nlane: planned\n=======\nlane: claimed\n>>>>>>> theirs\n";
    for (const page of [
      `---\n${conflict}---\n`,
      `---\nlane: planned\n---\n${conflict}`,
      `---\r\n${conflict.replaceAll("\n", "\r\n")}---\r\n`,
      `---\nlane: planned\n---\n<<<<<<<\na\n>>>>>>>`,
    ]) {
      expect(setPageLane(page, "claimed")).toEqual(UNCLEAR);
      expect(pageLane(page)).toEqual(UNCLEAR);
    }
  });

  test("frontmatter that is no list of keys", () => {
    for (const lines of [
      "- a\n- b\n",
      "just a text\n",
      "{title: x}\n",
      "[a]\n",
      "|\n  text\n",
      "? a\n: b\n",
    ]) {
      expect(setPageLane(`---\n${lines}---\n`, "claimed")).toEqual(UNCLEAR);
    }
  });

  test("a flow mapping over several lines, one of which begins with the key", () => {
    for (const lines of ["{\nlane: planned,\ntitle: x\n}\n", '{\n"lane": "planned",\n"title": "x"\n}\n']) {
      expect(setPageLane(`---\n${lines}---\n`, "claimed")).toEqual(UNCLEAR);
    }
  });
});

describe("pageTitle()", () => {
  test("is the title that stands in plain sight, unquoted", () => {
    expect(pageTitle("---\ntitle: Write it\n---\n")).toBe("Write it");
    expect(pageTitle('---\nlane: x\n"title": "Write: it" # x\n---\n')).toBe("Write: it");
    expect(pageTitle("---\nlane: x\n---\n")).toBeUndefined();
    expect(pageTitle("---\ntitle: |\n  Write it\n---\n")).toBeUndefined();
    expect(pageTitle("# no frontmatter\ntitle: x\n")).toBeUndefined();
  });
});

describe("frontmatterText()", () => {
  test("is what stands between the dashes", () => {
    expect(frontmatterText("---\na: 1\nb: 2\n---\nbody\n---\n")).toBe("a: 1\nb: 2\n");
    expect(frontmatterText("---\r\na: 1\r\n...\r\n")).toBe("a: 1\r\n");
    expect(frontmatterText("---\n---\n")).toBe("");
    expect(frontmatterText("# none\n")).toBeUndefined();
  });
});
