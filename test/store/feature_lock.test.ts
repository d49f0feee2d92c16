import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ok, refuse } from "../../src/domain/refusal.ts";
import { type LockPlace, waitForFeatureLock, withFeatureLock } from "../../src/store/feature_lock.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import {
  answerOf,
  errorOf,
  filesBelow,
  makeFolder,
  makeProject,
  refusalOf,
  type TemporaryFolder,
  treeState,
} from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";

function makeLockPlace(): TemporaryFolder & { place: LockPlace } {
  const folder = makeFolder();
  return { ...folder, place: { path: join(folder.path, "locks", "a.lock"), base: folder.path } };
}

const done = () => ok("done");

test("withFeatureLock() gives back what the body gives back, its refusals too", async () => {
  using at = makeLockPlace();

  expect(await withFeatureLock(at.place, 0, done)).toEqual(ok("done"));
  expect(await withFeatureLock(at.place, 0, () => refuse("USAGE", "no"))).toEqual(refuse("USAGE", "no"));
});

test("withFeatureLock() leaves an empty lock file and nothing else, while it is held and after", async () => {
  using at = makeLockPlace();

  const during = answerOf(await withFeatureLock(at.place, 0, () => ok(filesBelow(at.path))));

  expect(during).toEqual(["locks/a.lock"]);
  expect(filesBelow(at.path)).toEqual(["locks/a.lock"]);
  expect(statSync(at.place.path).size).toBe(0);
});

test("withFeatureLock() releases the lock when the body throws", async () => {
  using at = makeLockPlace();
  const failing = () => {
    throw new Error("the body broke");
  };

  expect(await errorOf(() => withFeatureLock(at.place, 0, failing))).toEqual(new Error("the body broke"));
  expect(await withFeatureLock(at.place, 0, done)).toEqual(ok("done"));
});

test("withFeatureLock() lets two calls in one process take turns", async () => {
  using at = makeLockPlace();
  const counter = join(at.path, "counter");
  writeFileSync(counter, "0");
  const countUp = () => {
    writeFileSync(counter, String(Number(readFileSync(counter, "utf8")) + 1));
    return ok(undefined);
  };

  const calls = Array.from({ length: 20 }, () => withFeatureLock(at.place, 10_000, countUp));

  for (const call of await Promise.all(calls)) expect(call.ok).toBe(true);
  expect(readFileSync(counter, "utf8")).toBe("20");
});

test("withFeatureLock() with a timeout of 0 refuses at once while another call holds the lock", async () => {
  using at = makeLockPlace();
  let inner: Promise<unknown> = Promise.resolve();

  await withFeatureLock(at.place, 0, () => {
    inner = withFeatureLock(at.place, 0, done);
    return ok(undefined);
  });

  expect(await inner).toEqual(
    refuse("LOCK_TIMEOUT", "another process held the feature's lock for 0 s", {
      hint: "try again; --lock-timeout <seconds> waits longer",
      details: { lock: at.place.path, timeout_ms: 0 },
    }),
  );
});

test("withFeatureLock() does not keep features with other lock files apart", async () => {
  using at = makeLockPlace();
  const other = { ...at.place, path: join(at.path, "locks", "b.lock") };
  let inner: Promise<unknown> = Promise.resolve();

  await withFeatureLock(at.place, 0, () => {
    inner = withFeatureLock(other, 0, done);
    return ok(undefined);
  });

  expect(await inner).toEqual(ok("done"));
});

test("withFeatureLock() refuses a lock file that holds something, and leaves it as it is", async () => {
  using at = makeLockPlace();
  mkdirSync(join(at.path, "locks"));
  writeFileSync(at.place.path, "SQLite format 3\0");
  const before = treeState(at.path);

  const error = await errorOf(() => withFeatureLock(at.place, 0, done));

  expect(error).toBeInstanceOf(StorageError);
  expect(error).toMatchObject({
    message: `cannot lock ${withSlashes(at.place.path)}: it is not lanekeeper's lock file, which is empty`,
  });
  expect(treeState(at.path)).toEqual(before);
});

type Plant = [string, (path: string) => void];
const LINKS: Plant[] = [
  ["a link to a file", (path) => symlinkSync("../target", path)],
  ["a link to nowhere", (path) => symlinkSync("../gone", path)],
];
const PIPE: Plant = ["a pipe", (path) => void Bun.spawnSync(["mkfifo", path])];

test.each<Plant>([
  ["a folder", (path) => mkdirSync(path)],
  ...(CAN_LINK ? LINKS : []),
  ...(ON_WINDOWS ? [] : [PIPE]),
])("withFeatureLock() refuses %s in the place of the lock file", async (_, plant) => {
  using at = makeLockPlace();
  mkdirSync(join(at.path, "locks"));
  writeFileSync(join(at.path, "target"), "");
  plant(at.place.path);
  const before = treeState(at.path);

  expect(await errorOf(() => withFeatureLock(at.place, 0, done))).toBeInstanceOf(StorageError);
  expect(await errorOf(() => waitForFeatureLock(at.place, 0))).toBeInstanceOf(StorageError);

  expect(treeState(at.path)).toEqual(before);
});

test.skipIf(ON_WINDOWS)(
  "withFeatureLock() and waitForFeatureLock() refuse a file in the place of the lock's folder",
  async () => {
    using at = makeLockPlace();
    writeFileSync(join(at.path, "locks"), "");

    expect(await errorOf(() => withFeatureLock(at.place, 0, done))).toBeInstanceOf(StorageError);
    expect(await errorOf(() => waitForFeatureLock(at.place, 0))).toBeInstanceOf(StorageError);
  },
);

test.skipIf(!CAN_LINK)(
  "withFeatureLock() refuses a lock folder that is a link out of its base, and makes nothing there",
  async () => {
    using outside = makeFolder();
    using at = makeLockPlace();
    symlinkSync(outside.path, join(at.path, "locks"));

    const error = await errorOf(() => withFeatureLock(at.place, 0, done));

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ message: expect.stringContaining("it leads out of") });
    expect(Object.keys(treeState(outside.path))).toEqual([""]);
  },
);

test.skipIf(!CAN_LINK)(
  "emitStatusTransition() makes no folder where a planted .lanekeeper leads out of the project",
  async () => {
    using outside = makeFolder();
    using project = makeProject();
    symlinkSync(outside.path, join(project.root, ".lanekeeper"));

    const error = await errorOf(() => project.emit({ to_lane: "claimed" }));

    expect(error).toBeInstanceOf(StorageError);
    expect(existsSync(project.log_path)).toBe(false);
    expect(Object.keys(treeState(outside.path))).toEqual([""]);
  },
);

test("waitForFeatureLock() makes nothing where there is no lock file", async () => {
  using at = makeLockPlace();

  expect(await waitForFeatureLock(at.place, 0)).toEqual(ok(undefined));

  expect(Object.keys(treeState(at.path))).toEqual([""]);
});

test("waitForFeatureLock() changes nothing where nobody holds the lock", async () => {
  using at = makeLockPlace();
  await withFeatureLock(at.place, 0, done);
  const before = treeState(at.path);

  expect(await waitForFeatureLock(at.place, 0)).toEqual(ok(undefined));

  expect(treeState(at.path)).toEqual(before);
});

test("waitForFeatureLock() refuses while the lock is held", async () => {
  using at = makeLockPlace();
  let waiting: Promise<unknown> = Promise.resolve();

  await withFeatureLock(at.place, 0, () => {
    waiting = waitForFeatureLock(at.place, 0);
    return ok(undefined);
  });

  expect(refusalOf((await waiting) as ReturnType<typeof refuse>).code).toBe("LOCK_TIMEOUT");
});
