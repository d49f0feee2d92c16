/** Releases to install from, and scripts/install.sh run in an empty HOME. */

import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LANE, ROOT } from "../../scripts/project.ts";
import type { Told } from "./lane.ts";
import { makeFolder, type TemporaryFolder } from "./project.ts";

/** The shells that the script is for, as far as they are here. */
export const SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]].filter(
  ([program = ""]) => Bun.which(program) !== null,
);

export const MINIMAL_PATH = "/usr/bin:/bin";

/** A stand-in for the executable where what it does is not the matter: it is unpacked in no time. */
export const SMALL_LANE = `#!/bin/sh
case $1 in
  --version) echo "lane 9.9.9 (commit 0123456789ab, bun 1.0.0)" ;;
  completions) echo "# for $2" ;;
esac
`;

/** Fills a folder as a release is, for one target. */
export function writeRelease(
  folder: string,
  executable: { text: string } | { path: string },
  target = "linux-x64",
): void {
  using work = makeFolder();
  const inside = join(work.path, `lane-${target}`);
  mkdirSync(inside);
  if ("path" in executable) copyFileSync(executable.path, join(inside, "lane"));
  else writeFileSync(join(inside, "lane"), executable.text);
  chmodSync(join(inside, "lane"), 0o755);
  copyFileSync(join(ROOT, "LICENSE"), join(inside, "LICENSE"));
  const archive = join(folder, `lane-${target}.tar.gz`);
  const packing = ["tar", "-I", "gzip -1", "-C", work.path, "-cf", archive, `lane-${target}`];
  if (Bun.spawnSync(packing).exitCode !== 0) throw new Error(`${packing.join(" ")} failed`);
  copyFileSync(join(ROOT, "scripts/install.sh"), join(folder, "install.sh"));
  writeSums(folder);
}

/** Writes SHA256SUMS over every other file of a folder. */
export function writeSums(folder: string): void {
  const names = readdirSync(folder).filter((name) => name !== "SHA256SUMS");
  const lines = names.sort().map((name) => `${sha256(join(folder, name))}  ${name}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
}

export function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** Everything below a folder, by name: modes of folders, modes and sums of files, targets of links. */
export function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return Object.fromEntries(names.sort().map((name) => [name, contentOf(join(folder, name))]));
}

function contentOf(path: string): string {
  const state = lstatSync(path);
  if (state.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  return `${state.mode.toString(8)} ${state.isDirectory() ? "" : sha256(path)}`;
}

/** A release and an empty HOME. */
export interface Ground extends Disposable {
  readonly release: string;
  readonly home: string;
  /** Everything of a run: the paths of HOME, release and process in it have names. */
  readonly install: (args: readonly string[], surroundings?: Surroundings) => Told;
  /** The same beside whatever else runs. */
  readonly installBeside: (args: readonly string[], surroundings?: Surroundings) => Promise<Told>;
  readonly named: (text: string) => string;
}

export interface Surroundings {
  /** What stands before the script's path. */
  readonly shell?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The script comes by stdin. */
  readonly piped?: boolean;
}

export function makeGround(executable: { text: string } | { path: string } = { text: SMALL_LANE }): Ground {
  const folder: TemporaryFolder = makeFolder();
  const [release, home] = [join(folder.path, "release"), join(folder.path, "home")];
  mkdirSync(release);
  mkdirSync(home, { mode: 0o700 });
  writeRelease(release, executable);
  const named = (text: string) =>
    text
      .replaceAll(home, "<home>")
      .replaceAll(release, "<release>")
      .replace(/\.lane-install-\d+/g, ".lane-install-<pid>")
      .replace(/\b[0-9a-f]{64}\b/g, "<sum>");
  const call = (args: readonly string[], { shell = ["sh"], env = {}, cwd = "/", piped }: Surroundings) => {
    const script = join(release, "install.sh");
    return {
      cmd: piped ? [...shell, "-s", "--", ...args] : [...shell, script, ...args],
      cwd,
      env: { HOME: home, PATH: MINIMAL_PATH, ...env },
      stdin: piped ? readFileSync(script) : null,
      timeout: 60_000,
    };
  };
  return {
    release,
    home,
    named,
    install: (args, surroundings = {}) => {
      const { exitCode, stdout, stderr } = Bun.spawnSync(call(args, surroundings));
      return { code: exitCode, stdout: named(stdout.toString()), stderr: named(stderr.toString()) };
    },
    installBeside: async (args, surroundings = {}) => {
      const child = Bun.spawn({ ...call(args, surroundings), stdout: "pipe", stderr: "pipe" });
      const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
      return { code: await child.exited, stdout: named(stdout), stderr: named(stderr) };
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** The compiled executable, packed. */
export const REAL_LANE = { path: LANE };
