/** Killed at random moments: every event of the log arrives all the same, and telemetry never touches the log. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { startReceiver } from "../support/receiver.ts";
import { makeTelemetry, type TelemetryProject } from "../support/telemetry.ts";

test.skipIf(process.platform === "win32")(
  "emit and sync killed at a hundred moments: after one more sync every event of the log has arrived",
  async () => {
    using receiver = startReceiver();
    using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url }]);
    await it.move();
    const emit = ["emit", "1", "--to", "claimed", "--force", "--reason", "test", "--actor", "claude"];
    const [emit_ms, sync_ms] = [await runFor(it, emit), await runFor(it, ["sync"])];
    for (let i = 0; i < 100; i++) {
      const is_sync = i % 4 === 3;
      const before = is_sync ? readFileSync(it.project.log_path) : undefined;
      await runFor(it, is_sync ? ["sync"] : emit, Math.random() * 1.1 * (is_sync ? sync_ms : emit_ms));
      if (before !== undefined) expect(readFileSync(it.project.log_path).equals(before)).toBe(true);
    }
    const log = readFileSync(it.project.log_path);
    const synced = await it.sync();
    expect(synced.sinks[0]).toMatchObject({ due: 0, parked: [], last_error: null });
    expect([...receiver.ids()].sort()).toEqual([...new Set(it.ids())].sort());
    expect(receiver.ids()).toEqual(it.ids());
    expect(it.ids().length).toBeGreaterThan(10);
    expect(readFileSync(it.project.log_path).equals(log)).toBe(true);
  },
  120_000,
);

/** Runs lane, and kills it after some time; says how long it took. */
async function runFor(
  { project, home }: TelemetryProject,
  words: readonly string[],
  kill_after_ms?: number,
): Promise<number> {
  const start_ms = performance.now();
  const child = Bun.spawn([LANE, ...words], {
    cwd: project.root,
    env: { ...cleanEnvironment(), HOME: home },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  if (kill_after_ms !== undefined) {
    await Bun.sleep(kill_after_ms);
    child.kill("SIGKILL");
  }
  await child.exited;
  return performance.now() - start_ms;
}
