/** settleLaneConflicts(): which of git's conflicts in a page are settled, and that nothing else changes. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { settleLaneConflicts } from "../../src/repair/mend_page.ts";

const BODY = "# A page\n\nText with \xe9\xff in it.\n";

/** A page whose frontmatter holds these lines. */
function page(...lines: readonly string[]): string {
  return `---\nwork_package_id: WP01\n${lines.map((line) => `${line}\n`).join("")}subtasks: [T1]\n---\n${BODY}`;
}

function hunk(ours: readonly string[], theirs: readonly string[], base?: readonly string[]): string[] {
  const between = base === undefined ? [] : ["||||||| 1a2b3c4", ...base];
  return ["<<<<<<< HEAD", ...ours, ...between, "=======", ...theirs, ">>>>>>> other"];
}

describe("settleLaneConflicts() takes our side", () => {
  test.each([
    ["of a hunk about the lane", hunk(["lane: done"], ["lane: claimed"])],
    ["of one with a base part", hunk(["lane: done"], ["lane: claimed"], ["lane: planned"])],
    ["where only we have a lane", hunk(["lane: done"], [])],
    ["of a quoted key", hunk(["lane: done"], ['"lane" : claimed'])],
    [
      "of a base part that holds markers of its own",
      hunk(
        ["lane: done"],
        ["lane: claimed"],
        [
          "<<<<<<<<< Temporary merge branch 1",
          "lane: a",
          "=========",
          "lane: b",
          ">>>>>>>>> Temporary merge branch 2",
        ],
      ),
    ],
  ])("%s", (_, lines) => {
    expect(settleLaneConflicts(page(...lines))).toBe(page("lane: done"));
  });

  test("which has no lane where only they have one", () => {
    expect(settleLaneConflicts(page(...hunk([], ["lane: done"])))).toBe(page());
  });

  test("of a hunk whose other lines are the same on both sides", () => {
    const lines = hunk(["title: A", "lane: done", "assignee: ana"], ["title: A", "lane: x", "assignee: ana"]);
    expect(settleLaneConflicts(page(...lines))).toBe(page("title: A", "lane: done", "assignee: ana"));
  });

  test("with its line ends", () => {
    const crlf = (text: string) => text.replaceAll("\n", "\r\n");
    expect(settleLaneConflicts(crlf(page(...hunk(["lane: done"], ["lane: x"]))))).toBe(
      crlf(page("lane: done")),
    );
  });

  test("behind a byte order mark", () => {
    const text = `\xef\xbb\xbf${page(...hunk(["lane: done"], ["lane: x"]))}`;
    expect(settleLaneConflicts(text)).toBe(`\xef\xbb\xbf${page("lane: done")}`);
  });

  test("of each of two hunks", () => {
    const once = hunk(["lane: done"], ["lane: x"]);
    const twice = page(...once, "title: A", ...hunk(["lane: a"], ["lane: b"]));
    expect(settleLaneConflicts(twice)).toBe(page("lane: done", "title: A", "lane: a"));
  });

  test("of the hunk about the lane, and leaves the others to their author", () => {
    const title = hunk(["title: A"], ["title: B"]);
    expect(settleLaneConflicts(page(...title, ...hunk(["lane: done"], ["lane: x"])))).toBe(
      page(...title, "lane: done"),
    );
  });

  test("and leaves a conflict in the body", () => {
    const body = "<<<<<<< HEAD\nlane: one\n=======\nlane: two\n>>>>>>> other\n";
    expect(settleLaneConflicts(page(...hunk(["lane: done"], ["lane: x"])) + body)).toBe(
      page("lane: done") + body,
    );
  });
});

describe("settleLaneConflicts() settles nothing", () => {
  test.each([
    ["in a page without a conflict", page("lane: done")],
    ["where another line differs too", page(...hunk(["lane: done", "title: A"], ["lane: x", "title: B"]))],
    ["where another line was added", page(...hunk(["lane: done"], ["lane: x", "title: B"]))],
    [
      "where only the line ends of another line differ",
      page(...hunk(["title: A", "lane: a"], ["title: A\r", "lane: b"])),
    ],
    ["where their lane has a comment", page(...hunk(["lane: done"], ["lane: x # why"]))],
    ["where no lane is in it", page(...hunk(["title: A"], ["title: B"]))],
    ["where an indented lane is in it", page(...hunk(["  lane: A"], ["  lane: B"]))],
    ["where a key only begins like it", page(...hunk(["lane_note: A"], ["lane_note: B"]))],
    ["where our side has two lanes", page(...hunk(["lane: a", "lane: b"], ["lane: c"]))],
    ["where their side has two lanes", page(...hunk(["lane: a"], ["lane: b", "lane: c"]))],
    ["where the hunk has no end", page("<<<<<<< HEAD", "lane: done", "=======", "lane: x")],
    ["where the hunk has no middle", page("<<<<<<< HEAD", "lane: done", ">>>>>>> other")],
    [
      "where the hunk goes on into the body",
      page("<<<<<<< HEAD", "lane: done", "---", "=======", "lane: x", ">>>>>>> other"),
    ],
    ["in the body alone", `${page("lane: done")}${hunk(["lane: a"], ["lane: b"]).join("\n")}\n`],
    ["without frontmatter", `${hunk(["lane: a"], ["lane: b"]).join("\n")}\n`],
    [
      "in a page that is one conflict from its first line on",
      `<<<<<<< HEAD\n${page("lane: a")}=======\n${page("lane: b")}>>>>>>> other\n`,
    ],
    [
      "where the lanes are the text of a longer marker",
      page("<<<<<<<< HEAD", "lane: a", "========", "lane: b", ">>>>>>>> x"),
    ],
  ])("%s", (_, text) => {
    expect(settleLaneConflicts(text)).toBeUndefined();
  });
});

const LINE = fc.constantFrom("title: A", "title: B", "assignee: x", "# note", "", "list: [1]");
const LANE = fc.constantFrom("lane: done", "lane : planned ", "'lane': \"x\"");
const TEXT = fc.constantFrom(
  "",
  "body\n",
  "=======\n",
  "lane: x\n",
  "\xe9\n",
  "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\n",
);

test("settleLaneConflicts() changes nothing outside of the hunks that it settles", () => {
  fc.assert(
    fc.property(
      fc.array(LINE, { maxLength: 4 }),
      fc.array(LINE, { maxLength: 4 }),
      fc.array(LINE, { maxLength: 2 }),
      fc.tuple(LANE, LANE),
      TEXT,
      fc.constantFrom("\n", "\r\n"),
      (before, after, same, [ours, theirs], body, end) => {
        const text = (lines: readonly string[]) =>
          ["---", ...before, ...lines, ...after, "---", body].join(end);
        const conflicted = text(hunk([...same, ours], [...same, theirs], ["lane: base"]));
        expect(settleLaneConflicts(conflicted)).toBe(text([...same, ours]));
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["beginnings alone", "<<<<<<< a\n".repeat(30_000), "<<<<<<< a\n".repeat(30_000)],
  ["conflicts", `${hunk(["lane: x"], ["lane: y"]).join("\n")}\n`.repeat(30_000), "lane: x\n".repeat(30_000)],
])(
  "settleLaneConflicts() reads very many %s once",
  (_, before, after) => {
    const end = "---\n";
    expect(settleLaneConflicts(`---\n${before}${end}`) ?? `---\n${before}${end}`).toBe(`---\n${after}${end}`);
  },
  2000,
);
