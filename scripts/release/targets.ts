// What is released: a target for each machine that lane runs on.

import packageJson from "../../package.json";

export interface Target {
  /** As in the archive's name. */
  readonly name: string;
  /** As Bun's compiler calls it. */
  readonly bun: Bun.Build.CompileTarget;
  /** The npm package with Bun's runtime for it. */
  readonly runtime_package: string;
  /** What `npm` must find in that package; only where bun.lock does not say it. */
  readonly pinned_integrity?: string;
  readonly format: ExecutableFormat;
}

/** What the executable's own header must say. */
export type ExecutableFormat =
  | { readonly kind: "ELF"; readonly machine: Machine; readonly interpreter: string }
  | { readonly kind: "Mach-O"; readonly machine: Machine }
  | { readonly kind: "PE"; readonly machine: Machine };

export type Machine = "x64" | "arm64";

/** The version that the pinned integrities below belong to: a newer Bun needs new ones. */
const PINNED_VERSION = "1.4.5";

const elf = (machine: Machine, interpreter: string) => ({ kind: "ELF", machine, interpreter }) as const;

/** In the order in which they are listed. */
export const TARGETS: readonly Target[] = [
  {
    name: "linux-x64",
    bun: "bun-linux-x64",
    runtime_package: "@oven/bun-linux-x64",
    format: elf("x64", "/lib64/ld-linux-x86-64.so.2"),
  },
  {
    name: "linux-x64-baseline",
    bun: "bun-linux-x64-baseline",
    runtime_package: "@oven/bun-linux-x64-baseline",
    pinned_integrity:
      "sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==",
    format: elf("x64", "/lib64/ld-linux-x86-64.so.2"),
  },
  {
    name: "linux-arm64",
    bun: "bun-linux-arm64",
    runtime_package: "@oven/bun-linux-aarch64",
    format: elf("arm64", "/lib/ld-linux-aarch64.so.1"),
  },
  {
    name: "linux-x64-musl",
    bun: "bun-linux-x64-musl",
    runtime_package: "@oven/bun-linux-x64-musl",
    format: elf("x64", "/lib/ld-musl-x86_64.so.1"),
  },
  {
    name: "linux-arm64-musl",
    bun: "bun-linux-arm64-musl",
    runtime_package: "@oven/bun-linux-aarch64-musl",
    format: elf("arm64", "/lib/ld-musl-aarch64.so.1"),
  },
  {
    name: "macos-x64",
    bun: "bun-darwin-x64",
    runtime_package: "@oven/bun-darwin-x64",
    format: { kind: "Mach-O", machine: "x64" },
  },
  {
    name: "macos-arm64",
    bun: "bun-darwin-arm64",
    runtime_package: "@oven/bun-darwin-aarch64",
    format: { kind: "Mach-O", machine: "arm64" },
  },
  {
    name: "windows-x64",
    bun: "bun-windows-x64",
    runtime_package: "@oven/bun-windows-x64",
    format: { kind: "PE", machine: "x64" },
  },
];

/** Those that `--only` names; all of them without it. */
export function chosenTargets(only: string | undefined): readonly Target[] {
  if (only === undefined) return TARGETS;
  const names = only.split(",").map((name) => name.trim());
  const unknown = names.find((name) => TARGETS.every((target) => target.name !== name));
  if (unknown !== undefined) {
    throw new Error(
      `there is no target "${unknown}"; there are ${TARGETS.map(({ name }) => name).join(", ")}`,
    );
  }
  return TARGETS.filter(({ name }) => names.includes(name));
}

/** The integrity of each target's runtime, as npm writes it. */
export function integrityOf({ runtime_package, pinned_integrity }: Target, lock: string): string {
  const version = packageJson.devDependencies.bun;
  if (pinned_integrity !== undefined && version === PINNED_VERSION) return pinned_integrity;
  const named = `"${runtime_package}@${version}"`;
  const line = lock.split("\n").find((line) => line.includes(`[${named},`));
  const integrity = /"(sha512-[A-Za-z0-9+/=]+)"/.exec(line ?? "")?.[1];
  if (integrity !== undefined) return integrity;
  throw new Error(
    `neither bun.lock nor scripts/release/targets.ts says which bytes ${runtime_package}@${version} has`,
  );
}

export function archiveName({ name, format }: Target): string {
  return `lane-${name}${format.kind === "PE" ? ".zip" : ".tar.gz"}`;
}

export function executableName({ format }: Target): string {
  return format.kind === "PE" ? "lane.exe" : "lane";
}
