/** The hooks of `lane init --hook`, run by git itself. */

import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setUp } from "../../src/setup/init.ts";
import { takeBack } from "../../src/setup/uninstall.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { makeRepository, tryGit, useGit } from "../support/git_user.ts";
import { answerOf } from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";

type Repository = ReturnType<typeof makeRepository>;

/** Hooks as people have them, each of which says that it ran. */
const SHELLS: Readonly<Record<string, string>> = {
  "no hook at all": "",
  "sh with an exit at its end": "#!/bin/sh\necho ran >>hook.log\nexit 0\n",
  "sh that stops at errors and unset names": "#!/bin/sh -eu\necho ran >>hook.log\nexec true\n",
  "bash by env, without a final line end": "#!/usr/bin/env bash\nset -euo pipefail\necho ran >>hook.log",
};

for (const [says, text] of Object.entries(SHELLS)) {
  test(`the pre-commit hook stops a commit that a check refuses, and no other: ${says}`, async () => {
    using repository = makeRepository();
    const { root } = repository;
    const path = join(root, ".git", "hooks", "pre-commit");
    if (text !== "") writeFileSync(path, text, { mode: 0o755 });
    const { calls } = await setUpWith(repository, { validate: 1 });

    const stopped = commit(root);

    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("validate says\n");
    expect(calls()).toEqual([`${root} validate --staged --here`]);
    fakeLane(repository, { validate: 0 });
    const made = commit(root);
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout + made.stderr).not.toContain("validate says");
    expect(existsSync(join(root, "hook.log"))).toBe(text !== "");
    answerOf(await takeBack({ cwd: root }));
    expect(existsSync(path) ? readFileSync(path, "utf8") : "").toBe(text);
  });
}

test("the pre-commit hook lets git go on when lane fails for another reason, is gone, or nothing is there to check", async () => {
  using repository = makeRepository();
  const { root } = repository;
  const { calls, executable } = await setUpWith(repository, { validate: 6 });
  expect(commit(root)).toMatchObject({ code: 0, stderr: expect.stringContaining("validate says") });
  rmSync(executable);
  const gone = commit(root);
  expect(gone.code).toBe(0);
  expect(gone.stderr).toContain(
    "lane was not found: what is staged is not checked; lane init --hook sets it up again",
  );
  fakeLane(repository, { validate: 1 });
  rmSync(join(root, "kitty-specs"), { recursive: true });
  expect(commit(root).code).toBe(0);
  expect(calls()).toHaveLength(1);
});

test("the pre-commit hook takes lane from PATH where the executable is gone", async () => {
  using repository = makeRepository();
  const { executable, calls } = await setUpWith(repository, { validate: 0 });
  answerOf(
    await setUp({ cwd: repository.root }, { hooks: true, executable: [repository.beside("no lane")] }),
  );
  fakeLane(repository, { validate: 1 });
  const env = { PATH: `${dirname(executable)}${delimiter}${process.env.PATH}` };
  expect(commit(repository.root, env).code).toBe(1);
  expect(calls()).toHaveLength(1);
});

test("the hooks name a project below the top, and are not led elsewhere by LANE_ROOT", async () => {
  using repository = makeRepository();
  const sub = join(repository.root, "my sub");
  mkdirSync(sub);
  const { calls } = await setUpWith(repository, { validate: 0 }, { root: sub });
  expect(commit(repository.root, { LANE_ROOT: "/nowhere", LANE_FEATURE: "x" }).code).toBe(0);
  expect(calls()).toEqual([`${withSlashes(repository.root)} validate --staged --here --root my sub`]);
});

test("the post-merge hook renews after a merge, quietly but for warnings, and never fails it", async () => {
  using repository = makeRepository();
  const { root } = repository;
  writeFileSync(join(root, ".git", "hooks", "post-merge"), "#!/bin/sh\necho after >>hook.log\nexit 0\n", {
    mode: 0o755,
  });
  const { calls } = await setUpWith(repository, { validate: 0, materialize: 3 });
  commit(root);
  useGit(root, "checkout", "--quiet", "-b", "other");
  commit(root);
  useGit(root, "checkout", "--quiet", "main");

  const merged = tryGit(root, ["merge", "--quiet", "other"]);

  expect(merged).toEqual({ code: 0, stdout: "", stderr: "materialize warns\n" });
  expect(calls().at(-1)).toBe(`${withSlashes(root)} materialize --all --here`);
  expect(readFileSync(join(root, "hook.log"), "utf8")).toBe("after\n");
});

test("the hooks run in linked worktrees too", async () => {
  using repository = makeRepository();
  const { calls } = await setUpWith(repository, { validate: 0 });
  writeFileSync(join(repository.root, "kitty-specs", "x"), "");
  commit(repository.root);
  useGit(repository.root, "worktree", "add", "--quiet", "../linked");
  expect(commit(repository.beside("linked")).code).toBe(0);
  expect(calls().at(-1)).toBe(`${withSlashes(repository.beside("linked"))} validate --staged --here`);
});

/** Hooks that are none of ours to change, and why. */
const UNTOUCHED: readonly {
  says: string;
  make: (path: string, repository: Repository) => void;
  why: string;
  /** Why not on this system. */
  is_skipped?: boolean;
}[] = [
  {
    says: "a Python script",
    make: (path) => writeFileSync(path, "#!/usr/bin/env python3\n", { mode: 0o755 }),
    why: "it is no shell script",
  },
  {
    says: "a script without a first line that says so",
    make: (path) => writeFileSync(path, "echo ran\n", { mode: 0o755 }),
    why: "it is no shell script",
  },
  {
    says: "fish",
    make: (path) => writeFileSync(path, "#!/usr/bin/fish\n", { mode: 0o755 }),
    why: "it is no shell script",
  },
  {
    says: "a script that only starts another interpreter with itself",
    make: (path) =>
      writeFileSync(path, `#!/bin/sh\n''':'\nexec python3 "$0" "$@"\n'''\nprint(1)\n`, { mode: 0o755 }),
    why: "it hands itself on to another interpreter",
  },
  {
    says: "a script that node reads too",
    make: (path) =>
      writeFileSync(path, '#!/bin/sh\n":" //# ; exec /usr/bin/env node "$0" "$@"\nconsole.log(1)\n', {
        mode: 0o755,
      }),
    why: "it hands itself on to another interpreter",
  },
  {
    says: "a script that starts python with its own name, on two lines",
    make: (path) =>
      writeFileSync(path, `#!/bin/sh\n''':'\nself=$0\nexec python3 \\\n  "$self" "$@"\n'''\n`, {
        mode: 0o755,
      }),
    why: "it hands itself on to another interpreter",
  },
  {
    says: "switched off",
    make: (path) => writeFileSync(path, "#!/bin/sh\n", { mode: 0o644 }),
    why: "it is not executable, so git does not run it",
    // Windows has no such mode, and git runs what is there.
    is_skipped: ON_WINDOWS,
  },
  {
    says: "lines that end as on Windows",
    make: (path) => writeFileSync(path, "#!/bin/sh\r\n", { mode: 0o755 }),
    why: "its lines end as on Windows (CRLF)",
  },
  { says: "a folder", make: (path) => mkdirSync(path), why: "it is no file" },
  {
    says: "a link out",
    make: (path, repository) => {
      writeFileSync(repository.beside("pre-commit"), "#!/bin/sh\n", { mode: 0o755 });
      symlinkSync(repository.beside("pre-commit"), path);
    },
    why: "<beside>/pre-commit",
    is_skipped: !CAN_LINK,
  },
  {
    says: "a link to what serves every hook",
    make: (path) => {
      writeFileSync(join(dirname(path), "every"), "#!/bin/sh\n", { mode: 0o755 });
      symlinkSync("every", path);
    },
    why: "which may serve other hooks too",
    is_skipped: !CAN_LINK,
  },
];

for (const { says, make, why, is_skipped = false } of UNTOUCHED) {
  test.skipIf(is_skipped)(
    `init --hook leaves a hook alone and says what to put there by hand: ${says}`,
    async () => {
      using repository = makeRepository();
      const path = join(repository.root, ".git", "hooks", "pre-commit");
      make(path, repository);
      const before = snapshotOf(path);

      const { warnings } = await setUpWith(repository, {});

      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.code).toBe("HOOK_NOT_ADDED");
      const message = warnings[0]?.message.replaceAll(withSlashes(dirname(repository.root)), "<beside>");
      expect(message).toStartWith(".git/hooks/pre-commit is left as it is: ");
      expect(message).toContain(why);
      expect(message).toEndWith("; to have it all the same, let it run: lane validate --staged --here");
      expect(snapshotOf(path)).toBe(before);
    },
  );
}

test("init --hook follows core.hooksPath inside the project, and leaves sample files alone", async () => {
  using repository = makeRepository();
  const { root } = repository;
  useGit(root, "config", "core.hooksPath", ".husky");
  mkdirSync(join(root, ".husky"));
  const husky = "#!/usr/bin/env sh\nexit 0\n";
  writeFileSync(join(root, ".husky", "pre-commit"), husky, { mode: 0o711 });
  writeFileSync(join(root, ".husky", "pre-commit.sample"), "x");

  const { warnings } = await setUpWith(repository, { validate: 1 });

  expect(warnings).toEqual([]);
  expect(statSync(join(root, ".husky", "pre-commit")).mode & 0o777).toBe(ON_WINDOWS ? 0o666 : 0o711);
  expect(statSync(join(root, ".husky", "post-merge")).mode & 0o777).toBe(ON_WINDOWS ? 0o666 : 0o755);
  expect(commit(root).code).toBe(1);
  expect(existsSync(join(root, ".git", "hooks", "pre-commit"))).toBe(false);
  answerOf(await takeBack({ cwd: root }));
  expect(readFileSync(join(root, ".husky", "pre-commit"), "utf8")).toBe(husky);
  expect(existsSync(join(root, ".husky", "post-merge"))).toBe(false);
  expect(readFileSync(join(root, ".husky", "pre-commit.sample"), "utf8")).toBe("x");
});

test("init --hook writes nothing where core.hooksPath leads out of the project", async () => {
  using repository = makeRepository();
  const hooks = repository.beside("hooks");
  mkdirSync(hooks);
  useGit(repository.root, "config", "core.hooksPath", "../hooks");

  const { warnings } = await setUpWith(repository, {});

  expect(warnings.map(({ message }) => message.replaceAll(withSlashes(hooks), "<hooks>"))).toEqual([
    "<hooks>/pre-commit is left as it is: the hooks of this repository lie outside the project, in <hooks>; " +
      "to have it all the same, let it run: lane validate --staged --here",
    "<hooks>/post-merge is left as it is: the hooks of this repository lie outside the project, in <hooks>; " +
      "to have it all the same, let it run: lane materialize --all --here",
  ]);
  expect(existsSync(join(hooks, "pre-commit"))).toBe(false);
});

/** Sets up with a lane that only says what it was asked, and exits as told. */
async function setUpWith(
  repository: Repository,
  exit_codes: Readonly<Record<string, number>>,
  { root = repository.root } = {},
) {
  const executable = fakeLane(repository, exit_codes);
  const { warnings } = answerOf(await setUp({ cwd: root, root }, { hooks: true, executable: [executable] }));
  const log = repository.beside("calls");
  const calls = () => (existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : []);
  return { executable, calls, warnings };
}

/** Where it lies has a blank and a quote in its name. */
function fakeLane(repository: Repository, exit_codes: Readonly<Record<string, number>>): string {
  const folder = repository.beside("bin of o'lane");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "lane");
  const cases = Object.entries(exit_codes).map(([verb, code]) => `${verb}) exit ${code};;`);
  const calls = withSlashes(repository.beside("calls"));
  // Only the shell of Git for Windows knows -W: with it, a folder is told as Windows has it.
  const says = `echo "$(pwd -W 2>/dev/null || pwd) $*" >>'${calls}'\necho "$1 says"\necho "$1 warns" >&2`;
  writeFileSync(path, `#!/bin/sh\n${says}\ncase $1 in ${cases.join(" ")} esac\n`);
  chmodSync(path, 0o755);
  return path;
}

let commits = 0;

function commit(root: string, env: Record<string, string> = {}) {
  writeFileSync(join(root, "changing"), String(commits++));
  useGit(root, "add", "--all");
  return tryGit(root, ["commit", "--quiet", "--message", "change"], env);
}

function snapshotOf(path: string): string {
  const { mode, mtimeMs, size, isFile } = { ...statSync(path), isFile: statSync(path).isFile() };
  return [mode, mtimeMs, size, isFile ? readFileSync(path, "utf8") : ""].join(" ");
}

test.each([
  'exec "$(dirname "$0")/../../scripts/pre-commit.sh" "$@"',
  '[ -x "$0.local" ] && exec "$0.local" "$@"',
  'exec sh "$(dirname "$0")/next"',
  'exec python3 "$HOOKS/check.py" "$@"',
])("init --hook adds its lines to a hook that goes on elsewhere: %s", async (line) => {
  using repository = makeRepository();
  const path = join(repository.root, ".git", "hooks", "pre-commit");
  writeFileSync(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  const { warnings } = await setUpWith(repository, {});
  expect(warnings).toEqual([]);
  expect(readFileSync(path, "utf8")).toMatch(/^#!\/bin\/sh\n# >>> lanekeeper >>>\n/);
});
