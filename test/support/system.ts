/** What the system that the tests run on can do. */

import { lstatSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ON_WINDOWS = process.platform === "win32";

/** Whether symbolic links can be made: on Windows only by those whom it lets, and not by every stand-in for it. */
export const CAN_LINK = canLink();

function canLink(): boolean {
  if (!ON_WINDOWS) return true;
  const folder = mkdtempSync(join(tmpdir(), "lanekeeper-test-"));
  try {
    const link = join(folder, "link");
    symlinkSync("nowhere", link);
    return lstatSync(link).isSymbolicLink();
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
