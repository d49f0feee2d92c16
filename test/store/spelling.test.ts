import { expect, test } from "bun:test";
import { join } from "node:path";
import { wholePath, withSlashes } from "../../src/store/spelling.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { ON_WINDOWS } from "../support/system.ts";

test("a path is told with slashes on every system, and to no terminal's harm", () => {
  expect(withSlashes(join("a", "b"))).toBe("a/b");
  expect(wholePath(join("a", "b\u001b[31m"))).toBe("a/b\\u001b[31m");
});

test("a backslash separates folders on Windows, and is a letter elsewhere", () => {
  expect(withSlashes("a\\b")).toBe(ON_WINDOWS ? "a/b" : "a\\b");
});

test("a StorageError tells its path with slashes, and has it as the system does", () => {
  const path = join("a", "b");
  expect(new StorageError("read", path, "it is no file")).toMatchObject({
    path,
    message: "cannot read a/b: it is no file",
  });
});
