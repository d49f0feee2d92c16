// How an executable for some system can be run on this machine, if it can.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "./targets.ts";

/** How an executable is run. */
export interface Way {
  readonly runner: readonly string[];
  readonly words: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The C library of Linux on arm64, as Debian's cross packages place it. */
const ARM64_ROOT = "/usr/aarch64-linux-gnu";

/** How a target's executable can be run here, or why it can't. @param folder for what whoever runs it keeps */
export function wayToRun(executable: string, { name, format }: Target, folder: string): Way | string {
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
