import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isInside, realPathInside, realPathsIn, shownPath } from "../../src/store/paths.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { errorOf, makeFolder, type TemporaryFolder } from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

/** A folder `project` with a file and a folder `outside` beside it. */
function makeTwo(): TemporaryFolder & { project: string; outside: string } {
  const folder = makeFolder();
  const project = join(folder.path, "project");
  const outside = join(folder.path, "project-outside");
  mkdirSync(project);
  mkdirSync(outside);
  writeFileSync(join(project, "file"), "");
  writeFileSync(join(outside, "file"), "");
  return { ...folder, project, outside };
}

describe("realPathInside()", () => {
  test("gives files, folders, the folder itself and names that are free as they are", () => {
    using at = makeTwo();
    for (const name of ["file", ".", "free", join("free", "below")]) {
      expect(realPathInside(at.project, join(at.project, name))).toBe(join(at.project, name));
    }
  });

  test.skipIf(!CAN_LINK)(
    "resolves a link that stays inside, in the middle of a path that is not there yet too",
    () => {
      using at = makeTwo();
      mkdirSync(join(at.project, "real"));
      symlinkSync("real", join(at.project, "link"));

      expect(realPathInside(at.project, join(at.project, "link", "new", "file"))).toBe(
        join(at.project, "real", "new", "file"),
      );
    },
  );

  test.skipIf(!CAN_LINK).each([
    ["to a file", "file"],
    ["to a folder", ""],
    ["whose end is not there yet", "free"],
  ])("refuses a link out of the folder %s", async (_, end) => {
    using at = makeTwo();
    symlinkSync(at.outside, join(at.project, "link"));

    const error = await errorOf(() => realPathInside(at.project, join(at.project, "link", end)));

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ message: expect.stringContaining(`it leads out of ${at.project}, to `) });
  });

  test.skipIf(!CAN_LINK).each([".git/hooks", ".GIT/config", "sub/.git"])(
    "refuses a link to %s, which is git's",
    async (name) => {
      using at = makeTwo();
      mkdirSync(join(at.project, name), { recursive: true });
      symlinkSync(name, join(at.project, "link"));

      expect(await errorOf(() => realPathInside(at.project, join(at.project, "link", "x")))).toMatchObject({
        message: expect.stringContaining("it leads to git's own files"),
        hint: "put a file or folder of its own in the place of the link",
      });
    },
  );

  test.skipIf(!CAN_LINK)("refuses a link that leads nowhere", async () => {
    using at = makeTwo();
    symlinkSync("gone", join(at.project, "link"));

    expect(await errorOf(() => realPathInside(at.project, join(at.project, "link")))).toMatchObject({
      message: expect.stringContaining("it is a link that leads nowhere"),
    });
  });

  test.skipIf(!CAN_LINK)("refuses a loop of links", async () => {
    using at = makeTwo();
    symlinkSync("b", join(at.project, "a"));
    symlinkSync("a", join(at.project, "b"));

    expect(await errorOf(() => realPathInside(at.project, join(at.project, "a")))).toMatchObject({
      errno: "ELOOP",
    });
  });
});

describe("realPathsIn()", () => {
  test.skipIf(!CAN_LINK)(
    "gives the names of a folder, and refuses only the link out of it that is asked for",
    async () => {
      using at = makeTwo();
      symlinkSync("file", join(at.project, "link"));
      symlinkSync(at.outside, join(at.project, "escape"));

      const paths = realPathsIn(at.project, at.project);

      expect([...paths.keys()].sort()).toEqual(["escape", "file", "link"]);
      expect(paths.get("file")?.is_plain_file).toBe(true);
      expect(paths.get("link")?.is_plain_file).toBe(false);
      expect(paths.get("link")?.path()).toBe(join(at.project, "file"));
      expect(await errorOf(() => paths.get("escape")?.path())).toBeInstanceOf(StorageError);
    },
  );

  test("gives no names of a folder that is not there", () => {
    using at = makeTwo();

    expect(realPathsIn(at.project, join(at.project, "gone")).size).toBe(0);
  });

  test("refuses to list a file", async () => {
    using at = makeTwo();

    expect(await errorOf(() => realPathsIn(at.project, join(at.project, "file")))).toMatchObject({
      errno: "ENOTDIR",
    });
  });
});

test.each([
  ["/a", "/a", true],
  ["/a", "/a/b/c", true],
  ["/a", "/a/..b", true],
  ["/a", "/ab", false],
  ["/a/b", "/a", false],
  ["/", "/a", true],
])("isInside(%j, %j) is %p", (folder, path, expected) => {
  expect(isInside(folder, path)).toBe(expected);
});

test.each([
  ["/a", "/a/b", "b"],
  ["/a", "/a", "."],
  ["/a", "/c/b", "/c/b"],
])("shownPath(%j, %j) is %j", (folder, path, expected) => {
  expect(shownPath(folder, path)).toBe(expected);
});
