/** Waiting for files to change: writes, renames, folders that go and come. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Changes, type Watched } from "../../src/store/changes.ts";
import { makeFolder } from "../support/project.ts";

/** Whatever waits here waits for a change, not for a time. */
setDefaultTimeout(60_000);

/** So long that nothing here is found by a mere look at its time. */
const NEVER_MS = 10 * 60_000;

test("Changes.look is true at first, then only after the files have changed", () => {
  using ground = makeGround();
  const { watched, file, folder } = ground;
  using changes = new Changes(NEVER_MS, new AbortController().signal);
  const acts: [string, () => void, boolean][] = [
    ["first", () => {}, true],
    ["nothing", () => {}, false],
    ["written", () => writeFileSync(file, "a"), true],
    ["beside", () => writeFileSync(join(folder, "beside"), "a"), false],
    ["grown", () => appendFileSync(file, "b"), true],
    ["replaced", () => renameSync(join(folder, "beside"), file), true],
    ["gone", () => rmSync(file), true],
    ["still gone", () => {}, false],
    ["folder gone", () => rmSync(folder, { recursive: true }), false],
    ["folder back", () => mkdirSync(folder), false],
    ["back", () => writeFileSync(file, "b"), true],
  ];
  for (const [what, act, expected] of acts) {
    act();
    expect({ what, is_new: changes.look(watched) }).toEqual({ what, is_new: expected });
  }
});

test("Changes.look is always true where there is nothing to look at", () => {
  using changes = new Changes(NEVER_MS, new AbortController().signal);
  for (let i = 0; i < 3; i++) expect(changes.look({ folders: [], files: [] })).toBe(true);
});

test("Changes.wait returns when something changes, also in a folder that was replaced", async () => {
  using ground = makeGround();
  const { watched, file, folder } = ground;
  using changes = new Changes(NEVER_MS, new AbortController().signal);
  changes.look(watched);
  const awaited = changes.wait();
  writeFileSync(file, "a");
  await awaited;
  expect(changes.look(watched)).toBe(true);
  renameSync(folder, `${folder}-old`);
  mkdirSync(folder);
  // The next look finds the new folder; from then on the system's signs are for that one.
  expect(changes.look(watched)).toBe(true);
  writeFileSync(file, "b");
  await changes.wait();
  expect(changes.look(watched)).toBe(true);
});

test("Changes.wait returns at once after a sign that came before it", async () => {
  using changes = new Changes(NEVER_MS, new AbortController().signal);
  changes.wake();
  await changes.wait();
});

test("Changes.wait returns by itself after its time", async () => {
  using changes = new Changes(1, new AbortController().signal);
  await changes.wait();
});

test("Changes.wait returns when all is ended, before or meanwhile", async () => {
  const end = new AbortController();
  using changes = new Changes(NEVER_MS, end.signal);
  const awaited = changes.wait();
  end.abort();
  await awaited;
  await changes.wait();
  using late = new Changes(NEVER_MS, end.signal);
  await late.wait();
});

function makeGround(): Disposable & { watched: Watched; folder: string; file: string } {
  const base = makeFolder();
  const folder = join(base.path, "watched");
  mkdirSync(folder);
  const file = join(folder, "file");
  return { ...base, folder, file, watched: { folders: [folder], files: [file] } };
}
