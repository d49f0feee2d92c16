import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { attempt, errnoOf, StorageError } from "../../src/store/storage_error.ts";
import { errorOf } from "../support/project.ts";

test("StorageError says what was tried, where, and what the system's name for the fault means", () => {
  const cause = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const error = new StorageError("append to", "/log", cause);

  expect(error.message).toBe("cannot append to /log: the disk is full (ENOSPC)");
  expect(error).toMatchObject({
    name: "StorageError",
    path: "/log",
    errno: "ENOSPC",
    outcome_unknown: false,
  });
  expect(error.cause).toBe(cause);
});

test("StorageError says that the outcome is unknown where it is", () => {
  const error = new StorageError("sync", "/log", "it broke", { outcome_unknown: true });

  expect(error.message).toBe("cannot sync /log: it broke; outcome unknown: it may be recorded");
  expect(error.outcome_unknown).toBe(true);
});

test.each([
  ["a text", "it is no file", "it is no file", undefined],
  ["a fault without a name", new Error("odd"), "odd", undefined],
  [
    "a fault with a name that it has no words for",
    Object.assign(new Error("odd"), { code: "EODD" }),
    "odd",
    "EODD",
  ],
  ["something that is no error", 7, "7", undefined],
])("StorageError takes %s for a cause", (_, cause, words, errno) => {
  expect(new StorageError("read", "/log", cause)).toMatchObject({
    message: `cannot read /log: ${words}`,
    errno,
  });
});

test("attempt() makes a StorageError of what the system refuses", async () => {
  expect(
    await errorOf(() => attempt("read", "the log", () => readFileSync("/nowhere/at/all"))),
  ).toMatchObject({
    name: "StorageError",
    message: "cannot read the log: it is not there (ENOENT)",
    path: "the log",
  });
});

test("attempt() gives back the result, and passes a StorageError on as it is", async () => {
  const inner = new StorageError("sync", "/inner", "it broke");

  expect(attempt("read", "/outer", () => 7)).toBe(7);
  expect(
    await errorOf(() =>
      attempt("read", "/outer", () => {
        throw inner;
      }),
    ),
  ).toBe(inner);
});

test("errnoOf() knows only texts for names", () => {
  expect([errnoOf({ code: "EIO" }), errnoOf({ code: 5 }), errnoOf(null), errnoOf("EIO")]).toEqual([
    "EIO",
    undefined,
    undefined,
    undefined,
  ]);
});
