/** `lane validate --all`: one broken feature hides no other, and the settings' faults are findings. */

import { expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startHolder } from "../store/holder.ts";
import { SOUND_LINES } from "../support/checks.ts";
import { answered, lane, refused, textOf, told } from "../support/lane.ts";
import {
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
} from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";
import { refusalIn } from "./envelope_schema.ts";

/** A feature whose snapshot and page say what its log says. */
function sound(config?: string): TemporaryProject {
  const project = makeProject({
    files: { "tasks/WP01.md": pageText("for_review"), "status.events.jsonl": SOUND_LINES.join("") },
  });
  lane(project.root, "materialize");
  if (config !== undefined) {
    mkdirSync(join(project.root, ".kittify"));
    writeFileSync(join(project.root, ".kittify", "config.yaml"), config);
  }
  return project;
}

function addFeature(
  project: TemporaryProject,
  slug: string,
  files: Readonly<Record<string, string>>,
): string {
  const folder = join(project.root, "kitty-specs", slug);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

test("validate --all of healthy features is one line with their number and the notes", () => {
  using project = sound();
  addFeature(project, "035-new", { "tasks/WP01.md": pageText("planned") });
  expect(told(lane(project.root, "validate --all"))).toEqual(answered("2 features: nothing wrong, 1 note"));
});

test("validate --all tells of each feature what is worth a look, and a sum; a corrupt one hides no other", () => {
  using project = sound();
  addFeature(project, "033-corrupt", {
    "status.events.jsonl": `x\n=======\n${lineAt(1)}`,
    "tasks/WP01.md": pageText("x"),
  });
  addFeature(project, "036-bare", {
    "status.events.jsonl": "",
    "tasks/WP01.md": "---\ndependencies: [7]\n---\n",
  });
  const folder = "kitty-specs/036-bare";
  expect(told(lane(project.root, "validate --all"))).toEqual({
    code: 1,
    stdout: textOf([
      "033-corrupt: 2 errors",
      "",
      "  error  LOG_LINE_INVALID  kitty-specs/033-corrupt/status.events.jsonl:1",
      '    not JSON: "x"',
      "    -> git log -p -- kitty-specs/033-corrupt/status.events.jsonl shows what stood there before; put it back by hand, or take out what never was an event",
      "",
      "  error  LOG_CONFLICT_MARKERS  kitty-specs/033-corrupt/status.events.jsonl:2",
      '    git conflict marker: "======="',
      "    -> lane doctor --fix --feature 033-corrupt shows how it would be mended",
      "",
      "036-bare: 2 warnings, 1 note",
      "",
      `  warning  DEPENDENCY_UNKNOWN  ${folder}/tasks/WP01.md`,
      '    WP01 waits for "WP07", which is no work package of this feature',
      `    -> correct dependencies: in ${folder}/tasks/WP01.md`,
      "",
      `  warning  SNAPSHOT_DRIFT  ${folder}/status.json`,
      "    there is no snapshot",
      "    -> lane materialize --feature 036-bare",
      "",
      "3 features: 2 errors, 2 warnings, 1 note",
    ]),
    stderr: textOf([
      "Error: 2 errors in 033-corrupt",
      "Hint: lane doctor --fix --feature 033-corrupt shows what can be mended",
    ]),
  });
});

test("validate --all names up to three features with errors, and counts more", () => {
  using project = sound();
  const last = () => lane(project.root, "validate --all").stderr;
  addFeature(project, "041-a", { "status.events.jsonl": "=======\n" });
  addFeature(project, "042-b", { "status.events.jsonl": "x\n" });
  addFeature(project, "043-c", { "meta.json": "{" });
  expect(last()).toBe(
    "Error: 3 errors in 041-a, 042-b, 043-c\nHint: lane doctor --fix --feature 041-a shows what can be mended\n",
  );
  addFeature(project, "044-d", { "status.events.jsonl": "=======\n" });
  expect(last()).toBe(
    "Error: 4 errors in 4 features\nHint: lane doctor --fix --all shows what can be mended\n",
  );
});

test("validate --all: bad settings of a feature are a finding of it, bad settings of the project one of each", () => {
  using project = sound("status:\n  phase: 7\n");
  addFeature(project, "035-bad-meta", { "meta.json": '{"status_phase": "x"}' });
  const { error } = refusalIn(lane(project.root, "validate --all --json"));
  expect(error).toMatchObject({
    code: "CHECK_FAILED",
    details: {
      features: [
        {
          feature: SLUG,
          findings: [{ code: "CONFIG_INVALID", file: ".kittify/config.yaml", severity: "error" }],
        },
        {
          feature: "035-bad-meta",
          findings: [
            { code: "CONFIG_INVALID", file: ".kittify/config.yaml" },
            { code: "CONFIG_INVALID", file: "kitty-specs/035-bad-meta/meta.json" },
          ],
        },
      ],
      summary: { error: 3, warning: 0, information: 0 },
    },
  });
});

test("settings that may say where the features are are no reason to find nothing wrong", () => {
  using project = sound("status:\n  phase: 7\n  features_folder: specs\n");
  rmSync(join(project.root, "kitty-specs"), { recursive: true });
  mkdirSync(join(project.root, "specs", SLUG), { recursive: true });
  for (const words of ["validate --all", "validate", "validate --staged"]) {
    expect(told(lane(project.root, words))).toEqual(
      refused(
        6,
        "Error: .kittify/config.yaml: status.phase: expected 0, 1 or 2",
        "Hint: mend .kittify/config.yaml",
      ),
    );
  }
});

test.skipIf(!CAN_LINK)(
  "validate --all: a feature that can't be opened or read is a failure; the rest is reported",
  () => {
    using outside = makeFolder();
    using project = sound();
    addFeature(project, "035-corrupt", { "status.events.jsonl": "x\n" });
    symlinkSync(outside.path, join(project.root, "kitty-specs", "001-link"));
    mkdirSync(join(project.root, "kitty-specs", "002-folder", "status.events.jsonl"), { recursive: true });
    const answer = lane(project.root, "validate --all");
    expect(answer.code).toBe(6);
    expect(answer.stdout).toStartWith("035-corrupt: 1 error\n");
    expect(answer.stdout).toEndWith("\n2 features examined, 2 not: 1 error\n");
    expect(answer.stderr).toContain("001-link");
    expect(answer.stderr).toContain("(and 1 more feature failed)");

    const { error } = refusalIn(lane(project.root, "validate --all --json"));
    expect(error).toMatchObject({
      code: "IO",
      details: {
        features: [{ feature: SLUG }, { feature: "035-corrupt", findings: [{ code: "LOG_LINE_INVALID" }] }],
        summary: { error: 1 },
        failed: [
          { feature: "001-link", code: "IO" },
          { feature: "002-folder", code: "IO" },
        ],
      },
    });
  },
);

test.skipIf(!CAN_LINK)("validate --all says in the sum how many features it could not look at", () => {
  using outside = makeFolder();
  using project = sound();
  symlinkSync(outside.path, join(project.root, "kitty-specs", "001-link"));
  const { code, stdout } = lane(project.root, "validate --all");
  expect(code).toBe(6);
  expect(stdout).toBe("1 feature examined, 1 not: nothing wrong\n");
});

test("validate --all tells a torn write whose writer does not let go, and all else", async () => {
  using project = sound();
  project.write("status.events.jsonl", `${SOUND_LINES.join("")}{"torn`);
  addFeature(project, "035-corrupt", { "status.events.jsonl": "x\n" });
  await using _holder = await startHolder((await project.open()).lock);
  const answer = lane(project.root, "validate --all --json --lock-timeout 0.05");
  expect(answer.code).toBe(1);
  expect(refusalIn(answer).error).toMatchObject({
    code: "CHECK_FAILED",
    details: { features: [{ feature: SLUG }, { feature: "035-corrupt" }], summary: { error: 2 } },
  });
});

test("validate --all of a project without features finds nothing wrong in none", () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "kitty-specs"));
  expect(told(lane(folder.path, "validate --all"))).toEqual(answered("0 features: nothing wrong"));
  expect(told(lane(folder.path, "validate"))).toEqual(
    refused(
      4,
      "Error: there is no feature in kitty-specs/",
      "Hint: lane new 001-my-feature makes the first one",
    ),
  );
});
