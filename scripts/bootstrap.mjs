// `node scripts/bootstrap.mjs scripts/gate.ts [argument…]` runs a script with the Bun that package.json
// pins, on a machine that has Node.js, npm and git and nothing else. What is missing is installed first,
// inside node_modules; when nothing is missing, no network is used.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const MODULES = join(ROOT, "node_modules");
/** What `.bin/bun` leads to; named `bun.exe` on every system, so that no shell is needed to start it. */
const BUN = join(MODULES, "bun", "bin", "bun.exe");
const BUN_INSTALLER = join(MODULES, "bun", "install.js");
/** Written when an installation is complete; holds the fingerprint of what it was made from. */
const COMPLETE_MARKER = join(MODULES, ".lanekeeper-complete");
/** There while an installation runs; holds the installer's process id. Left behind only by a kill. */
const RUNNING_MARKER = join(MODULES, ".lanekeeper-installing");
/** npm writes it last: without it, npm did not finish. */
const NPM_MARKER = join(MODULES, ".package-lock.json");
/** Development packages also where NODE_ENV or npm's settings leave them out: Bun is one of them. */
const NPM_INSTALL =
  "npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --include=dev --include=optional";
/** Nothing of an installation goes to stdout: that belongs to the script that is run afterwards. */
const VISIBLE = { cwd: ROOT, stdio: ["ignore", 2, 2] };
const CAPTURED = { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" };
const INSTALL_WAIT_MS = 300_000;
const POLL_MS = 250;

const PACKAGE = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const PINNED = { ...PACKAGE.dependencies, ...PACKAGE.devDependencies };

main(process.argv.slice(2));

function main([script, ...args]) {
  if (script === undefined) fail("Usage: node scripts/bootstrap.mjs <script.ts> [argument…]", 2);
  if (!isInstalled()) install();
  const { status, signal, error } = spawnSync(BUN, [script, ...args], { cwd: ROOT, stdio: "inherit" });
  if (error) fail(`Starting ${BUN} failed: ${error.message}`);
  process.exit(status ?? 128 + constants.signals[signal]);
}

function isInstalled() {
  return readText(COMPLETE_MARKER) === fingerprint() && packagesMissing().length === 0 && bunAnswers();
}

function install() {
  claimInstallation();
  process.on("exit", () => rmSync(RUNNING_MARKER, { force: true }));
  if (isInstalled()) return; // by the process that held the claim until now
  rmSync(COMPLETE_MARKER, { force: true });
  installPackages();
  if (!isSound()) {
    note("What is in node_modules does not work: starting again from nothing.");
    startOver();
    installPackages();
  }
  if (!isSound()) fail(`The installation is not complete: ${whatIsWrong()}`);
  writeFileSync(COMPLETE_MARKER, fingerprint());
}

/** npm brings Bun, install.js puts Bun's executable in place, and Bun installs what bun.lock says. */
function installPackages() {
  if (!bunAnswers()) {
    if (!existsSync(NPM_MARKER)) startOver();
    attempt(NPM_INSTALL, () => spawnSync(NPM_INSTALL, { ...VISIBLE, shell: true })); // npm is a .cmd on Windows
  }
  placeBun();
  if (!bunAnswers()) return;
  // Bun does not read every place that npm takes its settings from.
  const env = { ...process.env, npm_config_registry: npmRegistry() };
  const args = ["install", "--frozen-lockfile"];
  attempt(`bun ${args.join(" ")}`, () => spawnSync(BUN, args, { ...VISIBLE, env }));
  placeBun();
}

/** The npm package holds a stub until its install script has run; the script fails where it has run. */
function placeBun() {
  if (bunAnswers() || !existsSync(BUN_INSTALLER)) return;
  note("Putting Bun's executable in place: node node_modules/bun/install.js");
  spawnSync(process.execPath, [BUN_INSTALLER], VISIBLE);
}

function isSound() {
  return bunAnswers() && packagesMissing().length === 0;
}

function whatIsWrong() {
  if (bunAnswers()) return `not there in the version that package.json pins: ${packagesMissing().join(", ")}`;
  return (
    `${BUN} does not answer with version ${PINNED.bun}.\n` +
    "Hint: Bun needs a 64-bit Linux, macOS or Windows, and network access where its install script has to fetch it."
  );
}

function bunAnswers() {
  return spawnSync(BUN, ["--version"], CAPTURED).stdout?.trim() === PINNED.bun;
}

function packagesMissing() {
  return Object.keys(PINNED).filter((name) => installedVersion(name) !== PINNED[name]);
}

function installedVersion(name) {
  try {
    return JSON.parse(readFileSync(join(MODULES, name, "package.json"), "utf8")).version;
  } catch {
    return undefined; // not there, or half-written
  }
}

/** A killed npm leaves half-written packages that look whole to the next one: nothing of them is kept. */
function startOver() {
  for (const name of readdirSync(MODULES)) {
    const path = join(MODULES, name);
    if (path !== RUNNING_MARKER) rmSync(path, { recursive: true, force: true });
  }
}

/** One installation at a time; what a killed one left behind is cleared away. */
function claimInstallation() {
  const deadline_ms = Date.now() + INSTALL_WAIT_MS;
  mkdirSync(MODULES, { recursive: true });
  while (!tryWriteNew(RUNNING_MARKER, String(process.pid))) {
    const holder = readText(RUNNING_MARKER);
    if (holder !== undefined && !isAlive(Number(holder))) {
      note("An earlier installation was interrupted: starting again from nothing.");
      writeFileSync(RUNNING_MARKER, String(process.pid));
      return startOver();
    }
    if (Date.now() > deadline_ms) {
      fail(
        `Another installation (process ${holder}) does not come to an end.\nHint: if there is none, delete ${RUNNING_MARKER}`,
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
  }
}

function tryWriteNew(path, text) {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function npmRegistry() {
  const { stdout } = spawnSync("npm config get registry", { ...CAPTURED, shell: true });
  return stdout?.trim() || undefined;
}

function attempt(title, start) {
  note(`Installing: ${title}`);
  const { status, error } = start();
  if (status === 0) return;
  fail(
    `\`${title}\` ended with ${error ? error.message : `exit code ${status}`}.\n` +
      "Hint: the first run needs the npm registry (`npm ping` tells whether it answers) and about 500 MB of disk; then run the same command again.",
  );
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const name of ["package.json", "bun.lock"]) hash.update(readFileSync(join(ROOT, name)));
  return hash.digest("hex");
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function note(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text, exitCode = 1) {
  note(text);
  process.exit(exitCode);
}
