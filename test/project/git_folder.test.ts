import { describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { currentBranch, findGitFolder } from "../../src/project/git_folder.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { errorOf, makeFolder, makeProject, treeState } from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";
import { git, makeRepository } from "./git.ts";

describe("findGitFolder()", () => {
  test("finds the working tree from any folder below its top", () => {
    using at = makeRepository({ "a/b/file": "" });

    expect(findGitFolder(join(at.main, "a", "b"))).toEqual({
      worktree_top: at.main,
      git_dir: join(at.main, ".git"),
      common_dir: join(at.main, ".git"),
      main_top: at.main,
    });
  });

  test("finds what a linked worktree shares, and its own branch", () => {
    using at = makeRepository({});
    git(at.main, "worktree", "add", "--quiet", "-b", "side", at.beside("agent"));

    const found = findGitFolder(at.beside("agent"));

    expect(found).toEqual({
      worktree_top: at.beside("agent"),
      git_dir: join(at.main, ".git", "worktrees", "agent"),
      common_dir: join(at.main, ".git"),
      main_top: at.main,
    });
    expect(found && currentBranch(found)).toBe("side");
  });

  test("finds a repository without commits, and one made with a reference to another", () => {
    using at = makeRepository({});
    git(at.main, "init", "--quiet", at.beside("fresh"));
    git(at.main, "clone", "--quiet", "--shared", at.main, at.beside("shared"));

    expect(findGitFolder(at.beside("fresh"))?.main_top).toBe(at.beside("fresh"));
    expect(findGitFolder(at.beside("shared"))?.main_top).toBe(at.beside("shared"));
  });
});

test.each([
  ["a worktree that is elsewhere", (main: string) => `${main}/.git/worktrees/agent`],
  ["a folder of its own that names it", () => "fake"],
])("findGitFolder() does not take a folder for another repository's worktree by %s", async (_, named) => {
  using at = makeRepository({});
  git(at.main, "worktree", "add", "--quiet", at.beside("agent"));
  const root = at.beside("hostile");
  mkdirSync(join(root, "fake"), { recursive: true });
  writeFileSync(join(root, ".git"), `gitdir: ${named(at.main)}\n`);
  writeFileSync(join(root, "fake", "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(root, "fake", "commondir"), join(at.main, ".git"));
  writeFileSync(join(root, "fake", "gitdir"), "../.git\n");
  expect(await errorOf(() => findGitFolder(root))).toMatchObject({
    message: expect.stringContaining("knows of no worktree here"),
    hint: expect.stringContaining("git worktree repair"),
  });
});

test("currentBranch() tells a branch from a detached head", () => {
  using at = makeRepository({});
  const found = findGitFolder(at.main);

  expect(found && currentBranch(found)).toBe("main");
  git(at.main, "checkout", "--quiet", "--detach");
  expect(found && currentBranch(found)).toBeUndefined();
});

/** Things called `.git` that lead to no repository. */
const BROKEN: readonly [string, (dot_git: string) => void][] = [
  ["an empty folder", (path) => mkdirSync(path)],
  ["a file that names a folder that is not there", (path) => writeFileSync(path, "gitdir: ../gone\n")],
  [
    "a file that names a folder that is no repository",
    (path) => writeFileSync(path, "gitdir: kitty-specs\n"),
  ],
  ["a file that names nothing", (path) => writeFileSync(path, "hello\n")],
  ["an empty file", (path) => writeFileSync(path, "")],
];
const BROKEN_LINKS: typeof BROKEN = [
  ["a link to nowhere", (path) => symlinkSync("gone", path)],
  ["a link to itself", (path) => symlinkSync(".git", path)],
];

test.each([...BROKEN, ...(CAN_LINK ? BROKEN_LINKS : [])])(
  "emitStatusTransition() refuses a .git that is %s, and locks nowhere else",
  async (_, make) => {
    using project = makeProject();
    make(join(project.root, ".git"));
    const before = treeState(project.root);

    const error = await errorOf(() => project.emit({ to_lane: "claimed" }));

    expect(error).toBeInstanceOf(StorageError);
    expect(treeState(project.root)).toEqual(before);
  },
);

test("emitStatusTransition() refuses a linked worktree whose repository is gone, and makes nothing", async () => {
  using at = makeRepository({ "kitty-specs/034-foo/meta.json": "{}" });
  git(at.main, "worktree", "add", "--quiet", at.beside("agent"));
  rmSync(join(at.main, ".git"), { recursive: true });
  using project = makeProject();
  const before = treeState(at.beside("agent"));

  const error = await errorOf(() => project.emit({ cwd: at.beside("agent"), feature: "034-foo" }));

  expect(error).toBeInstanceOf(StorageError);
  expect(treeState(at.beside("agent"))).toEqual(before);
});

test("emitStatusTransition() refuses where git's folder can't take the lock, and locks nowhere else", async () => {
  using project = makeProject();
  git(project.root, "init", "--quiet");
  writeFileSync(join(project.root, ".git", "lanekeeper"), "a file in the place of the folder");
  const before = treeState(project.root);

  const error = await errorOf(() => project.emit({ to_lane: "claimed" }));

  expect(error).toBeInstanceOf(StorageError);
  expect(treeState(project.root)).toEqual(before);
});

test("findGitFolder() finds nothing where there is no git at all", () => {
  using folder = makeFolder();

  expect(findGitFolder(folder.path)).toBeUndefined();
});
