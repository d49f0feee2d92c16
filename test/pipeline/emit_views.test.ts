import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  answerOf,
  eventAt,
  makeFolder,
  makeProject,
  pageText,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

const PAGE = "tasks/WP01-first.md";

/** Emits for WP01, whose views can't all be written, and gives back the warnings' codes. */
async function warnedBy(project: TemporaryProject, to_lane = "claimed"): Promise<string[]> {
  const before = project.events().length;
  const answer = answerOf(await project.emit({ to_lane }));
  expect(answer).toMatchObject({ lane: to_lane, snapshot: "written", views: "failed" });
  expect(project.events()).toHaveLength(before + 1);
  return answer.warnings.map(({ code }) => code);
}

describe("emitStatusTransition() that can't write a view is ok, and warns", () => {
  test("about a page with conflict markers, which it leaves as it is", async () => {
    const page = pageText("planned").replace(
      "lane: planned\n",
      "<<<<<<< HEAD\nlane: planned\n=======\nlane: done\n>>>>>>> theirs\n",
    );
    using project = makeProject();
    await project.walk("claimed");
    writeFileSync(project.path(PAGE), page);
    const before = treeState(project.path("tasks"));

    expect(await warnedBy(project, "in_progress")).toEqual(["VIEW_FAILED"]);

    expect(treeState(project.path("tasks"))).toEqual(before);
  });

  test("about two pages for one work package, neither of which it writes", async () => {
    using project = makeProject({
      files: { "tasks/WP01-a.md": pageText("planned"), "tasks/WP01.md": pageText("planned") },
    });
    const before = treeState(project.path("tasks"));

    expect(await warnedBy(project)).toEqual(["PAGE_AMBIGUOUS"]);

    expect(treeState(project.path("tasks"))).toEqual(before);
  });

  test("about a page without frontmatter", async () => {
    using project = makeProject({ files: { [PAGE]: "# WP01\n\nlane: planned\n" } });

    expect(await warnedBy(project)).toEqual(["VIEW_FAILED"]);

    expect(project.read(PAGE)).toBe("# WP01\n\nlane: planned\n");
  });

  test("about tasks/ that is a file", async () => {
    using project = makeProject();
    await project.walk("claimed");
    rmSync(project.path("tasks"), { recursive: true });
    writeFileSync(project.path("tasks"), "");

    expect(await warnedBy(project, "in_progress")).toContain("VIEW_FAILED");
  });

  test("about a page that is a folder", async () => {
    using project = makeProject();
    await project.walk("claimed");
    rmSync(project.path(PAGE));
    mkdirSync(project.path(PAGE));

    expect(await warnedBy(project, "in_progress")).toEqual(["VIEW_FAILED"]);
  });

  test.skipIf(!CAN_LINK)(
    "about a page that is a link out of the project, whose target stays as it is",
    async () => {
      using outside = makeFolder();
      using project = makeProject();
      await project.walk("claimed");
      rmSync(project.path(PAGE));
      writeFileSync(join(outside.path, "page.md"), pageText("planned"));
      symlinkSync(join(outside.path, "page.md"), project.path(PAGE));

      expect(await warnedBy(project, "in_progress")).toEqual(["VIEW_FAILED"]);

      expect(readFileSync(join(outside.path, "page.md"), "utf8")).toBe(pageText("planned"));
    },
  );

  test("about a page whose temporary name a folder takes, and still writes the others", async () => {
    using project = makeProject({
      files: { [PAGE]: pageText("planned"), "tasks/WP02.md": pageText("planned") },
    });
    await project.walk("claimed");
    await project.emit({ wp_id: "WP02", to_lane: "claimed" });
    project.write("tasks/WP02.md", pageText("planned"));
    mkdirSync(project.path("tasks/.WP01-first.md.lane-tmp"));

    expect(await warnedBy(project, "in_progress")).toEqual(["VIEW_FAILED"]);

    expect(project.read(PAGE)).toBe(pageText("claimed"));
    expect(project.read("tasks/WP02.md")).toBe(pageText("claimed"));
  });

  test("about markers in tasks.md that are not one pair", async () => {
    using project = makeProject({
      files: { "tasks.md": "<!-- lanekeeper:status -->\n", [PAGE]: pageText("planned") },
    });

    expect(await warnedBy(project)).toEqual(["VIEW_FAILED"]);

    expect(project.read("tasks.md")).toBe("<!-- lanekeeper:status -->\n");
    expect(project.read(PAGE)).toBe(pageText("claimed"));
  });
});

test("emitStatusTransition() warns about a work package without a page, and looks at no other one", async () => {
  using project = makeProject();
  await project.emit({ wp_id: "WP02", to_lane: "claimed" });

  const answer = answerOf(await project.emit({ wp_id: "WP03", to_lane: "claimed" }));

  expect(answer.warnings).toEqual([
    { code: "EVENT_WITHOUT_PAGE", message: "WP03 has no page in kitty-specs/034-test-feature/tasks/" },
  ]);
  expect(answer.views).toBe("unchanged");
});

describe("emitStatusTransition() changes a page", () => {
  test("in the bytes of the lane's value alone", async () => {
    const page = Buffer.concat([
      Buffer.from(
        '\ufeff---\r\ntitle: "A: b" # c\r\nlane:   "planned"   # was: doing\r\nx: [1,\r\n 2]\r\n---\r\n',
      ),
      Buffer.from([0xff, 0xfe, 0x00, 0x80]),
      Buffer.from("\nlane: planned\n---\nlane: planned"),
    ]);
    using project = makeProject({ files: { [PAGE]: page } });
    chmodSync(project.path(PAGE), 0o640);

    expect(answerOf(await project.emit({ to_lane: "claimed" })).views).toBe("written");

    const expected = page.toString("latin1").replace('"planned"', '"claimed"');
    expect(readFileSync(project.path(PAGE), "latin1")).toBe(expected);
    expect(statSync(project.path(PAGE)).mode & 0o777).toBe(0o640);
  });

  test("by a last key where it has no lane", async () => {
    using project = makeProject({ files: { [PAGE]: "---\ntitle: A\n---\nBody\n" } });

    answerOf(await project.emit({ to_lane: "claimed" }));

    expect(project.read(PAGE)).toBe("---\ntitle: A\nlane: claimed\n---\nBody\n");
  });

  test("not at all where it is right already", async () => {
    using project = makeProject();
    await project.walk("claimed");
    project.write(PAGE, pageText("in_progress"));
    const before = treeState(project.path("tasks"));

    expect(answerOf(await project.emit({ to_lane: "in_progress" })).views).toBe("unchanged");

    expect(treeState(project.path("tasks"))).toEqual(before);
  });

  test("of another work package too when it says something else than the log, but not one without events", async () => {
    using project = makeProject({
      files: {
        [PAGE]: pageText("planned"),
        "tasks/WP02.md": pageText("planned"),
        "tasks/WP03.md": "no page",
      },
    });
    await project.walk("claimed");
    project.write(PAGE, pageText("done"));

    expect(answerOf(await project.emit({ wp_id: "WP02", to_lane: "claimed" }))).toMatchObject({
      warnings: [],
    });

    expect(project.read(PAGE)).toBe(pageText("claimed"));
    expect(project.read("tasks/WP03.md")).toBe("no page");
  });
});

test("emitStatusTransition() renews the table in tasks.md, and touches no box", async () => {
  const around = (table: string) =>
    `# Tasks\r\n<!-- lanekeeper:status -->${table}<!-- /lanekeeper:status -->\r\n## WP01\r\n- [ ] T1\r\n- [x] T2\r\n`;
  using project = makeProject({
    files: {
      "tasks.md": around("old"),
      [PAGE]: pageText("planned"),
      "tasks/WP02-b.md": pageText("planned", "B|c"),
    },
  });

  answerOf(await project.emit({ to_lane: "claimed" }));

  const rows = [
    "| WP | Title | Lane | Actor | Since |",
    "| --- | --- | --- | --- | --- |",
    `| WP01 | First | claimed | claude | ${eventAt(1).at} |`,
    "| WP02 | B\\|c | planned |  |  |",
  ];
  expect(project.read("tasks.md")).toBe(around(`\r\n${rows.join("\r\n")}\r\n`));
});

test("emitStatusTransition() does not touch a tasks.md without markers", async () => {
  using project = makeProject({ files: { "tasks.md": "## WP01\n- [ ] T1\n" } });
  const { "tasks.md": before } = treeState(project.folder);

  answerOf(await project.emit({ to_lane: "claimed" }));

  expect(treeState(project.folder)).toMatchObject({ "tasks.md": before });
});
