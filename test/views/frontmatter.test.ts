import { describe, expect, test } from "bun:test";
import { pageLane, setPageLane } from "../../src/views/frontmatter.ts";

/** A page with these lines of frontmatter. */
function page(...lines: readonly string[]): string {
  return `---\n${lines.map((line) => `${line}\n`).join("")}---\n# WP01\n`;
}

/** Bytes as pages come: one character each. */
function bytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

describe("setPageLane() replaces the value and nothing else:", () => {
  // Each row: a line of frontmatter, the lane that it shows, the line after the move to `claimed`.
  const ROWS: readonly (readonly [string, string, string])[] = [
    ["lane: planned", "planned", "lane: claimed"],
    ['lane: "planned"', "planned", 'lane: "claimed"'],
    ["lane: 'planned'", "planned", "lane: 'claimed'"],
    ["lane:   planned   ", "planned", "lane:   claimed   "],
    ["lane:\tplanned\t", "planned", "lane:\tclaimed\t"],
    ["lane : planned", "planned", "lane : claimed"],
    ['"lane": planned', "planned", '"lane": claimed'],
    ["'lane': \"planned\"", "planned", "'lane': \"claimed\""],
    ["lane: planned # was: doing", "planned", "lane: claimed # was: doing"],
    ["lane: 'planned'\t# x", "planned", "lane: 'claimed'\t# x"],
    ["lane: 'planned' #", "planned", "lane: 'claimed' #"],
    ["lane: in progress", "in progress", "lane: claimed"],
    ["lane: for-review", "for-review", "lane: claimed"],
    ["lane: 1", "1", "lane: claimed"],
    ["lane: null", "null", "lane: claimed"],
    ["lane: x", "x", "lane: claimed"],
    ['lane: ""', "", 'lane: "claimed"'],
    ["lane: ''", "", "lane: 'claimed'"],
    ["lane:", "", "lane: claimed"],
    ["lane: ", "", "lane: claimed"],
    ["lane: # to be set", "", "lane: claimed # to be set"],
    ["lane:  # to be set", "", "lane:  claimed # to be set"],
    ["lane: ' planned '", " planned ", "lane: 'claimed'"],
    ['lane: "a # b: c"', "a # b: c", 'lane: "claimed"'],
  ];

  for (const [before, lane, after] of ROWS) {
    test(JSON.stringify(before), () => {
      for (const wrap of [
        (line: string) => page(line),
        (line: string) => page("title: x", line, "dependencies: []"),
        (line: string) => page(line, "", "# a comment", "title: x"),
        (line: string) => page("dependencies:", "- WP02", line, "subtasks:", "  - T001"),
        (line: string) => page("<key: 1", line),
      ]) {
        expect(pageLane(wrap(before))).toBe(lane);
        expect(setPageLane(wrap(before), "claimed")).toBe(wrap(after));
      }
    });
  }

  test("a page that is right already stays as it is", () => {
    for (const line of ["lane: claimed", 'lane: "claimed" # x', "'lane':   'claimed'"]) {
      expect(setPageLane(page(line), "claimed")).toBe(page(line));
    }
  });

  test("CRLF stays, with every kind of value", () => {
    for (const [before, , after] of ROWS) {
      const crlf = (line: string) => page("title: x", line, "z: 1").replaceAll("\n", "\r\n");

      expect(setPageLane(crlf(before), "claimed")).toBe(crlf(after));
    }
  });

  test("a BOM, blanks behind the dashes, and `...` as the end stay", () => {
    const text = (lane: string) => `${bytes("\ufeff")}--- \t\nlane: ${lane}\n... \nlane: body\n`;

    expect(setPageLane(text("planned"), "done")).toBe(text("done"));
  });

  test("bytes that are no UTF-8 stay, and so does UTF-8", () => {
    const text = (lane: string) =>
      page(`title: \xff\xfe\x80 ${bytes("żółć à 😀")}`, `lane: ${lane} # ${bytes("à")}`, "author: \xa0\x85");

    expect(setPageLane(text("planned"), "done")).toBe(text("done"));
  });

  test("the end of the page may be that of the frontmatter", () => {
    expect(setPageLane("---\nlane: planned\n---", "done")).toBe("---\nlane: done\n---");
  });
});

describe("setPageLane() does not take for the lane", () => {
  test("keys that resemble it, nested keys, comments, and the body", () => {
    const lines = (lane: string) =>
      page(
        "lane_x: a",
        "my-lane: b",
        "Lane: c",
        "lanes: d",
        "lane:e: f",
        "# lane: g",
        "agent:",
        "  lane: h",
        "history:",
        "- lane: i",
        "note: |",
        "  lane: j",
        "title: 'lane: k'",
        `lane: ${lane}`,
      ).concat("lane: body\n---\nlane: other\n---\n");

    expect(pageLane(lines("planned"))).toBe("planned");
    expect(setPageLane(lines("planned"), "claimed")).toBe(lines("claimed"));
  });
});

describe("setPageLane() adds a missing lane as the last key", () => {
  // Frontmatter without a lane.
  const WITHOUT: Readonly<Record<string, readonly string[]>> = {
    "keys and scalars": ["title: x", "agent: y"],
    "an empty frontmatter": [],
    "blank lines alone": ["", " "],
    "a nested lane": ["agent:", "  lane: h"],
    "a list, indented": ["dependencies:", "  - WP01"],
    "a list as PyYAML prints it, not indented": ["dependencies:", "- WP01", "- WP02"],
    "a block scalar at its end": ["note: |", "  one", "  two"],
    "a comment at its end": ["title: x", "# the end"],
    "quoted keys": ['"title": x', "'agent': y"],
  };

  for (const [what, lines] of Object.entries(WITHOUT)) {
    test(`after ${what}`, () => {
      expect(pageLane(page(...lines))).toBeUndefined();
      expect(setPageLane(page(...lines), "claimed")).toBe(page(...lines, "lane: claimed"));
    });
  }

  test("with the page's own line end", () => {
    expect(setPageLane("---\r\ntitle: x\r\n---\r\n", "done")).toBe(
      "---\r\ntitle: x\r\nlane: done\r\n---\r\n",
    );
  });
});
