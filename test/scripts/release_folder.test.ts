import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTemporaryFolder } from "../../scripts/project.ts";
import { replaceReleaseFolder } from "../../scripts/release/release_folder.ts";

const fill = async (folder: string) => writeFileSync(join(folder, "SHA256SUMS"), "new\n");
const fail = async (folder: string) => {
  writeFileSync(join(folder, "half"), "");
  throw new Error("a runtime can't be had");
};

describe("replaceReleaseFolder()", () => {
  test("makes a folder that is not there, and those above it", () =>
    withTemporaryFolder(async (folder) => {
      await replaceReleaseFolder(join(folder, "dist", "release"), fill);

      expect(readdirSync(join(folder, "dist"))).toEqual(["release"]);
      expect(readFileSync(join(folder, "dist", "release", "SHA256SUMS"), "utf8")).toBe("new\n");
    }));

  test("takes the place of an older release as a whole", () =>
    withTemporaryFolder(async (folder) => {
      const out = join(folder, "release");
      mkdirSync(out);
      for (const name of ["SHA256SUMS", "of-old"]) writeFileSync(join(out, name), "old\n");

      await replaceReleaseFolder(out, fill);

      expect(readdirSync(folder)).toEqual(["release"]);
      expect(readdirSync(out)).toEqual(["SHA256SUMS"]);
    }));

  test("keeps the older release where the new one can't be made", () =>
    withTemporaryFolder(async (folder) => {
      const out = join(folder, "release");
      mkdirSync(out);
      writeFileSync(join(out, "SHA256SUMS"), "old\n");

      await expect(replaceReleaseFolder(out, fail)).rejects.toThrow("a runtime can't be had");

      expect(readFileSync(join(out, "SHA256SUMS"), "utf8")).toBe("old\n");
      expect(readdirSync(folder)).toEqual(["release"]);
    }));

  test("refuses a folder that holds something else", () =>
    withTemporaryFolder(async (folder) => {
      writeFileSync(join(folder, "thesis.tex"), "");

      await expect(replaceReleaseFolder(folder, fill)).rejects.toThrow("holds no release, but thesis.tex");

      expect(existsSync(join(folder, "thesis.tex"))).toBe(true);
    }));
});
