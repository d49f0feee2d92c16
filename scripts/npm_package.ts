// Makes what the npm package holds beside its papers, in `dist/npm/`: the library, its types, and the
// command. `npm pack` and `npm publish` run it (`prepack` in package.json).

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import packageJson from "../package.json";
import { licensesText } from "../src/commands/licenses.ts";
import { commit, definitions, ulidWithoutNodeCrypto } from "./build.ts";
import { ROOT, runBun, withTemporaryFolder } from "./project.ts";
import { licensesWithoutBun } from "./release/licenses.ts";

const PACKAGE = join(ROOT, "dist", "npm");
const LIBRARY = join(PACKAGE, "index.js");
const COMMAND = join(PACKAGE, "command", "lane.js");
const NEEDS_BUN = join(PACKAGE, "needs_bun.js");
const TYPES = join(PACKAGE, "types");
const LICENSES = join(PACKAGE, "THIRD_PARTY_LICENSES.txt");

/**
 * The folder that the command is started in is not trusted: without these, Bun would take code and settings from there.
 * Not every `env` knows -S (BusyBox does not); a start by way of sh would do there, but not on Windows.
 */
const SHEBANG = "#!/usr/bin/env -S bun --config=/dev/null --no-env-file";

/** What the executable knows of itself, the package knows, too: a checkpoint is trusted only by its own build. */
const INSIDE = licensesWithoutBun();
const DEFINITIONS = definitions(INSIDE);

/** In a declaration, as it is written in the source. */
const RELATIVE_IMPORT = /(?<=(?:from |import\()")(\.{1,2}\/[^"]*)\.ts(?=")/g;

// npm packs modes, too: they are to be the same wherever this runs, and for all to read.
process.umask(0o022);
rmSync(PACKAGE, { recursive: true, force: true });
await buildLibrary();
await buildCommand();
await emitTypes();
writeNeedsBun();
writeLicenses();
console.log(`${relative(ROOT, PACKAGE)}: lanekeeper ${packageJson.version} (${commit()})`);

/** Readable, and with its packages beside it: whoever uses it has one Valibot, and a stack that says where. */
async function buildLibrary(): Promise<void> {
  await Bun.build({
    entrypoints: [join(ROOT, "src", "index.ts")],
    outdir: PACKAGE,
    target: "bun",
    format: "esm",
    splitting: true,
    packages: "external",
    define: DEFINITIONS,
  });
}

/** With its packages inside: it starts in two thirds of the time. */
async function buildCommand(): Promise<void> {
  await Bun.build({
    entrypoints: [join(ROOT, "src", "main.ts")],
    outdir: dirname(COMMAND),
    naming: { entry: "lane.js" },
    target: "bun",
    format: "esm",
    splitting: true,
    minify: true,
    define: DEFINITIONS,
    plugins: [ulidWithoutNodeCrypto()],
  });
  writeFileSync(COMMAND, `${SHEBANG}\n${readFileSync(COMMAND, "utf8")}`, { mode: 0o755 });
}

/** Only declarations that the public face leads to, by the names that every version of TypeScript finds. */
async function emitTypes(): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const config = join(folder, "tsconfig.json");
    const out = join(folder, "types");
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: join(ROOT, "src"),
      outDir: out,
      typeRoots: [join(ROOT, "node_modules", "@types")],
    };
    const files = [join(ROOT, "src", "index.ts")];
    const settings = { extends: join(ROOT, "tsconfig.json"), compilerOptions, files, include: [] };
    writeFileSync(config, JSON.stringify(settings));
    const { exitCode, output } = await runBun([
      join(ROOT, "node_modules", "typescript", "bin", "tsc"),
      "--project",
      config,
    ]);
    if (exitCode !== 0) throw new Error(`tsc ended with exit code ${exitCode}:\n${output}`);
    for (const file of reachableFrom("index.d.ts", out)) copyDeclarations(join(out, file), join(TYPES, file));
  });
}

function reachableFrom(first: string, folder: string): Set<string> {
  const found = new Set([first]);
  for (const file of found) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const [, path = ""] of text.matchAll(RELATIVE_IMPORT)) {
      found.add(join(dirname(file), `${path}.d.ts`));
    }
  }
  return found;
}

function copyDeclarations(from: string, to: string): void {
  const text = readFileSync(from, "utf8").replace(RELATIVE_IMPORT, "$1.js");
  // Newer than what most programs say that they need; a reader without it would be told of an unknown name.
  const library = text.includes("Disposable") ? '/// <reference lib="esnext.disposable" />\n' : "";
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, library + text);
}

/** What another runtime is given. It has every name of the library: a missing one would be told before the reason. */
function writeNeedsBun(): void {
  const { exports } = new Bun.Transpiler({ loader: "js" }).scan(readFileSync(LIBRARY));
  const reason = "lanekeeper runs on Bun: it locks by bun:sqlite. Start this program with bun.";
  const lines = exports.toSorted().map((name) => `export const ${name} = undefined;`);
  writeFileSync(NEEDS_BUN, `${lines.join("\n")}\nthrow new Error(${JSON.stringify(reason)});\n`);
}

/** The command holds copies of these packages, and their licences ask to be passed on. */
function writeLicenses(): void {
  const [, ...third_party] = INSIDE;
  writeFileSync(LICENSES, `${licensesText(third_party)}\n`);
}
