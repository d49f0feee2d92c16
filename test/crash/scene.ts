/**
 * A project that is about to be struck: in a folder of its own, with a home, a place for
 * temporary files and a neighbour beside it, so that whatever is touched can be seen.
 */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { SLUG } from "../support/project.ts";

/** Everything of a scene lies below its base. */
export interface Scene {
  readonly base: string;
  readonly root: string;
  /** The feature's folder. */
  readonly folder: string;
  /** The executable that heals; another one only where a check itself is put to the test. */
  readonly executable: string;
}

/** How a process ended, and what it said. */
export interface Ran {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A scene whose folder is made anew, empty but for its rooms. */
export function makeScene(executable = LANE): Scene {
  const scene = sceneAt(mkdtempSync(join(tmpdir(), "lanekeeper-crash-")), executable);
  for (const room of ["home", "tmp", "neighbour"]) mkdirSync(join(scene.base, room));
  mkdirSync(join(scene.folder, "tasks"), { recursive: true });
  return scene;
}

/** A copy of a scene, times and modes included. */
export function copyScene({ base, executable }: Scene): Scene {
  const copy = mkdtempSync(join(tmpdir(), "lanekeeper-crash-"));
  cpSync(base, copy, { recursive: true, preserveTimestamps: true });
  return sceneAt(copy, executable);
}

export function removeScene({ base }: Scene): void {
  rmSync(base, { recursive: true, force: true });
}

/** Runs a program at the root of a scene's project, beside whatever else runs. */
export async function runIn({ base, root }: Scene, command: readonly string[]): Promise<Ran> {
  const child = Bun.spawn([...command], {
    cwd: root,
    env: environmentIn(base),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code: child.signalCode === null ? child.exitCode : null, stdout, stderr };
}

/** Runs the scene's own executable; answers come as JSON. */
export function laneIn(scene: Scene, words: readonly string[]): Promise<Ran> {
  return runIn(scene, [scene.executable, ...words, "--json"]);
}

/** The bytes of a file of the feature; undefined when there is none. */
export function bytesIn({ folder }: Scene, name: string): Buffer | undefined {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** Writes a file below the base of a scene, and its folders. */
export function writeIn({ base }: Scene, path: string, text: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), text);
}

function sceneAt(base: string, executable: string): Scene {
  const root = join(base, "project");
  return { base, root, folder: join(root, "kitty-specs", SLUG), executable };
}

function environmentIn(base: string): Record<string, string | undefined> {
  const own = {
    HOME: join(base, "home"),
    TMPDIR: join(base, "tmp"),
    XDG_CONFIG_HOME: "",
    XDG_STATE_HOME: "",
  };
  return { ...cleanEnvironment(), ...own };
}
