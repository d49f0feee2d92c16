// Bun's runtimes for other systems: npm packages at the pinned version, fetched once and checked.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseTarGzip } from "nanotar";
import packageJson from "../../package.json";
import { ROOT, withTemporaryFolder } from "../project.ts";
import { integrityOf, type Target } from "./targets.ts";

export const CACHE = join(ROOT, "node_modules", ".cache", "lane-runtimes");

/** @returns the runtime's path below `cache` */
export async function runtimeOf(target: Target, cache: string): Promise<string> {
  const version = packageJson.devDependencies.bun;
  const name = target.format.kind === "PE" ? "bun.exe" : "bun";
  const folder = join(cache, `${target.runtime_package.replace("@oven/", "")}-${version}`);
  const [packed, runtime] = [join(folder, "package.tgz"), join(folder, name)];
  const integrity = integrityOf(target, readFileSync(join(ROOT, "bun.lock"), "utf8"));
  if (existsSync(packed) && integrityOfFile(packed) !== integrity) rmSync(folder, { recursive: true });
  if (!existsSync(packed)) await fetchPackage(`${target.runtime_package}@${version}`, packed, integrity);
  // Unpacked anew each time: what lies beside a checked package is not checked.
  const files = await parseTarGzip(readFileSync(packed));
  const executable = files.find((file) => file.name === `package/bin/${name}`);
  if (executable?.data === undefined) throw new Error(`${packed} holds no package/bin/${name}`);
  // Another release that is made now may read it.
  writeFileSync(`${runtime}.${process.pid}`, executable.data, { mode: 0o755 });
  renameSync(`${runtime}.${process.pid}`, runtime);
  return runtime;
}

/** By npm, so that npm's settings say from where. */
async function fetchPackage(name: string, packed: string, integrity: string): Promise<void> {
  await withTemporaryFolder((folder) => {
    const npm = process.platform === "win32" ? ["cmd", "/c", "npm"] : ["npm"];
    const command = [
      ...npm,
      "pack",
      name,
      "--loglevel=error",
      "--ignore-scripts",
      "--pack-destination",
      folder,
    ];
    const { exitCode, stderr } = Bun.spawnSync(command, { cwd: ROOT, stdin: "ignore" });
    const [file] = readdirSync(folder);
    if (exitCode !== 0 || file === undefined) {
      throw new Error(
        `npm pack ${name} ended with ${exitCode}:\n${firstLines(stderr)}\nHint: npm ping tells whether the registry answers`,
      );
    }
    const found = integrityOfFile(join(folder, file));
    if (found !== integrity) {
      throw new Error(`${name} is not what was pinned.\nFound:  ${found}\nPinned: ${integrity}`);
    }
    mkdirSync(dirname(packed), { recursive: true });
    // Not a rename: the cache may lie on another disk.
    writeFileSync(`${packed}.part`, readFileSync(join(folder, file)));
    renameSync(`${packed}.part`, packed);
  });
}

/** What npm says before it shows its own stack. */
function firstLines(output: Buffer): string {
  return output.toString().trim().split("\n").slice(0, 4).join("\n");
}

function integrityOfFile(path: string): string {
  return `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`;
}
