/** `lane validate --format github` and `--format sarif`: what services of CI are given. */

import { describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { FINDING_CODES, FINDING_KINDS } from "../../src/domain/finding.ts";
import { git } from "../project/git.ts";
import { idAt, LOG, SOUND_LINES } from "../support/checks.ts";
import { lane, textOf } from "../support/lane.ts";
import {
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
} from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";
import { SarifLogSchema } from "./sarif_schema.ts";

/** Letters that no file name has on Windows. */
const NOT_ON_WINDOWS = /[\u0000-\u001f<>:"|?*\\/]/;

const FOLDER = `kitty-specs/${SLUG}`;

/** An error with a line, a warning without one, and a note. */
function broken(): TemporaryProject {
  return makeProject({
    files: {
      "tasks/WP01.md": pageText("for_review"),
      "tasks/WP02.md": pageText("planned"),
      "status.events.jsonl": `${SOUND_LINES.join("")}100%, a: b\n`,
    },
  });
}

function github(project: TemporaryProject, folder = project.root, more = "") {
  const { code, stdout } = lane(folder, `validate --format github ${more}`);
  return { code, stdout };
}

function sarif(folder: string, more = "") {
  const { stdout, code } = lane(folder, `validate --format sarif ${more}`);
  const log = v.parse(SarifLogSchema, JSON.parse(stdout));
  const [run] = log.runs;
  if (run === undefined) throw new Error("no run");
  return { code, run };
}

describe("--format github", () => {
  test("is one annotation a line, with place and remedy; a percent sign and a line end are escaped", () => {
    using project = broken();
    expect(github(project)).toEqual({
      code: 1,
      stdout: textOf([
        `::error file=${LOG},line=4,title=LOG_LINE_INVALID::not JSON: "100%25, a: b"%0Agit log -p -- ${LOG} shows what stood there before; put it back by hand, or take out what never was an event`,
        `::notice file=${FOLDER}/tasks/WP02.md,title=PAGE_WITHOUT_EVENT::WP02 has not been moved yet`,
      ]),
    });
  });

  test("a warning is a warning, and one that names no line has none", () => {
    using project = makeProject({ files: { "status.events.jsonl": "" } });
    expect(github(project)).toEqual({
      code: 0,
      stdout: `::warning file=${FOLDER}/status.json,title=SNAPSHOT_DRIFT::there is no snapshot%0Alane materialize --feature ${SLUG}\n`,
    });
  });

  test("nothing to say is nothing on stdout", () => {
    using project = makeProject({ files: {} });
    expect(lane(project.root, "validate --format github --all")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  test("in a file's name comma, colon, percent sign and blank are escaped", () => {
    using project = makeProject({ files: { "tasks/WP01-a,b:c%2C d.md": pageText("planned") } });
    expect(github(project).stdout).toBe(
      `::notice file=${FOLDER}/tasks/WP01-a%2Cb%3Ac%252C d.md,title=PAGE_WITHOUT_EVENT::WP01 has not been moved yet\n`,
    );
  });

  test.skipIf(ON_WINDOWS)("a backslash in a file's name is no folder", () => {
    using project = makeProject({ files: { "tasks/WP01-a\\b.md": pageText("planned") } });
    expect(github(project).stdout).toContain(`file=${FOLDER}/tasks/WP01-a\\b.md,`);
    expect(uris(sarif(project.root).run)).toEqual([`${FOLDER}/tasks/WP01-a%5Cb.md`]);
  });

  test.skipIf(!CAN_LINK)(
    "a feature that can't be looked at is an error without a place, beside the others' findings",
    () => {
      using outside = makeFolder();
      using project = makeProject();
      symlinkSync(outside.path, join(project.root, "kitty-specs", "001-link"));
      const { code, stdout } = github(project, project.root, "--all");
      expect(code).toBe(6);
      expect(stdout.replaceAll(outside.path, "<outside>").replaceAll(project.root, "<root>")).toBe(
        textOf([
          `::notice file=${FOLDER}/tasks/WP01-first.md,title=PAGE_WITHOUT_EVENT::WP01 has not been moved yet`,
          "::error title=IO::cannot use <root>/kitty-specs/001-link: it leads out of <root>, to <outside>",
        ]),
      );
    },
  );

  test("paths are told from the top of the repository, wherever the project and the caller are", () => {
    using folder = makeFolder();
    using project = broken();
    const below = join(folder.path, "apps", "x y");
    mkdirSync(below, { recursive: true });
    renameSync(join(project.root, "kitty-specs"), join(below, "kitty-specs"));
    git(folder.path, "init", "--quiet");
    for (const from of [below, join(below, FOLDER, "tasks")]) {
      const { stdout } = github(project, from);
      expect(stdout).toStartWith(`::error file=apps/x y/${LOG},line=4,`);
      expect(uris(sarif(from).run)[0]).toBe(`apps/x%20y/${LOG}`);
    }
  });
});

describe("--format sarif", () => {
  test("holds each finding once, with its rule, level, place and remedy", () => {
    using project = broken();
    const { code, run } = sarif(project.root);
    expect(code).toBe(1);
    expect(run.invocations).toEqual([{ executionSuccessful: true }]);
    expect(run.results).toEqual([
      {
        ruleId: "LOG_LINE_INVALID",
        ruleIndex: FINDING_CODES.indexOf("LOG_LINE_INVALID"),
        level: "error",
        message: {
          text: `not JSON: "100%, a: b"\ngit log -p -- ${LOG} shows what stood there before; put it back by hand, or take out what never was an event`,
        },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: LOG, uriBaseId: "%SRCROOT%" },
              region: { startLine: 4 },
            },
          },
        ],
        properties: { feature: SLUG, event_id: null, wp: null },
      },
      {
        ruleId: "PAGE_WITHOUT_EVENT",
        ruleIndex: FINDING_CODES.indexOf("PAGE_WITHOUT_EVENT"),
        level: "note",
        message: { text: "WP02 has not been moved yet" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: `${FOLDER}/tasks/WP02.md`, uriBaseId: "%SRCROOT%" },
              region: { startLine: 1 },
            },
          },
        ],
        properties: { feature: SLUG, event_id: null, wp: "WP02" },
      },
    ]);
  });

  test("describes every code as a rule, whatever was found, and names this version", () => {
    using project = makeProject({ files: {} });
    const { code, run } = sarif(project.root);
    expect({ code, results: run.results }).toEqual({ code: 0, results: [] });
    expect(run.tool.driver).toMatchObject({ name: "lanekeeper" });
    expect(run.tool.driver.rules.map(({ id, defaultConfiguration: { level } }) => [id, level])).toEqual(
      FINDING_CODES.map((id) => [id, FINDING_KINDS[id].severity.replace("information", "note")]),
    );
    expect(lane(project.root, "--version").stdout).toContain(run.tool.driver.semanticVersion);
  });

  test("gives the level of the finding, also where it is not that of its rule", () => {
    using project = makeProject({
      files: {
        "meta.json": '{"status_phase": 1}',
        "tasks/WP01.md": pageText("planned"),
        "status.events.jsonl": lineAt(1),
      },
    });
    const levels = () => sarif(project.root).run.results.map(({ ruleId, level }) => `${ruleId} ${level}`);
    expect(levels()).toEqual(["SNAPSHOT_DRIFT warning", "VIEW_DRIFT warning"]);
    project.write("meta.json", '{"status_phase": 2}');
    expect(levels()).toEqual(["SNAPSHOT_DRIFT error", "VIEW_DRIFT error"]);
  });

  test.skipIf(!CAN_LINK)(
    "a feature that can't be looked at is a notification of an execution that failed",
    () => {
      using outside = makeFolder();
      using project = broken();
      symlinkSync(outside.path, join(project.root, "kitty-specs", "001-link"));
      const { code, run } = sarif(project.root, "--all");
      expect(code).toBe(6);
      expect(run.invocations).toEqual([
        {
          executionSuccessful: false,
          toolExecutionNotifications: [
            {
              level: "error",
              descriptor: { id: "IO" },
              message: { text: expect.stringContaining("001-link") },
            },
          ],
        },
      ]);
      expect(run.results).toHaveLength(2);
    },
  );

  test("names every file by a reference that any reader of URIs takes, whatever the file is called", () => {
    const names = [
      "a b",
      "100%",
      "#1?x=y",
      "a:b",
      "Zoë",
      "世界",
      "[x]{y}|z^",
      "\\",
      "'(*)!",
      "\u001b[31m",
      "\u202e",
    ].filter((name) => !ON_WINDOWS || !NOT_ON_WINDOWS.test(name));
    const files = Object.fromEntries(
      names.map((name, i) => [`tasks/WP1${String(i).padStart(2, "0")}-${name}.md`, "x"]),
    );
    using project = makeProject({ files });
    const found = uris(sarif(project.root).run);
    expect(found).toHaveLength(names.length);
    const path = (uri: string) => decodeURIComponent(new URL(uri, "file:///top/").pathname);
    const shown_as_is = names.filter((name) => !/[\u001b\u202e]/.test(name)).length;
    expect(found.slice(0, shown_as_is).map(path)).toEqual(
      Object.keys(files)
        .slice(0, shown_as_is)
        .map((name) => `/top/${FOLDER}/${name}`),
    );
  });

  test("a folder of features with a blank in its name is named by a reference too", () => {
    using folder = makeFolder();
    mkdirSync(join(folder.path, ".kittify"));
    mkdirSync(join(folder.path, "a b", SLUG), { recursive: true });
    writeFileSync(join(folder.path, ".kittify", "config.yaml"), 'status:\n  features_folder: "a b"\n');
    writeFileSync(join(folder.path, "a b", SLUG, "status.events.jsonl"), "x\n");
    expect(uris(sarif(folder.path).run)).toEqual([`a%20b/${SLUG}/status.events.jsonl`]);
  });

  test("events are named in the properties", () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1, { to_lane: "done" }) } });
    const { results } = sarif(project.root).run;
    expect(results[0]?.properties).toEqual({ feature: SLUG, event_id: idAt(1), wp: "WP01" });
  });
});

function uris(run: ReturnType<typeof sarif>["run"]): string[] {
  return run.results.flatMap(({ locations }) =>
    locations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri),
  );
}
