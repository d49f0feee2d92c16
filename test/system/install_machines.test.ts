/** Which executable scripts/install.sh takes for which machine, and why it says so. */

import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeGround } from "../support/installing.ts";

/** What the machine's programs answer, its target, and the reason told. */
const MACHINES: readonly (readonly [Readonly<Record<string, string>>, string, string])[] = [
  [
    { uname: "Linux x86_64", ldd: "ldd (Debian GLIBC 2.36) 2.36" },
    "linux-x64",
    "Linux on x86_64 with AVX2, glibc",
  ],
  [{ uname: "Linux x86_64", ldd: "musl libc (x86_64)" }, "linux-x64-musl", "Linux on x86_64, musl"],
  [{ uname: "Linux aarch64", ldd: "ldd (GNU libc) 2.34" }, "linux-arm64", "Linux on aarch64, glibc"],
  [{ uname: "Linux aarch64", ldd: "musl libc (aarch64)" }, "linux-arm64-musl", "Linux on aarch64, musl"],
  [{ uname: "Linux x86_64", ldd: "no words" }, "linux-x64", "Linux on x86_64 with AVX2, glibc"],
  [{ uname: "Darwin arm64", sysctl: "0" }, "macos-arm64", "macOS on Apple silicon"],
  [
    { uname: "Darwin x86_64", sysctl: "1" },
    "macos-arm64",
    "macOS on Apple silicon (this shell runs under Rosetta)",
  ],
  [{ uname: "Darwin x86_64", sysctl: "" }, "macos-x64", "macOS on x86_64"],
];

const CPUINFO_AVX2 = Bun.spawnSync(["grep", "-qw", "avx2", "/proc/cpuinfo"]).exitCode === 0;
const CAN_MOUNT = Bun.spawnSync(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).exitCode === 0;
if (!CPUINFO_AVX2) console.warn("Skipped: this machine has no AVX2");
if (!CAN_MOUNT) console.warn("Skipped: no file system can be mounted here (unshare -m, mount)");

describe.skipIf(!CPUINFO_AVX2)("install.sh --dry-run", () => {
  test.each(MACHINES)("install.sh takes for %o the target %s, since it is %s", (programs, target, why) => {
    using ground = makeGround();
    writeFileSync(join(ground.release, `lane-${target}.tar.gz`), "");
    const bin = join(ground.release, "bin");
    mkdirSync(bin);
    for (const [name, answer] of Object.entries(programs)) {
      const [system, machine] = answer.split(" ");
      const text =
        name === "uname"
          ? `case $1 in -s) echo ${system} ;; -m) echo ${machine} ;; esac`
          : `echo "${answer}"`;
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    expect(ground.install(["--dry-run"], { env: { PATH: `${bin}:/usr/bin:/bin` } })).toEqual({
      code: 0,
      stdout: `lane for ${target}: ${why}\nFrom <release>\nWould be installed:\n<home>/.local/bin/lane\n`,
      stderr: "",
    });
  });

  test.skipIf(!CAN_MOUNT)(
    "install.sh takes the baseline executable where /proc/cpuinfo lists no AVX2",
    () => {
      using ground = makeGround();
      writeFileSync(join(ground.release, "lane-linux-x64-baseline.tar.gz"), "");
      const cpuinfo = join(ground.release, "cpuinfo");
      writeFileSync(cpuinfo, "flags\t\t: fpu sse4_2 avx\n");
      const shell = [
        "unshare",
        "-m",
        "sh",
        "-c",
        'mount --bind "$1" /proc/cpuinfo && shift && exec "$@"',
        "sh",
        cpuinfo,
        "sh",
      ];
      expect(ground.install(["--dry-run"], { shell }).stdout).toStartWith(
        "lane for linux-x64-baseline: Linux on x86_64 without AVX2, glibc\n",
      );
    },
  );
});
