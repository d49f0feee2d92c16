/**
 * A release of two systems, made twice from clones of the last commit in two folders: the same bytes.
 * Needs Bun's runtimes, which npm fetches once.
 */

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../package.json";
import { environmentWithoutLane, ROOT } from "../../scripts/project.ts";
import { executableFault } from "../../scripts/release/check.ts";
import { formatFault, formatOf } from "../../scripts/release/format.ts";
import { signatureFault, signed } from "../../scripts/release/macho.ts";
import { NEEDED } from "../../scripts/release/reproduce.ts";
import { CACHE, runtimeOf } from "../../scripts/release/runtimes.ts";
import { chosenTargets, TARGETS, type Target } from "../../scripts/release/targets.ts";

setDefaultTimeout(600_000);

const ONLY = "linux-x64,macos-x64";
const has_registry =
  existsSync(join(CACHE, `bun-linux-x64-${packageJson.devDependencies.bun}`)) ||
  Bun.spawnSync(["npm", "ping", "--silent"], { stdin: "ignore" }).exitCode === 0;

describe.skipIf(!has_registry || Bun.which("git") === null)("release.ts", () => {
  let folder: string;
  let clone: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lanekeeper-release-"));
    clone = join(folder, "first");
    Bun.spawnSync(["git", "clone", "--quiet", ROOT, clone]);
    for (const name of NEEDED) {
      cpSync(join(ROOT, "node_modules", name), join(clone, "node_modules", name), { recursive: true });
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("two builds of one commit are equal, and what can be run here emits", () => {
    const { exitCode, output } = release("--only", ONLY, "--verify", "--url", "https://example.org/v1");
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining("the same bytes") });
    if (process.arch === "x64") expect(output).toContain("run on this machine");

    const out = join(clone, "dist", "release");
    const files = readdirSync(out);
    expect(files).toContain("lane-linux-x64.tar.gz");
    expect(files).toContain("lane-macos-x64.tar.gz");
    const sums = Bun.spawnSync(["sha256sum", "--check", "--quiet", "SHA256SUMS"], { cwd: out });
    expect({ exitCode: sums.exitCode, stdout: sums.stdout.toString() }).toEqual({ exitCode: 0, stdout: "" });
    const listed = readFileSync(join(out, "SHA256SUMS"), "utf8").trim().split("\n");
    expect(listed.map((line) => line.slice(66))).toEqual(
      files.filter((name) => name !== "SHA256SUMS").sort(),
    );
  });

  test("a tree with changes is refused", async () => {
    await Bun.write(join(clone, "LICENSE"), "changed\n");
    const { exitCode, output } = release("--only", "linux-x64");
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringContaining("No release: "),
    });
    expect(output).toContain("has changes that are in no commit");
  });

  function release(...args: string[]): { exitCode: number; output: string } {
    const command = [process.execPath, "scripts/release.ts", "--runtimes", CACHE, ...args];
    const { exitCode, stdout, stderr } = Bun.spawnSync(command, {
      cwd: clone,
      env: environmentWithoutLane(),
      stdin: "ignore",
    });
    return { exitCode, output: `${stdout}${stderr}` };
  }

  test("signatureFault() agrees with Apple's own signature, and signed() makes one that fits", async () => {
    const file = readFileSync(await runtimeOf(targetNamed("macos-x64"), CACHE));
    expect(signatureFault(file)).toBeUndefined();

    const changed = Buffer.from(file);
    changed[5_000_000] = (changed[5_000_000] ?? 0) ^ 1;
    expect(signatureFault(changed)).toMatch(/^page \d+ of \d+ is not what was signed$/);
    expect(signatureFault(signed(changed, "lane"))).toBeUndefined();
  });

  test("executableFault() finds a bare Bun, another commit, and half a file", async () => {
    const target = targetNamed("linux-x64");
    const file = readFileSync(await runtimeOf(target, CACHE));
    const source = { version: packageJson.version, commit: "c0ffee9b17d5", commit_id: "", date: new Date() };
    expect(executableFault(file, target, source)).toBe("it does not hold c0ffee9b17d5");
    const half = file.subarray(0, file.length / 2);
    expect(executableFault(half, target, source)).toStartWith(`it has ${half.length} bytes, which is not`);
    const claims = Buffer.concat([file, Buffer.from(source.commit)]);
    expect(executableFault(claims, target, source)).toBe(
      `it does not hold "lanekeeper","version":"${packageJson.version}"`,
    );
  });

  test("formatFault() tells one system's executable from another's", async () => {
    const file = readFileSync(await runtimeOf(targetNamed("linux-x64"), CACHE));
    expect(formatOf(file)).toEqual(targetNamed("linux-x64").format);
    const faults = TARGETS.map(({ name, format }) => [name, formatFault(file, format)]);
    expect(faults.filter(([, fault]) => fault === undefined).map(([name]) => name)).toEqual([
      "linux-x64",
      "linux-x64-baseline",
    ]);
    expect(formatFault(file, targetNamed("linux-x64-musl").format)).toBe(
      "it is ELF x64 /lib64/ld-linux-x86-64.so.2 instead of ELF x64 /lib/ld-musl-x86_64.so.1",
    );
  });
});

function targetNamed(name: string): Target {
  const [target] = chosenTargets(name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  return target;
}
