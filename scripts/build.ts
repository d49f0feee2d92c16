// Builds `dist/lane` for this machine: one file that needs nothing beside it.

import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import packageJson from "../package.json";
import type { Licensed } from "../src/commands/licenses.ts";
import { LANE, MAIN, ROOT } from "./project.ts";
import { licenses } from "./release/licenses.ts";

if (import.meta.main) {
  await buildLane();
  console.log(`${relative(ROOT, LANE)}: lane ${packageJson.version} (${commit()})`);
}

/** What an executable is made of. */
export interface Recipe {
  readonly entry: string;
  readonly outfile: string;
  /** Another system, with Bun's runtime for it; left out: this one. */
  readonly other_system?: { readonly target: Bun.Build.CompileTarget; readonly runtime: string };
}

export async function buildLane(): Promise<void> {
  await buildExecutable({ entry: MAIN, outfile: LANE });
}

/**
 * Compiles an executable, with the flags that every executable here is built with.
 *
 * @returns the files that are inside, as the compiler calls them
 */
export async function buildExecutable(recipe: Recipe): Promise<string[]> {
  const { outfile } = recipe;
  mkdirSync(dirname(outfile), { recursive: true });
  const workFolder = mkdtempSync(join(dirname(outfile), ".build-"));
  const startFolder = process.cwd();
  try {
    // Bun puts its unfinished work into the current folder, and a build that is killed leaves it there.
    process.chdir(workFolder);
    const inputs = await compile({ ...recipe, outfile: join(workFolder, basename(outfile)) });
    // Renamed into place: whoever runs the old executable now keeps it to the end.
    renameSync(join(workFolder, basename(outfile)), outfile);
    return inputs;
  } finally {
    process.chdir(startFolder);
    rmSync(workFolder, { recursive: true, force: true });
  }
}

async function compile({ entry, outfile, other_system }: Recipe): Promise<string[]> {
  const { metafile } = await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "esm",
    minify: true,
    bytecode: true,
    // What a command does not need is not loaded: `lane --version` starts like an empty program.
    splitting: true,
    metafile: true,
    define: definitions(licenses()),
    plugins: [ulidWithoutNodeCrypto()],
    compile: {
      ...(other_system && { target: other_system.target, executablePath: other_system.runtime }),
      // Most runs are over before compiling anything pays; long ones turn this back (store/event_log.ts).
      jitPolicy: 100,
      outfile,
      // The folder that `lane` is started in is not trusted: a bunfig.toml there could name code to run.
      autoloadBunfig: false,
      autoloadDotenv: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
  });
  return Object.keys(metafile?.inputs ?? {});
}

/** What a build knows of itself. @param inside the licences of lane and of what is bundled with it */
export function definitions(inside: readonly Licensed[]): Record<string, string> {
  return {
    LANE_VERSION: JSON.stringify(packageJson.version),
    LANE_COMMIT: JSON.stringify(commit()),
    LANE_LICENSES: JSON.stringify(JSON.stringify(inside)),
  };
}

/** ulid's build for Node.js loads node:crypto, which costs 3 ms at every start; randomness is given to it. */
export function ulidWithoutNodeCrypto(): Bun.BunPlugin {
  const path = join(ROOT, "node_modules", "ulid", "dist", "browser", "index.js");
  return {
    name: "ulid without node:crypto",
    setup: (build) => void build.onResolve({ filter: /^ulid$/ }, () => ({ path })),
  };
}

/** `unknown` outside git, and where the project is but a folder in somebody else's repository. */
export function commit(): string {
  const head = git("rev-parse", "--show-cdup", "--short=12", "HEAD");
  if (head === undefined || !head.startsWith("\n")) return "unknown";
  const changes = git("status", "--porcelain", "--untracked-files=no");
  return head.trim() + (changes === "" ? "" : "-dirty");
}

export function git(...args: string[]): string | undefined {
  const { exitCode, stdout } = Bun.spawnSync(
    ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", ...args],
    {
      cwd: ROOT,
      stdin: "ignore",
      stderr: "ignore",
    },
  );
  return exitCode === 0 ? stdout.toString() : undefined;
}
