/** scripts/install.sh from a folder: installed, used, updated and taken back, with nothing but a shell. */

import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../scripts/project.ts";
import {
  contentsOf,
  makeGround,
  REAL_LANE,
  SHELLS,
  SMALL_LANE,
  writeRelease,
} from "../support/installing.ts";
import { makeFolder } from "../support/project.ts";

const HEAD = ["lane for linux-x64: asked for by --target", "From <release>"];
const NEXT = [
  "",
  "In a git repository:",
  "  lane new 001-first",
  '  lane add "First step"',
  "  lane emit WP01 --to claimed --actor $(id -un)",
  "  lane board",
];
const TARGET = ["--target", "linux-x64"];

const told = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

describe.each(SHELLS.map((shell) => [shell.join(" "), shell] as const))("%s install.sh", (_, shell) => {
  test("install.sh serves an empty HOME: install, emit, board, update, uninstall, and nothing is left", () => {
    using ground = makeGround(REAL_LANE);
    using project = makeFolder();
    writeFileSync(join(ground.home, ".bashrc"), "# mine\n");
    const before = contentsOf(ground.home);
    mkdirSync(join(project.path, "kitty-specs"));
    const lane = (...args: string[]) =>
      Bun.spawnSync([join(ground.home, ".local/bin/lane"), ...args], {
        cwd: project.path,
        env: { HOME: ground.home, PATH: "/usr/bin:/bin" },
      }).stdout.toString();

    const answer = ground.install(["--completions=bash"], { shell });
    expect(answer).toMatchObject({ code: 0, stderr: "" });
    expect(answer.stdout).toMatch(/^lane for linux-x64: Linux on x86_64 with AVX2, glibc\nFrom <release>\n/);
    expect(answer.stdout).toContain(" is installed: <home>/.local/bin/lane\n");
    lane("new", "001-first");
    lane("add", "First step");
    expect(lane("emit", "WP01", "--to", "claimed", "--actor", "ana")).toStartWith(
      "WP01: planned -> claimed, by ana\n",
    );
    expect(lane("board")).toContain("▎First step");
    // Another version, without its code: what is replaced is what counts.
    writeRelease(ground.release, { text: SMALL_LANE });
    expect(ground.install([], { shell }).stdout).toContain(
      "lane 9.9.9 is installed: <home>/.local/bin/lane\n",
    );
    expect(lane("completions", "bash")).toBe("# for bash\n");

    expect(ground.install(["--uninstall"], { shell })).toEqual({
      code: 0,
      stdout: told([
        "Removed: <home>/.local/bin/lane",
        "Removed: <home>/.local/share/bash-completion/completions/lane",
      ]),
      stderr: "",
    });
    expect(contentsOf(ground.home)).toEqual(before);
  }, 60_000);

  test("install.sh says which line to add, and where, for the user's shell", () => {
    const lines = { "/bin/bash": "~/.bashrc", "/bin/zsh": "~/.zshrc", "": "~/.profile" };
    for (const [SHELL, file] of Object.entries(lines)) {
      using ground = makeGround();
      expect(ground.install(TARGET, { shell, env: { SHELL } })).toEqual({
        code: 0,
        stdout: told([
          ...HEAD,
          "lane 9.9.9 is installed: <home>/.local/bin/lane",
          "",
          `Add this line to ${file}, and open a new terminal:`,
          '  export PATH=<home>/.local/bin:"$PATH"',
          ...NEXT,
        ]),
        stderr: "",
      });
    }
  });

  test("install.sh says nothing of the PATH that leads to it, and warns where another lane comes first", () => {
    using ground = makeGround();
    using other = makeFolder();
    const bin = join(ground.home, ".local/bin");
    const PATH = `${bin}:/usr/bin:/bin`;
    const installed = [...HEAD, "lane 9.9.9 is installed: <home>/.local/bin/lane"];
    expect(ground.install(TARGET, { shell, env: { PATH } }).stdout).toBe(told([...installed, ...NEXT]));
    writeFileSync(join(other.path, "lane"), "", { mode: 0o755 });
    const answer = ground.install(TARGET, { shell, env: { PATH: `${other.path}:${PATH}` } });
    expect(answer.stderr).toBe(
      `Warning: your PATH leads to another lane first: ${other.path}/lane is what \`lane\` starts now\n`,
    );
    expect(answer.stdout).toContain("Remove that one, or put <home>/.local/bin before it.\n");
  });

  test("install.sh works by stdin, traced to stop at errors and unset names, in any umask", () => {
    for (const umask of ["077", "000"]) {
      using ground = makeGround();
      const at = ["sh", "-c", `umask ${umask} && exec "$@"`, "sh", ...shell, "-eu"];
      const answer = ground.install([...TARGET, "--from", ground.release], { shell: at, piped: true });
      expect(answer).toMatchObject({ code: 0, stderr: "" });
      const mode = statSync(join(ground.home, ".local/bin/lane")).mode & 0o777;
      expect(mode & 0o722).toBe(0o700);
      expect(statSync(join(ground.home, ".local/bin")).mode & 0o777).toBe(umask === "077" ? 0o700 : 0o755);
    }
  });

  test("install.sh takes folders with blanks, quotes, dashes and links in their names", () => {
    using ground = makeGround();
    mkdirSync(join(ground.home, "real one"));
    symlinkSync("real one", join(ground.home, "-link"));
    for (const folder of ["-a b", "Ünï 'q\" $x \\y `z`", "-link", " trailing "]) {
      const surroundings = { shell, cwd: ground.home, env: { SHELL: "/bin/bash" } };
      const { code, stdout } = ground.install([...TARGET, `--to=${folder}`], surroundings);
      expect(code).toBe(0);
      const line = /^ {2}(export PATH=.*)$/m.exec(stdout)?.[1]?.replaceAll("<home>", ground.home);
      const found = Bun.spawnSync(["bash", "-c", `${line}; command -v lane`], { env: { PATH: "/usr/bin" } });
      expect(found.stdout.toString()).toBe(
        `${join(ground.home, folder === "-link" ? "real one" : folder)}/lane\n`,
      );
      expect(ground.install([...TARGET, "--to", folder], surroundings).code).toBe(0);
    }
    expect(ground.install(["--uninstall"], { shell }).code).toBe(0);
    expect(readdirSync(ground.home).sort()).toEqual(["-link", "real one"]);
    expect(readdirSync(join(ground.home, "real one"))).toEqual([]);
  });
});

test("install.sh --uninstall leaves what was changed and what is lane's, and says so", () => {
  using ground = makeGround();
  ground.install([...TARGET, "--completions=fish", "--completions=zsh"]);
  const completions = join(ground.home, ".config/fish/completions/lane.fish");
  writeFileSync(completions, "# mine\n");
  mkdirSync(join(ground.home, ".config/lanekeeper"));
  expect(ground.install(["--uninstall"])).toEqual({
    code: 0,
    stdout: told([
      "Left, since it was changed after it was put there: <home>/.config/fish/completions/lane.fish",
      "Removed: <home>/.local/bin/lane",
      "Removed: <home>/.local/share/zsh/site-functions/_lane",
      "Left, since it is yours: <home>/.config/lanekeeper (your settings)",
    ]),
    stderr: "",
  });
  expect(readdirSync(ground.home)).toEqual([".config"]);
  expect(readFileSync(completions, "utf8")).toBe("# mine\n");
  expect(ground.install(["--uninstall"])).toMatchObject({ code: 1, stdout: "" });
});

test("install.sh refuses a lane that it put there and that was changed since", () => {
  using ground = makeGround();
  ground.install(TARGET);
  writeFileSync(join(ground.home, ".local/bin/lane"), "mine");
  const before = contentsOf(ground.home);
  expect(ground.install(TARGET)).toMatchObject({
    code: 1,
    stderr: told([
      "Error: <home>/.local/bin/lane was changed since this script put it there",
      "Hint: --to <dir> takes another folder; or remove the file yourself",
    ]),
  });
  expect(contentsOf(ground.home)).toEqual(before);
});

test("install.sh replaces a lane that runs, which goes on to its end", async () => {
  using ground = makeGround(REAL_LANE);
  using project = makeFolder();
  ground.install([]);
  const lane = join(ground.home, ".local/bin/lane");
  mkdirSync(join(project.path, "kitty-specs"), { recursive: true });
  Bun.spawnSync([lane, "new", "001-first"], { cwd: project.path });
  Bun.spawnSync([lane, "add", "First"], { cwd: project.path });
  const follower = Bun.spawn([lane, "log", "--follow", "--json", "--limit", "0"], {
    cwd: project.path,
    stdout: "pipe",
  });
  await Bun.sleep(300);
  writeRelease(ground.release, { text: SMALL_LANE });
  expect(ground.install([]).code).toBe(0);
  expect(readFileSync(lane, "utf8")).toBe(SMALL_LANE);
  expect(follower.exitCode).toBeNull();
  follower.kill("SIGINT");
  expect(await follower.exited).toBe(130);
}, 60_000);

test("install.sh leaves nothing half-installed wherever it is killed, and its next run mends the rest", async () => {
  using ground = makeGround();
  const before = contentsOf(ground.home);
  const lane = join(ground.home, ".local/bin/lane");
  const seen = new Set<string>();
  for (let wait_ms = 0; wait_ms < 160; wait_ms += 8) {
    const child = Bun.spawn(["sh", join(ground.release, "install.sh"), ...TARGET, "--completions=bash"], {
      env: { HOME: ground.home, PATH: "/usr/bin:/bin" },
      stdout: "ignore",
      stderr: "ignore",
    });
    await Bun.sleep(wait_ms);
    child.kill("SIGKILL");
    await child.exited;
    seen.add(existsSync(lane) ? readFileSync(lane, "utf8") : "absent");
  }
  expect([...seen].filter((text) => text !== "absent" && text !== SMALL_LANE)).toEqual([]);
  expect(ground.install([...TARGET, "--completions=bash"]).code).toBe(0);
  expect(ground.install(["--uninstall"]).code).toBe(0);
  // Folders that the very first run had made when it was killed, before it could record them, stay: empty.
  const left = Object.entries(contentsOf(ground.home)).filter(([, what]) => what !== "40755 ");
  expect(Object.fromEntries(left)).toEqual(before);
}, 60_000);

test.skipIf(Bun.which("shellcheck") === null)("shellcheck finds nothing in install.sh", () => {
  const { stdout } = Bun.spawnSync(["shellcheck", "--shell=sh", join(ROOT, "scripts/install.sh")]);
  expect(stdout.toString()).toBe("");
});

test("install.sh works from its own folder, under any name of it, by a relative path", () => {
  using ground = makeGround();
  chmodSync(ground.release, 0o555);
  const command = ["sh", "release/install.sh", ...TARGET];
  const { exitCode, stdout } = Bun.spawnSync(command, {
    cwd: dirname(ground.release),
    env: { HOME: ground.home, PATH: "/usr/bin:/bin" },
  });
  expect([exitCode, ground.named(stdout.toString()).split("\n")[1]]).toEqual([0, "From <release>"]);
});
