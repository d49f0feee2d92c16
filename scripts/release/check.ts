// Looks at a finished archive as somebody who downloads it would: unpacks it, reads it, and runs what can be run.

import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { parseTarGzip } from "nanotar";
import { runBun, withTemporaryFolder } from "../project.ts";
import { formatFault } from "./format.ts";
import type { Source } from "./source.ts";
import { executableName, type Target } from "./targets.ts";

/** How far a target was tried. */
export interface Trial {
  /** How it was run; undefined where it could not be. */
  readonly run_by: string | undefined;
  /** Why not. */
  readonly not_run?: string;
}

const SMALLEST_BYTES = 80_000_000;
const LARGEST_BYTES = 160_000_000;
const FILES = ["LICENSE", "THIRD_PARTY_LICENSES.txt"];

/** Fails on the first thing that is wrong. */
export async function checkArchive(path: string, target: Target, source: Source): Promise<Trial> {
  return await withTemporaryFolder(async (folder) => {
    await unpack(path, folder, target);
    const executable = join(folder, `lane-${target.name}`, executableName(target));
    const fault = executableFault(readFileSync(executable), target, source) ?? filesFault(executable, target);
    if (fault !== undefined) throw new Error(`${path}: ${executableName(target)}: ${fault}`);
    return await tryOut(executable, target, folder);
  });
}

export function executableFault(
  file: Buffer,
  target: Target,
  { version, commit }: Source,
): string | undefined {
  if (file.length < SMALLEST_BYTES || file.length > LARGEST_BYTES) {
    return `it has ${file.length} bytes, which is not between ${SMALLEST_BYTES} and ${LARGEST_BYTES}`;
  }
  // The version alone stands in a bare Bun, too.
  const missing = [commit, `"lanekeeper","version":"${version}"`].find((text) => !file.includes(text));
  if (missing !== undefined) return `it does not hold ${missing}`;
  return formatFault(file, target.format);
}

export async function unpack(path: string, folder: string, target: Target): Promise<void> {
  const packed = readFileSync(path);
  if (target.format.kind !== "PE") {
    await new Bun.Archive(packed).extract(folder);
    // What the archive says is looked at, and not what this user's umask leaves of it.
    for (const { name, attrs } of await parseTarGzip(packed)) {
      chmodSync(join(folder, name), Number.parseInt(attrs?.mode ?? "0", 8));
    }
    return;
  }
  for (const [name, data] of Object.entries(unzipSync(packed))) {
    await Bun.write(join(folder, name), data);
  }
}

function filesFault(executable: string, target: Target): string | undefined {
  const missing = FILES.find((name) => !existsSync(join(dirname(executable), name)));
  if (missing !== undefined) return `${missing} does not lie beside it`;
  if (target.format.kind === "PE" || process.platform === "win32") return undefined;
  const mode = statSync(executable).mode & 0o777;
  return mode === 0o755 ? undefined : `its mode is ${mode.toString(8)} instead of 755`;
}

/** @param folder for what whoever runs it keeps */
async function tryOut(executable: string, target: Target, folder: string): Promise<Trial> {
  const way = wayToRun(executable, target, folder);
  if (typeof way === "string") return { run_by: undefined, not_run: way };
  const env = { ...process.env, ...way.env };
  const { exitCode, output } = await runBun(["scripts/smoke.ts", executable, ...way.runner], env);
  if (exitCode !== 0) throw new Error(`${target.name} does not work (${way.words}):\n${output}`);
  return { run_by: way.words };
}

interface Way {
  readonly runner: readonly string[];
  readonly words: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The C library of Linux on arm64, as Debian's cross packages place it. */
const ARM64_ROOT = "/usr/aarch64-linux-gnu";

/**
 * Whether musl's loader finds the C++ library that Bun's runtime for musl needs, and can load it: the loader
 * lies on systems with glibc, too, and the library that it finds there may be glibc's.
 */
export function hasCppForMusl(loader: string, executable: string): boolean {
  const found = / => (\/.*libstdc\+\+\.so\.6) \(/.exec(listedBy(loader, executable).listed)?.[1];
  return found !== undefined && listedBy(loader, found).isComplete;
}

/** What a loader says that a file is linked with, and whether everything in it was found. */
function listedBy(loader: string, file: string): { listed: string; isComplete: boolean } {
  try {
    const { stdout, success } = Bun.spawnSync([loader, "--list", file], { stderr: "ignore" });
    return { listed: stdout.toString(), isComplete: success };
  } catch {
    return { listed: "", isComplete: false }; // it is not there, or for another processor
  }
}

/** How a target's executable can be run here, or why it can't. @param folder for what whoever runs it keeps */
function wayToRun(executable: string, { name, format }: Target, folder: string): Way | string {
  const here = `${process.platform}-${process.arch}`;
  const native = { runner: [], words: "run on this machine" };
  switch (name) {
    case "linux-x64":
      return here === "linux-x64" ? native : "needs Linux on x64";
    case "linux-x64-baseline": {
      const qemu = Bun.which("qemu-x86_64");
      if (here !== "linux-x64") return "needs Linux on x64";
      if (qemu === null) return { ...native, words: "run on this machine, whose processor may have AVX2" };
      return {
        runner: [qemu, "-cpu", "Nehalem"],
        words: "run by qemu-x86_64 as a Nehalem, which has no AVX",
      };
    }
    case "linux-arm64": {
      if (here === "linux-arm64") return native;
      const qemu = Bun.which("qemu-aarch64");
      if (qemu === null || !existsSync(ARM64_ROOT)) return "needs qemu-user and libc6-arm64-cross";
      return { runner: [qemu, "-L", ARM64_ROOT], words: "run by qemu-aarch64 with Debian's C library" };
    }
    case "macos-x64":
      return here === "darwin-x64" ? native : "needs macOS on x64";
    case "macos-arm64":
      return here === "darwin-arm64" ? native : "needs macOS on arm64";
    case "windows-x64":
      return here === "win32-x64" ? native : (wayByWine(folder) ?? "needs Windows, or Wine 10");
    default:
      return format.kind === "ELF" && hasCppForMusl(format.interpreter, executable)
        ? native
        : "needs a system with musl and its C++ library";
  }
}

/** Undefined where there is no Wine that can. */
function wayByWine(folder: string): Way | undefined {
  const wine = Bun.which("wine");
  const version =
    wine === null ? undefined : usableWine(Bun.spawnSync([wine, "--version"]).stdout.toString());
  if (wine === null || version === undefined) return undefined;
  // A Windows of its own, so that nobody's is touched; without the parts for which Wine would open a window.
  const env = { WINEPREFIX: join(folder, "wine"), WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree,mshtml=" };
  return { runner: [wine], words: `run by Wine ${version}`, env };
}

/**
 * The version of a Wine that can run Bun's runtime: older ones lack `bcryptprimitives.dll`.
 *
 * @example usableWine("wine-10.0 (Debian 10.0~repack-6)") // "10.0"
 */
export function usableWine(said: string): string | undefined {
  const [, version, major] = /^wine-((\d+)(?:\.\d+)*)/.exec(said) ?? [];
  return Number(major) >= 10 ? version : undefined;
}
