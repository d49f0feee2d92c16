// What the scripts agree on: where things lie, and how the executable and the tools are started.

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dir, "..");
const EXECUTABLE_SUFFIX = process.platform === "win32" ? ".exe" : "";
/** Where the executable begins. */
export const MAIN = join(ROOT, "src", "main.ts");
export const LANE = join(ROOT, "dist", `lane${EXECUTABLE_SUFFIX}`);

export type Captured = { exitCode: number; output: string; duration_ms: number };

/** Runs Bun in the project's folder. stdout and stderr go to one file, so that they stay in their order. */
export async function runBun(
  args: string[],
  env: Record<string, string | undefined> = process.env,
): Promise<Captured> {
  return await withTemporaryFolder(async (folder) => {
    const path = join(folder, "output");
    const file = openSync(path, "a");
    const start_ns = Bun.nanoseconds();
    const child = Bun.spawn([process.execPath, ...args], {
      cwd: ROOT,
      env,
      stdin: "ignore",
      stdout: file,
      stderr: file,
    });
    const exitCode = await child.exited;
    const duration_ms = (Bun.nanoseconds() - start_ns) / 1e6;
    closeSync(file);
    return { exitCode, output: readFileSync(path, "utf8"), duration_ms };
  });
}

/** The environment without what would tell `lane` where it is and who asks. */
export function environmentWithoutLane(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LANE_")));
}

export async function withTemporaryFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "lanekeeper-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
