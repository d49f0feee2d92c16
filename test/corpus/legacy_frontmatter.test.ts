/**
 * The pages of a public project, unchanged: moving work packages changes one value in one
 * page and nothing else. Left out unless LANE_CORPUS names the folder that holds them.
 */

import { describe, expect, test } from "bun:test";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { setPageLane } from "../../src/views/frontmatter.ts";
import { cleanEnvironment, lane } from "../support/lane.ts";
import { makeFolder, type TemporaryFolder, treeState } from "../support/project.ts";

const { LANE_CORPUS } = process.env;
const FEATURES = join(LANE_CORPUS ?? "", "legacy-frontmatter", "kitty-specs");
const LARGE = ["021-orchestrator-end-to-end-testing-suite", "015-first-class-jujutsu-vcs-integration"];
const LANES = "claimed in_progress for_review in_progress planned blocked canceled".split(" ");
const TIMEOUT_MS = 60_000;

describe.skipIf(!LANE_CORPUS || !existsSync(FEATURES))("legacy frontmatter", () => {
  for (const slug of LARGE) {
    test(
      `emit in ${slug} changes one value of one page, one line of the log, and the snapshot`,
      () => {
        using repository = makeRepository(slug);
        planEveryPage(repository.path, slug);
        git(repository.path, "add", "--all");
        git(repository.path, "commit", "--quiet", "--message", "planned");
        const pages = pagesOf(repository.path, slug).slice(0, 4);
        expect(pages.length).toBeGreaterThan(3);

        for (const page of pages) {
          const wp = page.slice(0, page.indexOf("-"));
          for (const to of LANES) expectOneChange(repository.path, slug, wp, page, to);
        }

        const log = readFileSync(join(repository.path, "kitty-specs", slug, "status.events.jsonl"), "utf8");
        expect(log.split("\n")).toHaveLength(pages.length * LANES.length + 1);
      },
      TIMEOUT_MS,
    );

    test(`emit in ${slug} as it stands is refused, and changes nothing`, () => {
      using repository = makeRepository(slug);
      git(repository.path, "add", "--all");
      git(repository.path, "commit", "--quiet", "--message", "as it stands");
      const before = treeState(join(repository.path, "kitty-specs"));

      const answer = lane(repository.path, `emit 1 --to claimed --actor ana --json --feature ${slug}`);

      expect(answer).toMatchObject({ code: 1, json: { error: { code: "NOT_MIGRATED" } } });
      expect(treeState(join(repository.path, "kitty-specs"))).toEqual(before);
      expect(git(repository.path, "status", "--porcelain")).toBe("");
    });
  }

  for (const slug of LANE_CORPUS && existsSync(FEATURES) ? readdirSync(FEATURES).sort() : []) {
    test(`setPageLane() changes the value, and nothing else, of every page of ${slug}`, () => {
      const names = readdirSync(join(FEATURES, slug, "tasks")).filter((name) => name.startsWith("WP"));
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        const page = readFileSync(join(FEATURES, slug, "tasks", name), "latin1");
        const changed = setPageLane(page, "claimed");
        if (typeof changed !== "string") {
          // One page of this corpus was committed with a conflict in its body.
          expect(changed).toEqual({ unclear: "it holds git conflict markers", is_yaml: true });
          expect(page).toMatch(/^<{7} HEAD$/m);
          continue;
        }
        expectOnlyLaneDiffers(page, changed, "claimed");
        expect(setPageLane(changed, "claimed")).toBe(changed);
      }
    });
  }
});

/** Moves a work package and looks at everything that git sees of it. */
function expectOneChange(root: string, slug: string, wp: string, page: string, to: string): void {
  const folder = `kitty-specs/${slug}`;
  const path = join(root, folder, "tasks", page);
  const before = readFileSync(path, "utf8");
  const is_first = !git(root, "ls-files").includes(`${folder}/status.json`);

  const answer = lane(root, `move ${wp} ${to} --actor ana --force --reason trial --feature ${slug}`);

  expect(answer).toMatchObject({ code: 0, stderr: "" });
  const mark = is_first ? "??" : " M";
  expect(git(root, "status", "--porcelain").split("\n").sort()).toEqual(
    [
      "",
      `${mark} ${folder}/status.events.jsonl`,
      `${mark} ${folder}/status.json`,
      ` M ${folder}/tasks/${page}`,
    ].sort(),
  );
  git(root, "add", "--all");
  const counts = git(root, "diff", "--cached", "--numstat").split("\n");
  expect(counts).toContain(`1\t0\t${folder}/status.events.jsonl`);
  expect(counts).toContain(`1\t1\t${folder}/tasks/${page}`);
  git(root, "commit", "--quiet", "--message", `${wp} ${to}`);
  expectOnlyLaneDiffers(before, readFileSync(path, "utf8"), to);
}

/** One line differs, and on it only the lane's value; every other key reads as before. */
function expectOnlyLaneDiffers(before: string, after: string, to: string): void {
  const lines = before.split("\n");
  const changed = after.split("\n").flatMap((line, i) => (line === lines[i] ? [] : [[lines[i], line]]));
  expect(after.split("\n")).toHaveLength(lines.length);
  expect(changed).toHaveLength(1);
  const [[old_line = "", new_line = ""] = []] = changed;
  const [, key, quote] = /^(lane:\s*)(["']?)[a-z_]+\2\s*$/.exec(old_line) ?? [];
  expect(new_line.trimEnd()).toBe(`${key}${quote}${to}${quote}`);
  expect(keysOf(after)).toEqual({ ...keysOf(before), lane: to });
}

function keysOf(page: string): Record<string, unknown> {
  return parse(page.split(/^---\s*$/m)[1] ?? "") as Record<string, unknown>;
}

/** A git repository that holds one feature of the corpus. */
function makeRepository(slug: string): TemporaryFolder {
  const folder = makeFolder();
  cpSync(join(FEATURES, slug), join(folder.path, "kitty-specs", slug), { recursive: true });
  git(folder.path, "init", "--quiet");
  return folder;
}

function planEveryPage(root: string, slug: string): void {
  for (const page of pagesOf(root, slug)) {
    const path = join(root, "kitty-specs", slug, "tasks", page);
    writeFileSync(
      path,
      readFileSync(path, "latin1").replace(/^(lane:\s*["']?)[a-z_]+/m, "$1planned"),
      "latin1",
    );
  }
}

function pagesOf(root: string, slug: string): string[] {
  const names = readdirSync(join(root, "kitty-specs", slug, "tasks"));
  return names.filter((name) => /^WP\d+-.*\.md$/.test(name)).sort();
}

function git(root: string, ...words: readonly string[]): string {
  const identity = ["-c", "user.name=ana", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false"];
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["git", ...identity, "-c", "core.autocrlf=false", ...words],
    {
      cwd: root,
      env: { ...cleanEnvironment(), GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
      stdin: "ignore",
    },
  );
  if (exitCode !== 0) throw new Error(`git ${words.join(" ")}: ${stderr}`);
  return stdout.toString();
}
