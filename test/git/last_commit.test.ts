import { describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lastCommitOf } from "../../src/git/last_commit.ts";
import { git, makeRepository } from "../project/git.ts";
import { makeFolder } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";

const DAY_S = 86_400;

/** Commits everything as of a day after 2026-01-01. */
function commitOn(day: number, repository: string): void {
  const seconds = Date.UTC(2026, 0, 1) / 1000 + day * DAY_S;
  git(repository, "add", "--all");
  git(repository, "commit", "--quiet", "--message", `day ${day}`);
  // The author's date is another: the committer's counts.
  const env = {
    ...process.env,
    GIT_COMMITTER_DATE: `@${seconds} +0330`,
    GIT_COMMITTER_NAME: "t",
    GIT_COMMITTER_EMAIL: "t",
  };
  const amend = [
    "git",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "commit.gpgSign=false",
    "commit",
    "--amend",
    "--quiet",
    "--no-edit",
    "--date=2001-01-01T00:00:00Z",
  ];
  const { exitCode, stderr } = Bun.spawnSync(amend, { cwd: repository, env, stdin: "ignore" });
  if (exitCode !== 0) throw new Error(stderr.toString());
}

const dayOf = (day: number) => ({ kind: "known", at_us: Date.UTC(2026, 0, 1 + day) * 1000 }) as const;

describe("lastCommitOf()", () => {
  test("is the committer's time of the last commit that changed the file, whatever its name", () => {
    using repository = makeRepository({});
    const { main } = repository;
    mkdirSync(join(main, "tasks"));
    // Windows has no such names as would be a pattern.
    const [starred, topped] = ON_WINDOWS ? ["a.md", "x.md"] : ["*.md", ":(top)x.md"];
    for (const [day, name] of [
      [1, starred],
      [2, "WP01.md"],
      [3, topped],
    ] as const) {
      writeFileSync(join(main, "tasks", name), name);
      commitOn(day, main);
    }
    expect(lastCommitOf(join(main, "tasks", starred))).toEqual(dayOf(1));
    expect(lastCommitOf(join(main, "tasks", "WP01.md"))).toEqual(dayOf(2));
    expect(lastCommitOf(join(main, "tasks", topped))).toEqual(dayOf(3));
    git(main, "config", "log.follow", "true");
    renameSync(join(main, "tasks", "WP01.md"), join(main, "tasks", "WP01-a.md"));
    commitOn(4, main);
    expect(lastCommitOf(join(main, "tasks", "WP01-a.md"))).toEqual(dayOf(4));
  });

  test.skipIf(ON_WINDOWS)("knows a name with a backslash, which is a letter here", () => {
    using repository = makeRepository({});
    writeFileSync(join(repository.main, "a\\b.md"), "a");
    commitOn(1, repository.main);
    expect(lastCommitOf(join(repository.main, "a\\b.md"))).toEqual(dayOf(1));
  });

  test("is not known where the commit is dated after every time that can be written", () => {
    using repository = makeRepository({});
    writeFileSync(join(repository.main, "a.md"), "a");
    commitOn(70_000, repository.main);
    expect(lastCommitOf(join(repository.main, "a.md"))).toEqual({
      kind: "unknown",
      problem: "its last commit is dated after the year 2199",
    });
  });

  test("is none without a repository, without a commit, and for a file that is not committed", () => {
    using folder = makeFolder();
    writeFileSync(join(folder.path, "a.md"), "a");
    expect(lastCommitOf(join(folder.path, "a.md"))).toEqual({ kind: "none" });
    git(folder.path, "init", "--quiet");
    expect(lastCommitOf(join(folder.path, "a.md"))).toEqual({ kind: "none" });
    git(folder.path, "commit", "--quiet", "--allow-empty", "--message", "nothing");
    git(folder.path, "add", "a.md");
    expect(lastCommitOf(join(folder.path, "a.md"))).toEqual({ kind: "none" });
  });

  test("is unknown in a shallow clone where history is cut off, and only there", () => {
    using repository = makeRepository({ "old.md": "old" });
    writeFileSync(join(repository.main, "new.md"), "new");
    commitOn(2, repository.main);
    writeFileSync(join(repository.main, "newer.md"), "newer");
    commitOn(3, repository.main);
    const clone = repository.beside("clone");
    git(repository.path, "clone", "--quiet", "--depth=2", `file://${repository.main}`, clone);

    expect(lastCommitOf(join(clone, "newer.md"))).toEqual(dayOf(3));
    const unknown = {
      kind: "unknown",
      problem: "this clone is shallow, and its last commit may be older: git fetch --unshallow",
    };
    expect(lastCommitOf(join(clone, "new.md"))).toEqual(unknown as never);
    expect(lastCommitOf(join(clone, "old.md"))).toEqual(unknown as never);
    git(clone, "fetch", "--quiet", "--unshallow");
    expect(lastCommitOf(join(clone, "new.md"))).toEqual(dayOf(2));
  });

  test("is unknown, not none, where git fails", () => {
    using repository = makeRepository({ "a.md": "a" });
    writeFileSync(join(repository.main, ".git", "config"), "[core\n");
    expect(lastCommitOf(join(repository.main, "a.md"))).toEqual({
      kind: "unknown",
      problem: expect.stringMatching(/^git can't tell: fatal: bad config line 1/),
    });
  });
});
