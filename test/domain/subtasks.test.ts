import { describe, expect, test } from "bun:test";
import { uncheckedSubtasks } from "../../src/domain/subtasks.ts";

/** The unchecked items of WP01 in lines of tasks.md. */
function unchecked(...lines: readonly string[]): string[] {
  return uncheckedSubtasks(lines.join("\n"), "WP01");
}

describe("uncheckedSubtasks()", () => {
  test("gives the texts of the unchecked items below the heading", () => {
    expect(
      unchecked("## WP01 Parser", "- [ ] T001 write it", "- [x] T002", "- [X] T003", "- [ ] T004"),
    ).toEqual(["T001 write it", "T004"]);
  });

  test("gives none where the work package has no heading, or nothing below it", () => {
    expect(unchecked("- [ ] a", "## WP02", "- [ ] b")).toEqual([]);
    expect(unchecked("## WP01")).toEqual([]);
    expect(unchecked("")).toEqual([]);
  });

  test("takes headings of level 2 to 4, and no others", () => {
    for (const hashes of ["##", "###", "####"]) expect(unchecked(`${hashes} WP01`, "- [ ] a")).toEqual(["a"]);
    for (const hashes of ["#", "#####", "######", "#######"]) {
      expect(unchecked(`${hashes} WP01`, "- [ ] a")).toEqual([]);
    }
  });

  test("takes the heading whose first id is this one", () => {
    expect(unchecked("## Task WP01, after WP02", "- [ ] a", "## WP02 (needs WP01)", "- [ ] b")).toEqual([
      "a",
    ]);
    expect(unchecked("## **WP01**: x", "- [ ] a")).toEqual(["a"]);
  });

  test("does not take a longer id, or a word that holds it, for the id", () => {
    for (const title of ["WP010", "WP011", "xWP01", "WP01x", "WP1", "wp01"]) {
      expect(unchecked(`## ${title}`, "- [ ] a")).toEqual([]);
    }
  });

  test("ends at the next heading of the same or a higher level", () => {
    expect(unchecked("### WP01", "- [ ] a", "### Notes", "- [ ] b")).toEqual(["a"]);
    expect(unchecked("### WP01", "- [ ] a", "## Phase 2", "- [ ] b")).toEqual(["a"]);
    expect(unchecked("### WP01", "- [ ] a", "# Other", "- [ ] b")).toEqual(["a"]);
  });

  test("goes on through deeper headings", () => {
    expect(
      unchecked("## WP01", "### Tests", "- [ ] a", "#### More", "- [ ] b", "##### Deep", "- [ ] c"),
    ).toEqual(["a", "b", "c"]);
  });

  test("begins at a deeper heading inside another section, and ends with it", () => {
    expect(unchecked("## Phase 1", "- [ ] x", "### WP01", "- [ ] a", "### WP02", "- [ ] y")).toEqual(["a"]);
    expect(unchecked("## WP02", "### WP01", "- [ ] a", "## WP03", "- [ ] y")).toEqual(["a"]);
  });

  test("begins again at a second heading of the same work package", () => {
    expect(unchecked("## WP01", "- [ ] a", "## WP02", "- [ ] x", "## WP01 again", "- [ ] b")).toEqual([
      "a",
      "b",
    ]);
    expect(unchecked("## WP01", "- [ ] a", "## WP01 again", "- [ ] b")).toEqual(["a", "b"]);
  });

  test("reads CRLF, tabs, nesting and all three bullets", () => {
    expect(
      uncheckedSubtasks("## WP01\r\n- [ ] a\r\n\r\n* [ ] b\r\n+ [ ] c\r\n\t- [ ] d\r\n", "WP01"),
    ).toEqual(["a", "b", "c", "d"]);
  });

  test("gives each text without the blanks around it", () => {
    expect(unchecked("## WP01", "-  [ ]   a b  ", "- [ ] c\t")).toEqual(["a b", "c"]);
  });

  test("does not take other text for items", () => {
    expect(
      unchecked("## WP01", "- [] a", "-[ ] b", "- [ ]c", "- [y] d", "[ ] e", "a - [ ] f", "> - [ ] g"),
    ).toEqual([]);
  });

  test("reads neither items nor headings inside a code fence", () => {
    expect(unchecked("## WP01", "```md", "- [ ] x", "## WP02", "```", "- [ ] a")).toEqual(["a"]);
    expect(unchecked("## WP01", "~~~~", "~~~", "- [ ] x", "~~~~", "- [ ] a")).toEqual(["a"]);
    expect(unchecked("```", "## WP01", "- [ ] x", "```")).toEqual([]);
  });

  test("closes a fence only with its own mark, alone on its line", () => {
    expect(unchecked("## WP01", "```", "~~~", "- [ ] x", "```", "- [ ] a")).toEqual(["a"]);
    expect(unchecked("## WP01", "```md", "```js", "- [ ] x", "```", "- [ ] a")).toEqual(["a"]);
  });

  test("does not take code inside a line for a fence, which would hide all that follows", () => {
    expect(unchecked("## WP01", "```lane board``` shows it", "- [ ] a")).toEqual(["a"]);
  });

  test("reads lines of very many blanks or tildes before a lone line end in no time", () => {
    for (const end of ["\r x", "\u2028x"]) {
      const [blanks, tildes] = [" ".repeat(100_000), "~".repeat(100_000)];
      expect(unchecked("## WP01", `- [ ] a${end}`, `#${blanks}${end}`)).toEqual([`a${end}`]);
      expect(unchecked("## WP01", `- [ ] ${blanks}${end}`)).toEqual([end.trim()]);
      expect(unchecked("## WP01", `${tildes}${end}`, "- [ ] a")).toEqual([]);
    }
  }, 2000);
});
