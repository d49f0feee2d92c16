import { expect, test } from "bun:test";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLog, readLog } from "../../src/store/event_log.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { answerOf, errorOf, lineAt, makeFolder, makeProject, SLUG } from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";

const place = (path: string) => ({ path, shown: "the log", feature_slug: SLUG });

test.each([
  ["readLog", readLog],
  ["openLog", openLog],
])("%s() refuses a folder under the log's name", async (_, open) => {
  using folder = makeFolder();
  const path = join(folder.path, "status.events.jsonl");
  mkdirSync(path);

  const error = await errorOf(() => open(place(path)));

  expect(error).toBeInstanceOf(StorageError);
  expect(error).toMatchObject({ message: "cannot read the log: it is no file", outcome_unknown: false });
});

test.skipIf(ON_WINDOWS).each([
  ["readLog", readLog],
  ["openLog", openLog],
])("%s() refuses a pipe under the log's name, and does not wait for its other end", async (_, open) => {
  using folder = makeFolder();
  const path = join(folder.path, "status.events.jsonl");
  Bun.spawnSync(["mkfifo", path]);

  expect(await errorOf(() => open(place(path)))).toMatchObject({
    message: "cannot read the log: it is no file",
  });
});

test.skipIf(ON_WINDOWS)("readLog() refuses a log below something that is no folder", async () => {
  using folder = makeFolder();
  writeFileSync(join(folder.path, "file"), "");

  expect(await errorOf(() => readLog(place(join(folder.path, "file", "log"))))).toMatchObject({
    errno: "ENOTDIR",
    message: "cannot open the log: a part of its path is no folder (ENOTDIR)",
  });
});

test.skipIf(!CAN_LINK)("readLog() refuses a loop of links", async () => {
  using folder = makeFolder();
  const path = join(folder.path, "log");
  symlinkSync("log", path);

  expect(await errorOf(() => readLog(place(path)))).toMatchObject({ errno: "ELOOP" });
});

test.skipIf(!CAN_LINK)("openFeature() refuses a log that is a link to nowhere", async () => {
  using project = makeProject();
  symlinkSync("gone.jsonl", project.log_path);

  const error = await errorOf(project.open);

  expect(error).toBeInstanceOf(StorageError);
  expect(error).toMatchObject({ message: expect.stringContaining("a link that leads nowhere") });
});

test.skipIf(!CAN_LINK)("openFeature() refuses a log that is a link out of the project", async () => {
  using outside = makeFolder();
  using project = makeProject();
  const target = join(outside.path, "log.jsonl");
  writeFileSync(target, lineAt(1));
  symlinkSync(target, project.log_path);

  const error = await errorOf(project.open);

  expect(error).toBeInstanceOf(StorageError);
  expect(error).toMatchObject({
    message: `cannot use ${project.log_path}: it leads out of ${project.root}, to ${target}`,
  });
});

test.skipIf(!CAN_LINK)("openFeature() follows a log that is a link inside the project", async () => {
  using project = makeProject();
  await project.walk("claimed");
  renameSync(project.log_path, join(project.root, "log.jsonl"));
  symlinkSync("../../log.jsonl", project.log_path);

  const { log } = await project.open();

  expect(log.path).toBe(join(project.root, "log.jsonl"));
  expect(answerOf(readLog(log)).events).toHaveLength(1);
});
