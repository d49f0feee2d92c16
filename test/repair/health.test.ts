/** checkHealth(): forgotten claims, signs of life, worktrees that are left over. */

import { describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { readFeatureStateNow } from "../../src/pipeline/feature_state.ts";
import { openFeature } from "../../src/project/feature.ts";
import { openProject } from "../../src/project/project.ts";
import { checkHealth } from "../../src/repair/health.ts";
import { findWorkplaces } from "../../src/repair/life_signs.ts";
import { git, makeRepository } from "../project/git.ts";
import { answerOf, lineAt, makeProject, SLUG } from "../support/project.ts";

const DAY_US = 86_400_000_000;
const MOVED_US = Date.UTC(2026, 1, 8, 12, 1) * 1000;
const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const BRANCH = `${SLUG}-WP01`;
const DIRECT = { execution_mode: "direct_repo" } as const;

/** The findings about a project's feature, so many days after the first event, as `CODE: message`. */
async function healthOf(root: string, days: number): Promise<string[]> {
  const state = answerOf(readFeatureStateNow(answerOf(openFeature(answerOf(await openProject(root)), SLUG))));
  const findings = checkHealth(state, findWorkplaces(state.feature), MOVED_US + days * DAY_US);
  return findings.map(({ code, message }) => `${code}: ${message}`);
}

/** A project without git whose log holds one event. */
function projectWith(event: Partial<StatusEvent>, config?: string) {
  const files = { "status.events.jsonl": lineAt(1, event) };
  return makeProject(config === undefined ? { files } : { files, config });
}

/** A repository with that log, and a branch of WP01 whose commit is from the 12th. */
function repositoryWith(event: Partial<StatusEvent> = {}) {
  const repository = makeRepository({ [LOG]: lineAt(1, event), ".gitignore": ".worktrees/\n" });
  const date = "2026-02-12T12:01:00Z";
  const { main } = repository;
  Bun.spawnSync(
    [
      "git",
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@example.org",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      "work",
    ],
    { cwd: main, env: { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date } },
  );
  return repository;
}

/** A worktree of WP01, whose files were all written on the 10th. */
function addWorktree(main: string): string {
  const path = join(main, ".worktrees", BRANCH);
  git(main, "worktree", "add", "--quiet", "-b", BRANCH, path);
  writeFileSync(join(path, "new.ts"), "");
  git(path, "update-index", "--refresh");
  for (const file of [LOG, ".gitignore", "new.ts", ".git"]) {
    const time = new Date("2026-02-10T12:01:00Z");
    utimesSync(join(path, file), time, time);
  }
  return path;
}

describe("STALE_CLAIM", () => {
  test.each([
    ["claimed", 7],
    ["in_progress", 14],
  ])(
    "is found for a work package that is %s for more than %i days, and not before",
    async (to_lane, days) => {
      using project = projectWith({ to_lane, ...DIRECT });
      expect(await healthOf(project.root, days)).toEqual([]);
      expect(await healthOf(project.root, days + 1)).toEqual([
        `STALE_CLAIM: WP01 is in ${to_lane} by claude for ${days + 1} d; there is no branch ${BRANCH} here`,
      ]);
    },
  );

  test.each(["planned", "for_review", "done", "blocked", "canceled"])(
    "is never found for a work package that is %s",
    async (to_lane) => {
      using project = projectWith({ to_lane, ...DIRECT });
      expect(await healthOf(project.root, 1000)).toEqual([]);
    },
  );

  test("keeps to the limits of the project", async () => {
    using project = projectWith(DIRECT, "status:\n  stale_after_days:\n    claimed: 0.5\n");
    expect(await healthOf(project.root, 0.5)).toEqual([]);
    expect(await healthOf(project.root, 0.6)).toHaveLength(1);
  });

  test("is not found in a lane in which nobody is at work, whatever limit it is given", async () => {
    using project = projectWith(
      { to_lane: "blocked", ...DIRECT },
      "status:\n  stale_after_days:\n    blocked: 1\n",
    );
    expect(await healthOf(project.root, 5)).toEqual([]);
  });

  test("counts from the newest move, not from the first", async () => {
    using project = makeProject({
      files: {
        "status.events.jsonl":
          lineAt(1, DIRECT) +
          lineAt(7 * 24 * 60, { from_lane: "claimed", to_lane: "in_progress", ...DIRECT }),
      },
    });
    expect(await healthOf(project.root, 20)).toEqual([]);
    expect(await healthOf(project.root, 22)).toHaveLength(1);
  });

  test("tells the newest commit on its branch and the newest change in its worktree", async () => {
    using repository = repositoryWith();
    addWorktree(repository.main);
    expect(await healthOf(repository.main, 8)).toEqual([
      "STALE_CLAIM: WP01 is in claimed by claude for 8 d; the newest commit on its branch is from 4 d ago; the newest change in its worktree is from 6 d ago",
    ]);
  });

  test("passes over what was installed or is not the author's when it looks for the newest change", async () => {
    using repository = repositoryWith();
    const path = addWorktree(repository.main);
    mkdirSync(join(path, "node_modules"));
    writeFileSync(join(path, "node_modules", "later.js"), "");
    expect((await healthOf(repository.main, 8))[0]).toEndWith("in its worktree is from 6 d ago");
    mkdirSync(join(path, "src"));
    writeFileSync(join(path, "src", "later.ts"), "");
    expect((await healthOf(repository.main, 8))[0]).not.toContain("6 d ago");
  });

  test("tells of a branch at a remote, and of the newer one where there are two", async () => {
    using repository = repositoryWith();
    const { main } = repository;
    git(main, "update-ref", `refs/remotes/origin/${BRANCH}`, "HEAD");
    const remote = "the newest commit on its branch (at the remote) is from 4 d ago";
    expect((await healthOf(main, 8))[0]).toContain(remote);
    git(main, "branch", BRANCH, "HEAD~1");
    // The older commit was made by this test, on today's date: it is the newer one.
    expect((await healthOf(main, 8))[0]).not.toContain(remote);
  });

  test("is found at once where the worktree of a claim is gone", async () => {
    using repository = repositoryWith();
    rmSync(addWorktree(repository.main), { recursive: true });
    expect(await healthOf(repository.main, 1)).toEqual([
      `STALE_CLAIM: WP01 is in claimed by claude for 24 h; its worktree .worktrees/${BRANCH} is gone`,
    ]);
    expect((await healthOf(repository.main, 9))[0]).toEndWith(
      `its worktree .worktrees/${BRANCH} is gone; the newest commit on its branch is from 5 d ago`,
    );
  });

  test("is found where a claim has neither branch nor worktree, while others have", async () => {
    using repository = repositoryWith();
    git(repository.main, "branch", `${SLUG}-WP02`);
    expect(await healthOf(repository.main, 1)).toEqual([
      `STALE_CLAIM: WP01 is in claimed by claude for 24 h; neither a worktree nor a branch ${BRANCH} is here`,
    ]);
  });

  test("is found where the branch is left without its worktree, and the other way round", async () => {
    using repository = repositoryWith();
    const folder = join(repository.main, ".worktrees", BRANCH);
    git(repository.main, "worktree", "add", "--quiet", "-b", BRANCH, folder);
    expect(await healthOf(repository.main, 1)).toEqual([]);

    git(folder, "checkout", "--quiet", "--detach");
    git(repository.main, "branch", "-D", BRANCH);
    expect(await healthOf(repository.main, 1)).toEqual([
      `STALE_CLAIM: WP01 is in claimed by claude for 24 h; its worktree is here, but its branch ${BRANCH} is gone`,
    ]);

    git(repository.main, "worktree", "remove", folder);
    git(repository.main, "branch", BRANCH);
    expect(await healthOf(repository.main, 1)).toEqual([
      `STALE_CLAIM: WP01 is in claimed by claude for 24 h; its branch ${BRANCH} is here, but its worktree is gone`,
    ]);

    git(repository.main, "checkout", "--quiet", BRANCH);
    expect(await healthOf(repository.main, 1)).toEqual([]);
  });

  test("is found where a locked worktree's folder is gone", async () => {
    using repository = repositoryWith();
    const folder = join(repository.main, ".worktrees", BRANCH);
    git(repository.main, "worktree", "add", "--quiet", "-b", BRANCH, folder);
    git(repository.main, "worktree", "lock", folder);
    rmSync(folder, { recursive: true });
    expect(await healthOf(repository.main, 1)).toEqual([
      `STALE_CLAIM: WP01 is in claimed by claude for 24 h; its worktree .worktrees/${BRANCH} is gone`,
    ]);
  });
});

describe("no false alarm", () => {
  test("in a project that never uses worktrees or branches of work packages", async () => {
    using repository = repositoryWith();
    git(repository.main, "branch", "feature-x");
    expect(await healthOf(repository.main, 1)).toEqual([]);
  });

  test("for work on a plain branch, where nobody has worktrees", async () => {
    using repository = repositoryWith();
    git(repository.main, "branch", BRANCH);
    expect(await healthOf(repository.main, 1)).toEqual([]);
  });

  test("for work that is done directly in the repository", async () => {
    using repository = repositoryWith(DIRECT);
    git(repository.main, "branch", `${SLUG}-WP02`);
    expect(await healthOf(repository.main, 1)).toEqual([]);
  });

  test("without git", async () => {
    using project = projectWith({});
    mkdirSync(join(project.root, ".worktrees"));
    expect(await healthOf(project.root, 1)).toEqual([]);
  });

  test("where the worktree has another branch than the work package's name", async () => {
    using repository = repositoryWith();
    git(
      repository.main,
      "worktree",
      "add",
      "--quiet",
      "-b",
      "mine",
      join(repository.main, ".worktrees", BRANCH),
    );
    expect(await healthOf(repository.main, 1)).toEqual([]);
  });
});

describe("ORPHAN_WORKTREE", () => {
  test.each(["done", "canceled"])("is found for a worktree of a work package that is %s", async (to_lane) => {
    using repository = repositoryWith({ to_lane });
    addWorktree(repository.main);
    expect(await healthOf(repository.main, 3)).toEqual([
      `ORPHAN_WORKTREE: this worktree is left over: WP01 is ${to_lane} for 3 d`,
    ]);
  });

  test.each(["in_progress", "for_review", "blocked"])(
    "is not found while the work package is %s",
    async (to_lane) => {
      using repository = repositoryWith({ to_lane });
      addWorktree(repository.main);
      expect(await healthOf(repository.main, 3)).toEqual([]);
    },
  );

  test("is not found where its folder is gone already, nor for another feature's work package", async () => {
    using repository = repositoryWith({ to_lane: "done" });
    const { main } = repository;
    git(
      main,
      "worktree",
      "add",
      "--quiet",
      "-b",
      "035-other-WP01",
      join(main, ".worktrees", "035-other-WP01"),
    );
    rmSync(addWorktree(main), { recursive: true });
    expect(await healthOf(main, 3)).toEqual([]);
  });
});

test("CONFIG_INVALID is found for a limit of a lane that there is not", async () => {
  using project = projectWith(DIRECT, "status:\n  stale_after_days:\n    doing: 3\n    claimed: 30\n");
  expect(await healthOf(project.root, 8)).toEqual([
    'CONFIG_INVALID: status.stale_after_days names "doing", which is no lane of any workflow',
  ]);
});

test("CONFIG_INVALID is found for sinks that can't be used, or that wait for no lane that there is", async () => {
  const withSink = (sink: string) => `status: {telemetry: {sinks: [{name: hub, ${sink}}]}}\n`;
  using aimless = projectWith(DIRECT, withSink("kind: file, path: a, lanes: [done, doen]"));
  expect(await healthOf(aimless.root, 1)).toEqual([
    'CONFIG_INVALID: sink hub waits for "doen", which is no lane of any workflow',
  ]);
  using bad = projectWith(DIRECT, withSink("kind: smoke"));
  expect(await healthOf(bad.root, 1)).toEqual([
    "CONFIG_INVALID: .kittify/config.yaml: status.telemetry.sinks.0.kind: expected kind http, file or command",
  ]);
});

test("the name of whoever claimed it can't drive a terminal", async () => {
  using project = projectWith({ ...DIRECT, actor: "a\u001b[31m" });
  expect((await healthOf(project.root, 8))[0]).toContain("by a\\u001b[31m for 8 d");
});
