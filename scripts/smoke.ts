// Does the built executable do its work? One work package of one feature, in a folder that wishes it ill.
// `smoke.ts [executable [runner…]]`: another executable than dist/lane, started by an emulator, say.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../package.json";
import { environmentWithoutLane, LANE, withTemporaryFolder } from "./project.ts";

const FEATURE = "001-smoke";
const [EXECUTABLE = LANE, ...RUNNER] = process.argv.slice(2);

try {
  await withTemporaryFolder((folder) => {
    layTraps(folder);
    versionAndHelp(folder);
    oneTransition(folder);
  });
  console.log(`${EXECUTABLE}: sound`);
} catch (error) {
  console.error(`${EXECUTABLE}: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

function versionAndHelp(folder: string): void {
  const version = lane(folder, ["--version"], 0);
  check(version.includes(packageJson.version), `--version names ${packageJson.version}`, version);
  check(!version.includes("TRAP"), "no code of the current folder is run", version);
  const help = lane(folder, ["--help"], 0);
  check(help.includes("emit"), "--help names the command emit", help);
}

function oneTransition(folder: string): void {
  const here = ["--root", folder];
  lane(folder, ["new", FEATURE, ...here], 0);
  lane(folder, ["add", "First", ...here], 0);

  const emit = ["emit", "WP01", "--actor", "smoke", "--json", ...here, "--to"];
  const claimed = JSON.parse(lane(folder, [...emit, "claimed"], 0));
  check(claimed.ok === true && claimed.data.lane === "claimed", "emit answers that WP01 is claimed", claimed);
  const refused = JSON.parse(lane(folder, [...emit, "done"], 1));
  check(refused.error?.code === "ILLEGAL_TRANSITION", "claimed -> done is an ILLEGAL_TRANSITION", refused);

  const shown = JSON.parse(lane(folder, ["show", "--json", ...here], 0));
  check(shown.data.wps[0]?.lane === "claimed", "show has WP01 in claimed", shown);
  const log = readFileSync(join(folder, "kitty-specs", FEATURE, "status.events.jsonl"), "utf8");
  check(log.split("\n").length === 2 && log.endsWith("\n"), "the log has exactly one line", log);
}

/** An executable built with Bun's defaults would run the preload, and take settings from the .env file. */
function layTraps(folder: string): void {
  writeFileSync(join(folder, "trap.ts"), 'console.log("TRAP");\n');
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./trap.ts"]\n');
  writeFileSync(join(folder, ".env"), "LANE_FEATURE=trap\nLANE_ROOT=trap\n");
}

/** Runs the executable and gives back its stdout. */
function lane(folder: string, args: string[], expectedExitCode: number): string {
  const result = Bun.spawnSync([...RUNNER, EXECUTABLE, ...args], {
    cwd: folder,
    env: environmentWithoutLane(),
    stdin: "ignore",
  });
  const output = result.stdout.toString();
  const title = `lane ${args.join(" ")} ends with exit code ${expectedExitCode}`;
  check(result.exitCode === expectedExitCode, title, `${result.exitCode}\n${output}${result.stderr}`);
  return output;
}

function check(holds: boolean, expectation: string, found: unknown): void {
  if (holds) return;
  throw new Error(
    `Expected: ${expectation}\nFound: ${typeof found === "string" ? found : Bun.inspect(found)}`,
  );
}
