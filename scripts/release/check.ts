// Looks at a finished archive as somebody who downloads it would: unpacks it, reads it, and runs what can be run.

import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { parseTarGzip } from "nanotar";
import { runBun, withTemporaryFolder } from "../project.ts";
import { formatFault } from "./format.ts";
import type { Source } from "./source.ts";
import { executableName, type Target } from "./targets.ts";
import { wayToRun } from "./ways_to_run.ts";

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
