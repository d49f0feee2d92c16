/** `lane validate` of one feature: whole outputs. */

import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { FINDING_CODES } from "../../src/domain/finding.ts";
import { idAt, LOG, SOUND_LINES } from "../support/checks.ts";
import { answered, lane, refused, textOf, told } from "../support/lane.ts";
import { lineAt, makeProject, pageText, SLUG, type TemporaryProject, treeState } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const PAGE = `kitty-specs/${SLUG}/tasks/WP01.md`;
const TextSchema = v.pipe(v.string(), v.nonEmpty(), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/));

const FindingSchema = v.strictObject({
  code: v.picklist(FINDING_CODES),
  severity: v.picklist(["error", "warning", "information"]),
  file: TextSchema,
  line: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
  event_id: v.nullable(v.pipe(v.string(), v.regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/))),
  wp: v.nullable(v.pipe(v.string(), v.regex(/^WP\d{2,}$/))),
  message: TextSchema,
  remedy: TextSchema,
});
const CountSchema = v.pipe(v.number(), v.integer(), v.minValue(0));
const ReportSchema = v.strictObject({
  features: v.array(v.strictObject({ feature: TextSchema, findings: v.array(FindingSchema) })),
  summary: v.strictObject({ error: CountSchema, warning: CountSchema, information: CountSchema }),
});

/** In review, with a snapshot and a page that say so. */
function sound(): TemporaryProject {
  const project = makeProject({
    files: { "tasks/WP01.md": pageText("for_review"), "status.events.jsonl": SOUND_LINES.join("") },
  });
  lane(project.root, "materialize");
  return project;
}

/** With an error, a warning and a note. */
function broken(): TemporaryProject {
  const project = sound();
  project.write("status.events.jsonl", `${SOUND_LINES.join("")}\n\u001b[2J\u202e half\n`);
  project.write("tasks/WP02.md", pageText("planned"));
  return project;
}

test("validate of a feature with nothing wrong says so in one line", () => {
  using project = sound();
  expect(told(lane(project.root, "validate"))).toEqual(answered(`${SLUG}: nothing wrong`));
});

test("validate tells the errors first, each with its place and what to do; notes take a line each", () => {
  using project = broken();
  expect(told(lane(project.root, "validate"))).toEqual({
    code: 1,
    stdout: textOf([
      `${SLUG}: 1 error, 1 warning, 1 note`,
      "",
      `  error  LOG_LINE_INVALID  ${LOG}:5`,
      '    not JSON: "\\u001b[2J\\u202e half"',
      `    -> git log -p -- ${LOG} shows what stood there before; put it back by hand, or take out what never was an event`,
      "",
      `  warning  LOG_BLANK_LINE  ${LOG}:4`,
      "    1 line is blank",
      `    -> lane doctor --fix --feature ${SLUG} shows how it would be mended`,
      "",
      "  note  PAGE_WITHOUT_EVENT  WP02 has not been moved yet",
    ]),
    stderr: textOf([`Error: 1 error in ${SLUG}`, "Hint: each finding says what would do"]),
  });
});

test("validate names doctor where that can mend an error", () => {
  using project = sound();
  project.write("status.events.jsonl", `${SOUND_LINES.join("")}{"torn`);
  const { code, stderr } = lane(project.root, "validate");
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `Error: 1 error in ${SLUG}\nHint: lane doctor --fix --feature ${SLUG} shows what can be mended\n`,
  });
});

test("validate --json of a feature with nothing wrong: the whole envelope", () => {
  using project = sound();
  expect(lane(project.root, "validate --json").stdout).toBe(
    `{"version":1,"ok":true,"command":"validate","data":{"features":[{"feature":"${SLUG}","findings":[]}],"summary":{"error":0,"warning":0,"information":0}},"warnings":[]}\n`,
  );
});

test("validate --json with warnings alone is ok, with the report in data", () => {
  using project = sound();
  rmSync(project.snapshot_path);
  project.write("tasks/WP02.md", pageText("planned"));
  const { data, warnings } = dataOf(lane(project.root, "validate --json"), "validate", ReportSchema);
  expect(warnings).toEqual([]);
  expect(data).toEqual({
    features: [
      {
        feature: SLUG,
        findings: [
          {
            code: "PAGE_WITHOUT_EVENT",
            severity: "information",
            file: `kitty-specs/${SLUG}/tasks/WP02.md`,
            line: null,
            event_id: null,
            wp: "WP02",
            message: "WP02 has not been moved yet",
            remedy: "none is needed",
          },
          {
            code: "SNAPSHOT_DRIFT",
            severity: "warning",
            file: `kitty-specs/${SLUG}/status.json`,
            line: null,
            event_id: null,
            wp: null,
            message: "there is no snapshot",
            remedy: `lane materialize --feature ${SLUG}`,
          },
        ],
      },
    ],
    summary: { error: 0, warning: 1, information: 1 },
  });
});

test("validate --json with errors is CHECK_FAILED, exit 1, with the whole report in details", () => {
  using project = sound();
  const leap = lineAt(9, { wp_id: "WP02", to_lane: "done" });
  project.write("status.events.jsonl", `${SOUND_LINES.join("")}${leap}=======\n${leap}`);
  const answer = lane(project.root, "validate --json");
  const { error, command, warnings } = refusalIn(answer);
  expect(answer.code).toBe(1);
  expect({ command, warnings, ...error, details: undefined }).toEqual({
    command: "validate",
    warnings: [],
    code: "CHECK_FAILED",
    message: `2 errors in ${SLUG}`,
    hint: `lane doctor --fix --feature ${SLUG} shows what can be mended`,
    details: undefined,
  });
  const { features, summary } = v.parse(ReportSchema, error.details);
  expect(summary).toEqual({ error: 2, warning: 1, information: 1 });
  expect(
    features.map(({ feature, findings }) => [
      feature,
      ...findings.map(({ code, line, event_id, wp }) => `${code} ${line} ${event_id} ${wp}`),
    ]),
  ).toEqual([
    [
      SLUG,
      "LOG_CONFLICT_MARKERS 5 null null",
      `DUPLICATE_LINE 6 ${idAt(9)} WP02`,
      `TRANSITION_ILLEGAL 4 ${idAt(9)} WP02`,
      `EVENT_WITHOUT_PAGE null ${idAt(9)} WP02`,
    ],
  ]);
});

test("validate writes nothing, whatever it finds and in every form", () => {
  for (const make of [sound, broken]) {
    using project = make();
    const before = treeState(project.root);
    for (const more of ["", "--json", "--all", "--format=github", "--format=sarif"]) {
      lane(project.root, `validate ${more}`);
      expect(treeState(project.root)).toEqual(before);
    }
  }
});

test.each([
  ["validate --format xml", 'there is no format "xml"', "--format is text, github, sarif"],
  [
    "validate --format github --json",
    "--json and --format github are two forms of one answer",
    "give one of them",
  ],
  [
    "validate --format=sarif --json",
    "--json and --format sarif are two forms of one answer",
    "give one of them",
  ],
  [
    "validate --all --staged",
    "lane validate: --all and --staged are two choices of features",
    "give one of them",
  ],
])("%s is a usage error", (words, message, hint) => {
  using project = sound();
  const answer = lane(project.root, words);
  if (words.includes("--json"))
    expect(refusalIn(answer).error).toMatchObject({ code: "USAGE", message, hint });
  else expect(told(answer)).toEqual(refused(2, `Error: ${message}`, `Hint: ${hint}`));
  expect(answer.code).toBe(2);
});

test("validate --format text --json is --json", () => {
  using project = sound();
  expect(lane(project.root, "validate --format text --json").json).toMatchObject({ ok: true });
});

// Windows has no control characters in file names.
test.skipIf(ON_WINDOWS)(
  "names from a log, a page and a folder are shown with what is invisible spelled out, in every form",
  () => {
    const evil = "a\u001b[31mb\u0007\u009b2J\u202ec\u2028";
    using project = makeProject({
      files: {
        "status.events.jsonl": [
          lineAt(1, { actor: evil, to_lane: "done" }),
          lineAt(2, { parent_event_ids: [evil] }),
          lineAt(3, { to_lane: evil }),
          `${JSON.stringify({ to_lane: "done", schema_version: "\r2\u2028" })}\n`,
          `${evil}\n`,
        ].join(""),
        "tasks/WP01-\u001b[31m\u202e\u009b.md": `---\nlane: "${evil}"\ndependencies: ["${evil}"]\n---\n`,
        "tasks/WP03-\u001b[31m\u202e\u009b.md": `---\nlane: "${evil}"\n---\n`,
        "meta.json": JSON.stringify({ status_workflow: evil }),
      },
    });
    writeFileSync(join(project.root, "kitty-specs", SLUG, "tasks", "WP03-twin\u001b.md"), "");
    const forms = ["", "--all", "--format=github", "--format=sarif", "--json"];
    for (const { code, stdout, stderr } of forms.map((more) => lane(project.root, `validate ${more}`))) {
      expect(code).toBe(1);
      expect(stdout + stderr).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/,
      );
      expect(stdout).toContain("\\u001b[31m");
      expect(stdout).toContain("u202e");
    }
  },
);

test(`the page is named as ${PAGE}, from wherever validate is called`, () => {
  using project = sound();
  project.write("tasks/WP01.md", pageText("done"));
  const here = lane(project.root, "validate").stdout;
  expect(here).toContain(`  warning  VIEW_DRIFT  ${PAGE}:4\n`);
  expect(lane(project.path("tasks"), "validate").stdout).toBe(here);
});
