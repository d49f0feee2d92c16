/** A program of the races: puts a link in the place of a file, and the file back, until it is killed. */

import { renameSync, symlinkSync, unlinkSync } from "node:fs";

const [path = "", target = ""] = process.argv.slice(2);
const aside = `${path}.aside`;

for (;;) {
  attempt(() => renameSync(path, aside));
  attempt(() => symlinkSync(target, path));
  attempt(() => unlinkSync(path));
  attempt(() => renameSync(aside, path));
}

/** Others make and replace the same file meanwhile. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The next round has another chance.
  }
}
