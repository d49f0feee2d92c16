/** Repositories whose configuration names programs, and folders full of things that somebody else's programs would run. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { tryGit, useGit } from "../support/git_user.ts";
import { breaksOf, type Ground, makeGround, whyUnclear } from "../support/hostile_ground.ts";
import { lane } from "../support/lane.ts";

setDefaultTimeout(240_000);

/** By what names a program: how it gets into the repository, and the git command that shows that it works. */
interface Trap {
  readonly settings?: (canary: string) => Readonly<Record<string, string>>;
  readonly lay?: (ground: Ground) => void;
  readonly sprungBy: readonly string[];
}

const HEAD_TREE = ["rev-parse", "HEAD^{tree}"];

const TRAPS: Readonly<Record<string, Trap>> = {
  "core.fsmonitor": { settings: (canary) => ({ "core.fsmonitor": canary }), sprungBy: ["status"] },
  "core.hooksPath": {
    settings: () => ({ "core.hooksPath": "hooks-of-ours" }),
    lay: ({ root, canary, write }) => {
      for (const hook of ["pre-commit", "post-index-change", "reference-transaction", "post-checkout"]) {
        write(`hooks-of-ours/${hook}`, "");
        copyFileSync(canary, join(root, "hooks-of-ours", hook));
      }
    },
    sprungBy: ["commit", "--allow-empty", "--message", "x"],
  },
  "hooks in .git": {
    lay: ({ root, canary }) => {
      for (const hook of ["post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc"])
        copyFileSync(canary, join(root, ".git/hooks", hook));
    },
    sprungBy: ["commit", "--allow-empty", "--message", "x"],
  },
  "an alias": {
    settings: (canary) =>
      Object.fromEntries(
        ["x", "log", "config", "for-each-ref", "worktree", "check-attr"].map((name) => [
          `alias.${name}`,
          `!${canary}`,
        ]),
      ),
    sprungBy: ["x"],
  },
  "pagers and editors": {
    settings: (canary) => ({
      "core.pager": canary,
      "pager.log": canary,
      "pager.diff": canary,
      "pager.config": canary,
      "pager.for-each-ref": canary,
      "core.editor": canary,
      "sequence.editor": canary,
    }),
    sprungBy: ["rebase", "--interactive", "--autostash", "--root"],
  },
  "diff.external": {
    settings: (canary) => ({ "diff.external": canary }),
    lay: ({ write }) => write("kitty-specs/034-test-feature/tasks.md", "changed\n"),
    sprungBy: ["diff", "--ext-diff"],
  },
  "a textconv": {
    settings: (canary) => ({ "diff.trap.textconv": canary, "diff.trap.command": canary }),
    lay: ({ write }) => write(".gitattributes", "* diff=trap\n"),
    sprungBy: ["diff", "HEAD~0", "--", "kitty-specs"],
  },
  filters: {
    settings: (canary) => ({
      "filter.trap.clean": canary,
      "filter.trap.smudge": canary,
      "filter.trap.process": canary,
    }),
    lay: ({ write }) => {
      write(".git/info/attributes", "* filter=trap\n");
      write("new", "x\n");
    },
    sprungBy: ["add", "new"],
  },
  "a merge driver": {
    settings: (canary) => ({ "merge.trap.driver": canary, "merge.default": "trap" }),
    lay: ({ root, write }) => {
      write(".git/info/attributes", "* merge=trap\n");
      for (const [branch, text] of [
        ["side", "a\n"],
        ["main", "b\n"],
      ] as const) {
        if (branch === "side") useGit(root, "branch", "side");
        useGit(root, "checkout", "--quiet", branch);
        write("both", text);
        useGit(root, "add", "both");
        useGit(root, "commit", "--quiet", "--message", branch);
      }
    },
    sprungBy: ["merge", "side"],
  },
  "gpg.program": {
    settings: (canary) => ({
      "gpg.program": canary,
      "gpg.ssh.program": canary,
      "commit.gpgSign": "true",
      "log.showSignature": "true",
      "user.signingKey": "x",
    }),
    sprungBy: ["commit", "-S", "--allow-empty", "--message", "x"],
  },
  "what a network needs": {
    settings: (canary) => ({
      "core.sshCommand": canary,
      "core.askPass": canary,
      "credential.helper": `!${canary}`,
      "core.gitProxy": canary,
      "uploadpack.packObjectsHook": canary,
      "core.alternateRefsCommand": canary,
      "remote.origin.url": "ssh://127.0.0.1:9/x",
      "remote.origin.uploadpack": canary,
    }),
    sprungBy: ["fetch", "origin"],
  },
  "a promisor remote": {
    settings: (canary) => ({
      "core.repositoryFormatVersion": "1",
      "extensions.partialClone": "origin",
      "remote.origin.url": `ext::${canary}`,
      "remote.origin.promisor": "true",
      "protocol.ext.allow": "always",
      "protocol.allow": "always",
    }),
    // Without the commit's tree git would fetch it, to tell what the commit changed.
    lay: ({ root }) => {
      const id = useGit(root, ...HEAD_TREE).trim();
      rmSync(join(root, ".git/objects", id.slice(0, 2), id.slice(2)));
    },
    sprungBy: ["log", "-1", "--", "kitty-specs"],
  },
  "an included file": {
    settings: () => ({ "include.path": "../trap.config" }),
    lay: ({ write, canary }) =>
      write(
        "trap.config",
        `[core]\n\tfsmonitor = ${canary}\n[includeIf "gitdir:**"]\n\tpath = trap2.config\n`,
      ),
    sprungBy: ["status"],
  },
};

test.each(Object.keys(TRAPS))("%s: nothing of it is run, and git itself would run it", (name) => {
  using ground = makeGround();
  const trap = TRAPS[name];
  trap?.lay?.(ground);
  for (const [key, value] of Object.entries(trap?.settings?.(ground.canary) ?? {}))
    useGit(ground.root, "config", key, value);
  leaveNoMark(ground);

  expect(breaksOf(ground)).toEqual([]);
  expect(breaksOf(ground, { calls: [layMerge(ground)] })).toEqual([]);

  tryGit(ground.root, trap?.sprungBy ?? []);
  expect(ground.isRun()).toBe(true);
});

test("committed files that look like a repository of their own are not asked", () => {
  using ground = makeGround();
  const { root, canary } = ground;
  for (const place of ["kitty-specs/035-old", "kitty-specs/034-test-feature", "kitty-specs"]) {
    layBareRepository(ground, place, canary);
  }
  expect(breaksOf(ground)).toEqual([]);
  tryGit(join(root, "kitty-specs/035-old"), ["status"]);
  expect(ground.isRun()).toBe(true);
});

test("migrate takes a page's time from the repository, not from files that look like one", () => {
  using ground = makeGround();
  const planned = () => lane(ground.root, "migrate --feature 035 --json", ground).stdout;
  const before = planned();
  expect(before).toContain('"at":"2');
  layBareRepository(ground, "kitty-specs/035-old", ground.canary);
  expect(planned()).toBe(before);
});

test.each([".", "", ".:", "bin", "./bin:.."])(
  "a PATH that begins with %p runs nothing of the folder",
  (first) => {
    using ground = makeGround();
    const { root, canary } = ground;
    for (const name of [
      "git",
      "git.exe",
      "sh",
      "bash",
      "node",
      "bun",
      "lane",
      "env",
      "true",
      "less",
      "stty",
    ]) {
      for (const folder of [".", "bin", "kitty-specs", "kitty-specs/034-test-feature"]) {
        ground.write(join(folder, name), "");
        copyFileSync(canary, join(root, folder, name));
      }
    }
    const env = { ...ground.env, PATH: `${first}:${process.env.PATH}` };
    expect(breaksOf({ ...ground, env })).toEqual([]);
    expect(breaksOf({ ...ground, root: ground.folder, env })).toEqual([]);
    Bun.spawnSync(["/bin/sh", "-c", "git status"], { cwd: join(root, "kitty-specs"), env: { PATH: "." } });
    expect(ground.isRun()).toBe(true);
  },
);

test("without a PATH, and with an empty one, git is not looked for in the folder", () => {
  using ground = makeGround();
  copyFileSync(ground.canary, join(ground.root, "git"));
  expect(breaksOf({ ...ground, env: { ...ground.env, PATH: "" } })).toEqual([]);
});

test("what Bun, Node.js or npm would load from the folder is not loaded", () => {
  using ground = makeGround();
  const { root, canary } = ground;
  const code = `require("node:child_process").spawnSync(${JSON.stringify(canary)});\n`;
  for (const folder of [".", "kitty-specs", "kitty-specs/034-test-feature"]) {
    ground.write(join(folder, "trap.cjs"), code);
    for (const name of ["bunfig.toml", ".bunfig.toml"])
      ground.write(join(folder, name), 'preload = ["./trap.cjs"]\n[run]\npreload = ["./trap.cjs"]\n');
    for (const name of [".env", ".env.local", ".env.production"])
      ground.write(join(folder, name), "BUN_OPTIONS=--preload=./trap.cjs\nLANE_ACTOR=evil\nPATH=.\nHOME=.\n");
    ground.write(
      join(folder, "package.json"),
      '{"main": "trap.cjs", "scripts": {"lane": "node trap.cjs"}}\n',
    );
    ground.write(join(folder, "tsconfig.json"), '{"compilerOptions": {"paths": {"*": ["./trap.cjs"]}}}\n');
    for (const name of ["valibot", "yaml", "ulid", "citty"])
      ground.write(join(folder, "node_modules", name, "index.js"), code);
  }
  expect(breaksOf(ground)).toEqual([]);
  expect(readFileSync(ground.path("status.events.jsonl"), "utf8")).not.toContain("evil");
  Bun.spawnSync([process.execPath, "--eval", "0"], { cwd: root });
  expect(ground.isRun()).toBe(true);
});

test.skipIf(process.getuid?.() !== 0)(
  "a repository of another user is told as git tells it, and emit needs no git",
  () => {
    using ground = makeGround();
    Bun.spawnSync(["chown", "-R", "65534:65534", ground.root]);
    expect(breaksOf(ground)).toEqual([]);
    const { stdout } = lane(ground.root, "doctor --json", ground);
    expect(stdout).toContain("dubious ownership");
    expect(lane(ground.root, "init --json", ground)).toMatchObject({
      code: 6,
      json: {
        error: {
          code: "IO",
          message: expect.stringContaining("cannot read the git config"),
          hint: expect.stringContaining("git status says"),
        },
      },
    });
  },
);

test.each(["XDG_CONFIG_HOME", "HOME"])(
  "a %s that is not absolute names no programs of the folder",
  (variable) => {
    using ground = makeGround();
    const { root, canary } = ground;
    const sink = `{name: x, kind: command, run: ["${canary}"]}`;
    for (const folder of ["", ".config/"])
      ground.write(`${folder}lanekeeper/config.yaml`, `status:\n  telemetry:\n    sinks: [${sink}]\n`);
    const calls = ["emit WP01 --to blocked --actor ana --reason x --force", "sync", "sync --status"];
    const callFrom = (home: string, words: string) =>
      lane(root, words, { env: { ...ground.env, XDG_CONFIG_HOME: "", [variable]: home } });
    for (const home of [".", "", "./", "../project"]) {
      for (const words of calls)
        expect([words, whyUnclear(callFrom(home, words))]).toEqual([words, undefined]);
    }
    expect(ground.isRun()).toBe(false);
    // The same, named whole, is the user's own word.
    callFrom(root, "emit WP02 --to claimed --actor ana");
    expect(ground.isRun()).toBe(true);
  },
);

test("trust that a repository brings along is none: it lies with the user", () => {
  using ground = makeGround();
  const { root, env, outside } = ground;
  const sink = "{name: f, kind: file, path: events.out}";
  ground.write(".kittify/config.yaml", `status:\n  telemetry:\n    sinks: [${sink}]\n`);
  expect(lane(root, "sync --trust f", { env }).code).toBe(0);
  const words = "emit WP02 --to claimed --actor ana --json";
  expect(lane(root, words, { env })).toMatchObject({ code: 0, json: { warnings: [] } });
  const told = readFileSync(join(root, "events.out"), "utf8");
  // The whole folder, with all that lies in .git, in the hands of another user.
  const others = { env: { ...env, HOME: join(outside, "folder") } };
  const again = "emit WP01 --to blocked --actor ana --reason x --json";
  expect(lane(root, again, others)).toMatchObject({
    code: 0,
    json: { warnings: [{ code: "TELEMETRY_UNTRUSTED" }] },
  });
  expect(readFileSync(join(root, "events.out"), "utf8")).toBe(told);
});

/** Three sides of a page that git has to merge. @returns the call that git makes */
function layMerge({ write }: Ground): string {
  for (const [name, text] of [
    ["base", "x"],
    ["ours", "y"],
    ["theirs", "z"],
  ]) {
    write(name ?? "", `---\nlane: planned\n---\n${text}\n`);
  }
  return "merge-driver page base ours theirs 7 kitty-specs/034-test-feature/tasks/WP01-first.md";
}

/** A bare repository by its four names, whose configuration names a program. */
function layBareRepository({ write }: Ground, place: string, canary: string): void {
  write(`${place}/HEAD`, "ref: refs/heads/main\n");
  write(`${place}/objects/info/x`, "");
  write(`${place}/refs/heads/x`, "");
  const settings = [
    "repositoryFormatVersion = 0",
    "bare = false",
    `worktree = "."`,
    `fsmonitor = "${canary}"`,
  ];
  write(`${place}/config`, `[core]\n${settings.map((line) => `\t${line}\n`).join("")}`);
}

/** What laying the traps may have run. */
function leaveNoMark({ root }: Ground): void {
  rmSync(join(dirname(root), "marker"), { force: true });
}
