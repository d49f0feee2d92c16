// A release folder: made beside its place, and put there when it is whole.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { SUMS } from "./sums.ts";

/** Gives `make` an empty folder, which then takes the place of the release that `out` held before, if any. */
export async function replaceReleaseFolder(
  out: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  refuseOtherFolder(out);
  mkdirSync(dirname(out), { recursive: true });
  const work = mkdtempSync(join(dirname(out), ".lane-release-"));
  try {
    const made = join(work, "made");
    mkdirSync(made);
    await make(made);
    refuseOtherFolder(out);
    if (existsSync(out)) renameSync(out, join(work, "replaced"));
    renameSync(made, out);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What somebody else put into a folder is not thrown away. */
function refuseOtherFolder(out: string): void {
  if (!existsSync(out)) return;
  const names = readdirSync(out);
  if (names.length === 0 || names.includes(SUMS)) return;
  throw new Error(
    `${out} holds no release, but ${names.slice(0, 3).join(", ")}.\nHint: name a folder that is not there yet: --out <dir>`,
  );
}
