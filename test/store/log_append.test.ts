import { expect, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { appendToLog, closeLog, openLog, readLogFile } from "../../src/store/event_log.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { answerOf, errorOf, filesBelow, lineAt, makeFolder, SLUG } from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";

const OLD = lineAt(1);
const OURS = lineAt(2, { from_lane: "claimed", to_lane: "in_progress" });
const THEIRS = lineAt(3, { wp_id: "WP02", actor: "anna" });

/** A log in a folder of its own, opened; `meanwhile` happens after it is read. */
function makeOpenLog(content: string | undefined, git_index_lock?: (folder: string) => string) {
  const folder = makeFolder();
  const path = join(folder.path, "status.events.jsonl");
  if (content !== undefined) writeFileSync(path, content);
  const file = openLog({
    path,
    shown: "the log",
    feature_slug: SLUG,
    git_index_lock: git_index_lock?.(folder.path),
  });
  const log = { ...file, content: answerOf(readLogFile(file)) };
  return {
    path,
    folder: folder.path,
    log,
    text: () => readFileSync(path, "utf8"),
    [Symbol.dispose]: () => {
      closeLog(log);
      folder[Symbol.dispose]();
    },
  };
}

test("appendToLog() adds one line, and leaves the old bytes as they are", () => {
  const before = `\ufeff${OLD.replace("\n", "\r\n")}\n{"type": "note"}\n`;
  using open = makeOpenLog(before);

  expect(appendToLog(open.log, OURS)).toEqual({ kind: "appended", others: [] });

  expect(open.text()).toBe(before + OURS);
  expect(filesBelow(open.folder)).toEqual(["status.events.jsonl"]);
});

test("appendToLog() writes the line end that the last line lacks first", () => {
  using open = makeOpenLog(OLD.trimEnd());

  expect(appendToLog(open.log, OURS)).toEqual({ kind: "appended", others: [] });

  expect(open.text()).toBe(OLD + OURS);
});

test("appendToLog() writes no line end before the first line of an empty log", () => {
  using open = makeOpenLog("");

  appendToLog(open.log, OURS);

  expect(open.text()).toBe(OURS);
});

test("appendToLog() makes a log that is not there, with the rights that the umask leaves", () => {
  using open = makeOpenLog(undefined);

  expect(appendToLog(open.log, OURS)).toEqual({ kind: "appended", others: [] });

  expect(open.text()).toBe(OURS);
  expect(statSync(open.path).mode & 0o777).toBe(0o666 & ~process.umask());
});

test("openLog() makes no log", () => {
  using open = makeOpenLog(undefined);

  expect(open.log.fd).toBeUndefined();
  expect(existsSync(open.path)).toBe(false);
});

test("appendToLog() says replaced when somebody else made the log first, and writes nothing", () => {
  using open = makeOpenLog(undefined);
  writeFileSync(open.path, THEIRS);

  expect(appendToLog(open.log, OURS)).toEqual({ kind: "replaced" });

  expect(open.text()).toBe(THEIRS);
});

test.skipIf(!CAN_LINK)(
  "appendToLog() does not follow a link that was planted under the name of a missing log",
  () => {
    using open = makeOpenLog(undefined);
    symlinkSync("elsewhere", open.path);

    expect(appendToLog(open.log, OURS)).toEqual({ kind: "replaced" });

    expect(existsSync(join(open.folder, "elsewhere"))).toBe(false);
  },
);

test.skipIf(ON_WINDOWS)(
  "appendToLog() says replaced when another file was put in place, and leaves that file alone",
  () => {
    using open = makeOpenLog(OLD);
    writeFileSync(join(open.folder, "checkout"), THEIRS);
    renameSync(join(open.folder, "checkout"), open.path);

    expect(appendToLog(open.log, OURS)).toEqual({ kind: "replaced" });

    expect(open.text()).toBe(THEIRS);
  },
);

test("appendToLog() says replaced when the log was removed", () => {
  using open = makeOpenLog(OLD);
  rmSync(open.path);

  expect(appendToLog(open.log, OURS)).toEqual({ kind: "replaced" });

  expect(existsSync(open.path)).toBe(false);
});

test("appendToLog() does not take another name of the same file for another file", () => {
  using open = makeOpenLog(OLD);
  linkSync(open.path, join(open.folder, "second-name"));
  renameSync(join(open.folder, "second-name"), open.path);

  expect(appendToLog(open.log, OURS)).toMatchObject({ kind: "appended" });

  expect(open.text()).toBe(OLD + OURS);
});

test("appendToLog() gives all new events when somebody without our lock appended too", () => {
  using open = makeOpenLog(OLD);
  appendFileSync(open.path, THEIRS);

  const appended = appendToLog(open.log, OURS);

  expect(open.text()).toBe(OLD + THEIRS + OURS);
  expect(appended).toMatchObject({
    kind: "appended",
    others: [
      { wp_id: "WP02", actor: "anna" },
      { wp_id: "WP01", to_lane: "in_progress" },
    ],
  });
});

test("appendToLog() reads past a blank line that two writers of a missing line end make", () => {
  using open = makeOpenLog(OLD.trimEnd());
  appendFileSync(open.path, `\n${THEIRS}`);

  expect(appendToLog(open.log, OURS)).toMatchObject({ others: [{ wp_id: "WP02" }, { wp_id: "WP01" }] });

  expect(open.text()).toBe(`${OLD}${THEIRS}\n${OURS}`);
});

test.each([
  ["half a line", (path: string) => appendFileSync(path, THEIRS.slice(0, 40))],
  ["a whole line without its end", (path: string) => appendFileSync(path, THEIRS.trimEnd())],
  ["a cut of the old lines", (path: string) => writeFileSync(path, "")],
])(
  "appendToLog() says outcome unknown after %s by somebody else, and takes nothing back",
  async (_, meanwhile) => {
    using open = makeOpenLog(OLD);
    meanwhile(open.path);
    const before = open.text();

    const error = await errorOf(() => appendToLog(open.log, OURS));

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({
      outcome_unknown: true,
      message: expect.stringContaining("outcome unknown: it may be recorded"),
    });
    expect(open.text()).toBe(before + OURS);
  },
);

test("appendToLog() can be called again on the same open log", () => {
  using open = makeOpenLog(OLD);
  appendToLog(open.log, OURS);

  const second = appendToLog(open.log, THEIRS);

  expect(second).toMatchObject({ others: [{ wp_id: "WP01" }, { wp_id: "WP02" }] });
  expect(open.text()).toBe(OLD + OURS + THEIRS);
});

/** Git looked at the file before we append, and puts another one in its place after that. */
const CHECKOUT = `
cd "$1"
sleep 0.2
cp before new
mv new status.events.jsonl
rm index.lock`;

test("appendToLog() sees that git, which holds its lock, replaces the file after the append", async () => {
  using open = makeOpenLog(OLD, (folder) => join(folder, "index.lock"));
  for (const name of ["before", "index.lock"]) writeFileSync(join(open.folder, name), OLD);
  const git = Bun.spawn(["sh", "-c", CHECKOUT, "sh", open.folder]);

  expect(appendToLog(open.log, OURS)).toEqual({ kind: "replaced" });

  expect(await git.exited).toBe(0);
  expect(open.text()).toBe(OLD);
});

test.each([
  ["nobody lets go", 0],
  ["a git left behind that was killed", 60],
])("appendToLog() goes on beside a lock that %s", (_, age_s) => {
  using open = makeOpenLog(OLD, (folder) => join(folder, "index.lock"));
  const lock = join(open.folder, "index.lock");
  writeFileSync(lock, "");
  const made_s = Date.now() / 1000 - age_s;
  utimesSync(lock, made_s, made_s);

  expect(appendToLog(open.log, OURS)).toEqual({ kind: "appended", others: [] });

  expect(open.text()).toBe(OLD + OURS);
});
