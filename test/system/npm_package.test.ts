/** The npm package, packed and then installed from a registry of its own, as users get it. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import packageJson from "../../package.json";
import { environmentWithoutLane, ROOT } from "../../scripts/project.ts";
import { type Packed, packFolders, serveRegistry } from "../support/registry.ts";

setDefaultTimeout(240_000);

const MODULES = join(ROOT, "node_modules");
const TSC = join(MODULES, "typescript", "bin", "tsc");
const FEATURE = "001-parser";

/** A user's program: what it prints is what it emitted and read. */
const PROGRAM = `
import { type EmitAnswer, emitStatusTransition, readLog, reduce, type Result, SEVEN_LANE, StatusEventSchema } from "lanekeeper";
import * as v from "valibot";

declare const console: { log(...values: unknown[]): void };

const moved: Result<EmitAnswer> = await emitStatusTransition({ wp_id: "WP01", to_lane: "claimed", actor: "ana" });
if (!moved.ok) throw new Error(moved.refusal.message);
const path = moved.value.log;
const log = readLog({ path, shown: path, feature_slug: "001-parser" });
if (!log.ok) throw new Error(log.refusal.message);
const lane: string | undefined = reduce(log.value.events).work_packages.get("WP01")?.lane;
const is_event: boolean = v.is(StatusEventSchema, moved.value.event);
console.log(lane, is_event, SEVEN_LANE.name);
// @ts-expect-error a request says where to
if (false as boolean) await emitStatusTransition({ wp_id: "WP01" });
`;

const folder = mkdtempSync(join(tmpdir(), "lanekeeper-npm-"));
let packed: Packed;
let registry: ReturnType<typeof serveRegistry>;

beforeAll(() => {
  const names = Object.keys(packageJson.dependencies);
  const [own, ...others] = packFolders([ROOT, ...names.map((name) => join(MODULES, name))], folder);
  if (own === undefined) throw new Error("nothing was packed");
  packed = own;
  registry = serveRegistry([own, ...others]);
});

afterAll(() => {
  registry?.[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("npm pack puts in the library, its types, the command and the papers, and nothing else", () => {
  const strange = packed.files.filter(
    (path) =>
      !/^dist\/npm\/((command\/)?(index|lane|needs_bun|chunk-\w+)\.js|types\/\w+(\/\w+)*\.d\.ts)$/.test(path),
  );
  expect(strange).toEqual(["LICENSE", "README.md", "dist/npm/THIRD_PARTY_LICENSES.txt", "package.json"]);
  expect(packed.files).toContain("dist/npm/index.js");
  expect(packed.files).toContain("dist/npm/types/index.d.ts");
  expect(packed.files).toContain("dist/npm/command/lane.js");
});

test("npm pack makes the same tarball again, byte for byte, whatever the umask is", () => {
  const again = mkdtempSync(join(folder, "again-"));
  const umask = process.umask(0o077);
  const [second] = packFolders([ROOT], again);
  process.umask(umask);
  expect(Bun.hash(readFileSync(second?.path ?? ""))).toBe(Bun.hash(readFileSync(packed.path)));
});

test("a strict program over the library is sound for tsc, with either way to find modules", async () => {
  const project = await installedProject();
  for (const [module, moduleResolution] of [
    ["ESNext", "bundler"],
    ["NodeNext", "nodenext"],
  ]) {
    const compilerOptions = {
      ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
      // Valibot's own declarations name Blob and File.
      ...{ target: "ES2022", lib: ["ES2022", "DOM"], types: [], skipLibCheck: false, noEmit: true },
      ...{ module, moduleResolution },
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const { code, stdout } = await run(project, [process.execPath, TSC, "--project", project]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  }
});

test("a program emits by the library and reads what the command tells", async () => {
  const project = await installedProject();
  const lane = join(project, "node_modules", ".bin", "lane");
  await run(project, [lane, "new", FEATURE, "--root", "."]);
  await run(project, [lane, "add", "Read the header"]);

  const { stdout, stderr } = await run(project, [process.execPath, "program.ts"]);
  expect({ stdout, stderr }).toEqual({ stdout: "claimed true seven-lane\n", stderr: "" });
  const shown = await run(project, [lane, "show", "--json"]);
  expect(JSON.parse(shown.stdout).data.wps).toMatchObject([{ wp: "WP01", lane: "claimed", actor: "ana" }]);
});

test("Node.js is told that the library needs Bun", async () => {
  const project = await installedProject();
  writeFileSync(join(project, "program.mjs"), 'import { reduce } from "lanekeeper";\nreduce([]);\n');
  const { code, stderr } = await run(project, ["node", "program.mjs"]);
  expect(stderr).toContain("Error: lanekeeper runs on Bun");
  expect(code).toBe(1);
});

test("the command runs no code of the folder that it is started in, and takes no settings from it", async () => {
  const project = await installedProject();
  layTraps(project);
  const bare = await run(project, [process.execPath, "-e", "0"]);
  expect(bare.stdout).toContain("TRAP");

  const version = await run(project, [join(project, "node_modules", ".bin", "lane"), "--version"]);
  expect(version.stdout).toStartWith(`lane ${packageJson.version} (commit `);
  const shown = await run(project, [join(project, "node_modules", ".bin", "lane"), "show", "--json"]);
  expect(shown.stdout + shown.stderr).not.toMatch(/trap/i);
  const by_bunx = await run(project, [process.execPath, "x", "--silent", "lanekeeper", "--version"]);
  expect(by_bunx.stdout).toBe(version.stdout);
});

test("bunx lanekeeper starts the command: new, add, emit, board", async () => {
  const project = makeFolder();
  const bunx = (...words: string[]) =>
    run(project, [process.execPath, "x", "--silent", "lanekeeper", ...words]);
  await bunx("new", FEATURE, "--root", ".");
  await bunx("add", "Read the header");
  expect((await bunx("emit", "WP01", "--to", "claimed", "--actor", "ana")).stdout).toContain(
    "WP01: planned -> claimed, by ana\n",
  );
  const { stdout } = await bunx("board", "--json");
  expect(JSON.parse(stdout).data.features[0].lanes.claimed).toMatchObject([{ wp: "WP01" }]);
});

/** A user's project, with the package and the program. */
async function installedProject(): Promise<string> {
  const project = makeFolder();
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "program", type: "module" }));
  writeFileSync(join(project, "program.ts"), PROGRAM);
  const { code, stderr } = await run(project, [process.execPath, "add", "--silent", "lanekeeper"]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return project;
}

function makeFolder(): string {
  return mkdtempSync(join(folder, "project-"));
}

/** What Bun by itself would run, and take variables from. */
function layTraps(project: string): void {
  writeFileSync(join(project, "trap.ts"), 'console.log("TRAP");\n');
  writeFileSync(join(project, "bunfig.toml"), 'preload = ["./trap.ts"]\n');
  writeFileSync(join(project, ".env"), "LANE_FEATURE=trap\nLANE_ROOT=trap\n");
}

async function run(
  cwd: string,
  command: string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = Bun.spawn(command, {
    cwd,
    env: {
      ...environmentWithoutLane(),
      PATH: `${join(MODULES, ".bin")}${delimiter}${process.env.PATH}`,
      // Nothing of this user's: no cache, no settings.
      HOME: folder,
      TMPDIR: folder,
      BUN_INSTALL_CACHE_DIR: join(folder, "cache"),
      npm_config_registry: registry.address,
    },
    stdin: "ignore",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, stdout, stderr };
}
