import { expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";

const SCRIPT = join(import.meta.dir, "append_under_limit.ts");
const LIMIT_BYTES = 2048;

/** Appends where no file can grow past 2 KiB: a short write, or none, as on a full disk. */
function appendUnderLimit(path: string, bytes: string, size_before_bytes: number) {
  const shell = ["bash", "-c", 'ulimit -f 2; exec "$@"', "bash", process.execPath];
  const { stdout, stderr } = Bun.spawnSync([...shell, SCRIPT, path, bytes, String(size_before_bytes)]);
  if (stdout.length === 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

// Windows has no limit for the size of a process's files (`ulimit -f`).
test.skipIf(ON_WINDOWS)("appendDurably() appends what still fits", () => {
  using folder = makeFolder();
  const path = join(folder.path, "log");
  const old = "o".repeat(LIMIT_BYTES - 100);
  writeFileSync(path, old);

  expect(appendUnderLimit(path, "n".repeat(100), old.length)).toEqual({ appended: true });

  expect(readFileSync(path, "utf8")).toBe(old + "n".repeat(100));
});

test.skipIf(ON_WINDOWS)(
  "appendDurably() takes a short write back: the file is byte for byte what it was",
  () => {
    using folder = makeFolder();
    const path = join(folder.path, "log");
    const old = "o".repeat(LIMIT_BYTES - 100);
    writeFileSync(path, old);

    const failed = appendUnderLimit(path, "n".repeat(101), old.length);

    expect(failed).toEqual({
      message: `cannot append to ${path}: only 100 of 101 bytes could be written; is the disk full?`,
      outcome_unknown: false,
    });
    expect(readFileSync(path, "utf8")).toBe(old);
  },
);

test.skipIf(ON_WINDOWS)("appendDurably() leaves a file alone in which not one byte has room", () => {
  using folder = makeFolder();
  const path = join(folder.path, "log");
  const old = "o".repeat(LIMIT_BYTES);
  writeFileSync(path, old);
  const { mtimeNs } = statSync(path, { bigint: true });

  expect(appendUnderLimit(path, "new", old.length)).toEqual({
    errno: "EFBIG",
    message: `cannot append to ${path}: the file would grow past the size limit (EFBIG)`,
    outcome_unknown: false,
  });
  expect(readFileSync(path, "utf8")).toBe(old);
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(mtimeNs);
});

test.skipIf(ON_WINDOWS)(
  "appendDurably() never takes back bytes that are not its own, and says outcome unknown",
  () => {
    using folder = makeFolder();
    const path = join(folder.path, "log");
    const old = "o".repeat(LIMIT_BYTES - 100);
    const theirs = "t".repeat(60);
    writeFileSync(path, old + theirs);

    const failed = appendUnderLimit(path, "n".repeat(101), old.length);

    expect(failed).toMatchObject({
      outcome_unknown: true,
      message: expect.stringContaining("outcome unknown: it may be recorded"),
    });
    expect(readFileSync(path, "utf8")).toStartWith(old + theirs);
  },
);

test.skipIf(ON_WINDOWS)(
  "appendDurably() takes nothing back when others wrote the start of our bytes, and more",
  () => {
    using folder = makeFolder();
    const path = join(folder.path, "log");
    const old = "o".repeat(LIMIT_BYTES - 100);
    writeFileSync(path, `${old}${"n".repeat(50)}`);

    const failed = appendUnderLimit(path, `${"n".repeat(50)}${"m".repeat(100)}`, old.length);

    expect(failed).toMatchObject({ outcome_unknown: true });
    expect(readFileSync(path, "utf8")).toStartWith(`${old}${"n".repeat(50)}`);
  },
);
