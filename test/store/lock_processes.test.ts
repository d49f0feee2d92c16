import { expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ok } from "../../src/domain/refusal.ts";
import { type LockPlace, waitForFeatureLock, withFeatureLock } from "../../src/store/feature_lock.ts";
import { filesBelow, makeFolder, refusalOf, type TemporaryFolder } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";
import { startHolder } from "./holder.ts";

const COUNTER = join(import.meta.dir, "count_under_lock.ts");

const done = () => ok("done");

function makeLockPlace(): TemporaryFolder & { place: LockPlace } {
  const folder = makeFolder();
  return { ...folder, place: { path: join(folder.path, "a.lock"), base: folder.path } };
}

test("withFeatureLock() keeps processes apart: none of their steps is lost", async () => {
  using at = makeLockPlace();
  const counter = join(at.path, "counter");
  writeFileSync(counter, "0");
  const command = [process.execPath, COUNTER, at.place.path, at.place.base, counter, "25"];

  const processes = Array.from({ length: 4 }, () => Bun.spawn(command, { stderr: "inherit" }));
  const exit_codes = await Promise.all(processes.map((process) => process.exited));

  expect(exit_codes).toEqual([0, 0, 0, 0]);
  expect(readFileSync(counter, "utf8")).toBe("100");
  expect(filesBelow(at.path)).toEqual(["a.lock", "counter"]);
  expect(statSync(at.place.path).size).toBe(0);
});

test("withFeatureLock() refuses with LOCK_TIMEOUT while another process holds the lock", async () => {
  using at = makeLockPlace();
  await using holder = await startHolder(at.place);

  expect(refusalOf(await withFeatureLock(at.place, 0, done)).code).toBe("LOCK_TIMEOUT");
  expect(refusalOf(await withFeatureLock(at.place, 30, done))).toMatchObject({
    code: "LOCK_TIMEOUT",
    message: "another process held the feature's lock for 0.03 s",
  });
  expect(refusalOf(await waitForFeatureLock(at.place, 0)).code).toBe("LOCK_TIMEOUT");
  expect(await holder.finish()).toBe("released");
});

test("withFeatureLock() waits until another process releases the lock", async () => {
  using at = makeLockPlace();
  await using holder = await startHolder(at.place);
  const waiting = withFeatureLock(at.place, 30_000, done);

  expect(await holder.finish()).toBe("released");

  expect(await waiting).toEqual(ok("done"));
});

test("withFeatureLock() gets the lock of a holder that was killed", async () => {
  using at = makeLockPlace();
  await using holder = await startHolder(at.place);

  holder.kill("SIGKILL");
  await holder.exited;

  expect(await withFeatureLock(at.place, 0, done)).toEqual(ok("done"));
  expect(filesBelow(at.path)).toEqual(["a.lock"]);
});

test.skipIf(ON_WINDOWS)(
  "withFeatureLock() does not steal the lock of a stopped holder, which then goes on",
  async () => {
    using at = makeLockPlace();
    await using holder = await startHolder(at.place);

    holder.kill("SIGSTOP");
    expect(refusalOf(await withFeatureLock(at.place, 50, done)).code).toBe("LOCK_TIMEOUT");
    holder.kill("SIGCONT");

    expect(await holder.finish()).toBe("released");
    expect(await withFeatureLock(at.place, 0, done)).toEqual(ok("done"));
  },
);

test("withFeatureLock() gets the lock of a killed holder although a child of it lives on", async () => {
  using at = makeLockPlace();
  await using holder = await startHolder(at.place, "with-child");

  holder.kill("SIGKILL");
  await holder.exited;

  expect(await withFeatureLock(at.place, 0, done)).toEqual(ok("done"));
});
