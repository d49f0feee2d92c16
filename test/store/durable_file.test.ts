import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createFile, readFrom, replaceFile, syncDirectory } from "../../src/store/durable_file.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { errorOf, filesBelow, makeFolder, treeState } from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";

const NEW = Buffer.from("new\r\n\0\xff", "latin1");

describe("replaceFile()", () => {
  test.skipIf(ON_WINDOWS).each([0o600, 0o644, 0o755, 0o444])(
    "replaces the content and keeps the mode %o",
    (mode) => {
      using folder = makeFolder();
      const path = join(folder.path, "page.md");
      writeFileSync(path, "a much longer old text");
      chmodSync(path, mode);

      replaceFile(path, NEW);

      expect(readFileSync(path)).toEqual(NEW);
      expect(statSync(path).mode & 0o7777).toBe(mode);
      expect(filesBelow(folder.path)).toEqual(["page.md"]);
    },
  );

  test("makes a file that is not there, with the rights that the umask leaves", () => {
    using folder = makeFolder();
    const path = join(folder.path, "status.json");

    replaceFile(path, NEW);

    expect(readFileSync(path)).toEqual(NEW);
    expect(statSync(path).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  test.skipIf(ON_WINDOWS)("puts another file in place, so that a reader of the old one reads on", () => {
    using folder = makeFolder();
    const path = join(folder.path, "status.json");
    writeFileSync(path, "old");
    const reader = openSync(path, "r");

    replaceFile(path, NEW);

    expect(readFileSync(reader, "utf8")).toBe("old");
    closeSync(reader);
  });

  test.skipIf(ON_WINDOWS)("leaves no temporary file when the target is a folder", async () => {
    using folder = makeFolder();
    const path = join(folder.path, "status.json");
    mkdirSync(path);

    const error = await errorOf(() => replaceFile(path, NEW));

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({
      errno: "EISDIR",
      message: `cannot replace ${withSlashes(path)}: it is a folder (EISDIR)`,
    });
    expect(filesBelow(folder.path)).toEqual([]);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  test("refuses a folder that is not there", async () => {
    using folder = makeFolder();

    expect(await errorOf(() => replaceFile(join(folder.path, "gone", "x"), NEW))).toMatchObject({
      errno: "ENOENT",
    });
    expect(filesBelow(folder.path)).toEqual([]);
  });

  test("sweeps away what a killed writer left", () => {
    using folder = makeFolder();
    const path = join(folder.path, "status.json");
    const leftover = join(folder.path, ".status.json.lane-tmp");
    writeFileSync(leftover, "half of something");
    chmodSync(leftover, 0o777);

    replaceFile(path, NEW);

    expect(readFileSync(path)).toEqual(NEW);
    expect(statSync(path).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(filesBelow(folder.path)).toEqual(["status.json"]);
  });

  test("never follows a link that was planted under the temporary name", () => {
    using folder = makeFolder();
    const path = join(folder.path, "status.json");
    const victim = join(folder.path, "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, join(folder.path, ".status.json.lane-tmp"));

    replaceFile(path, NEW);

    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(lstatSync(path).isFile()).toBe(true);
    expect(filesBelow(folder.path)).toEqual(["status.json", "victim"]);
  });

  test("leaves the target alone when a folder stands under the temporary name", async () => {
    using folder = makeFolder();
    const path = join(folder.path, "status.json");
    writeFileSync(path, "old");
    mkdirSync(join(folder.path, ".status.json.lane-tmp"));
    const before = treeState(folder.path);

    expect(await errorOf(() => replaceFile(path, NEW))).toBeInstanceOf(StorageError);

    expect(treeState(folder.path)).toEqual(before);
  });

  test.each([
    ["of 255 bytes", `${"x".repeat(252)}.md`],
    ["of 249 bytes in three-byte characters", `${"仕".repeat(82)}.md`],
    ["of 250 bytes that can't be cut between units", `ab${"🙂".repeat(62)}`],
    ["of 251 bytes that can't be cut between units", `abc${"🙂".repeat(62)}`],
    ["of 255 bytes in four-byte characters", `${"🙂".repeat(63)}.md`],
  ])("replaces a file with a name %s", (_, name) => {
    using folder = makeFolder();
    writeFileSync(join(folder.path, name), "old");

    replaceFile(join(folder.path, name), NEW);

    expect(readFileSync(join(folder.path, name))).toEqual(NEW);
    expect(filesBelow(folder.path)).toEqual([name]);
  });
});

describe("createFile()", () => {
  test("makes a whole new file", () => {
    using folder = makeFolder();

    createFile(join(folder.path, "meta.json"), NEW);

    expect(readFileSync(join(folder.path, "meta.json"))).toEqual(NEW);
  });

  test("refuses a name that is taken, and leaves the file as it is", async () => {
    using folder = makeFolder();
    const path = join(folder.path, "meta.json");
    writeFileSync(path, "old");
    const before = treeState(folder.path);

    const error = await errorOf(() => createFile(path, NEW));

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ errno: "EEXIST", path });
    expect(treeState(folder.path)).toEqual(before);
  });

  test.skipIf(!CAN_LINK)("refuses a name that a link to nowhere takes, and does not follow it", async () => {
    using folder = makeFolder();
    symlinkSync(join(folder.path, "elsewhere"), join(folder.path, "meta.json"));

    expect(await errorOf(() => createFile(join(folder.path, "meta.json"), NEW))).toMatchObject({
      errno: "EEXIST",
    });
    expect(existsSync(join(folder.path, "elsewhere"))).toBe(false);
  });
});

test.each([
  [0, "abc"],
  [1, "bc"],
  [3, ""],
  [9, ""],
])("readFrom() reads from byte %d to the end", (offset_bytes, expected) => {
  using folder = makeFolder();
  const path = join(folder.path, "file");
  writeFileSync(path, "abc");
  const fd = openSync(path, "r");

  expect(Buffer.from(readFrom(fd, path, offset_bytes)).toString()).toBe(expected);
  closeSync(fd);
});

test.skipIf(ON_WINDOWS)("syncDirectory() refuses what is no folder", async () => {
  using folder = makeFolder();
  const path = join(folder.path, "file");
  writeFileSync(path, "");

  expect(() => syncDirectory(folder.path)).not.toThrow();
  expect(await errorOf(() => syncDirectory(path))).toMatchObject({ errno: "ENOTDIR" });
});
