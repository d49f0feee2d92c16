import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { addWorkPackage } from "../../src/pipeline/scaffold.ts";
import { listPages } from "../../src/project/pages.ts";
import { readPageFacts } from "../../src/views/page_facts.ts";
import {
  answerOf,
  filesBelow,
  lineAt,
  makeProject,
  pageText,
  refusalOf,
  SLUG,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";

const LANE = join(import.meta.dir, "../../dist/lane");
const FROM_SOURCE = [process.execPath, join(import.meta.dir, "../../src/main.ts")];

const add = async (project: TemporaryProject, title: string, ...depends_on: string[]) =>
  addWorkPackage(await project.open(), { title, depends_on }, 0);

const addedTo = async (project: TemporaryProject, title: string, ...depends_on: string[]) =>
  answerOf(await add(project, title, ...depends_on));

/** The keys of a page's frontmatter as a YAML parser of that version reads them. */
function keysOf(
  project: TemporaryProject,
  name: string,
  version: "1.1" | "1.2" = "1.2",
): Record<string, unknown> {
  const [, frontmatter = ""] = /^---\n([\s\S]*?)^---$/m.exec(project.read(join("tasks", name))) ?? [];
  return parseDocument(frontmatter, { version }).toJS();
}

describe("addWorkPackage()", () => {
  test("refuses where no id is left that can be typed", async () => {
    using project = makeProject({ files: { "tasks/WP999999999.md": "" } });
    expect(refusalOf(await add(project, "One more"))).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: "no id is left after WP999999999",
    });
    expect(filesBelow(project.folder)).toEqual(["tasks/WP999999999.md"]);
  });

  test("makes the first page, and tasks/ for it", async () => {
    using project = makeProject({ files: {} });

    const added = await addedTo(project, "Read the header!");

    expect(added).toEqual({
      wp: "WP01",
      path: project.path("tasks/WP01-read-the-header.md"),
      warnings: [],
    });
    expect(project.read("tasks/WP01-read-the-header.md")).toBe(
      "---\nwork_package_id: WP01\ntitle: Read the header!\nlane: planned\ndependencies: []\n---\n\n# WP01: Read the header!\n",
    );
    expect(filesBelow(project.folder)).toEqual(["tasks/WP01-read-the-header.md"]);
  });

  test.each([
    ["pages, a gap among them", { "tasks/WP01.md": "", "tasks/WP05-x.md": "" }, "WP06"],
    ["nine pages", { "tasks/WP09.md": "" }, "WP10"],
    ["ninety-nine pages", { "tasks/WP99.md": "" }, "WP100"],
    ["an id that nobody can type", { "tasks/WP02.md": "", "tasks/WP9007199254740993.md": "" }, "WP03"],
    ["an id without end", { [`tasks/WP${"9".repeat(240)}.md`]: "" }, "WP01"],
    ["pages whose names sort otherwise", { "tasks/WP100.md": "", "tasks/WP99.md": "" }, "WP101"],
    [
      "an event without a page",
      { "status.events.jsonl": lineAt(1, { wp_id: "WP07" }), "tasks/WP02.md": "" },
      "WP08",
    ],
    ["files that are no pages", { "tasks/README.md": "", "tasks/WP7.md": "" }, "WP01"],
  ])("takes the next free id after %s", async (_, files, wp) => {
    using project = makeProject({ files });

    expect((await addedTo(project, "Next")).wp).toBe(wp);
    expect(existsSync(project.path(`tasks/${wp}-next.md`))).toBe(true);
  });

  test.each([
    "yes",
    "No",
    "on",
    "null",
    "~",
    "1",
    "1e3",
    "0x1F",
    "12:30",
    "2026-02-08",
    "a: b",
    "a #b",
    "#x",
    "- x",
    "? x",
    "[a]",
    "{a: b}",
    "*a",
    "&a",
    "!x",
    "%x",
    "@x",
    "`x`",
    "'",
    '"quoted"',
    "it's",
    "back\\slash",
    " padded ",
    "---",
    "...",
    "=",
    "<<",
    "日本語",
    "Zoë 🙂",
    "x".repeat(120),
  ])("writes the title %j so that every reader of YAML gets it back", async (title) => {
    using project = makeProject({ files: {} });

    const { path } = await addedTo(project, title);

    const name = path.slice(project.path("tasks/").length);
    expect(keysOf(project, name, "1.1")).toMatchObject({ work_package_id: "WP01", title, lane: "planned" });
    expect(keysOf(project, name, "1.2")).toMatchObject({ title });
    expect(project.read(join("tasks", name))).toEndWith(`---\n\n# WP01: ${title}\n`);
  });

  test.each(["yes", "a: b", "日本語", "it's", "x".repeat(120)])(
    "makes a page for the title %j whose lane emit can change",
    async (title) => {
      using project = makeProject({ files: {} });
      await addedTo(project, title);

      expect(answerOf(await project.emit({ to_lane: "claimed" }))).toMatchObject({
        views: "written",
        warnings: [],
      });

      const [page] = listPages(await project.open()).get("WP01") ?? [];
      expect(page?.text()).toContain("\nlane: claimed\n");
      expect(page && readPageFacts(page).title).toBe(title);
    },
  );

  test.each([
    ["日本語", "WP01.md"],
    ["Zoë's Übung", "WP01-zoe-s-ubung.md"],
    ["../../etc/passwd", "WP01-etc-passwd.md"],
    ["-.md", "WP01-md.md"],
    ["x".repeat(120), `WP01-${"x".repeat(60)}.md`],
    [`${"ab ".repeat(20)}cd`, `WP01-${"ab-".repeat(19)}ab.md`],
  ])("names the page of %j %s", async (title, name) => {
    using project = makeProject({ files: {} });

    await addedTo(project, title);

    expect(readdirSync(project.path("tasks"))).toEqual([name]);
  });

  test.each(["", "  ", "two\nlines", "a\ttab", "bell\u0007", "\u202eright to left", "lone \ud800"])(
    "refuses the title %j, and writes nothing",
    async (title) => {
      using project = makeProject();
      const before = treeState(project.folder);

      expect(refusalOf(await add(project, title)).code).toBe("USAGE");

      expect(treeState(project.folder)).toEqual(before);
    },
  );

  test("notes what it depends on, each once, in canonical form; an event alone makes a work package known", async () => {
    using project = makeProject({
      files: { "tasks/WP01.md": pageText("planned"), "status.events.jsonl": lineAt(1, { wp_id: "WP02" }) },
    });

    await addedTo(project, "Last", "1", "wp02", "WP01");

    expect(keysOf(project, "WP03-last.md").dependencies).toEqual(["WP01", "WP02"]);
  });

  test("refuses what depends on a work package that is not there, and writes nothing", async () => {
    using project = makeProject();
    const before = treeState(project.folder);

    expect(refusalOf(await add(project, "Next", "WP01", "WP07", "9"))).toMatchObject({
      code: "NO_WORK_PACKAGE",
      message: `nothing is called WP07, WP09 in ${SLUG}`,
      hint: "there are: WP01",
      details: { missing: ["WP07", "WP09"] },
    });
    expect(refusalOf(await add(project, "Next", "soon")).code).toBe("INVALID_ID");

    expect(treeState(project.folder)).toEqual(before);
  });

  test("refuses a corrupt log, whose ids are not known", async () => {
    using project = makeProject({ files: { "status.events.jsonl": "oops\n" } });
    const before = treeState(project.folder);

    expect(refusalOf(await add(project, "Next")).code).toBe("LOG_CORRUPT");

    expect(treeState(project.folder)).toEqual(before);
  });

  test("renews the table in tasks.md", async () => {
    using project = makeProject({
      files: { "tasks.md": "<!-- lanekeeper:status --><!-- /lanekeeper:status -->\n" },
    });

    await addedTo(project, "A | b");

    expect(project.read("tasks.md")).toContain("| WP01 | A \\| b | planned |  |  |");
  });

  test("by eight processes at once makes eight pages with eight ids", async () => {
    using project = makeProject({ files: {} });
    const lane = existsSync(LANE) ? [LANE] : FROM_SOURCE;

    const processes = Array.from({ length: 8 }, (_, i) =>
      Bun.spawn([...lane, "add", `Title ${i}`, "--feature", SLUG, "--root", project.root, "--json"], {
        stdout: "pipe",
      }),
    );
    const answers = await Promise.all(processes.map(({ stdout }) => stdout.json()));

    const ids = answers.map(({ data }) => data.wp).sort();
    expect(ids).toEqual(["WP01", "WP02", "WP03", "WP04", "WP05", "WP06", "WP07", "WP08"]);
    expect(readdirSync(project.path("tasks"))).toHaveLength(8);
  });
});
