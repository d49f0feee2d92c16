// Files that may not be read or written: needs root, which runs lane as somebody else and sets attributes.

import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { git } from "../project/git.ts";
import {
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";

const LANE = join(import.meta.dir, "../../dist/lane");
const NOBODY = 65534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];
const CAN_CHANGE_USER = Bun.spawnSync([...AS_NOBODY, "true"]).exitCode === 0;
if (!CAN_CHANGE_USER) console.warn("Skipped: no command can be run as another user here (setpriv, root)");

const FILES = {
  "status.events.jsonl": lineAt(1),
  "status.json": "{}\n",
  "tasks/WP01.md": pageText("claimed"),
};

/** A project that everybody can read; nobody can write what it is told to. */
function makeReadable(...writable_by_nobody: string[]) {
  const project = makeProject({ files: FILES });
  chmodSync(project.root, 0o755);
  mkdirSync(join(project.root, ".lanekeeper/kitty-specs"), { recursive: true });
  for (const path of writable_by_nobody) chownSync(join(project.root, path), NOBODY, NOBODY);
  return project;
}

const LOCKS = ".lanekeeper/kitty-specs";
const FEATURE = join("kitty-specs", SLUG);
const LOG = join(FEATURE, "status.events.jsonl");

/** Runs lane as nobody; the executable is copied to where nobody can reach it. */
function laneAsNobody(project: TemporaryProject, ...args: string[]) {
  using folder = makeFolder();
  chmodSync(folder.path, 0o755);
  const lane = join(folder.path, "lane");
  copyFileSync(LANE, lane);
  chmodSync(lane, 0o755);
  const command = [...AS_NOBODY, lane, ...args, "--json", "--feature", SLUG, "--root", project.root];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd: "/" });
  if (stdout.length === 0) throw new Error(stderr.toString());
  return { exitCode, ...JSON.parse(stdout.toString()) };
}

const EMIT = ["emit", "WP01", "--to", "in_progress", "--actor", "nobody"];
const DENIED = { exitCode: 6, ok: false, error: { code: "IO", details: { errno: "EACCES" } } };

describe.skipIf(!CAN_CHANGE_USER)("lane as a user who may not write", () => {
  test("guide --install refuses a file that may not be written, and leaves it", () => {
    using project = makeReadable(".");
    const path = join(project.root, "AGENTS.md");
    writeFileSync(path, "# Ours\n", { mode: 0o444 });
    expect(laneAsNobody(project, "guide", "--install")).toMatchObject(DENIED);
    expect(readFileSync(path, "utf8")).toBe("# Ours\n");
  });

  test("validates what may be read, and names the feature that may not", () => {
    using project = makeReadable();
    mkdirSync(join(project.root, "kitty-specs/001-closed"), { mode: 0 });
    const answer = laneAsNobody(project, "validate", "--all");
    expect(answer).toMatchObject({
      exitCode: 6,
      error: {
        code: "IO",
        details: {
          features: [{ feature: SLUG, findings: [{ code: "SNAPSHOT_DRIFT" }] }],
          failed: [{ feature: "001-closed", details: { errno: "EACCES" } }],
        },
      },
    });
    chmodSync(join(project.root, LOG), 0);
    expect(laneAsNobody(project, "validate")).toMatchObject({
      exitCode: 6,
      error: { details: { errno: "EACCES" } },
    });
  });

  test("shows, checks and rehearses all the same", () => {
    using project = makeReadable();
    const before = treeState(project.root);

    expect(laneAsNobody(project, "show")).toMatchObject({ exitCode: 0, ok: true });
    expect(laneAsNobody(project, "materialize", "--check")).toMatchObject({ exitCode: 1 });
    expect(laneAsNobody(project, ...EMIT, "--dry-run")).toMatchObject({ exitCode: 0, ok: true });

    expect(treeState(project.root)).toEqual(before);
  });

  test("refuses to emit where no lock can be made, and changes nothing", () => {
    using project = makeReadable();
    const before = treeState(project.root);

    expect(laneAsNobody(project, ...EMIT)).toMatchObject({ exitCode: 6, error: { code: "IO" } });

    expect(treeState(project.root)).toEqual(before);
  });

  test("refuses to emit where git's folder can't take the lock, and locks nowhere else", () => {
    using project = makeReadable(FEATURE, LOG);
    git(project.root, "init", "--quiet");
    const before = treeState(project.root);

    expect(laneAsNobody(project, ...EMIT)).toMatchObject({ exitCode: 6, error: { code: "IO" } });

    expect(treeState(project.root)).toEqual(before);
  });

  test("refuses to emit where git's folder can't be entered", () => {
    using project = makeReadable(FEATURE, LOG);
    git(project.root, "init", "--quiet");
    chmodSync(join(project.root, ".git"), 0o700);
    const before = treeState(project.root);

    expect(laneAsNobody(project, ...EMIT)).toMatchObject({ exitCode: 6, error: { code: "IO" } });

    expect(treeState(project.root)).toEqual(before);
  });

  test("refuses to emit where the lock can only be read, since it would keep nobody out; looking goes on", () => {
    using project = makeReadable(FEATURE, LOG);
    const lock = join(project.root, LOCKS, `${SLUG}.lock`);
    writeFileSync(lock, "");
    const before = treeState(project.root);

    expect(laneAsNobody(project, ...EMIT)).toMatchObject({
      exitCode: 6,
      error: { code: "IO", message: expect.stringContaining(`cannot lock ${lock}: it may only be read`) },
    });
    expect(treeState(project.root)).toEqual(before);

    writeFileSync(project.log_path, lineAt(1) + lineAt(2).slice(0, 90));
    expect(laneAsNobody(project, "show")).toMatchObject({ exitCode: 3, error: { code: "LOG_CORRUPT" } });
  });

  test("refuses to emit where the log can't be written, and changes nothing of the feature", () => {
    using project = makeReadable(LOCKS, FEATURE);
    const before = treeState(project.folder);

    expect(laneAsNobody(project, ...EMIT)).toMatchObject(DENIED);

    expect(treeState(project.folder)).toEqual(before);
  });

  test("does not take a log that can't be read for a missing one", () => {
    using project = makeReadable(LOCKS, FEATURE);
    chmodSync(project.log_path, 0o600);
    const before = treeState(project.folder);

    expect(laneAsNobody(project, "show")).toMatchObject(DENIED);
    expect(laneAsNobody(project, ...EMIT)).toMatchObject(DENIED);

    expect(treeState(project.folder)).toEqual(before);
  });

  test("emits where only the log can be written: snapshot and views are warnings", () => {
    using project = makeReadable(LOCKS, LOG);

    expect(laneAsNobody(project, ...EMIT)).toMatchObject({
      exitCode: 0,
      data: { lane: "in_progress", snapshot: "failed", views: "failed" },
      warnings: [{ code: "SNAPSHOT_FAILED" }, { code: "VIEW_FAILED" }],
    });

    expect(project.events()).toHaveLength(2);
    expect(project.read("status.json")).toBe("{}\n");
    expect(project.read("tasks/WP01.md")).toBe(pageText("claimed"));
  });

  test("emits where a page can't be read, which is a warning", () => {
    using project = makeReadable(LOCKS, FEATURE, LOG);
    chmodSync(project.path("tasks/WP01.md"), 0o600);

    expect(laneAsNobody(project, ...EMIT)).toMatchObject({
      exitCode: 0,
      data: { lane: "in_progress", snapshot: "written", views: "failed" },
      warnings: [{ code: "VIEW_FAILED" }],
    });
  });

  test("refuses a configuration and a meta.json that can't be read, and does not take them for missing", () => {
    using project = makeReadable(LOCKS, FEATURE, LOG);
    project.write("meta.json", '{"status_phase": 0}');
    chmodSync(project.path("meta.json"), 0o600);

    expect(laneAsNobody(project, ...EMIT)).toMatchObject(DENIED);
    expect(project.events()).toHaveLength(1);
  });
});

/** Whether this file system knows the attributes that even root has to respect. */
function canSetAttributes(): boolean {
  using folder = makeFolder();
  const set = (flag: string) => Bun.spawnSync(["chattr", flag, folder.path]).exitCode === 0;
  return set("+i") && set("-i");
}

const CAN_SET_ATTRIBUTES = canSetAttributes();
if (!CAN_SET_ATTRIBUTES) console.warn("Skipped: no file can be made immutable here (chattr, root)");

/** Sets an attribute for as long as the block lasts. */
function withAttribute(flag: "a" | "i", path: string): Disposable {
  Bun.spawnSync(["chattr", `+${flag}`, path]);
  return { [Symbol.dispose]: () => void Bun.spawnSync(["chattr", `-${flag}`, path]) };
}

describe.skipIf(!CAN_SET_ATTRIBUTES)("lane emit", () => {
  const emit = (project: TemporaryProject) => {
    const { exitCode, stdout } = Bun.spawnSync([LANE, ...EMIT, "--json"], { cwd: project.root });
    return { exitCode, ...JSON.parse(stdout.toString()) };
  };

  test("refuses a log that is immutable, and changes nothing", () => {
    using project = makeProject({ files: FILES });
    using _ = withAttribute("i", project.log_path);
    const before = treeState(project.folder);

    expect(emit(project)).toMatchObject({ exitCode: 6, error: { code: "IO", details: { errno: "EPERM" } } });

    expect(treeState(project.folder)).toEqual(before);
  });

  test("appends to a log that can only be appended to", () => {
    using project = makeProject({ files: FILES });
    using _ = withAttribute("a", project.log_path);

    expect(emit(project)).toMatchObject({ exitCode: 0, data: { lane: "in_progress", snapshot: "written" } });

    expect(project.read("status.events.jsonl")).toStartWith(lineAt(1));
    expect(project.events()).toHaveLength(2);
  });

  test("records the event in a folder that is immutable, and warns about the snapshot", () => {
    using project = makeProject({ files: FILES });
    using _ = withAttribute("i", project.folder);

    expect(emit(project)).toMatchObject({
      exitCode: 0,
      data: { lane: "in_progress", snapshot: "failed", views: "written" },
      warnings: [{ code: "SNAPSHOT_FAILED" }],
    });

    expect(project.events()).toHaveLength(2);
    expect(readdirSync(project.folder).sort()).toEqual(["status.events.jsonl", "status.json", "tasks"]);
  });
});
