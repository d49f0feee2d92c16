/** `examine()` beside writers: it writes nothing, and speaks of a torn write only when nobody is at it. */

import { expect, test } from "bun:test";
import { appendFileSync, existsSync } from "node:fs";
import { examine } from "../../src/repair/examine.ts";
import { startHolder } from "../store/holder.ts";
import {
  codesAndLines,
  examinationOf,
  findingsIn,
  NOW_US,
  projectWithLog,
  SOUND_LINES,
} from "../support/checks.ts";
import { treeState } from "../support/project.ts";

const [FIRST = "", SECOND = ""] = SOUND_LINES;
const HALF = SECOND.slice(0, 60);

test.each([
  ["a sound log", FIRST + SECOND],
  ["a torn one", FIRST + HALF],
  ["one that is damaged all over", "x\n\0\n=======\n"],
])("examine() of %s writes nothing and makes no lock file", async (_, log) => {
  using project = projectWithLog(log);
  const before = treeState(project.root);
  await findingsIn(project);
  expect(treeState(project.root)).toEqual(before);
  expect(existsSync((await project.open()).lock.path)).toBe(false);
});

test("a lock that is held changes nothing that is found in a log without a torn write", async () => {
  using project = projectWithLog(`x\n${FIRST}`);
  const feature = await project.open();
  const free = (await examinationOf(project)).findings;
  await using _holder = await startHolder(feature.lock);
  expect((await examine(feature, { now_us: NOW_US, lock_timeout_ms: 0 })).findings).toEqual(free);
});

test("a torn write under way is looked at again when its writer is done", async () => {
  using project = projectWithLog(FIRST + HALF);
  const feature = await project.open();
  await using holder = await startHolder(feature.lock);
  const examined = examine(feature, { now_us: NOW_US, lock_timeout_ms: 10_000 });
  appendFileSync(project.log_path, SECOND.slice(HALF.length));
  await holder.finish();
  expect((await examined).findings).toEqual([]);
});

test("a torn write whose writer is gone is told, though its lock file is there", async () => {
  using project = projectWithLog(FIRST + HALF);
  const feature = await project.open();
  {
    await using holder = await startHolder(feature.lock);
    holder.kill("SIGKILL");
    await holder.exited;
  }
  const before = treeState(project.root);
  expect(codesAndLines(await findingsIn(project))).toEqual(["LOG_TORN 2"]);
  expect(treeState(project.root)).toEqual(before);
});

test("a torn write whose writer does not let go is told with that, and with all else", async () => {
  using project = projectWithLog(`x\n${FIRST}${HALF}`);
  const feature = await project.open();
  await using _holder = await startHolder(feature.lock);
  const { findings } = await examine(feature, { now_us: NOW_US, lock_timeout_ms: 30 });
  expect(codesAndLines(findings)).toEqual(["LOG_LINE_INVALID 1", "LOG_TORN 3"]);
  expect(findings[1]?.message).toEndWith(
    "; another process held the feature's lock for 0.03 s, and may still be writing",
  );
});
