// Makes a release: an archive for every system, sums, a list of what is inside, notes, and the scripts that install it.
//   node scripts/bootstrap.mjs scripts/release.ts [--only linux-x64,…] [--out DIR] [--url ADDRESS]
//     --url          where the files will be found, for the scripts that install
//     --runtimes     where Bun's runtimes for other systems are kept
//     --verify       makes it a second time from a clone elsewhere, and compares
//     --no-checks    makes the files and runs nothing
//     --allow-dirty  also with changes that are in no commit

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import packageJson from "../package.json";
import { licensesText } from "../src/commands/licenses.ts";
import { buildExecutable } from "./build.ts";
import { MAIN, ROOT } from "./project.ts";
import { type Entry, tarGz, zip } from "./release/archive.ts";
import { checkArchive, type Trial } from "./release/check.ts";
import { stamped } from "./release/installers.ts";
import { installedPackage, licenses } from "./release/licenses.ts";
import { signed } from "./release/macho.ts";
import { type Made, megabytes, releaseNotes } from "./release/notes.ts";
import { type Options, readOptions } from "./release/options.ts";
import { replaceReleaseFolder } from "./release/release_folder.ts";
import { compareWithSecondBuild } from "./release/reproduce.ts";
import { runtimeOf } from "./release/runtimes.ts";
import { bundledPackages, SBOM, sbom } from "./release/sbom.ts";
import { CHANGELOG, readSource, type Source } from "./release/source.ts";
import { SUMS, sha256Hex, sumsOf } from "./release/sums.ts";
import { archiveName, executableName, type Target } from "./release/targets.ts";
import { askedToStop, listenForSignals, stopIfAsked } from "./stop.ts";

const options = readOptions(process.argv.slice(2));
if ("problem" in options) {
  console.error(`No release: ${options.problem}`);
  process.exit(2);
}

listenForSignals();
try {
  await release(options);
} catch (error) {
  const code = await askedToStop();
  if (code === undefined) console.error(`No release: ${error instanceof Error ? error.message : error}`);
  process.exitCode = code ?? 1;
}

async function release(options: Options): Promise<void> {
  const { out } = options;
  const source = readSource(options.allow_dirty);
  const shown = out.startsWith(ROOT) ? relative(ROOT, out) : out;
  console.log(`lane ${source.version} (commit ${source.commit}) -> ${shown}\n`);
  await replaceReleaseFolder(out, (folder) => fill(folder, source, options));
  console.log(`\n${join(shown, SUMS)} sums up the release.`);
  if (options.verify) await compareWithSecondBuild(out, options);
}

async function fill(folder: string, source: Source, options: Options): Promise<void> {
  const made: Made[] = [];
  const bundled = new Set<string>();
  printRow(["target", "archive, MB", "executable, MB", "Bun, MB", "lane, MB", "tried"]);
  for (const target of options.targets) {
    await stopIfAsked();
    const { packages, ...one } = await makeArchive(target, source, folder, options);
    made.push(one);
    for (const name of packages) bundled.add(name);
    printRow(rowOf(one));
  }
  await stopIfAsked();
  writeRest(folder, source, made, [...bundled], options.url);
}

async function makeArchive(
  target: Target,
  source: Source,
  out: string,
  { runtimes, no_checks }: Options,
): Promise<Made & { packages: readonly string[] }> {
  const runtime = await runtimeOf(target, runtimes);
  // In the project's folder, so that the compiler sees the sources from the same place wherever that lies.
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, "dist", ".release-work-"));
  try {
    const outfile = join(folder, executableName(target));
    const inputs = await buildExecutable({
      entry: MAIN,
      outfile,
      other_system: { target: target.bun, runtime },
    });
    const executable = finished(readFileSync(outfile), target);
    const archive = archiveName(target);
    const pack = target.format.kind === "PE" ? zip : tarGz;
    const bytes = pack(`lane-${target.name}`, entriesOf(target, executable), source.date);
    writeFileSync(join(out, archive), bytes);
    const trial = no_checks ? undefined : await checkArchive(join(out, archive), target, source);
    return {
      target: target.name,
      archive,
      sha256: sha256Hex(bytes),
      archive_bytes: bytes.length,
      executable_bytes: executable.length,
      runtime_bytes: statSync(runtime).size,
      trial,
      packages: bundledPackages(inputs),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bun leaves a signature on macOS executables for x64 that does not fit them. */
function finished(executable: Buffer, { format }: Target): Buffer {
  return format.kind === "Mach-O" && format.machine === "x64" ? signed(executable, "lane") : executable;
}

function entriesOf(target: Target, executable: Uint8Array): Entry[] {
  const text = (name: string, content: string): Entry => ({
    name,
    data: Buffer.from(content),
    is_executable: false,
  });
  const [, ...third_party] = licenses();
  return [
    text("LICENSE", readFileSync(join(ROOT, "LICENSE"), "utf8")),
    text("THIRD_PARTY_LICENSES.txt", `${licensesText(third_party)}\n`),
    { name: executableName(target), data: executable, is_executable: true },
  ];
}

/** What lies beside the archives; the sums last. */
function writeRest(
  out: string,
  source: Source,
  made: readonly Made[],
  bundled: readonly string[],
  url: string,
): void {
  const unlicensed = bundled.find((name) => !Object.hasOwn(packageJson.dependencies, name));
  if (unlicensed !== undefined) {
    throw new Error(
      `${unlicensed} is bundled, but is none of package.json's dependencies: it has no licence`,
    );
  }
  const packages = [...bundled].sort().map(installedPackage);
  writeFileSync(join(out, SBOM), sbom(source, packages, readFileSync(join(ROOT, "bun.lock"), "utf8")));
  writeFileSync(join(out, "RELEASE_NOTES.md"), releaseNotes(source, made, readFileSync(CHANGELOG, "utf8")));
  for (const name of ["install.sh", "install.ps1"]) {
    const script = readFileSync(join(ROOT, "scripts", name), "utf8");
    writeFileSync(join(out, name), stamped(name, script, url));
  }
  writeFileSync(join(out, SUMS), sumsOf(out));
}

function rowOf({ target, archive_bytes, executable_bytes, runtime_bytes, trial }: Made): string[] {
  const sizes = [archive_bytes, executable_bytes, runtime_bytes, executable_bytes - runtime_bytes];
  return [target, ...sizes.map(megabytes), triedBy(trial)];
}

function triedBy(trial: Trial | undefined): string {
  return trial === undefined ? "not looked at" : (trial.run_by ?? `not run: ${trial.not_run}`);
}

function printRow([target = "", ...cells]: readonly string[]): void {
  const tried = cells.pop() ?? "";
  console.log([target.padEnd(20), ...cells.map((cell) => cell.padStart(14)), ` ${tried}`].join(" "));
}
