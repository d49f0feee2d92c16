import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { answerOf, makeProject, pageText, refusalOf, SLUG, treeState } from "../support/project.ts";

const DONE = { "tasks/WP01-first.md": pageText("planned"), "tasks/WP02-b.md": pageText("done") };

describe("emitStatusTransition() refuses with NOT_MIGRATED", () => {
  test("where a page says another lane than planned and there is no log, and names lane migrate", async () => {
    using project = makeProject({ files: DONE });
    const before = treeState(project.folder);

    const refusal = refusalOf(await project.emit({ to_lane: "claimed" }));

    expect(refusal).toEqual({
      code: "NOT_MIGRATED",
      message: `${SLUG} has no events yet, but kitty-specs/${SLUG}/tasks/WP02-b.md says done`,
      hint: `lane migrate --feature ${SLUG}`,
      details: { pages: [{ wp: "WP02", lane: "done", file: `kitty-specs/${SLUG}/tasks/WP02-b.md` }] },
    });
    expect(treeState(project.folder)).toEqual(before);
  });

  test.each(["", '{"type": "note"}\n', "\n\n"])("where the log holds no transition: %j", async (log) => {
    using project = makeProject({ files: { ...DONE, "status.events.jsonl": log } });

    expect(refusalOf(await project.emit({ to_lane: "claimed" })).code).toBe("NOT_MIGRATED");
    expect(project.read("status.events.jsonl")).toBe(log);
  });

  test.each(["doing", "in_progress", '"for_review"', "Done", "shipped", "in_review"])(
    "where a page says %s",
    async (lane) => {
      using project = makeProject({ files: { "tasks/WP01.md": pageText(lane) } });

      expect(refusalOf(await project.emit({ to_lane: "claimed" })).code).toBe("NOT_MIGRATED");
    },
  );

  test("also when it is forced, and for a work package without a page", async () => {
    using project = makeProject({ files: DONE });
    const forced = { force: true, reason: "must" };

    expect(refusalOf(await project.emit({ to_lane: "done", ...forced })).code).toBe("NOT_MIGRATED");
    expect(refusalOf(await project.emit({ wp_id: "WP09", to_lane: "claimed" })).code).toBe("NOT_MIGRATED");
  });

  test.each([0, 2])("also in phase %d", async (status_phase) => {
    using project = makeProject({ files: { ...DONE, "meta.json": JSON.stringify({ status_phase }) } });

    expect(refusalOf(await project.emit({ to_lane: "claimed" })).code).toBe("NOT_MIGRATED");
  });
});

const CONFLICT = "<<<<<<< HEAD\nlane: done\n=======\nlane: doing\n>>>>>>> theirs\n";

describe("emitStatusTransition() refuses with NOT_MIGRATED, rather than lose what a page says,", () => {
  test.each([
    "lane: !!str done\n",
    "lane:\n  done\n",
    "lane: >-\n  done\n",
    "lane: &l done\n",
    'lane: "d\\x6fne"\n',
    "lane: planned\nlane: done\n",
    "{lane: done}\n",
    "  lane: done\n",
    "<<: {lane: done}\n",
    '"l\\x61ne": done\n',
    CONFLICT,
  ])("where its frontmatter is %j", async (frontmatter) => {
    using project = makeProject({ files: { "tasks/WP02.md": `---\n${frontmatter}---\n` } });

    expect(refusalOf(await project.emit({ to_lane: "claimed" })).code).toBe("NOT_MIGRATED");
    expect(existsSync(project.log_path)).toBe(false);
  });
});

test("emitStatusTransition() does not pass over frontmatter without an end, and says what to mend", async () => {
  using project = makeProject({ files: { "tasks/WP02.md": "---\nlane: done\n# WP02\n" } });

  expect(refusalOf(await project.emit({ to_lane: "claimed" }))).toMatchObject({
    code: "NOT_MIGRATED",
    hint: `mend the frontmatter of kitty-specs/${SLUG}/tasks/WP02.md`,
  });
});

describe("emitStatusTransition() goes on", () => {
  test.each(["lane: ~\n", "lane: null\n", "lane: !!str planned\n", "lane:\n  planned\n"])(
    "where a parser finds no other lane in %j",
    async (frontmatter) => {
      using project = makeProject({ files: { "tasks/WP02.md": `---\n${frontmatter}---\n` } });

      expect(answerOf(await project.emit({ to_lane: "claimed" })).lane).toBe("claimed");
    },
  );

  test("where a page has a conflict in its body alone", async () => {
    using project = makeProject({ files: { "tasks/WP02.md": `${pageText("planned")}\n${CONFLICT}` } });

    expect(answerOf(await project.emit({ to_lane: "claimed" })).lane).toBe("claimed");
  });

  test.each(["planned", "Planned", " PLANNED", '"planned"', "'planned'", "", '""', "planned # soon"])(
    "where the only page says %j",
    async (lane) => {
      using project = makeProject({ files: { "tasks/WP02.md": pageText(lane) } });

      expect(answerOf(await project.emit({ to_lane: "claimed" })).lane).toBe("claimed");
    },
  );

  test.each(["---\ntitle: A\n---\n", "no frontmatter, lane: done\n", ""])(
    "where the only page is %j, which says no lane",
    async (page) => {
      using project = makeProject({ files: { "tasks/WP02.md": page } });

      expect(answerOf(await project.emit({ to_lane: "claimed" })).lane).toBe("claimed");
    },
  );

  test.each(["notes.md", "WP2.md", "wp02.md", "WP02", "WP02.md.bak"])(
    "where only %s says done, which is no page",
    async (name) => {
      using project = makeProject({ files: { [`tasks/${name}`]: pageText("done") } });

      expect(answerOf(await project.emit({ to_lane: "claimed" })).lane).toBe("claimed");
    },
  );

  test("where the log holds a transition, whatever the pages say", async () => {
    using project = makeProject();
    await project.walk("claimed");
    project.write("tasks/WP02-b.md", pageText("done"));

    expect(answerOf(await project.emit({ to_lane: "in_progress" })).lane).toBe("in_progress");
    expect(project.read("tasks/WP02-b.md")).toBe(pageText("done"));
  });
});
