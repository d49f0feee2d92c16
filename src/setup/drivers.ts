/** The merge drivers that a clone's git has to know, and how git starts this executable. */

import { withSlashes } from "../store/spelling.ts";

/** Their names, as `.gitattributes` calls them. */
export const DRIVERS = { snapshot: "lanekeeper-snapshot", page: "lanekeeper-page" } as const;

/** A driver's setting that holds its command line. */
export function driverSetting(driver: string): string {
  return `merge.${driver}.driver`;
}

/** Settings of ours in a clone's git config, by name. */
export type GitSettings = ReadonlyMap<string, string>;

/**
 * What the clone's git config has to say.
 *
 * @param executable the words that start lane
 */
export function driverSettings(executable: readonly string[]): GitSettings {
  const { snapshot, page } = DRIVERS;
  // Git replaces what begins with % in a driver.
  const words = executable.map((word) => shellQuoted(word).replaceAll("%", "%%"));
  return new Map([
    [`merge.${snapshot}.name`, "lanekeeper: keep our snapshot, it is renewed from the log"],
    [driverSetting(snapshot), "true"],
    [`merge.${page}.name`, "lanekeeper: merge pages, a lane never conflicts"],
    // Where lane is gone, a plain merge still leaves both sides in the page.
    [
      driverSetting(page),
      `[ -x ${words[0]} ] || exec git merge-file --marker-size=%L %A %O %B; ${words.join(" ")} merge-driver page %O %A %B %L %P`,
    ],
  ]);
}

/** The words that start this executable again; from source that is Bun and the main file. */
export function ownExecutable(): readonly string[] {
  const is_compiled = /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/.test(Bun.main);
  const words = is_compiled ? [process.execPath] : [process.execPath, Bun.main];
  // The shell that comes with git for Windows takes slashes, and drops backslashes.
  return words.map(withSlashes);
}

/** A word for a POSIX shell, whatever it holds. */
export function shellQuoted(word: string): string {
  if (/^[A-Za-z0-9_@+:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The words that a driver's command line starts with, up to the verb. */
export function executableIn(driver: string): readonly string[] {
  const words = [
    ...driver.replace(/^\[ -x .*? exec git merge-file [^;]*; /, "").matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g),
  ].map(([word]) => word.replace(/'([^']*)'|\\(.)/g, "$1$2").replaceAll("%%", "%"));
  const verb = words.indexOf("merge-driver");
  return words.slice(0, verb < 0 ? 1 : verb);
}
