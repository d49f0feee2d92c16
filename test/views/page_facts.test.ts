import { describe, expect, test } from "bun:test";
import type { Page } from "../../src/project/pages.ts";
import { readPageFacts } from "../../src/views/page_facts.ts";

/** A page with this text; bytes, one character each. */
function titleOf(text: string, shown = "kitty-specs/034/tasks/WP01-write-the-parser.md"): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const page: Page = { wp_id: "WP01", shown, path: () => shown, text: () => bytes };
  return readPageFacts(page).title;
}

describe("readPageFacts() takes the title", () => {
  test("from the frontmatter, in UTF-8", () => {
    expect(titleOf("---\ntitle: Źródło 😀\n---\n")).toBe("Źródło 😀");
    expect(titleOf('---\ntitle: "a: b"\n---\n')).toBe("a: b");
  });

  test("from frontmatter where only a YAML parser can tell it", () => {
    expect(titleOf("---\ntitle: >-\n  Write\n  it\n---\n")).toBe("Write it");
    expect(titleOf('---\ntitle: "a \\"b\\""\n---\n')).toBe('a "b"');
    expect(titleOf("---\ntitle: Źródłà\n---\n")).toBe("Źródłà");
  });

  test("from the words of the file's name, where there is none or none can be read", () => {
    for (const text of [
      "",
      "# Heading\n",
      "---\nlane: x\n---\n",
      "---\ntitle: ' '\n---\n",
      "---\ntitle: [7]\n---\n",
      "---\ntitle: [\n---\n",
      "---\n- title\n---\n",
      "---\ntitle: &a\n  x: *a\n---\n",
    ]) {
      expect(titleOf(text)).toBe("write the parser");
    }
    expect(titleOf("", "WP01.md")).toBe("");
    expect(titleOf("", "a\\b\\WP01-x.md")).toBe("x");
  });
});
