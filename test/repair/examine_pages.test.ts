/** `examine()` on pages, settings, and what is derived from the log. */

import { describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, Severity } from "../../src/domain/finding.ts";
import { materialize } from "../../src/pipeline/materialize.ts";
import { briefly, findingsIn, idAt, LOG, lineError } from "../support/checks.ts";
import {
  answerOf,
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
} from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

const FOLDER = `kitty-specs/${SLUG}`;
const PAGE = `${FOLDER}/tasks/WP01.md`;
const MATERIALIZE = `lane materialize --feature ${SLUG}`;

/** A project whose snapshot and pages say what its log says: WP01 is claimed. */
async function sound(files: Readonly<Record<string, string>> = {}): Promise<TemporaryProject> {
  const project = makeProject({
    files: { "tasks/WP01.md": pageText("planned"), "status.events.jsonl": lineAt(1), ...files },
  });
  answerOf(await materialize(await project.open(), 0));
  return project;
}

test("a feature whose snapshot and pages say what its log says gives nothing to find", async () => {
  using project = await sound();
  expect(await findingsIn(project)).toEqual([]);
});

test("PAGE_AMBIGUOUS: two pages of one work package are one warning, on the first, naming both", async () => {
  using project = await sound();
  project.write("tasks/WP01-twin.md", pageText("done"));
  project.write("tasks/WP010-other.md", pageText("planned"));
  const found = (await findingsIn(project)).filter(({ code }) => code !== "PAGE_WITHOUT_EVENT");
  expect(found).toEqual([
    {
      code: "PAGE_AMBIGUOUS",
      severity: "warning",
      file: `${FOLDER}/tasks/WP01-twin.md`,
      line: null,
      event_id: null,
      wp: "WP01",
      message: `WP01 has 2 pages, so none of them is kept up to date: ${FOLDER}/tasks/WP01-twin.md, ${PAGE}`,
      remedy: "keep one of them under this id, and give the others ids of their own",
    },
  ]);
});

test("EVENT_WITHOUT_PAGE: events of a work package that has no page are a warning with its newest event", async () => {
  using project = await sound();
  rmSync(project.path("tasks"), { recursive: true });
  expect(await findingsIn(project)).toEqual([
    {
      code: "EVENT_WITHOUT_PAGE",
      severity: "warning",
      file: LOG,
      line: null,
      event_id: idAt(1),
      wp: "WP01",
      message: `WP01 has events, but no page in ${FOLDER}/tasks/`,
      remedy: `put its page there: ${PAGE}; if the id was a slip, cancel WP01`,
    },
  ]);
});

test.each([
  ["planned", "WP02 has not been moved yet", "none is needed"],
  [" Planned ", "WP02 has not been moved yet", "none is needed"],
  [
    "doing",
    "WP02 has no event, but its page says doing",
    `lane migrate --feature ${SLUG} shows how its lane would be taken over`,
  ],
  [
    "nowhere",
    "WP02 has no event, but its page says nowhere",
    `lane migrate --feature ${SLUG} shows how its lane would be taken over`,
  ],
])("PAGE_WITHOUT_EVENT: a page that says %p is information", async (lane, message, remedy) => {
  using project = await sound({ "tasks/WP02.md": pageText(lane) });
  expect(await findingsIn(project)).toEqual([
    {
      code: "PAGE_WITHOUT_EVENT",
      severity: "information",
      file: `${FOLDER}/tasks/WP02.md`,
      line: null,
      event_id: null,
      wp: "WP02",
      message,
      remedy,
    },
  ]);
});

describe("dependencies", () => {
  const waiting = (...ids: string[]) => `---\nlane: planned\ndependencies: [${ids.join(", ")}]\n---\n`;
  const found = async (pages: Readonly<Record<string, string[]>>) => {
    const named = Object.entries(pages).map(([wp, ids]) => [`tasks/${wp}.md`, waiting(...ids)]);
    using project = makeProject({ files: Object.fromEntries(named) });
    const findings = await findingsIn(project);
    return findings.filter(({ code }) => code.startsWith("DEPENDENCY"));
  };

  test("DEPENDENCY_UNKNOWN: each id that nobody has is a warning on the page that names it", async () => {
    expect(await found({ WP01: ["WP02", "WP09", "nonsense"], WP02: [] })).toEqual([
      {
        code: "DEPENDENCY_UNKNOWN",
        severity: "warning",
        file: PAGE,
        line: null,
        event_id: null,
        wp: "WP01",
        message: 'WP01 waits for "WP09", which is no work package of this feature',
        remedy: `correct dependencies: in ${PAGE}`,
      },
      {
        code: "DEPENDENCY_UNKNOWN",
        severity: "warning",
        file: PAGE,
        line: null,
        event_id: null,
        wp: "WP01",
        message: 'WP01 waits for "nonsense", which is no work package of this feature',
        remedy: `correct dependencies: in ${PAGE}`,
      },
    ]);
  });

  test("an id in another spelling, or of a work package that has events alone, is known", async () => {
    expect(await found({ WP01: ["2", "wp2", "WP02"], WP02: [] })).toEqual([]);
    using project = await sound({ "tasks/WP02.md": waiting("WP01") });
    rmSync(project.path("tasks/WP01.md"));
    expect((await findingsIn(project)).filter(({ code }) => code.startsWith("DEPENDENCY"))).toEqual([]);
  });

  test.each([
    ["of two", { WP01: ["WP02"], WP02: ["WP01"] }, "WP01 -> WP02 -> WP01"],
    ["of one", { WP01: ["WP01"] }, "WP01 -> WP01"],
    [
      "that others lead into",
      { WP01: ["WP03"], WP02: ["WP04"], WP03: ["WP02"], WP04: ["WP03"] },
      "WP02 -> WP04 -> WP03 -> WP02",
    ],
  ])("DEPENDENCY_CYCLE: a circle %s is one error, from its lowest id", async (_, pages, circle) => {
    const wp = circle.slice(0, 4);
    expect(await found(pages as Readonly<Record<string, string[]>>)).toEqual([
      {
        code: "DEPENDENCY_CYCLE",
        severity: "error",
        file: `${FOLDER}/tasks/${wp}.md`,
        line: null,
        event_id: null,
        wp,
        message: `none of these can ever begin, each waits for the next: ${circle}`,
        remedy: "take one of them out of the other's dependencies:",
      },
    ]);
  });

  test("two ways to one work package are no circle, two circles are two errors", async () => {
    expect(await found({ WP01: ["WP02", "WP03"], WP02: ["WP04"], WP03: ["WP04"], WP04: [] })).toEqual([]);
    const two = await found({ WP01: ["WP02"], WP02: ["WP01"], WP03: ["WP04"], WP04: ["WP03"] });
    expect(two.map(({ code, wp }) => `${code} ${wp}`)).toEqual([
      "DEPENDENCY_CYCLE WP01",
      "DEPENDENCY_CYCLE WP03",
    ]);
  });
});

describe("CONFIG_INVALID", () => {
  const META = `${FOLDER}/meta.json`;
  const CONFIG = ".kittify/config.yaml";

  test.each([
    ["meta.json that is no JSON", { "meta.json": "{" }, undefined, META, "not JSON"],
    ["a phase that is none", { "meta.json": '{"status_phase": 3}' }, undefined, META, "status_phase"],
    ["a workflow that nobody knows", { "meta.json": '{"status_workflow": "x"}' }, undefined, META, '"x"'],
    ["a configuration that is no YAML", {}, "status: [", CONFIG, CONFIG],
    ["a project's phase that is none", {}, "status:\n  phase: many\n", CONFIG, "status.phase"],
    ["a project's workflow that nobody knows", {}, "status:\n  workflow: x\n", CONFIG, '"x"'],
  ])("%s is an error that names the file", async (_, files, config, file, message) => {
    using project = makeProject({
      files: { "status.events.jsonl": `x\n${lineAt(1)}`, "tasks/WP01.md": pageText("claimed"), ...files },
      ...(config !== undefined && { config }),
    });
    const [found, ...others] = await findingsIn(project);
    expect(found).toMatchObject({ code: "CONFIG_INVALID", severity: "error", file, line: null, wp: null });
    expect(found?.message).toContain(message);
    // What else is wrong is found all the same.
    expect(briefly(others)).toEqual([lineError("LOG_LINE_INVALID", 1)]);
  });

  test("both files at once are two errors", async () => {
    using project = makeProject({ files: { "meta.json": "{" }, config: "status: [" });
    const found = (await findingsIn(project)).filter(({ severity }) => severity === "error");
    expect(found.map(({ code, file }) => `${code} ${file}`)).toEqual([
      `CONFIG_INVALID ${CONFIG}`,
      `CONFIG_INVALID ${META}`,
    ]);
  });
});

const PHASES: [number, Severity | undefined][] = [
  [0, undefined],
  [1, "warning"],
  [2, "error"],
];

describe.each(PHASES)("in phase %p drift is %s", (phase, severity) => {
  const meta = { "meta.json": JSON.stringify({ status_phase: phase }) };
  const drift = (parts: Omit<Finding, "severity" | "event_id" | "line"> & { line?: number }): Finding[] =>
    severity === undefined ? [] : [{ event_id: null, line: null, ...parts, severity }];
  const table = "# Tasks\n\n<!-- lanekeeper:status -->\n<!-- /lanekeeper:status -->\n";

  test("SNAPSHOT_DRIFT: no snapshot, one that says something else, and one that can't be read", async () => {
    using project = await sound(meta);
    const file = `${FOLDER}/status.json`;
    const snapshot = project.read("status.json");
    const of = (message: string, remedy = MATERIALIZE) =>
      drift({ code: "SNAPSHOT_DRIFT", file, wp: null, message, remedy });
    rmSync(project.snapshot_path);
    expect(await findingsIn(project)).toEqual(of("there is no snapshot"));
    project.write("status.json", snapshot.replace('"claimed"', '"done"'));
    expect(await findingsIn(project)).toEqual(of("the snapshot does not say what the log says"));
    project.write("status.json", snapshot.slice(0, 50));
    expect(await findingsIn(project)).toEqual(
      of("the snapshot can't be read: it is not JSON", `${MATERIALIZE} makes it anew`),
    );
    project.write("status.json", `<<<<<<< HEAD\n${snapshot}=======\n>>>>>>> x\n`);
    expect(await findingsIn(project)).toEqual(
      of("the snapshot can't be read: git left conflict markers in it", `${MATERIALIZE} makes it anew`),
    );
  });

  test("SNAPSHOT_DRIFT: a snapshot of a log that is gone; one of no event is none", async () => {
    using project = await sound(meta);
    rmSync(project.log_path);
    const about = async () => (await findingsIn(project)).filter(({ code }) => code !== "PAGE_WITHOUT_EVENT");
    expect(await about()).toEqual(
      drift({
        code: "SNAPSHOT_DRIFT",
        file: `${FOLDER}/status.json`,
        wp: null,
        message: "there is a snapshot, but no log that it could come from",
        remedy: `git log -- ${LOG} shows what became of the log; bring it back, or delete the snapshot`,
      }),
    );
    project.write("status.json", '{"last_event_id": null}');
    expect(await about()).toEqual([]);
  });

  test("VIEW_DRIFT: a page's lane and the table are told with the line where they differ", async () => {
    using project = await sound({ ...meta, "tasks.md": table });
    project.write("tasks/WP01.md", pageText("done"));
    project.write("tasks.md", table);
    expect(await findingsIn(project)).toEqual([
      ...drift({
        code: "VIEW_DRIFT",
        file: PAGE,
        line: 4,
        wp: "WP01",
        message: "its lane is not what the log says: claimed",
        remedy: MATERIALIZE,
      }),
      ...drift({
        code: "VIEW_DRIFT",
        file: `${FOLDER}/tasks.md`,
        line: 4,
        wp: null,
        message: "its table does not say what the log says",
        remedy: MATERIALIZE,
      }),
    ]);
  });

  test("VIEW_DRIFT: a page that nobody can bring up to date says what to do by hand", async () => {
    using project = await sound(meta);
    project.write("tasks/WP01.md", "# no frontmatter\n");
    const by_hand = `mend ${PAGE} by hand; then ${MATERIALIZE}`;
    expect((await findingsIn(project)).map(({ code, remedy }) => `${code} ${remedy}`)).toEqual(
      severity === undefined ? [] : [`VIEW_DRIFT ${by_hand}`],
    );
    project.write("tasks/WP01.md", "---\n<<<<<<< a\nlane: done\n=======\nlane: planned\n>>>>>>> b\n---\n");
    const [found] = await findingsIn(project);
    if (severity === undefined) expect(found).toBeUndefined();
    else {
      expect(found).toMatchObject({ code: "VIEW_DRIFT", severity, file: PAGE, wp: "WP01" });
      expect(found?.remedy).toStartWith(`lane doctor --fix --feature ${SLUG} `);
    }
  });
});

test("another tool's keys in the snapshot, and another form of a page that says the same, are no drift", async () => {
  using project = await sound();
  const snapshot = JSON.parse(project.read("status.json"));
  snapshot.theirs = 1;
  snapshot.work_packages.WP01.note = "x";
  project.write("status.json", `${JSON.stringify(snapshot, null, 2)}\n`);
  answerOf(await materialize(await project.open(), 0));
  project.write("tasks/WP01.md", pageText("claimed").replace("lane: claimed", "lane:  'claimed' # by hand"));
  expect(await findingsIn(project)).toEqual([]);
});

test("drift is not judged where the log can't be trusted: a damaged line, a torn one, half a batch", async () => {
  const batch = { id: idAt(1), index: 0, count: 2 };
  for (const log of [`x\n${lineAt(1)}`, `${lineAt(1)}{"torn`, lineAt(1, { batch })]) {
    using project = makeProject({
      files: { "status.events.jsonl": log, "tasks/WP01.md": pageText("done"), "status.json": "{}" },
    });
    const codes = (await findingsIn(project)).map(({ code }) => code);
    expect(codes).toEqual([log.startsWith("x") ? "LOG_LINE_INVALID" : "LOG_TORN"]);
  }
});

test.skipIf(!CAN_LINK).each([
  ["phase 1", {}, ["PAGE_WITHOUT_EVENT warning WP02", "VIEW_DRIFT warning WP01"]],
  ["phase 0", { "meta.json": '{"status_phase": 0}' }, ["PAGE_WITHOUT_EVENT warning WP02"]],
])("a page that can't be read is a warning, and hides nothing else (%s)", async (_, files, expected) => {
  using outside = makeFolder();
  using project = await sound(files);
  writeFileSync(join(outside.path, "page.md"), pageText("claimed"));
  rmSync(project.path("tasks/WP01.md"));
  symlinkSync(join(outside.path, "page.md"), project.path("tasks/WP01.md"));
  mkdirSync(project.path("tasks/WP02.md"));
  project.write("tasks/WP03.md", "---\ndependencies: [WP09]\n---\n");
  const found = await findingsIn(project);
  expect(found.map(({ code, severity, wp }) => `${code} ${severity} ${wp}`).sort()).toEqual(
    [...expected, "DEPENDENCY_UNKNOWN warning WP03", "PAGE_WITHOUT_EVENT information WP03"].sort(),
  );
});
