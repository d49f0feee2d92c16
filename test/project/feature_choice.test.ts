import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Refusal } from "../../src/domain/refusal.ts";
import { findAllFeatures, findFeature } from "../../src/project/feature.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { answerOf, errorOf, makeFolder, refusalOf, type TemporaryFolder } from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

/** A project with these features; `choose` finds one by name, or by where the caller stands. */
function makeFeatures(...slugs: string[]) {
  const folder: TemporaryFolder = makeFolder();
  const features = join(folder.path, "kitty-specs");
  for (const slug of slugs) mkdirSync(join(features, slug, "tasks"), { recursive: true });
  mkdirSync(features, { recursive: true });
  const find = (named?: string, cwd = folder.path) => findFeature({ cwd }, named);
  return {
    ...folder,
    features,
    find,
    chosen: async (named?: string, cwd?: string): Promise<string> => answerOf(await find(named, cwd)).slug,
    refused: async (named?: string): Promise<Refusal> => refusalOf(await find(named)),
  };
}

describe("findFeature()", () => {
  test("gives all paths of the feature", async () => {
    using project = makeFeatures("034-foo");
    const folder = join(project.features, "034-foo");

    expect(answerOf(await project.find("034-foo"))).toMatchObject({
      slug: "034-foo",
      folder,
      log: {
        path: join(folder, "status.events.jsonl"),
        shown: "kitty-specs/034-foo/status.events.jsonl",
        feature_slug: "034-foo",
      },
      snapshot_path: join(folder, "status.json"),
      pages_folder: join(folder, "tasks"),
      tasks_path: join(folder, "tasks.md"),
      meta: {},
      phase: 1,
    });
  });

  test("takes a whole slug, and a prefix that only one feature has", async () => {
    using project = makeFeatures("034-foo", "035-bar");

    expect(await project.chosen("035-bar")).toBe("035-bar");
    expect(await project.chosen("034")).toBe("034-foo");
  });

  test("takes a whole slug before the longer one that it begins", async () => {
    using project = makeFeatures("034-foo", "034-foo-two");

    expect(await project.chosen("034-foo")).toBe("034-foo");
  });

  test("refuses a prefix that two features have, and lists them", async () => {
    using project = makeFeatures("034-foo", "034-bar", "035-baz");

    expect(await project.refused("034")).toEqual({
      code: "AMBIGUOUS_FEATURE",
      message: '"034" begins 2 features: 034-bar, 034-foo',
      hint: "name one whole: --feature 034-bar",
      details: { features: ["034-bar", "034-foo"] },
    });
  });

  test("refuses a name that no feature has or begins with", async () => {
    using project = makeFeatures("034-foo");

    expect(await project.refused("foo")).toMatchObject({ code: "NO_FEATURE", hint: "there are: 034-foo" });
  });

  test.each([
    "../kitty-specs/034-foo",
    "..",
    ".git",
    "034-foo/tasks",
    "a\\b",
    "",
    "034\u0000",
    "034\u202efoo",
  ])("refuses %j, which is no slug", async (named) => {
    using project = makeFeatures("034-foo");

    expect((await project.refused(named)).code).toBe("INVALID_ID");
  });

  test("takes the feature that the current folder is in, also deep inside", async () => {
    using project = makeFeatures("034-foo", "035-bar");

    expect(await project.chosen(undefined, join(project.features, "035-bar"))).toBe("035-bar");
    expect(await project.chosen(undefined, join(project.features, "034-foo", "tasks"))).toBe("034-foo");
  });

  test("takes the name before the current folder", async () => {
    using project = makeFeatures("034-foo", "035-bar");

    expect(await project.chosen("034", join(project.features, "035-bar"))).toBe("034-foo");
  });

  test("takes the only one there is", async () => {
    using project = makeFeatures("034-foo");

    expect(await project.chosen()).toBe("034-foo");
  });

  test("does not guess among several", async () => {
    using project = makeFeatures("034-foo", "035-bar");

    expect(await project.refused()).toEqual({
      code: "AMBIGUOUS_FEATURE",
      message: "which feature? There are 2: 034-foo, 035-bar",
      hint: "name one with --feature 034-foo, or set LANE_FEATURE",
      details: { features: ["034-foo", "035-bar"] },
    });
  });

  test("takes neither files nor hidden folders for features", async () => {
    using project = makeFeatures("034-foo", ".hidden");
    writeFileSync(join(project.features, "README.md"), "");

    expect(await project.chosen()).toBe("034-foo");
  });

  test.each([undefined, "034"])(
    "refuses %p where there are no features, and says how to start one",
    async (named) => {
      using project = makeFeatures();

      expect(await project.refused(named)).toMatchObject({
        code: "NO_FEATURE",
        hint: expect.stringMatching(/^lane new /),
      });
    },
  );

  test.skipIf(!CAN_LINK)("refuses a feature folder that is a link out of the project", async () => {
    using outside = makeFolder();
    using project = makeFeatures("034-foo");
    symlinkSync(outside.path, join(project.features, "666-escape"));

    const error = await errorOf(() => project.find("666-escape"));

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ message: expect.stringContaining(`it leads out of ${project.path}`) });
  });

  test.skipIf(!CAN_LINK)("follows a feature folder that is a link inside the project", async () => {
    using project = makeFeatures();
    mkdirSync(join(project.path, "real"));
    symlinkSync("../real", join(project.features, "034-foo"));

    expect(answerOf(await project.find("034-foo")).folder).toBe(join(project.path, "real"));
  });

  test.skipIf(!CAN_LINK)("refuses a features folder that is a link out of the project", async () => {
    using outside = makeFolder();
    using project = makeFeatures();
    mkdirSync(join(outside.path, "034-foo"));
    mkdirSync(join(project.path, ".kittify"));
    writeFileSync(join(project.path, ".kittify", "config.yaml"), "status: {features_folder: specs}\n");
    symlinkSync(outside.path, join(project.path, "specs"));

    expect(await errorOf(() => project.find("034-foo"))).toBeInstanceOf(StorageError);
  });
});

describe("findAllFeatures()", () => {
  test("gives every feature, one that can't be opened as its refusal", async () => {
    using project = makeFeatures("034-foo", "035-bar");
    writeFileSync(join(project.features, "034-foo", "meta.json"), "not json");

    const all = answerOf(await findAllFeatures({ cwd: project.path }));

    expect(all.map(({ slug, feature }) => [slug, feature.ok])).toEqual([
      ["034-foo", false],
      ["035-bar", true],
    ]);
  });

  test.skipIf(!CAN_LINK)("gives the others when one is a link out of the project", async () => {
    using outside = makeFolder();
    using project = makeFeatures("034-foo");
    symlinkSync(outside.path, join(project.features, "666-escape"));

    const all = answerOf(await findAllFeatures({ cwd: project.path }));

    expect(all.map(({ slug, feature }) => [slug, feature.ok])).toEqual([
      ["034-foo", true],
      ["666-escape", false],
    ]);
  });
});
