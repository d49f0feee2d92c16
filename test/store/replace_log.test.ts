import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { LogPlace } from "../../src/store/event_log.ts";
import { readLogBytes } from "../../src/store/event_log.ts";
import { replaceLog, stageLog, swapIn } from "../../src/store/replace_log.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { errorOf, filesBelow, makeFolder, type TemporaryFolder, treeState } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";

const BEFORE = Buffer.from('{"type": "note"}\n\xff\n', "latin1");
const AFTER = Buffer.concat([BEFORE, Buffer.from("new\n")]);

/** A folder for a log; with a log in it unless there is to be none. */
function makeLog(bytes?: Uint8Array): TemporaryFolder & { place: LogPlace } {
  const folder = makeFolder();
  const path = join(folder.path, "status.events.jsonl");
  if (bytes !== undefined) writeFileSync(path, bytes);
  return { ...folder, place: { path, shown: "status.events.jsonl", feature_slug: "034" } };
}

describe("readLogBytes()", () => {
  test("gives every byte as it is, and tells an empty log from none", () => {
    using log = makeLog(BEFORE);
    expect(readLogBytes(log.place)).toEqual(BEFORE);
    writeFileSync(log.place.path, "");
    expect(readLogBytes(log.place)).toEqual(Buffer.from(""));
    using none = makeLog();
    expect(readLogBytes(none.place)).toBeUndefined();
  });
});

describe("replaceLog()", () => {
  test.skipIf(ON_WINDOWS)(
    "puts the new log in the place of the old one, with its mode, and leaves nothing else behind",
    () => {
      using log = makeLog(BEFORE);
      chmodSync(log.place.path, 0o640);

      replaceLog(log.place, BEFORE, AFTER);

      expect(readFileSync(log.place.path)).toEqual(AFTER);
      expect(statSync(log.place.path).mode & 0o7777).toBe(0o640);
      expect(filesBelow(log.path)).toEqual(["status.events.jsonl"]);
    },
  );

  test("makes a log where there was none", () => {
    using log = makeLog();
    replaceLog(log.place, undefined, AFTER);
    expect(readFileSync(log.place.path)).toEqual(AFTER);
    expect(filesBelow(log.path)).toEqual(["status.events.jsonl"]);
  });

  test.each([
    ["another log than was read", BEFORE.subarray(1), BEFORE],
    ["a log that has grown", BEFORE, AFTER],
    ["a log where there was none", undefined, BEFORE],
    ["an empty log where there was none", undefined, Buffer.from("")],
    ["no log any more", BEFORE, undefined],
  ])("writes nothing over %s", async (_, before, found) => {
    using log = makeLog(found);
    const state = treeState(log.path);

    const error = await errorOf(() => replaceLog(log.place, before, AFTER));

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({
      message: "cannot replace status.events.jsonl: it was changed meanwhile; nothing is written",
      outcome_unknown: false,
    });
    expect(treeState(log.path)["status.events.jsonl"]).toEqual(state["status.events.jsonl"] as string);
    expect(filesBelow(log.path)).toEqual(found === undefined ? [] : ["status.events.jsonl"]);
  });

  test("sweeps away what a killed writer left, and follows no link that lies in its way", () => {
    using log = makeLog(BEFORE);
    const victim = join(log.path, "victim");
    writeFileSync(victim, "mine");
    symlinkSync(victim, join(log.path, ".status.events.jsonl.lane-tmp"));

    replaceLog(log.place, BEFORE, AFTER);

    expect(readFileSync(victim, "utf8")).toBe("mine");
    expect(filesBelow(log.path)).toEqual(["status.events.jsonl", "victim"]);
  });

  test("refuses what is no file", async () => {
    using log = makeLog();
    mkdirSync(log.place.path);
    expect(await errorOf(() => replaceLog(log.place, undefined, AFTER))).toMatchObject({
      message: "cannot read status.events.jsonl: it is no file",
    });
    expect(filesBelow(log.path)).toEqual([]);
  });
});

// Windows has no modes, and replaces no file that is open: what is skipped there holds one open.
describe("stageLog() and swapIn(), the halves of replaceLog()", () => {
  test("the old log stands, whole, while the new one only lies beside it", () => {
    using log = makeLog(BEFORE);
    stageLog(log.place, BEFORE, AFTER);
    expect(readFileSync(log.place.path)).toEqual(BEFORE);
  });

  test.skipIf(ON_WINDOWS)("what others append between them is carried over to the new log", () => {
    using log = makeLog(BEFORE);
    const staged = stageLog(log.place, BEFORE, AFTER);
    appendFileSync(log.place.path, "others\n");

    swapIn(staged);

    expect(readFileSync(log.place.path, "latin1")).toBe(`${AFTER.toString("latin1")}others\n`);
  });

  test.skipIf(ON_WINDOWS)(
    "what others append by the open old file before the second look is carried over too, once",
    () => {
      using log = makeLog(BEFORE);
      const others = openSync(log.place.path, "a");
      const staged = stageLog(log.place, BEFORE, AFTER);
      writeSync(others, "first\n");
      writeSync(others, "second\n");
      closeSync(others);

      swapIn(staged);

      expect(readFileSync(log.place.path, "latin1")).toBe(`${AFTER.toString("latin1")}first\nsecond\n`);
    },
  );

  test.skipIf(ON_WINDOWS)("a log that was replaced between them is left alone", async () => {
    using log = makeLog(BEFORE);
    const staged = stageLog(log.place, BEFORE, AFTER);
    writeFileSync(`${log.place.path}.new`, BEFORE);
    renameSync(`${log.place.path}.new`, log.place.path);

    expect(await errorOf(() => swapIn(staged))).toMatchObject({
      message: "cannot replace status.events.jsonl: it was changed meanwhile; nothing is written",
    });
    expect(readFileSync(log.place.path)).toEqual(BEFORE);
    expect(filesBelow(log.path)).toEqual(["status.events.jsonl"]);
  });

  test("a log that somebody else made between them is left alone", async () => {
    using log = makeLog();
    const staged = stageLog(log.place, undefined, AFTER);
    writeFileSync(log.place.path, "others\n");

    expect(await errorOf(() => swapIn(staged))).toMatchObject({
      message: "cannot replace status.events.jsonl: it was changed meanwhile; nothing is written",
    });
    expect(readFileSync(log.place.path, "utf8")).toBe("others\n");
    expect(filesBelow(log.path)).toEqual(["status.events.jsonl"]);
  });

  test("on Windows, which replaces no open file, the old log is closed before", () => {
    using log = makeLog(BEFORE);
    const staged = stageLog(log.place, BEFORE, AFTER);
    const { old_fd } = staged;

    swapIn(staged, true);

    expect(staged.old_fd).toBeUndefined();
    expect(() => fstatSync(old_fd as number)).toThrow("EBADF");
    expect(readFileSync(log.place.path)).toEqual(AFTER);
  });

  test("on Windows a log that has grown between them is left alone", async () => {
    using log = makeLog(BEFORE);
    const staged = stageLog(log.place, BEFORE, AFTER);
    appendFileSync(log.place.path, "others\n");

    expect(await errorOf(() => swapIn(staged, true))).toMatchObject({
      message: "cannot replace status.events.jsonl: it was changed meanwhile; nothing is written",
    });
    expect(filesBelow(log.path)).toEqual(["status.events.jsonl"]);
  });
});
