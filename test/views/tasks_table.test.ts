import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  setTable,
  TABLE_END,
  TABLE_START,
  type TableRow,
  takeTable,
  wantsTable,
} from "../../src/views/tasks_table.ts";

const ROW: TableRow = {
  wp_id: "WP01",
  title: "Write it",
  lane: "in_progress",
  actor: "claude",
  since: "2026-02-08T12:00:00.000000+00:00",
};
const HEAD = "| WP | Title | Lane | Actor | Since |\n| --- | --- | --- | --- | --- |\n";
const TABLE = `\n${HEAD}| WP01 | Write it | in\\_progress | claude | 2026-02-08T12:00:00.000000+00:00 |\n`;

/** The one line of a table with this title. */
function lineWithTitle(title: string): string {
  const text = setTable(TABLE_START + TABLE_END, [{ ...ROW, title, lane: "done" }]);
  if (typeof text !== "string") throw new Error("no table");
  const lines = text.split("\n");
  expect(lines).toHaveLength(5);
  return Buffer.from(lines[3] ?? "", "latin1").toString("utf8");
}

describe("setTable()", () => {
  test("writes a Markdown table between the markers", () => {
    const before = `# Tasks\n\n${TABLE_START}\nold\n${TABLE_END}\n\n## WP01\n- [ ] T001\n`;

    expect(setTable(before, [ROW])).toBe(
      `# Tasks\n\n${TABLE_START}${TABLE}${TABLE_END}\n\n## WP01\n- [ ] T001\n`,
    );
  });

  test("writes its head alone when there are no work packages", () => {
    expect(setTable(`${TABLE_START}${TABLE_END}`, [])).toBe(`${TABLE_START}\n${HEAD}${TABLE_END}`);
  });

  test("keeps the markers where they stand, also inside a line", () => {
    const before = `a ${TABLE_START} old ${TABLE_END} b`;

    expect(setTable(before, [ROW])).toBe(`a ${TABLE_START}${TABLE}${TABLE_END} b`);
  });

  test("ends lines as the file does", () => {
    const crlf = `# Tasks\r\n${TABLE_START}\r\n${TABLE_END}\r\n`;

    expect(setTable(crlf, [ROW])).toBe(
      `# Tasks\r\n${TABLE_START}${TABLE.replaceAll("\n", "\r\n")}${TABLE_END}\r\n`,
    );
  });

  test("gives the same text again when asked again", () => {
    for (const line_end of ["\n", "\r\n"]) {
      const before = [`# Tasks`, TABLE_START, TABLE_END, ""].join(line_end);
      const once = setTable(before, [ROW]);

      expect(setTable(String(once), [ROW])).toBe(once);
    }
  });

  test("has nothing to do in a file without markers", () => {
    for (const text of ["", "# Tasks\n", "<!-- lanekeeper -->", "<!--lanekeeper:status-->"]) {
      expect(setTable(text, [ROW])).toBeUndefined();
      expect(wantsTable(text)).toBe(false);
    }
  });

  test("leaves alone, and says so, what is not one pair", () => {
    for (const text of [
      TABLE_START,
      TABLE_END,
      TABLE_END + TABLE_START,
      TABLE_START + TABLE_START + TABLE_END,
      TABLE_START + TABLE_END + TABLE_END,
      TABLE_START + TABLE_END + TABLE_START + TABLE_END,
      TABLE_START + TABLE_START + TABLE_END + TABLE_END,
    ]) {
      expect(setTable(text, [ROW])).toEqual({ unclear: expect.any(String) });
      expect(wantsTable(text)).toBe(true);
    }
  });

  test("touches no byte outside the markers, whatever stands there", () => {
    const bytes = fc.uint8Array().map((list) => Buffer.from(list).toString("latin1"));
    const text = fc.oneof(bytes, fc.constantFrom("- [ ] T001\r\n", "\xff\xfe", "| a | b |\n", "$1 $& $`"));
    fc.assert(
      fc.property(text, text, text, fc.array(text, { maxLength: 3 }), (above, between, below, titles) => {
        fc.pre(!wantsTable(above + below) && !wantsTable(between));
        const rows = titles.map((title) => ({ ...ROW, title }));

        const after = String(setTable(above + TABLE_START + between + TABLE_END + below, rows));

        expect(after).toStartWith(above + TABLE_START);
        expect(after).toEndWith(TABLE_END + below);
        expect(after).toMatch(/^[\u0000-\u00ff]*$/);
        expect(setTable(after, rows)).toBe(after);
      }),
      { numRuns: 300 },
    );
  });
});

describe("setTable() keeps a text inside its cell:", () => {
  const ROWS: readonly (readonly [string, string])[] = [
    ["a | b", "a \\| b"],
    ["a \\| b", "a \\\\\\| b"],
    ["**bold** _x_ `code`", "\\*\\*bold\\*\\* \\_x\\_ \\`code\\`"],
    ["[x](http://y)", "\\[x\\](http://y)"],
    ["<img src=x>", "&lt;img src=x>"],
    ["  two\r\n lines\t ", "two lines"],
    ["żółć 日本 😀", "żółć 日本 😀"],
    ["", ""],
  ];

  for (const [title, cell] of ROWS) {
    test(JSON.stringify(title), () => {
      expect(lineWithTitle(title)).toBe(`| WP01 | ${cell} | done | claude | ${ROW.since} |`);
    });
  }

  test("a marker in a title ends no table", () => {
    for (const marker of [TABLE_START, TABLE_END]) {
      const once = setTable(TABLE_START + TABLE_END, [{ ...ROW, title: `x ${marker} y`, actor: marker }]);

      expect(setTable(String(once), [ROW])).toBe(`${TABLE_START}${TABLE}${TABLE_END}`);
    }
  });

  test("controls and bidirectional characters are spelled out", () => {
    expect(lineWithTitle("a\u001b[31m\u202eb")).toContain("\\\\u001b\\[31m\\\\u202eb");
  });

  test("any text makes one row of five cells", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, (title, actor) => {
        const table = String(setTable(TABLE_START + TABLE_END, [{ ...ROW, title, actor }]));
        const [, , , row = "", ...rest] = table.split("\n");

        expect(rest).toEqual([TABLE_END]);
        expect(row.replace(/\\./g, "").split("|")).toHaveLength(7);
        expect(table.split("<!--")).toHaveLength(3);
      }),
      { numRuns: 500 },
    );
  });
});

describe("takeTable()", () => {
  const text = (table: string, rest = "") => `# Tasks\n${TABLE_START}${table}${TABLE_END}\n${rest}`;

  test("puts another text's table in the place of its own, and changes nothing else", () => {
    expect(takeTable(text("\nmine\n", "- [ ] T1\n"), text("\ntheirs\n", "x"))).toBe(
      text("\ntheirs\n", "- [ ] T1\n"),
    );
  });

  test("leaves a text alone where one of both has no table, or more than one", () => {
    const mine = text("\nmine\n");
    for (const other of ["", "# Tasks\n", TABLE_START, mine + mine, `${TABLE_END}${TABLE_START}`]) {
      expect(takeTable(mine, other)).toBe(mine);
      expect(takeTable(other, mine)).toBe(other);
    }
  });
});
