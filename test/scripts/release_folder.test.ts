import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTemporaryFolder } from "../../scripts/project.ts";
import { replaceReleaseFolder } from "../../scripts/release/release_folder.ts";

const SUMS_OF_OLD = `${"0".repeat(64)}  lane.cdx.json\n${"0".repeat(64)}  lane-of-old.zip\n`;
const OLD = { SHA256SUMS: SUMS_OF_OLD, "lane.cdx.json": "", "lane-of-old.zip": "" };
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
      write(out, OLD);

      await replaceReleaseFolder(out, fill);

      expect(readdirSync(folder)).toEqual(["release"]);
      expect(readdirSync(out)).toEqual(["SHA256SUMS"]);
    }));

  test("keeps the older release where the new one can't be made", () =>
    withTemporaryFolder(async (folder) => {
      const out = join(folder, "release");
      write(out, OLD);

      await expect(replaceReleaseFolder(out, fail)).rejects.toThrow("a runtime can't be had");

      expect(readFileSync(join(out, "SHA256SUMS"), "utf8")).toBe(SUMS_OF_OLD);
      expect(readdirSync(folder)).toEqual(["release"]);
    }));

  test.each([
    ["", { "thesis.tex": "" }, "thesis.tex"],
    [
      ", beside the sums of another download",
      { SHA256SUMS: `${"0".repeat(64)}  debian.iso\n` },
      "SHA256SUMS",
    ],
    [", beside a release", { ...OLD, "thesis.tex": "" }, "thesis.tex"],
    [", in number", { a: "", b: "", c: "", d: "" }, "a, b, c and more"],
  ])("refuses a folder that holds something else%s", (_, files, named) =>
    withTemporaryFolder(async (folder) => {
      write(folder, files);

      await expect(replaceReleaseFolder(folder, fill)).rejects.toThrow(`of no release: ${named}.\nHint: `);

      expect(readdirSync(folder).toSorted()).toEqual(Object.keys(files).toSorted());
    }),
  );

  test("refuses a file", () =>
    withTemporaryFolder(async (folder) => {
      write(folder, { "thesis.tex": "" });

      await expect(replaceReleaseFolder(join(folder, "thesis.tex"), fill)).rejects.toThrow("is a file");
    }));
});

function write(folder: string, files: Record<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
