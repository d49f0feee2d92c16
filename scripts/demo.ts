// One work package through its whole life, with the built executable, in a repository that stays to be looked at.

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLane } from "./build.ts";
import { environmentWithoutLane, LANE } from "./project.ts";

const FEATURE = "001-greeting";
const LOG = join("kitty-specs", FEATURE, "status.events.jsonl");
const DONE = 0;
const REFUSED = 1;

await buildLane();
const folder = mkdtempSync(join(tmpdir(), "lanekeeper-demo-"));
run(DONE, "git", "-c", "init.defaultBranch=main", "init", "--quiet");
walk();
showLog();
title("Where it lies");
console.log(`${folder}\n${LANE}`);

function walk(): void {
  title("A feature, and a work package in it");
  lane(DONE, "new", FEATURE, "--root", ".");
  lane(DONE, "add", "Greet the user by name");

  title("claude wants to be done at once, and is refused");
  lane(REFUSED, "emit", "WP01", "--to", "done", "--actor", "claude");

  title("So the work is done");
  lane(DONE, "emit", "WP01", "--to", "claimed", "--actor", "claude");
  lane(DONE, "emit", "WP01", "--to", "in_progress", "--actor", "claude");
  lane(DONE, "emit", "WP01", "--to", "for_review", "--actor", "claude");

  title("robert reviews it, and sends it back");
  lane(DONE, "emit", "WP01", "--to", "in_progress", "--actor", "robert", "--review-ref", "review-1");

  title("The second review approves");
  lane(DONE, "emit", "WP01", "--to", "for_review", "--actor", "claude");
  const evidence = ["--reviewer", "robert", "--reference", "review-2"];
  lane(DONE, "emit", "WP01", "--to", "done", "--actor", "robert", ...evidence);

  title("Where things stand");
  lane(DONE, "show");
}

/** The lines as they are, cut to the terminal's width. */
function showLog(): void {
  title(`The log: ${LOG}`);
  const width = process.stdout.columns || 110;
  for (const line of readFileSync(join(folder, LOG), "utf8").trimEnd().split("\n")) {
    console.log(line.length > width ? `${line.slice(0, width - 1)}…` : line);
  }
}

function lane(expectedExitCode: number, ...args: string[]): void {
  const command = ["lane", ...args].map((word) => (/^[\w./-]+$/.test(word) ? word : `"${word}"`)).join(" ");
  console.log(styled("1", `$ ${command}`));
  run(expectedExitCode, LANE, ...args);
}

function run(expectedExitCode: number, ...command: string[]): void {
  const { exitCode } = Bun.spawnSync(command, {
    cwd: folder,
    env: environmentWithoutLane(),
    stdin: "ignore",
    stdout: 1,
    stderr: 1, // a refusal stands where it belongs, also when only stdout is kept
  });
  if (exitCode === expectedExitCode) return;
  console.error(`\nThis step was to end with exit code ${expectedExitCode}, but ended with ${exitCode}.`);
  console.error(`The folder stays as it is: ${folder}`);
  process.exit(1);
}

function title(text: string): void {
  console.log(`\n${styled("36", text)}`);
}

function styled(code: string, text: string): string {
  const isPlain = !process.stdout.isTTY || process.env.NO_COLOR || process.env.TERM === "dumb";
  return isPlain ? text : `\x1b[${code}m${text}\x1b[0m`;
}
