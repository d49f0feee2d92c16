import { describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { emitStatusTransition } from "../../src/pipeline/emit.ts";
import { type Feature, findAllFeatures, findFeature } from "../../src/project/feature.ts";
import { answerOf, filesBelow, makeFolder, pageText } from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";
import { git, makeRepository, writeFiles } from "./git.ts";

const META = "kitty-specs/034-foo/meta.json";

async function featureAt(cwd: string, slug: string, here = false): Promise<Feature> {
  return answerOf(await findFeature({ cwd, here }, slug));
}

describe("findFeature() in a linked worktree", () => {
  test("takes the feature of the main worktree, so that all share one log", async () => {
    using at = makeRepository({ [META]: "{}" });
    git(at.main, "worktree", "add", "--quiet", at.beside("agent"));

    const feature = await featureAt(at.beside("agent"), "034-foo");

    expect(feature.folder).toBe(join(at.main, "kitty-specs", "034-foo"));
  });

  test("takes its own feature when asked for", async () => {
    using at = makeRepository({ [META]: "{}" });
    git(at.main, "worktree", "add", "--quiet", at.beside("agent"));

    const feature = await featureAt(at.beside("agent"), "034-foo", true);

    expect(feature.folder).toBe(at.beside("agent/kitty-specs/034-foo"));
  });

  test("takes a feature that only the worktree has, and still those of the main one", async () => {
    using at = makeRepository({ [META]: "{}" });
    git(at.main, "worktree", "add", "--quiet", at.beside("agent"));
    writeFiles(at.beside("agent"), { "kitty-specs/035-new/meta.json": "{}" });

    const all = answerOf(await findAllFeatures({ cwd: at.beside("agent") }));

    expect(all.map(({ feature }) => answerOf(feature).folder)).toEqual([
      join(at.main, "kitty-specs", "034-foo"),
      at.beside("agent/kitty-specs/035-new"),
    ]);
  });

  test("finds the main worktree's project where the worktree leaves it out", async () => {
    using at = makeRepository({ "README.md": "" });
    git(at.main, "worktree", "add", "--quiet", at.beside("agent"));
    writeFiles(at.main, { [META]: "{}" });
    mkdirSync(at.beside("agent/src"));

    const feature = await featureAt(at.beside("agent/src"), "034-foo");

    expect(feature.folder).toBe(join(at.main, "kitty-specs", "034-foo"));
  });

  test("takes the same place in the main worktree for a project below the top", async () => {
    using at = makeRepository({ [`apps/one/${META}`]: "{}", [`apps/two/${META}`]: "{}" });
    git(at.main, "worktree", "add", "--quiet", at.beside("agent"));

    const feature = await featureAt(at.beside("agent/apps/two"), "034-foo");

    expect(feature.folder).toBe(join(at.main, "apps", "two", "kitty-specs", "034-foo"));
  });

  test("takes the worktree's project where the main one has nothing there", async () => {
    using at = makeRepository({ "README.md": "" });
    git(at.main, "worktree", "add", "--quiet", at.beside("agent"));
    writeFiles(at.beside("agent"), { [`apps/new/${META}`]: "{}" });

    const feature = await featureAt(at.beside("agent/apps/new"), "034-foo");

    expect(feature.folder).toBe(at.beside("agent/apps/new/kitty-specs/034-foo"));
  });

  test("works after the main worktree was moved and the link mended by git", async () => {
    using at = makeRepository({ [META]: "{}" });
    git(at.main, "worktree", "add", "--quiet", at.beside("agent"));
    renameSync(at.main, at.beside("moved"));
    git(at.beside("moved"), "worktree", "repair", at.beside("agent"));

    const feature = await featureAt(at.beside("agent"), "034-foo");

    expect(feature.folder).toBe(at.beside("moved/kitty-specs/034-foo"));
  });
});

describe("lockPlaceOf()", () => {
  test("is one file for all worktrees of a clone, whosever log is used", async () => {
    using at = makeRepository({ [META]: "{}" });
    git(at.main, "worktree", "add", "--quiet", at.beside("agent"));

    const lock = {
      path: join(at.main, ".git/lanekeeper/kitty-specs/034-foo.lock"),
      base: join(at.main, ".git"),
    };

    expect((await featureAt(at.main, "034-foo")).lock).toEqual(lock);
    expect((await featureAt(at.beside("agent"), "034-foo")).lock).toEqual(lock);
    expect((await featureAt(at.beside("agent"), "034-foo", true)).lock).toEqual(lock);
  });

  test("keeps two projects of one repository apart", async () => {
    using at = makeRepository({ [`apps/one/${META}`]: "{}", [`apps/two/${META}`]: "{}" });

    const one = await featureAt(join(at.main, "apps/one"), "034-foo");
    const two = await featureAt(join(at.main, "apps/two"), "034-foo");

    expect(one.lock.path).toBe(join(at.main, ".git/lanekeeper/apps/one/kitty-specs/034-foo.lock"));
    expect(two.lock.path).toBe(join(at.main, ".git/lanekeeper/apps/two/kitty-specs/034-foo.lock"));
  });

  test.skipIf(!CAN_LINK)(
    "is one file for a feature and for a link to it, which lead to one log",
    async () => {
      using at = makeRepository({ [META]: "{}" });
      symlinkSync("034-foo", join(at.main, "kitty-specs/035-link"));

      const [feature, link] = [await featureAt(at.main, "034-foo"), await featureAt(at.main, "035-link")];

      expect(link.log.path).toBe(feature.log.path);
      expect(link.lock.path).toBe(feature.lock.path);
    },
  );

  test("lies in the project where there is no git", async () => {
    using folder = makeFolder();
    writeFiles(folder.path, { [META]: "{}" });

    expect((await featureAt(folder.path, "034-foo")).lock).toEqual({
      path: join(folder.path, ".lanekeeper/kitty-specs/034-foo.lock"),
      base: folder.path,
    });
  });

  test("lies in the folder of a submodule's own repository", async () => {
    using at = makeRepository({ [META]: "{}" });
    const outer = at.beside("outer");
    mkdirSync(outer);
    git(outer, "init", "--quiet");
    git(outer, "submodule", "--quiet", "add", at.main, "sub");

    const feature = await featureAt(join(outer, "sub"), "034-foo");

    expect(feature.folder).toBe(join(outer, "sub/kitty-specs/034-foo"));
    expect(feature.lock.path).toBe(join(outer, ".git/modules/sub/lanekeeper/kitty-specs/034-foo.lock"));
  });

  test("is one file for the worktrees of a bare repository, each with its own features", async () => {
    using at = makeRepository({ [META]: "{}" });
    git(at.main, "clone", "--quiet", "--bare", at.main, at.beside("bare"));
    for (const name of ["one", "two"]) {
      git(at.beside("bare"), "worktree", "add", "--quiet", "-b", name, at.beside(name));
    }

    const features = [
      await featureAt(at.beside("one"), "034-foo"),
      await featureAt(at.beside("two"), "034-foo"),
    ];

    expect(features.map(({ folder }) => folder)).toEqual([
      at.beside("one/kitty-specs/034-foo"),
      at.beside("two/kitty-specs/034-foo"),
    ]);
    const lock = at.beside("bare/lanekeeper/kitty-specs/034-foo.lock");
    expect(features.map((feature) => feature.lock.path)).toEqual([lock, lock]);
  });

  test("is one file for the worktrees of a bare repository called .git", async () => {
    using at = makeRepository({ [META]: "{}" });
    mkdirSync(at.beside("clone"));
    git(at.main, "clone", "--quiet", "--bare", at.main, at.beside("clone/.git"));
    git(at.beside("clone"), "worktree", "add", "--quiet", "-b", "one", at.beside("clone/one"));

    const feature = await featureAt(at.beside("clone/one"), "034-foo");

    expect(feature.folder).toBe(at.beside("clone/one/kitty-specs/034-foo"));
    expect(feature.lock.path).toBe(at.beside("clone/.git/lanekeeper/kitty-specs/034-foo.lock"));
  });

  test("lies in a git folder that was put elsewhere", async () => {
    using folder = makeFolder();
    writeFiles(join(folder.path, "project"), { [META]: "{}" });
    git(join(folder.path, "project"), "init", "--quiet", "--separate-git-dir=../store");

    expect((await featureAt(join(folder.path, "project"), "034-foo")).lock.path).toBe(
      join(folder.path, "store/lanekeeper/kitty-specs/034-foo.lock"),
    );
  });
});

test("emitStatusTransition() from a linked worktree writes main's log, and nothing in the worktree", async () => {
  using at = makeRepository({ [META]: "{}", "kitty-specs/034-foo/tasks/WP01.md": pageText("planned") });
  git(at.main, "worktree", "add", "--quiet", "-b", "034-foo-WP01", at.beside("agent"));
  const before = filesBelow(at.beside("agent"));

  const answer = answerOf(
    await emitStatusTransition({
      cwd: at.beside("agent"),
      wp_id: "WP01",
      to_lane: "claimed",
      actor: "claude",
    }),
  );

  expect(answer.log).toBe(join(at.main, "kitty-specs/034-foo/status.events.jsonl"));
  expect(filesBelow(join(at.main, ".git/lanekeeper"))).toEqual(["kitty-specs/034-foo.lock"]);
  expect(filesBelow(at.beside("agent"))).toEqual(before);
});
