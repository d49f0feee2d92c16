/** LANE_ACTOR, LANE_FEATURE and LANE_ROOT, and how the feature is found without them. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { withSlashes } from "../../src/store/spelling.ts";
import { type Answer, answered, lane, refused, told } from "../support/lane.ts";
import { makeFolder, makeProject, SLUG, type TemporaryFolder } from "../support/project.ts";

const CLAIM = "emit WP01 --to claimed";

test("LANE_ACTOR is the actor where --actor is not given", () => {
  using project = makeProject();
  const env = { LANE_ACTOR: "claude" };

  expect(lane(project.root, CLAIM, { env }).code).toBe(0);
  expect(lane(project.root, "move 1 in_progress --actor ana", { env }).code).toBe(0);

  expect(project.events().map(({ actor }) => actor)).toEqual(["claude", "ana"]);
});

test("a blank --actor does not fall back to LANE_ACTOR", () => {
  using project = makeProject();
  const answer = lane(project.root, [...CLAIM.split(" "), "--actor="], { env: { LANE_ACTOR: "claude" } });
  expect(told(answer)).toEqual(
    refused(
      2,
      "Error: WP01: nobody is named as the actor",
      "Hint: say who does it: --actor <who>, or set LANE_ACTOR",
    ),
  );
});

test("a blank LANE_ACTOR is no actor", () => {
  using project = makeProject();
  expect(lane(project.root, CLAIM, { env: { LANE_ACTOR: " " } }).code).toBe(2);
  expect(lane(project.root, `${CLAIM} --force --reason x`, { env: { LANE_ACTOR: "" } }).code).toBe(1);
});

test("git's user is nobody's actor", () => {
  using project = makeProject();
  const env = { GIT_AUTHOR_NAME: "ana", GIT_COMMITTER_NAME: "ana", USER: "ana", LOGNAME: "ana" };
  expect(lane(project.root, CLAIM, { env }).code).toBe(2);
});

test("LANE_FEATURE names the feature where --feature is not given", () => {
  using project = makeFeatures("034-foo", "035-bar");
  const env = { LANE_FEATURE: "035" };
  expect(featureShown(lane(project.path, "show", { env }))).toBe("035-bar");
  expect(featureShown(lane(project.path, "show --feature 034-foo", { env }))).toBe("034-foo");
  expect(lane(project.path, "show", { env: { LANE_FEATURE: " " } }).code).toBe(4);
});

test("LANE_ROOT names the project where --root is not given", () => {
  using elsewhere = makeFolder();
  using project = makeProject();
  using other = makeFeatures("099-other");
  const env = { LANE_ROOT: project.root };
  expect(featureShown(lane(elsewhere.path, "show", { env }))).toBe(SLUG);
  expect(featureShown(lane(elsewhere.path, `show --root ${other.path}`, { env }))).toBe("099-other");
});

test("a feature is named by its whole slug or by a prefix that only it has", () => {
  using project = makeFeatures("034-foo", "034-foo-more", "035-bar");
  expect(featureShown(lane(project.path, "show --feature 034-foo"))).toBe("034-foo");
  expect(featureShown(lane(project.path, "show --feature 034-foo-"))).toBe("034-foo-more");
  expect(featureShown(lane(project.path, "show --feature 035"))).toBe("035-bar");
});

test("a prefix that several features have is refused, with those that are meant", () => {
  using project = makeFeatures("034-foo", "034-foo-more", "035-bar");
  expect(told(lane(project.path, "show --feature 034"))).toEqual(
    refused(
      4,
      'Error: "034" begins 2 features: 034-foo, 034-foo-more',
      "Hint: name one whole: --feature 034-foo",
    ),
  );
});

test("a feature that is none is refused, with those that there are", () => {
  using project = makeFeatures("034-foo", "035-bar");
  expect(told(lane(project.path, "show --feature 036"))).toEqual(
    refused(4, 'Error: no feature is called "036" or begins so', "Hint: there are: 034-foo, 035-bar"),
  );
});

test("several features of which none is named are refused, all of them listed", () => {
  using project = makeFeatures("034-foo", "035-bar");
  expect(told(lane(project.path, "show"))).toEqual(
    refused(
      4,
      "Error: which feature? There are 2: 034-foo, 035-bar",
      "Hint: name one with --feature 034-foo, or set LANE_FEATURE",
    ),
  );
  expect(lane(project.path, "show --json").json).toMatchObject({
    error: { code: "AMBIGUOUS_FEATURE", details: { features: ["034-foo", "035-bar"] } },
  });
});

test("the feature that the current folder is in is meant", () => {
  using project = makeFeatures("034-foo", "035-bar");
  const inside = join(project.path, "kitty-specs", "035-bar", "tasks");
  mkdirSync(inside);
  expect(featureShown(lane(inside, "show"))).toBe("035-bar");
});

test("the feature that the git branch names is meant, also by a branch of one work package", () => {
  using project = makeFeatures("034-foo", "035-bar");
  const branches = { "034-foo": "034-foo", "035-bar-WP01": "035-bar", "034-foo-wp12": "034-foo" };
  for (const [branch, slug] of Object.entries(branches)) {
    checkOut(project.path, branch);
    expect(featureShown(lane(project.path, "show"))).toBe(slug);
  }
  checkOut(project.path, "main");
  expect(lane(project.path, "show").code).toBe(4);
});

test("the current folder counts before the branch, a name before both", () => {
  using project = makeFeatures("034-foo", "035-bar", "036-baz");
  checkOut(project.path, "034-foo");
  const inside = join(project.path, "kitty-specs", "035-bar");
  expect(featureShown(lane(inside, "show"))).toBe("035-bar");
  expect(featureShown(lane(inside, "show", { env: { LANE_FEATURE: "036" } }))).toBe("036-baz");
});

test("the nearest project upwards is meant, also by its .kittify alone", () => {
  using outer = makeFeatures("001-outer");
  const inner = join(outer.path, "packages", "inner");
  mkdirSync(join(inner, ".kittify"), { recursive: true });
  mkdirSync(join(inner, "src"));
  expect(featureShown(lane(join(outer.path, "packages"), "show"))).toBe("001-outer");
  expect(told(lane(join(inner, "src"), "show"))).toEqual(
    refused(
      4,
      "Error: there is no feature in kitty-specs/",
      "Hint: lane new 001-my-feature makes the first one",
    ),
  );
});

test("what is told to do next names the root with slashes, for which no shell wants quotes", () => {
  using project = makeFeatures("034-foo");
  const below = join(project.path, "kitty-specs");
  expect(lane(below, "emit 1 --to claimed --actor ana").code).toBe(0);
  const root = join("..", "..", basename(project.path));
  const { stdout } = lane(below, ["show", "1", "--root", root]);
  expect(stdout).toEndWith(
    `  lane emit WP01 --to canceled --actor <who> --root ../../${basename(project.path)}\n`,
  );
});

test("in a linked worktree the main worktree's log is used and named; --here takes its own", () => {
  using main = makeFeatures("034-foo");
  checkOut(main.path, "main");
  using linked = makeFolder();
  linkWorktree(main.path, linked.path);
  mkdirSync(join(linked.path, "kitty-specs", "034-foo"), { recursive: true });

  const shared = lane(linked.path, "emit 1 --to claimed --actor ana");
  const own = lane(linked.path, "emit 2 --to claimed --actor ana --here");

  const log = "kitty-specs/034-foo/status.events.jsonl";
  expect(shared.stdout).toEndWith(` in ${withSlashes(main.path)}/${log}\n`);
  expect(own.stdout).toEndWith(` in ${log}\n`);
  expect(told(lane(main.path, "show 1 --json")).stdout).toContain('"lane":"claimed"');
  expect(told(lane(linked.path, "show WP02 --here"))).toEqual(
    answered(
      "WP02",
      "claimed, moved by ana <age>",
      "log:  kitty-specs/034-foo/status.events.jsonl",
      "",
      "<time>  planned -> claimed  ana  <id 1>",
      "",
      "next:",
      "  lane emit WP02 --to in_progress --actor <who> --here",
      "  lane emit WP02 --to blocked --actor <who> --here",
      "  lane emit WP02 --to canceled --actor <who> --here",
    ),
  );
});

function featureShown({ stdout }: Answer): string | undefined {
  return stdout.split("  ")[0];
}

/** A project with features, each an empty folder. */
function makeFeatures(...slugs: readonly string[]): TemporaryFolder {
  const project = makeFolder();
  for (const slug of slugs) mkdirSync(join(project.path, "kitty-specs", slug), { recursive: true });
  return project;
}

/** What git leaves behind when a branch is checked out, as far as it is looked at. */
function checkOut(root: string, branch: string): void {
  for (const name of ["objects", "refs"]) mkdirSync(join(root, ".git", name), { recursive: true });
  writeFileSync(join(root, ".git", "HEAD"), `ref: refs/heads/${branch}\n`);
}

/** The same for `git worktree add`. */
function linkWorktree(main: string, linked: string): void {
  const git_dir = join(main, ".git", "worktrees", "linked");
  mkdirSync(git_dir, { recursive: true });
  writeFileSync(join(git_dir, "HEAD"), "ref: refs/heads/other\n");
  writeFileSync(join(git_dir, "commondir"), "../..\n");
  writeFileSync(join(git_dir, "gitdir"), `${join(linked, ".git")}\n`);
  writeFileSync(join(linked, ".git"), `gitdir: ${git_dir}\n`);
}
