import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scaffoldFeature } from "../../src/pipeline/scaffold.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { git } from "../project/git.ts";
import {
  answerOf,
  errorOf,
  filesBelow,
  makeFolder,
  makeProject,
  refusalOf,
  SLUG,
  treeState,
} from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

describe("scaffoldFeature()", () => {
  test("makes the folder with meta.json and tasks.md, with which emit works", async () => {
    using project = makeProject();

    const created = answerOf(await scaffoldFeature("035-next", { cwd: project.root }));

    const folder = join(project.root, "kitty-specs", "035-next");
    expect(created).toEqual({
      slug: "035-next",
      paths: [join(folder, "meta.json"), join(folder, "tasks.md")],
    });
    expect(filesBelow(folder)).toEqual(["meta.json", "tasks.md"]);
    expect(await Bun.file(join(folder, "meta.json")).json()).toEqual({ slug: "035-next" });
    expect(answerOf(await project.emit({ feature: "035", to_lane: "claimed" })).lane).toBe("claimed");
  });

  test("says that a file has the name of the features folder", async () => {
    using folder = makeFolder();
    const path = join(folder.path, "kitty-specs");
    mkdirSync(join(folder.path, ".kittify"));
    writeFileSync(path, "");

    const error = await errorOf(() => scaffoldFeature(SLUG, { cwd: folder.path }));

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({
      message: `cannot create ${withSlashes(path)}: something else has that name already (EEXIST)`,
    });
  });

  test.each(["034-Test-Feature", "034-TEST-FEATURE"])("refuses %s beside a twin", async (slug) => {
    using project = makeProject();
    expect(refusalOf(await scaffoldFeature(slug, { cwd: project.root }))).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: `feature ${SLUG} has the same name but for its case`,
    });
  });

  test.each(["CON", "nul", "aux.md", "Com1", "lpt9.x.y"])("refuses %s, a device of Windows", async (slug) => {
    using project = makeProject();
    expect(refusalOf(await scaffoldFeature(slug, { cwd: project.root })).code).toBe("INVALID_ID");
  });

  test("refuses a feature that is there, and leaves it as it is", async () => {
    using project = makeProject();
    const before = treeState(project.root);

    expect(refusalOf(await scaffoldFeature(SLUG, { cwd: project.root }))).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: `feature ${SLUG} exists already`,
    });

    expect(treeState(project.root)).toEqual(before);
  });

  test.each(CAN_LINK ? ["file", "a link to nowhere"] : ["file"])(
    "refuses a name that a %s takes",
    async (kind) => {
      using project = makeProject();
      const path = join(project.root, "kitty-specs", "035-next");
      if (kind === "file") writeFileSync(path, "");
      else symlinkSync("gone", path);
      const before = treeState(project.root);

      expect(refusalOf(await scaffoldFeature("035-next", { cwd: project.root })).code).toBe(
        "PRECONDITION_FAILED",
      );

      expect(treeState(project.root)).toEqual(before);
    },
  );

  test.each([
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "/a",
    "a\\b",
    ".x",
    "-x",
    "x-",
    "x.",
    "x.lock",
    "a..b",
    "a b",
    "a:b",
    "a~1",
    "a@{1}",
    "ä",
    "a\u0000b",
    "a\nb",
  ])("refuses the slug %j, and writes nothing", async (slug) => {
    using project = makeProject();
    const before = treeState(project.root);

    expect(refusalOf(await scaffoldFeature(slug, { cwd: project.root })).code).toBe("INVALID_ID");

    expect(treeState(project.root)).toEqual(before);
  });

  test.each([201, 10_240])("refuses a slug of %d bytes, and writes nothing", async (bytes) => {
    using project = makeProject();
    const before = treeState(project.root);

    expect(refusalOf(await scaffoldFeature("x".repeat(bytes), { cwd: project.root }))).toMatchObject({
      code: "INVALID_ID",
      message: expect.stringContaining("longer than 200 bytes"),
    });

    expect(treeState(project.root)).toEqual(before);
  });

  test.each(["1", "034", "a", "A_b.c-1", "x".repeat(200)])("takes the slug %j", async (slug) => {
    using project = makeProject();

    expect(answerOf(await scaffoldFeature(slug, { cwd: project.root })).slug).toBe(slug);
    expect(answerOf(await project.emit({ feature: slug, to_lane: "claimed" })).lane).toBe("claimed");
  });

  test("makes a project at the top of the git repository around the caller", async () => {
    using folder = makeFolder();
    git(folder.path, "init", "--quiet");
    const cwd = join(folder.path, "src", "deep");
    mkdirSync(cwd, { recursive: true });

    const created = answerOf(await scaffoldFeature("001-a", { cwd }));

    expect(created.paths).toContain(join(folder.path, "kitty-specs", "001-a", "meta.json"));
  });

  test("refuses where there is neither a project nor git, and writes nothing", async () => {
    using folder = makeFolder();
    const before = treeState(folder.path);

    expect(refusalOf(await scaffoldFeature("001-a", { cwd: folder.path })).code).toBe("NO_PROJECT");

    expect(treeState(folder.path)).toEqual(before);
  });

  test("makes a project at a named root without git", async () => {
    using folder = makeFolder();

    answerOf(await scaffoldFeature("001-a", { cwd: "/", root: folder.path }));

    expect(filesBelow(folder.path)).toEqual(["kitty-specs/001-a/meta.json", "kitty-specs/001-a/tasks.md"]);
  });

  test("makes the features folder that the configuration names", async () => {
    using project = makeProject({ config: "status: {features_folder: docs/specs}\n" });

    answerOf(await scaffoldFeature("001-a", { cwd: project.root }));

    expect(filesBelow(join(project.root, "docs"))).toEqual(["specs/001-a/meta.json", "specs/001-a/tasks.md"]);
  });

  test.each(["docs", "docs/specs"])(
    "makes nothing below a features folder %s that leads out of the project",
    async (name) => {
      using outside = makeFolder();
      using project = makeProject({ config: `status: {features_folder: ${name}}\n` });
      symlinkSync(outside.path, join(project.root, "docs"));

      expect(await errorOf(() => scaffoldFeature("001-a", { cwd: project.root }))).toBeInstanceOf(
        StorageError,
      );

      expect(Object.keys(treeState(outside.path))).toEqual([""]);
    },
  );
});
