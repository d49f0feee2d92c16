/** The folder that lane is started in is not trusted: nothing in it runs, and nothing in it changes an answer. */

import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cleanEnvironment, lane, type Told, told } from "../support/lane.ts";
import { makeProject, type TemporaryProject } from "../support/project.ts";

const CALLS = [
  "",
  "--version",
  "emit --help",
  "new 035-next",
  "add Second --feature 034",
  "emit WP01 --to claimed --actor claude --feature 034",
  "move 2 claimed --actor claude --feature 034 --json",
  "show --feature 034-test-feature",
  "show WP01 --feature 034 --json",
  "materialize --all",
  "emit WP01 --to in_progress --feature 034",
  "emit WP01 --to done --actor claude --feature 034",
  "show",
  "frobnicate",
];

test("lane answers in a hostile folder byte for byte as in a clean one, and runs nothing of it", () => {
  using clean = makeProject();
  using hostile = makeProject();
  const marker = join(hostile.root, "marker");
  layTraps(hostile, marker);

  const expected = CALLS.map((words) => told(lane(clean.root, words)));
  const found = CALLS.map((words) => told(lane(hostile.root, words, { env: trapped(hostile) })));

  expect(found).toEqual(expected);
  expect(expected.map(({ code }: Told) => code)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 4, 2]);
  expect(existsSync(marker)).toBe(false);
  expect(hostile.events().map(({ actor }) => actor)).toEqual(["claude", "claude"]);
});

test("lane answers below a hostile folder as in a clean one", () => {
  using clean = makeProject();
  using hostile = makeProject();
  const marker = join(hostile.root, "marker");
  layTraps(hostile, marker);
  for (const words of ["show", "emit WP01 --to claimed --actor claude --json", "show WP01"]) {
    const expected = told(lane(clean.folder, words));
    expect(told(lane(hostile.folder, words, { env: trapped(hostile) }))).toEqual(expected);
  }
  expect(existsSync(marker)).toBe(false);
});

test("the traps catch a Bun that trusts the folder that it is started in", () => {
  using hostile = makeProject();
  const marker = join(hostile.root, "marker");
  layTraps(hostile, marker);
  Bun.spawnSync([process.execPath, "--eval", "0"], { cwd: hostile.root, env: cleanEnvironment() });
  expect(existsSync(marker)).toBe(true);
});

/** Programs named in a repository's own folder must not be found by name. */
function trapped({ root }: TemporaryProject): Record<string, string> {
  return { PATH: [join(root, "bin"), root, process.env.PATH].join(delimiter) };
}

/** Whatever Bun, Node.js, npm or git could be led astray by; each trap writes the marker. */
function layTraps({ root, folder }: TemporaryProject, marker: string): void {
  const code = `require("node:fs").appendFileSync(${JSON.stringify(marker)}, __filename + "\\n");\n`;
  const bunfig =
    'preload = ["./trap.cjs"]\n[run]\nbun = true\npreload = ["./trap.cjs"]\n[test]\npreload = ["./trap.cjs"]\n';
  const env = [
    "LANE_ACTOR=evil",
    "LANE_FEATURE=034-evil",
    "LANE_ROOT=/nonexistent",
    "NO_COLOR=",
    "FORCE_COLOR=1",
    "BUN_OPTIONS=--preload=./trap.cjs",
    "NODE_OPTIONS=--require=./trap.cjs",
    "TZ=Asia/Tokyo",
    "",
  ].join("\n");
  const manifest = {
    name: "lanekeeper",
    type: "commonjs",
    main: "./trap.cjs",
    bin: { lane: "./trap.cjs" },
    imports: { "#*": "./trap.cjs" },
    exports: { "./*": "./trap.cjs" },
    dependencies: { valibot: "file:./node_modules/valibot" },
    scripts: { preinstall: "node trap.cjs", postinstall: "node trap.cjs", lane: "node trap.cjs" },
    trustedDependencies: ["valibot"],
  };
  const compiler = {
    extends: "./nowhere.json",
    compilerOptions: {
      baseUrl: ".",
      jsx: "react",
      jsxImportSource: "./trap.cjs",
      paths: { "*": ["./trap.cjs"], valibot: ["./trap.cjs"], "node:*": ["./trap.cjs"] },
    },
  };
  const script = `#!/bin/sh\necho "$0" >> '${marker}'\n`;
  for (const place of [root, folder]) {
    write(join(place, "trap.cjs"), code);
    for (const name of ["bunfig.toml", ".bunfig.toml"]) write(join(place, name), bunfig);
    for (const name of [".env", ".env.local", ".env.production", ".env.development"])
      write(join(place, name), env);
    for (const name of ["tsconfig.json", "jsconfig.json"]) write(join(place, name), JSON.stringify(compiler));
    write(join(place, "package.json"), JSON.stringify(manifest));
    write(join(place, ".npmrc"), "node-options=--require=./trap.cjs\n");
    for (const name of ["valibot", "yaml", "ulid", "citty", "bun", "fs"]) {
      write(join(place, "node_modules", name, "index.js"), code);
      write(join(place, "node_modules", name, "package.json"), JSON.stringify({ name, main: "index.js" }));
    }
    for (const name of ["main.js", "index.js", "index.ts", "lane.js", "src/main.ts"])
      write(join(place, name), code);
  }
  for (const name of ["git", "bun", "node", "stty", "tput", "lane", "bin/git", "bin/sh"]) {
    write(join(root, name), script);
    chmodSync(join(root, name), 0o755);
    // What Windows would start for the name.
    write(join(root, `${name}.cmd`), `@echo %0>> "${marker}"\r\n`);
  }
  write(join(root, ".kittify", "trap.cjs"), code);
  symlinkSync("../trap.cjs", join(root, ".kittify", "config.js"));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
