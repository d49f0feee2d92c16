/** `lane new` and `lane add`: whole outputs, and what they create. */

import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { answered, lane, laneBeside, refused, told } from "../support/lane.ts";
import { filesBelow, makeFolder, makeProject, SLUG, treeState } from "../support/project.ts";

test("new starts a feature with meta.json and tasks.md", () => {
  using project = makeProject();
  expect(told(lane(project.root, "new 035-parser"))).toEqual(
    answered(
      "035-parser is started:",
      "  kitty-specs/035-parser/meta.json",
      "  kitty-specs/035-parser/tasks.md",
      'next: lane add "<title>" --feature 035-parser',
    ),
  );
  const folder = join(project.root, "kitty-specs/035-parser");
  expect(filesBelow(folder)).toEqual(["meta.json", "tasks.md"]);
  expect(readFileSync(join(folder, "meta.json"), "utf8")).toBe('{\n  "slug": "035-parser"\n}\n');
  expect(lane(project.root, "show --feature 035-parser").code).toBe(0);
});

test("new makes the git repository around the caller a project", () => {
  using folder = makeFolder();
  makeRepository(folder.path);
  mkdirSync(join(folder.path, "src"));

  expect(told(lane(join(folder.path, "src"), "new 001-first"))).toMatchObject({ code: 0, stderr: "" });

  expect(filesBelow(join(folder.path, "kitty-specs"))).toEqual(["001-first/meta.json", "001-first/tasks.md"]);
});

test("new without git, project or root is refused; with --root it starts a project there", () => {
  using folder = makeFolder();
  const words = "new 001-first";
  expect(told(lane(folder.path, words))).toEqual(
    refused(
      4,
      "Error: no kitty-specs/ or .kittify/ here or in any folder above <root>",
      "Hint: lane new 001-my-feature starts one in a git repository; --root names one elsewhere",
    ),
  );
  expect(filesBelow(folder.path)).toEqual([]);
  expect(lane(folder.path, `${words} --root .`).code).toBe(0);
  expect(filesBelow(folder.path)).toEqual([
    "kitty-specs/001-first/meta.json",
    "kitty-specs/001-first/tasks.md",
  ]);
});

test("new refuses a feature that exists, and touches nothing", () => {
  using project = makeProject();
  const before = treeState(project.root);
  expect(told(lane(project.root, ["new", SLUG]))).toEqual(
    refused(1, `Error: feature ${SLUG} exists already`, `Hint: lane show --feature ${SLUG}`),
  );
  expect(treeState(project.root)).toEqual(before);
});

test("new refuses a slug that is no folder's and branch's name", () => {
  using project = makeProject();
  const before = treeState(project.root);
  const slugs = ["..", "a/b", "a b", "-a", ".a", "a..b", "a.lock", "é", "a\nb", "x".repeat(300), ""];
  for (const slug of slugs) {
    const { code, stdout, stderr } = lane(project.root, ["new", "--", slug]);
    expect({ slug, code, stdout }).toEqual({ slug, code: 2, stdout: "" });
    expect(stderr).toMatch(/^Error: [ -~…é]+\nHint: [ -~]+\n$/);
  }
  expect(treeState(project.root)).toEqual(before);
});

test("add writes a page under the next free id", () => {
  using project = makeProject();
  expect(told(lane(project.root, ["add", "Read the header!"]))).toEqual(
    answered(`WP02 is added: kitty-specs/${SLUG}/tasks/WP02-read-the-header.md`),
  );
  expect(project.read("tasks/WP02-read-the-header.md")).toBe(
    "---\nwork_package_id: WP02\ntitle: Read the header!\nlane: planned\ndependencies: []\n---\n\n# WP02: Read the header!\n",
  );
});

test("add --depends-on takes ids in every form, each once", () => {
  using project = makeProject();
  lane(project.root, ["add", "Second"]);
  lane(project.root, ["add", "Third", "--depends-on", "wp1, 2,WP01,"]);
  expect(frontmatterOf(project.read("tasks/WP03-third.md"))).toEqual({
    work_package_id: "WP03",
    title: "Third",
    lane: "planned",
    dependencies: ["WP01", "WP02"],
  });
});

test("add refuses a dependency that is not there", () => {
  using project = makeProject();
  const before = treeState(project.folder);
  expect(told(lane(project.root, ["add", "Second", "--depends-on", "1,8,9"]))).toEqual(
    refused(4, `Error: nothing is called WP08, WP09 in ${SLUG}`, "Hint: there are: WP01"),
  );
  expect(treeState(project.folder)).toEqual(before);
});

test("add takes any visible title, and the page gives it back", () => {
  const titles = [
    "yes",
    "1.0",
    "a: b # c",
    "'single' \"double\"",
    "- [x] item",
    "漢字 → é",
    "{}",
    "@at",
    "x".repeat(500),
  ];
  using project = makeProject();
  for (const title of titles) {
    const answer = lane(project.root, ["add", "--json", "--", title]);
    expect(answer.code).toBe(0);
    const [path = ""] = (answer.json as { data: { created: string[] } }).data.created;
    expect(frontmatterOf(readFileSync(path, "utf8"))).toMatchObject({ title });
  }
  const shown = lane(project.root, "show --json").json as { data: { wps: { title: string }[] } };
  expect(shown.data.wps.map(({ title }) => title)).toEqual(["First", ...titles]);
});

test("add refuses a title that is blank, of more lines, or that drives a terminal", () => {
  using project = makeProject();
  const before = treeState(project.folder);
  for (const title of ["", "  ", "a\nb", "\u001b[31mred", "\u202eabc"]) {
    expect(told(lane(project.root, ["add", title]))).toEqual(
      refused(2, "Error: a title is one line of visible text", 'Hint: lane add "Read the header"'),
    );
  }
  expect(treeState(project.folder)).toEqual(before);
});

test("add, asked by many at once, gives each another id", async () => {
  using project = makeProject();
  const titles = Array.from({ length: 8 }, (_, i) => `Title ${i}`);
  const answers = await Promise.all(
    titles.map((title) => laneBeside(project.root, ["add", title, "--json"])),
  );
  const ids = answers.map(({ json }) => (json as { data: { wp: string } }).data.wp);
  expect(ids.sort()).toEqual(["WP02", "WP03", "WP04", "WP05", "WP06", "WP07", "WP08", "WP09"]);
  expect(filesBelow(project.path("tasks"))).toHaveLength(9);
});

function frontmatterOf(page: string): unknown {
  return parse(page.split("---\n")[1] ?? "", { version: "1.1" });
}

/** What makes a folder a git repository, without starting git. */
function makeRepository(folder: string): void {
  for (const name of ["objects", "refs"]) mkdirSync(join(folder, ".git", name), { recursive: true });
  writeFileSync(join(folder, ".git", "HEAD"), "ref: refs/heads/main\n");
}
