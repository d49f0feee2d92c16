/** `lane doctor` and `lane doctor --fix`: whole outputs, and that neither writes anything. */

import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as v from "valibot";
import { FINDING_CODES } from "../../src/domain/finding.ts";
import { answered, lane, refused, told } from "../support/lane.ts";
import { lineAt, makeProject, pageText, SLUG, treeState } from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const SNAPSHOT = `kitty-specs/${SLUG}/status.json`;
const PAGE = `kitty-specs/${SLUG}/tasks/WP01-first.md`;
const BLOCKED = { to_lane: "blocked", execution_mode: "direct_repo" } as const;

const TextSchema = v.pipe(v.string(), v.nonEmpty());
const NumberSchema = v.pipe(v.number(), v.integer(), v.minValue(0));
const StepSchema = v.strictObject({
  feature: TextSchema,
  action: TextSchema,
  file: TextSchema,
  line: v.nullable(NumberSchema),
  message: TextSchema,
});
const DoctorDataSchema = v.strictObject({
  features: v.array(
    v.strictObject({
      feature: TextSchema,
      findings: v.array(
        v.strictObject({
          code: v.picklist(FINDING_CODES),
          severity: v.picklist(["error", "warning", "information"]),
          file: TextSchema,
          line: v.nullable(NumberSchema),
          event_id: v.nullable(TextSchema),
          wp: v.nullable(TextSchema),
          message: TextSchema,
          remedy: TextSchema,
        }),
      ),
      lock: v.nullable(
        v.strictObject({
          lock: TextSchema,
          pid: v.nullable(NumberSchema),
          command: v.nullable(TextSchema),
          is_stopped: v.boolean(),
        }),
      ),
    }),
  ),
  summary: v.strictObject({ error: NumberSchema, warning: NumberSchema, information: NumberSchema }),
  plan: v.array(StepSchema),
  applied: v.array(StepSchema),
  kept: v.array(TextSchema),
});

/** The report in a refusal's details. */
function reportIn(answer: ReturnType<typeof lane>) {
  const { error } = refusalIn(answer);
  expect(error.code).toBe("CHECK_FAILED");
  return v.parse(DoctorDataSchema, error.details);
}

/** A project in which there is nothing to find. */
function soundProject() {
  const project = makeProject({
    files: { "tasks/WP01-first.md": pageText("blocked"), "status.events.jsonl": lineAt(1, BLOCKED) },
  });
  expect(lane(project.root, "materialize").code).toBe(0);
  return project;
}

/** A conflict in the log about what WP01 did next. */
function conflictedProject() {
  return makeProject({
    files: {
      "tasks/WP01-first.md": pageText("planned"),
      "status.events.jsonl": `<<<<<<< HEAD\n${lineAt(1, BLOCKED)}=======\n>>>>>>> other\n`,
      "status.json": "<<<<<<< HEAD\n{}\n",
    },
  });
}

test("doctor finds nothing wrong, and --fix nothing to do, in a sound project", () => {
  using project = soundProject();
  const before = treeState(project.root);
  expect(told(lane(project.root, "doctor"))).toEqual(answered(`${SLUG}: nothing wrong`));
  const nothing = answered(`${SLUG}: nothing wrong`, "", "There is nothing that doctor could mend.");
  expect(told(lane(project.root, "doctor --fix"))).toEqual(nothing);
  expect(told(lane(project.root, "doctor --fix --apply"))).toEqual(nothing);
  expect(treeState(project.root)).toEqual(before);
});

test("doctor --fix shows the findings and the plan, and writes nothing", () => {
  using project = conflictedProject();
  const before = treeState(project.root);

  const answer = told(lane(project.root, "doctor --fix"));

  const marker = (line: number, text: string) =>
    `\n  error  LOG_CONFLICT_MARKERS  ${LOG}:${line}\n    git conflict marker: "${text}"\n    -> lane doctor --fix --feature ${SLUG} shows how it would be mended\n`;
  expect(answer).toEqual({
    code: 1,
    stdout:
      `${SLUG}: 3 errors\n${marker(1, "<<<<<<< HEAD")}${marker(3, "=======")}${marker(4, ">>>>>>> other")}\n` +
      [
        "Plan:",
        `  keep a copy of the log as it is  ${LOG}`,
        `  take out 3 lines of conflict markers; what both sides wrote stays  ${LOG}:1`,
        `  keep a copy of the snapshot that can't be read  ${SNAPSHOT}`,
        `  make the snapshot anew from the log  ${SNAPSHOT}`,
        `  bring it in line with the log  ${PAGE}`,
        "5 steps; nothing is written yet: --fix --apply carries them out\n",
      ].join("\n"),
    stderr: `Error: 3 errors in ${SLUG}\nHint: each finding says what would do\n`,
  });
  expect(treeState(project.root)).toEqual(before);
  expect(lane(project.root, "doctor").code).toBe(1);
  expect(treeState(project.root)).toEqual(before);
});

test("doctor --fix --apply does what the plan says, and tells what remains and what is kept", () => {
  using project = conflictedProject();

  const { stdout, ...answer } = lane(project.root, "doctor --fix --apply");

  const kept = `.lanekeeper/kitty-specs/${SLUG}.kept/`;
  expect(answer).toMatchObject({ code: 0, stderr: "" });
  expect(stdout.replace(/\.kept\/[0-9T-]+Z\//g, ".kept/<time>/")).toBe(
    [
      `${SLUG}: nothing wrong`,
      "",
      "Done:",
      `  keep a copy of the log as it is  ${LOG}`,
      `  take out 3 lines of conflict markers; what both sides wrote stays  ${LOG}:1`,
      `  keep a copy of the snapshot that can't be read  ${SNAPSHOT}`,
      `  make the snapshot anew from the log  ${SNAPSHOT}`,
      `  bring it in line with the log  ${PAGE}`,
      `kept: ${kept}<time>/status.events.jsonl`,
      `kept: ${kept}<time>/status.json`,
      "",
    ].join("\n"),
  );
  expect(project.read("status.events.jsonl")).toBe(lineAt(1, BLOCKED));
  expect(project.read("tasks/WP01-first.md")).toBe(pageText("blocked"));
  const after = treeState(project.root);
  expect(told(lane(project.root, "doctor --fix --apply")).code).toBe(0);
  expect(treeState(project.root)).toEqual(after);
});

test("doctor --apply without --fix is wrong usage, and writes nothing", () => {
  using project = conflictedProject();
  const before = treeState(project.root);
  expect(told(lane(project.root, "doctor --apply"))).toEqual(
    refused(
      2,
      "Error: lane doctor: --apply carries out what --fix shows",
      "Hint: lane doctor --fix shows the plan",
    ),
  );
  expect(refusalIn(lane(project.root, "doctor --apply --json")).error.code).toBe("USAGE");
  expect(treeState(project.root)).toEqual(before);
});

test("doctor --fix --apply exits with 1 while a damaged line is left, which it does not touch", () => {
  using project = makeProject({
    files: { "status.events.jsonl": `${lineAt(1)}x\n${lineAt(1)}`, "tasks/WP01.md": pageText("planned") },
  });
  const answer = lane(project.root, "doctor --fix --apply");
  expect(answer.code).toBe(1);
  expect(answer.stdout).toContain(
    `  error  LOG_LINE_INVALID  ${LOG}:2\n    not JSON: "x"\n    -> git log -p -- ${LOG}`,
  );
  expect(answer.stdout).toContain("  drop 1 line said before, byte for byte");
  expect(answer.stderr).toBe(`Error: 1 error in ${SLUG}\nHint: each finding says what would do\n`);
  expect(project.read("status.events.jsonl")).toBe(`${lineAt(1)}x\n`);
  expect(project.read("tasks/WP01.md")).toBe(pageText("planned"));
});

describe("doctor --json", () => {
  test("of a sound project has an empty plan and no lock", () => {
    using project = soundProject();
    expect(dataOf(lane(project.root, "doctor --json"), "doctor", DoctorDataSchema)).toMatchObject({
      warnings: [],
      data: {
        features: [{ feature: SLUG, findings: [], lock: null }],
        summary: { error: 0, warning: 0, information: 0 },
        plan: [],
        applied: [],
        kept: [],
      },
    });
  });

  test("has a plan only with --fix, and with --apply what was done and what remains", () => {
    using project = conflictedProject();
    const found = reportIn(lane(project.root, "doctor --json"));
    expect(found).toMatchObject({ summary: { error: 3 }, plan: [], applied: [], kept: [] });
    const planned = reportIn(lane(project.root, "doctor --fix --json"));
    expect(planned.plan.map(({ action, file, line }) => [action, file, line])).toEqual([
      ["keep_copy", LOG, null],
      ["resolve_conflict_markers", LOG, 1],
      ["keep_copy", SNAPSHOT, null],
      ["renew_snapshot", SNAPSHOT, null],
      ["renew_view", PAGE, null],
    ]);
    expect(planned).toEqual({ ...found, plan: planned.plan });

    const { data } = dataOf(lane(project.root, "doctor --fix --apply --json"), "doctor", DoctorDataSchema);

    expect(data).toMatchObject({
      features: [{ feature: SLUG, findings: [] }],
      summary: { error: 0 },
      plan: planned.plan,
      applied: planned.plan,
    });
    expect(data.kept.map((path) => basename(path))).toEqual(["status.events.jsonl", "status.json"]);
  });
});

test("doctor --all looks at every feature, and one that can't be opened hides no other", () => {
  using project = conflictedProject();
  const other = join(project.root, "kitty-specs/035-other");
  mkdirSync(other);
  writeFileSync(join(other, "status.events.jsonl"), "x\n");
  mkdirSync(join(project.root, "kitty-specs/036-meta"));
  writeFileSync(join(project.root, "kitty-specs/036-meta/meta.json"), "{");
  const details = reportIn(lane(project.root, "doctor --all --json"));
  expect(
    details.features.map(({ feature, findings }) => [feature, findings.map(({ code }) => code)]),
  ).toEqual([
    [SLUG, ["LOG_CONFLICT_MARKERS", "LOG_CONFLICT_MARKERS", "LOG_CONFLICT_MARKERS"]],
    ["035-other", ["LOG_LINE_INVALID"]],
    ["036-meta", ["CONFIG_INVALID"]],
  ]);

  const applied = reportIn(lane(project.root, "doctor --all --fix --apply --json"));

  expect(applied.summary.error).toBe(2);
  expect(new Set(applied.applied.map(({ feature }) => feature))).toEqual(new Set([SLUG]));
  expect(project.read("status.events.jsonl")).toBe(lineAt(1, BLOCKED));
});

test("doctor --fix does not promise a snapshot of a log that ends with a batch whose lines went missing", () => {
  const batch = { id: "01KGYJ0T300000000000000001", index: 1, count: 2 };
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1, { ...BLOCKED, batch }) } });
  const details = reportIn(lane(project.root, "doctor --fix --json"));
  expect(details.plan).toEqual([]);
  expect(details.features[0]?.findings.map(({ code }) => code)).toEqual(["LOG_TORN", "EVENT_WITHOUT_PAGE"]);
});
