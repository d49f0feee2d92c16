// `lane doctor` as a user who may read a project, but not write to it: root runs it as somebody else.

import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { lineAt, makeFolder, makeProject, pageText, SLUG, treeState } from "../support/project.ts";

const NOBODY = 65534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];
const CAN_CHANGE_USER = Bun.spawnSync([...AS_NOBODY, "true"]).exitCode === 0;
if (!CAN_CHANGE_USER) console.warn("Skipped: no command can be run as another user here (setpriv, root)");

/** A project with a broken log that everybody can read; nobody can write to these folders of it. */
function makeBroken(...writable_by_nobody: string[]) {
  const project = makeProject({
    files: {
      "tasks/WP01.md": pageText("planned"),
      "status.events.jsonl": `<<<<<<< HEAD\n${lineAt(1)}=======\n>>>>>>> other\n`,
    },
  });
  chmodSync(project.root, 0o755);
  mkdirSync(join(project.root, ".lanekeeper/kitty-specs"), { recursive: true });
  for (const path of writable_by_nobody) chownSync(join(project.root, path), NOBODY, NOBODY);
  return project;
}

/** Runs lane as nobody; the executable is copied to where nobody can reach it. */
function laneAsNobody(root: string, ...args: string[]) {
  using folder = makeFolder();
  chmodSync(folder.path, 0o755);
  const lane = join(folder.path, "lane");
  copyFileSync(LANE, lane);
  chmodSync(lane, 0o755);
  const command = [...AS_NOBODY, lane, ...args, "--json", "--feature", SLUG, "--root", root];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd: "/", env: cleanEnvironment() });
  if (stdout.length === 0) throw new Error(stderr.toString());
  return { code: exitCode, ...JSON.parse(stdout.toString()) };
}

const LOCKS = ".lanekeeper/kitty-specs";
const FEATURE = `kitty-specs/${SLUG}`;

describe.skipIf(!CAN_CHANGE_USER)("lane doctor as a user who may not write", () => {
  test("reports and plans all the same", () => {
    using project = makeBroken();
    const before = treeState(project.root);
    expect(laneAsNobody(project.root, "doctor", "--fix")).toMatchObject({
      code: 1,
      error: {
        code: "CHECK_FAILED",
        details: { summary: { error: 3 }, plan: [{ action: "keep_copy" }, {}, {}, {}] },
      },
    });
    expect(treeState(project.root)).toEqual(before);
  });

  test("reports all the same where another user's lock file lies", () => {
    using project = makeBroken();
    project.write(`../../${LOCKS}/${SLUG}.lock`, "");
    const before = treeState(project.root);
    expect(laneAsNobody(project.root, "doctor")).toMatchObject({ code: 1, error: { code: "CHECK_FAILED" } });
    expect(treeState(project.root)).toEqual(before);
  });

  test.each([
    ["nothing", []],
    ["the lock's folder", [LOCKS]],
    ["the feature's folder", [FEATURE]],
  ])("changes no log where it may write to %s only", (_, writable) => {
    using project = makeBroken(...writable);
    const before = treeState(project.folder);
    expect(laneAsNobody(project.root, "doctor", "--fix", "--apply")).toMatchObject({
      code: 6,
      error: { code: "IO" },
    });
    expect(treeState(project.folder)).toEqual(before);
  });

  test("repairs what it may write, and warns of the page that it may not", () => {
    using project = makeBroken(LOCKS, FEATURE);
    const answer = laneAsNobody(project.root, "doctor", "--fix", "--apply");
    expect(answer).toMatchObject({ code: 0, ok: true, warnings: [{ code: "VIEW_FAILED" }] });
    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
    expect(project.read("tasks/WP01.md")).toBe(pageText("planned"));
  });
});
