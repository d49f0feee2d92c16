/** What a repair takes away or changes is kept: beside the lock, where git does not look. */

import { mkdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { createFile, syncDirectory } from "./durable_file.ts";
import type { LockPlace } from "./feature_lock.ts";
import { realPathInside } from "./paths.ts";
import { attempt } from "./storage_error.ts";

/** The folder of one repair. It is made when the first file is kept. */
export interface Keepsakes {
  /** Keeps a file's bytes; when it returns, they are on the disk. */
  readonly keep: (name: string, bytes: Uint8Array) => void;
  /** The paths of all that is kept. */
  readonly kept: () => readonly string[];
}

/**
 * Opens the folder of a repair: `<slug>.kept/<time>` beside the feature's lock.
 *
 * @param now_us the clock, for the folder's name
 */
export function openKeepsakes({ path, base }: LockPlace, now_us: number): Keepsakes {
  const time = new Date(now_us / 1000).toISOString().replaceAll(":", "").replace(".", "-");
  const home = `${path.replace(/\.lock$/, "")}.kept`;
  const paths: string[] = [];
  let folder: string | undefined;
  return {
    keep: (name, bytes) => {
      folder ??= makeFolder(home, time, base);
      const kept = join(folder, name);
      createFile(kept, bytes);
      syncDirectory(folder);
      paths.push(kept);
    },
    kept: () => paths,
  };
}

/** Two repairs in one millisecond get folders of their own. */
function makeFolder(home: string, time: string, base: string): string {
  return attempt("create", home, () => {
    realPathInside(realpathSync(base), home);
    mkdirSync(home, { recursive: true });
    for (let tries = 1; ; tries++) {
      const folder = join(home, tries === 1 ? time : `${time}-${tries}`);
      if (mkdirSync(folder, { recursive: true }) === undefined) continue;
      syncDirectory(home);
      syncDirectory(dirname(home));
      return folder;
    }
  });
}
