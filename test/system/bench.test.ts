/** The bench is stopped in the middle. */

import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/project.ts";

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGINT", 130],
] as const)(
  "the bench leaves nothing behind when %s stops it",
  async (signal, code) => {
    const folder = mkdtempSync(join(tmpdir(), "lanekeeper-test-"));
    try {
      const child = Bun.spawn(
        [process.execPath, join("scripts", "bench.ts"), "--quick", "--only", "emit_10k"],
        {
          cwd: ROOT,
          env: { ...process.env, TMPDIR: folder },
          stdin: "ignore",
          stdout: "ignore",
          stderr: "pipe",
        },
      );
      while (child.exitCode === null && !readdirSync(folder).some((name) => name.startsWith("lanekeeper-"))) {
        await Bun.sleep(20);
      }
      await Bun.sleep(300);
      child.kill(signal);
      expect(await child.exited).toBe(code);
      expect(await child.stderr.text()).toBe("");
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
