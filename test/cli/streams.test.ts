/** Where output goes: pipes that close early, colour, and stdin that nobody asked for. */

import { expect, test } from "bun:test";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { LANE } from "../../scripts/project.ts";
import { formatLine } from "../../src/domain/line.ts";
import { cleanEnvironment, lane, told } from "../support/lane.ts";
import {
  eventAt,
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  type TemporaryProject,
} from "../support/project.ts";

test.skipIf(process.platform === "win32")("a pipe that its reader closes ends lane quietly with 0", () => {
  using project = makeLargeProject();
  for (const words of ["show", "show --json", "show WP01"]) {
    const [first = ""] = lane(project.root, words).stdout.split("\n");
    const line = `{ "$0" ${words}; echo "lane ended with $?" >&2; } | head -c 100`;
    const { stdout, stderr } = Bun.spawnSync(["sh", "-c", line, LANE], {
      cwd: project.root,
      env: cleanEnvironment(),
    });
    expect(stderr.toString()).toBe("lane ended with 0\n");
    expect(stdout.toString().slice(0, first.length)).toBe(first.slice(0, 100));
  }
});

test.skipIf(!existsSync("/dev/full"))(
  "an answer that can't be written ends with 6 and says that it stands",
  () => {
    using project = makeProject();
    const full = openSync("/dev/full", "w");
    const { exitCode, stderr } = Bun.spawnSync([LANE, "move", "1", "claimed", "--actor", "ana"], {
      cwd: project.root,
      env: cleanEnvironment(),
      stdout: full,
    });
    closeSync(full);
    expect(exitCode).toBe(6);
    expect(stderr.toString()).toMatch(
      /^Error: cannot write the answer: the disk is full \(ENOSPC\); what was done stands\n$/,
    );
    expect(project.events()).toHaveLength(1);
  },
);

test.skipIf(!existsSync("/dev/full"))("lane --version that can't be written ends with 6", () => {
  using folder = makeFolder();
  const full = openSync("/dev/full", "w");
  const { exitCode, stderr } = Bun.spawnSync([LANE, "--version"], {
    cwd: folder.path,
    env: cleanEnvironment(),
    stdout: full,
  });
  closeSync(full);
  expect(exitCode).toBe(6);
  expect(stderr.toString()).toMatch(/^Error: cannot write the answer: the disk is full \(ENOSPC\)/);
});

test.skipIf(!existsSync("/dev/full"))("an answer that goes on says why it can't", () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  const full = openSync("/dev/full", "w");
  const { exitCode, stderr } = Bun.spawnSync([LANE, "log", "--follow"], {
    cwd: project.root,
    env: cleanEnvironment(),
    stdout: full,
  });
  closeSync(full);
  expect(exitCode).toBe(6);
  expect(stderr.toString()).toBe("Error: cannot write the answer: the disk is full (ENOSPC)\n");
});

test("a slow reader gets everything", async () => {
  using project = makeLargeProject();
  const whole = lane(project.root, "show --json").stdout;
  const child = Bun.spawn([LANE, "show", "--json"], {
    cwd: project.root,
    env: cleanEnvironment(),
    stdin: "ignore",
  });
  await Bun.sleep(50);
  expect(whole.length).toBeGreaterThan(1_000_000);
  expect(await child.stdout.text()).toBe(whole);
  expect(await child.exited).toBe(0);
});

test.skipIf(process.platform === "win32")("a signal ends lane also while it waits for a reader", async () => {
  using project = makeLargeProject();
  const pipe = project.path("pipe");
  Bun.spawnSync(["mkfifo", pipe]);
  for (const words of ["show --json", "log --follow --limit 9999"]) {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      // Open for both, so that there is a reader as long as this test wants one.
      const reader = openSync(pipe, "r+");
      const child = Bun.spawn([LANE, ...words.split(" ")], {
        cwd: project.root,
        env: cleanEnvironment(),
        stdin: "ignore",
        stdout: reader,
      });
      // With the first byte the answer has begun; it is longer than what the pipe holds.
      readSync(reader, new Uint8Array(1));
      child.kill(signal);
      await child.exited;
      closeSync(reader);
      expect({ words, signal: child.signalCode }).toEqual({ words, signal });
    }
  }
});

test("text has no colour on a pipe, whatever the environment asks for", () => {
  using project = makeProject();
  const calls = ["show", "show WP01", "", "emit --help", "emit 1 --to done --actor ana", "frobnicate"];
  for (const words of calls) {
    const plain = told(lane(project.root, words));
    expect(plain.stdout + plain.stderr).not.toContain("\u001b");
    for (const env of [
      { FORCE_COLOR: "1" },
      { TERM: "xterm-256color", COLORTERM: "truecolor" },
      { NO_COLOR: "1" },
    ]) {
      expect(told(lane(project.root, words, { env }))).toEqual(plain);
    }
    expect(told(lane(project.root, `--no-color ${words}`))).toEqual(plain);
  }
});

test("text is not cut to a width on a pipe", () => {
  const title = "long ".repeat(100).trim();
  using project = makeProject({ files: { "tasks/WP01.md": pageText("planned", title) } });
  const { stdout } = lane(project.root, "show", { env: { COLUMNS: "40" } });
  expect(stdout).toContain(title);
});

test("nothing is read from stdin that nobody asked for", async () => {
  using project = makeProject();
  const child = Bun.spawn([LANE, "emit", "1", "--to", "claimed", "--actor", "ana", "--json"], {
    cwd: project.root,
    env: cleanEnvironment(),
    stdin: "pipe",
  });
  // stdin stays open: a command that read it would wait for ever.
  expect(await child.stdout.text()).toContain('"lane":"claimed"');
  expect(await child.exited).toBe(0);
});

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  test.skipIf(process.platform === "win32")(
    `${signal} ends lane with ${code}, and nothing is recorded`,
    async () => {
      using project = makeProject();
      const child = Bun.spawn([LANE, ..."emit 1 --to claimed --actor ana --evidence -".split(" ")], {
        cwd: project.root,
        env: cleanEnvironment(),
        stdin: "pipe",
        stderr: "pipe",
      });
      // More than a pipe holds: once it is written, lane is up and reading.
      child.stdin.write("x".repeat(900_000));
      await child.stdin.flush();

      child.kill(signal);

      await child.exited;
      expect({ code: child.exitCode, signal: child.signalCode }).toEqual({ code, signal: null });
      expect(await child.stderr.text()).toBe("");
      expect(project.events()).toEqual([]);
    },
  );
}

/** A feature whose every output is longer than any pipe holds. */
function makeLargeProject(): TemporaryProject {
  const ids = Array.from({ length: 6000 }, (_, i) => `WP${String(i + 1).padStart(2, "0")}`);
  const lines = ids.map((wp_id, i) => formatLine(eventAt(i, { wp_id, actor: "somebody with a long name" })));
  const reason = "long ".repeat(60_000);
  const last = formatLine(eventAt(7000, { to_lane: "blocked", reason, from_lane: "claimed" }));
  return makeProject({ files: { "status.events.jsonl": lines.join("") + last } });
}
