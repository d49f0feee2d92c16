import { describe, expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { reduce } from "../../src/domain/reduce.ts";
import { KNOWN_WORKFLOWS } from "../../src/domain/workflow.ts";
import { type Migration, migrate, planMigration } from "../../src/repair/migrate.ts";
import { git } from "../project/git.ts";
import { startHolder } from "../store/holder.ts";
import { lineAt, makeProject, pageText, SLUG, type TemporaryProject, treeState } from "../support/project.ts";

const TIMEOUT_MS = 10_000;
const EPOCH = "1970-01-01T00:00:00.000000+00:00";
const EPOCH_ID = /^0000000000[0-9A-HJKMNP-TV-Z]{16}$/;

/** A page in a lane since a time, with other lines in its frontmatter. */
function pageSince(lane: string, at: string, ...lines: readonly string[]): string {
  return `---\nlane: ${lane}\n${lines.map((line) => `${line}\n`).join("")}history:\n- timestamp: ${at}\n---\n# WP\n`;
}

const WORKFLOWS = KNOWN_WORKFLOWS.map(({ name }) => name).join(", ");

const LEGACY = {
  "tasks/WP10-last.md": pageSince("done", "2025-11-02T10:00:00Z", "reviewed_by: ana"),
  "tasks/WP01-first.md": pageSince('"Doing" # now', "2025-11-02", "reviewed_by: ana"),
  "tasks/WP02.md": pageText("planned"),
  "tasks/WP03.md": "# no frontmatter\n",
  "tasks/WP04.md": pageText(""),
};

async function migrated(project: TemporaryProject): Promise<Migration> {
  return migrate(await project.open(), TIMEOUT_MS);
}

async function planned(project: TemporaryProject): Promise<Migration> {
  return planMigration(await project.open(), TIMEOUT_MS);
}

describe("migrate() records what only the pages say", () => {
  test("as one line for each work package past the initial lane, in the order of ids", async () => {
    using project = makeProject({ files: LEGACY });

    const done = await migrated(project);

    expect(project.read("status.events.jsonl")).toBe(
      '{"actor": "migration", "at": "2025-11-02T00:00:00.000000+00:00", "event_id": "01K90XT600NMJV7NCFGJEKZM4K", ' +
        '"evidence": null, "execution_mode": "direct_repo", "feature_slug": "034-test-feature", "force": true, ' +
        '"from_lane": "planned", "parent_event_ids": [], "reason": "frontmatter migration", "review_ref": null, ' +
        '"to_lane": "in_progress", "wp_id": "WP01"}\n' +
        '{"actor": "migration", "at": "2025-11-02T10:00:00.000000+00:00", "event_id": "01K9204T80MK2MTPHDXEDAB1RD", ' +
        '"evidence": {"review": {"reference": "", "reviewer": "ana", "verdict": "approved"}}, ' +
        '"execution_mode": "direct_repo", "feature_slug": "034-test-feature", "force": true, ' +
        '"from_lane": "planned", "parent_event_ids": [], "reason": "frontmatter migration", "review_ref": null, ' +
        '"to_lane": "done", "wp_id": "WP10"}\n',
    );
    expect(done).toEqual({
      feature: SLUG,
      status: "migrated",
      events: project.events(),
      reason: null,
      warnings: [],
    });
  });

  test("as the plan said", async () => {
    using project = makeProject({ files: LEGACY });
    const before = treeState(project.root);
    const plan = await planned(project);
    expect(treeState(project.root)).toEqual(before);
    expect(plan).toEqual({ ...(await migrated(project)), status: "planned" });
  });

  test("and renews snapshot and pages, whose lanes stay what they were", async () => {
    using project = makeProject({ files: LEGACY });
    await migrated(project);
    expect(JSON.parse(project.read("status.json"))).toMatchObject({
      event_count: 2,
      work_packages: { WP01: { lane: "in_progress" }, WP10: { lane: "done" } },
    });
    expect(project.read("tasks/WP01-first.md")).toBe(
      LEGACY["tasks/WP01-first.md"].replace("Doing", "in_progress"),
    );
    for (const name of ["tasks/WP10-last.md", "tasks/WP02.md", "tasks/WP03.md", "tasks/WP04.md"] as const) {
      expect(project.read(name)).toBe(LEGACY[name]);
    }
  });

  test("once: the second run changes nothing", async () => {
    using project = makeProject({ files: LEGACY });
    await migrated(project);
    const before = treeState(project.folder);
    const skipped = {
      feature: SLUG,
      status: "skipped",
      events: [],
      reason: "no work package without an event is past planned",
      warnings: [],
    } as const;
    expect(await migrated(project)).toEqual(skipped);
    expect(await planned(project)).toEqual(skipped);
    expect(treeState(project.folder)).toEqual(before);
  });

  test("without evidence where nobody is named, and for an unfinished lane", async () => {
    using project = makeProject({
      files: {
        "tasks/WP01.md": pageSince("done", "2025-11-02", "reviewed_by: ''"),
        "tasks/WP02.md": pageSince("for_review", "2025-11-02", "reviewed_by: ana"),
      },
    });
    expect((await migrated(project)).events.map(({ evidence }) => evidence)).toEqual([null, null]);
  });

  test("under the name that the log has for the feature", async () => {
    using project = makeProject({
      files: {
        "meta.json": '{"mission_id": "m-1", "status_workflow": "seven-lane"}',
        "tasks/WP01.md": pageSince("done", "2025-11-02"),
        "status.events.jsonl": lineAt(1, { wp_id: "WP09" }).replace("feature_slug", "mission_slug"),
      },
    });
    const [event] = (await migrated(project)).events;
    expect(event).toMatchObject({ mission_slug: SLUG, mission_id: "m-1" });
    expect(event).not.toHaveProperty("feature_slug");
  });
});

describe("migrate() of a feature that has a log", () => {
  test("leaves its bytes as they are, and its work packages alone", async () => {
    const old = `\ufeff{"type": "note", "n": 1.0}\r\n\r\n${lineAt(1).trimEnd()}`;
    using project = makeProject({
      files: {
        "status.events.jsonl": old,
        "tasks/WP01.md": pageText("nonsense"),
        "tasks/WP02.md": pageSince("done", "2025-11-02"),
      },
    });

    const { events } = await migrated(project);

    expect(events.map(({ wp_id }) => wp_id)).toEqual(["WP02"]);
    const log = project.read("status.events.jsonl");
    expect(log).toStartWith(`${old}\n{`);
    expect(log.slice(old.length + 1).split("\n")).toHaveLength(2);
    expect(project.read("tasks/WP01.md")).toBe(pageText("claimed"));
  });

  test("derives what an interrupted migration left to be derived", async () => {
    using project = makeProject({ files: LEGACY });
    await migrated(project);
    const whole = [project.read("status.json"), project.read("tasks/WP01-first.md")];
    project.write("status.json", "{}");
    project.write("tasks/WP01-first.md", LEGACY["tasks/WP01-first.md"]);

    expect(await migrated(project)).toMatchObject({ status: "skipped", events: [] });

    expect([project.read("status.json"), project.read("tasks/WP01-first.md")]).toEqual(whole);
  });

  test("touches no derived file of one that was never migrated", async () => {
    using project = makeProject({
      files: { "status.events.jsonl": lineAt(1), "tasks/WP01.md": pageText("planned") },
    });
    const before = treeState(project.folder);
    expect(await migrated(project)).toMatchObject({
      status: "skipped",
      reason: "no work package is without an event",
    });
    expect(treeState(project.folder)).toEqual(before);
  });

  test("leaves the pages of a feature in phase 0 alone", async () => {
    using project = makeProject({ files: { ...LEGACY, "meta.json": '{"status_phase": 0}' } });
    expect(await migrated(project)).toMatchObject({ status: "migrated" });
    expect(project.read("tasks/WP01-first.md")).toBe(LEGACY["tasks/WP01-first.md"]);
  });
});

describe("migrate() takes the time", () => {
  const bare = { "tasks/WP01.md": pageText("done") };

  test("from the page's last commit, where it has no history of its own", async () => {
    using project = makeProject({ files: { ...bare, "tasks/WP02.md": pageSince("done", "2025-11-02") } });
    git(project.root, "init", "--quiet");
    git(project.root, "add", "--all");
    git(project.root, "commit", "--quiet", "--message", "all");
    const at = Bun.spawnSync(["git", "log", "-1", "--format=%ct"], { cwd: project.root }).stdout.toString();
    const instant = new Date(Number(at) * 1000).toISOString().replace("Z", "000+00:00");
    expect((await migrated(project)).events.map((event) => event.at)).toEqual([
      instant,
      "2025-11-02T00:00:00.000000+00:00",
    ]);
  });

  test("from the beginning of all times, where there is no commit either: never from the clock", async () => {
    using project = makeProject({ files: bare });
    const [event] = (await migrated(project)).events;
    expect(event?.at).toBe(EPOCH);
    expect(event?.event_id).toMatch(EPOCH_ID);
  });

  test("so that two projects with equal pages get equal logs, and others other ids", async () => {
    using a = makeProject({ files: LEGACY });
    using b = makeProject({ files: LEGACY });
    await migrated(a);
    await migrated(b);
    expect(a.read("status.events.jsonl")).toBe(b.read("status.events.jsonl"));
    expect(a.read("status.json")).toBe(b.read("status.json"));
    const both = [...a.events(), ...b.events()];
    expect(reduce(both).event_count).toBe(2);
    expect(new Set(both.map(({ event_id }) => event_id)).size).toBe(2);
  });
});

describe("migrate() refuses, and writes nothing of the feature:", () => {
  const page = `kitty-specs/${SLUG}/tasks/WP01.md`;
  const log = `kitty-specs/${SLUG}/status.events.jsonl`;

  test.each<[string, Record<string, string>, string]>([
    [
      "a lane that is none",
      { "tasks/WP01.md": pageText("żle\u202e") },
      `${page} says lane "żle\\u202e", which is none: write one of planned, claimed, in_progress, for_review, done, blocked, canceled there`,
    ],
    [
      "two pages for one work package",
      { "tasks/WP01.md": pageText("done"), "tasks/WP01-b.md": pageText("done") },
      `WP01 has more than one page, kitty-specs/${SLUG}/tasks/WP01-b.md and ${page}: give the one that is not meant another name`,
    ],
    [
      "conflict markers around the lane",
      { "tasks/WP01.md": "---\n<<<<<<< a\nlane: done\n=======\nlane: planned\n>>>>>>> b\n---\n" },
      `${page} does not tell its lane and history: it holds git conflict markers: mend it by hand`,
    ],
    [
      "a lane that stands there twice",
      { "tasks/WP01.md": "---\nlane: done\nlane: planned\n---\n" },
      `${page} does not tell its lane and history: lane: stands there twice: mend it by hand`,
    ],
    [
      "a lane that stands there twice above a conflict in the body",
      { "tasks/WP01.md": "---\nlane: done\nlane: planned\n---\n<<<<<<< a\nx\n=======\n>>>>>>> b\n" },
      `${page} does not tell its lane and history: lane: stands there twice: mend it by hand`,
    ],
    [
      "frontmatter that is not YAML",
      { "tasks/WP01.md": "---\nlane: done\ntitle: [\n---\n" },
      `${page} does not tell its lane and history: its frontmatter is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 4, column 1: mend it by hand`,
    ],
    [
      "a corrupt log",
      { "tasks/WP01.md": pageText("done"), "status.events.jsonl": "x\n" },
      `${log}, line 1 (byte 0): not JSON: "x"; lane doctor --feature ${SLUG}`,
    ],
    [
      "a workflow that is none",
      { "tasks/WP01.md": pageText("done"), "meta.json": '{"status_workflow": "x"}' },
      `this version of lane has no workflow called "x"; it knows ${WORKFLOWS}; status_workflow in meta.json or status.workflow in .kittify/config.yaml names one`,
    ],
    [
      "a reviewer too long for a line",
      { "tasks/WP01.md": pageSince("done", "2025-11-02", `reviewed_by: ${"é".repeat(174_763)}`) },
      "WP01: the event takes 1048990 bytes; a line holds 1048576; shorten reviewed_by in its page",
    ],
    [
      "frontmatter that would exhaust a YAML parser",
      { "tasks/WP01.md": pageSince("done", "2025-11-02", `x: ${"[".repeat(256 * 1024)}`) },
      `${page} does not tell its lane and history: its frontmatter is longer than 262144 characters: mend it by hand`,
    ],
  ])("%s", async (_, files, reason) => {
    using project = makeProject({ files: { ...files, "tasks/WP02.md": pageText("done") } });
    const before = treeState(project.folder);
    const failed: Migration = { feature: SLUG, status: "failed", events: [], reason, warnings: [] };
    expect(await planned(project)).toEqual(failed);
    expect(await migrated(project)).toEqual(failed);
    expect(treeState(project.folder)).toEqual(before);
  });

  test("every page at once, as far as they fit into a message", async () => {
    const names = Array.from({ length: 7 }, (_, i) => `tasks/WP0${i + 1}.md`);
    using project = makeProject({ files: Object.fromEntries(names.map((name) => [name, pageText("x")])) });
    const { reason } = await planned(project);
    expect(reason?.split("; ").map((part) => part.slice(0, 12))).toEqual([
      ...Array.from({ length: 5 }, () => "kitty-specs/"),
      "and 2 more p",
    ]);
  });

  test("a lock that somebody holds", async () => {
    using project = makeProject({ files: LEGACY });
    const feature = await project.open();
    await using _ = await startHolder(feature.lock);
    expect(await migrate(feature, 0)).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^another process held the feature's lock for 0 s; try again/),
    });
  });
});

test("migrate() looks again at a page that is changed while it waits for the lock", async () => {
  using project = makeProject({ files: LEGACY });
  const feature = await project.open();
  const holder = await startHolder(feature.lock);
  const waiting = migrate(feature, TIMEOUT_MS);
  await Bun.sleep(50);
  project.write("tasks/WP01-first.md.new", pageSince("blocked", "2025-11-03"));
  renameSync(project.path("tasks/WP01-first.md.new"), project.path("tasks/WP01-first.md"));
  await holder.finish();

  const { events } = await waiting;

  expect(events.map(({ to_lane, at }) => [to_lane, at.slice(0, 10)])).toEqual([
    ["blocked", "2025-11-03"],
    ["done", "2025-11-02"],
  ]);
  expect(project.read("tasks/WP01-first.md")).toBe(pageSince("blocked", "2025-11-03"));
});
