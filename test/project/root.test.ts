import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProject } from "../../src/project/project.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { answerOf, makeFolder, refusalOf, treeState } from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

describe("findProject()", () => {
  test("finds the root from the root itself, and from any folder below", async () => {
    using folder = makeFolder();
    const deep = join(folder.path, "src", "deep");
    mkdirSync(deep, { recursive: true });
    mkdirSync(join(folder.path, "kitty-specs", "001-a", "tasks"), { recursive: true });

    for (const cwd of [folder.path, deep, join(folder.path, "kitty-specs", "001-a", "tasks")]) {
      expect(answerOf(await findProject({ cwd }))).toMatchObject({
        root: folder.path,
        features_folder: join(folder.path, "kitty-specs"),
        git: undefined,
      });
    }
  });

  test("finds a root that has .kittify/ alone", async () => {
    using folder = makeFolder();
    mkdirSync(join(folder.path, ".kittify"));
    mkdirSync(join(folder.path, "src"));

    expect(answerOf(await findProject({ cwd: join(folder.path, "src") })).root).toBe(folder.path);
  });

  test("takes the nearest of two roots", async () => {
    using folder = makeFolder();
    const inner = join(folder.path, "inner");
    mkdirSync(join(folder.path, "kitty-specs"));
    mkdirSync(join(inner, "kitty-specs"), { recursive: true });
    mkdirSync(join(inner, "src"));

    expect(answerOf(await findProject({ cwd: join(inner, "src") })).root).toBe(inner);
  });

  test("does not take a file for a features folder", async () => {
    using folder = makeFolder();
    const inner = join(folder.path, "inner");
    mkdirSync(join(folder.path, ".kittify"));
    mkdirSync(inner);
    writeFileSync(join(inner, "kitty-specs"), "");
    writeFileSync(join(inner, ".kittify"), "");

    expect(answerOf(await findProject({ cwd: inner })).root).toBe(folder.path);
  });

  test.each(["../project", "."])("takes the named root %j from where the caller stands", async (root) => {
    using folder = makeFolder();
    const project = join(folder.path, "project");
    mkdirSync(project);
    const cwd = root === "." ? project : join(folder.path, "elsewhere");

    expect(answerOf(await findProject({ cwd, root })).root).toBe(project);
  });

  test("takes a named root before the one around the caller, though it holds no features yet", async () => {
    using folder = makeFolder();
    const named = join(folder.path, "named");
    mkdirSync(join(folder.path, "kitty-specs"));
    mkdirSync(named);

    expect(answerOf(await findProject({ cwd: folder.path, root: named })).root).toBe(named);
  });

  test.skipIf(!CAN_LINK)("gives the real path of a root that is a link", async () => {
    using folder = makeFolder();
    mkdirSync(join(folder.path, "project", "kitty-specs"), { recursive: true });
    symlinkSync("project", join(folder.path, "link"));

    expect(answerOf(await findProject({ cwd: join(folder.path, "link") })).root).toBe(
      join(folder.path, "project"),
    );
  });

  test.each(["gone", "file"])("refuses a named root %j that is no folder", async (root) => {
    using folder = makeFolder();
    writeFileSync(join(folder.path, "file"), "");

    expect(refusalOf(await findProject({ cwd: folder.path, root }))).toMatchObject({
      code: "NO_PROJECT",
      message: `${withSlashes(join(folder.path, root))} is no folder`,
    });
  });

  test("refuses where there is no project, says what would make one, and makes nothing", async () => {
    using folder = makeFolder();
    const before = treeState(folder.path);

    expect(refusalOf(await findProject({ cwd: folder.path }))).toMatchObject({
      code: "NO_PROJECT",
      message: `no kitty-specs/ or .kittify/ here or in any folder above ${withSlashes(folder.path)}`,
      hint: expect.stringContaining("lane new"),
      details: { cwd: folder.path },
    });
    expect(treeState(folder.path)).toEqual(before);
  });
});
