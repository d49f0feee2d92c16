/** Links, pipes and devices in the place of every file that lane reads or writes: nothing beside the project is touched. */

import { expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { tryGit, useGit } from "../support/git_user.ts";
import { breaksOf, type Ground, makeGround, USUAL_CALLS } from "../support/hostile_ground.ts";
import { type Answer, lane } from "../support/lane.ts";
import { lineAt, SLUG, treeState } from "../support/project.ts";

setDefaultTimeout(240_000);

const FEATURE = `kitty-specs/${SLUG}`;
const STATE = `.git/lanekeeper/${FEATURE}`;

/** By place: what lies outside that is most like what lane expects there. */
const PLACES: Readonly<Record<string, string>> = {
  [`${FEATURE}/status.events.jsonl`]: "status.events.jsonl",
  [`${FEATURE}/status.json`]: "precious",
  [`${FEATURE}/tasks/WP01-first.md`]: "tasks/WP01-first.md",
  [`${FEATURE}/tasks`]: "tasks",
  [`${FEATURE}/tasks.md`]: "tasks.md",
  [`${FEATURE}/meta.json`]: "meta.json",
  [FEATURE]: ".",
  "kitty-specs": "specs",
  ".kittify": "folder",
  ".kittify/config.yaml": "config.yaml",
  ".gitattributes": "precious",
  ".gitignore": "precious",
  "AGENTS.md": "tasks.md",
  "CLAUDE.md": "tasks.md",
  [`${FEATURE}/.status.json.lane-tmp`]: "precious",
  [`${FEATURE}/.status.events.jsonl.lane-tmp`]: "precious",
  [`${FEATURE}/tasks/.WP01-first.md.lane-tmp`]: "precious",
  "..gitattributes.lane-tmp": "precious",
  ".git/lanekeeper": "folder",
  ".git/lanekeeper/kitty-specs": "folder",
  ".git/lanekeeper/init.json": "precious",
  [`${STATE}.lock`]: "empty",
  [`${STATE}.lock-journal`]: "precious",
  [`${STATE}.kept`]: "folder",
  ".git/hooks": "folder",
  ".git/hooks/pre-commit": "precious",
  ".git/config": "precious",
  ".git/commondir": "precious",
  ".git/HEAD": "precious",
};

const KINDS: Readonly<Record<string, (outside: string, alike: string, place: string) => string>> = {
  "what it looks like": (outside, alike) => join(outside, alike),
  "nothing yet": (outside) => join(outside, "nowhere"),
  "a folder": (outside) => join(outside, "folder"),
  "a pipe": (outside) => join(outside, "pipe"),
  "a device without end": () => "/dev/zero",
  itself: (_outside, _alike, place) => basename(place),
};

/** Where git itself would wait at a pipe, or read a device without end, until lane stops it a minute later. */
const GIT_WAITS = [".git/config: a pipe", ".git/config: a device without end"];

const ROWS = Object.keys(PLACES).flatMap((place, i) => {
  const [first = "", ...others] = Object.keys(KINDS);
  // The files of every emit meet all kinds; the others two, which differ from place to place.
  const kinds = place.startsWith(`${FEATURE}/status`) ? others : [others[i % others.length] ?? ""];
  return [first, ...kinds]
    .filter((kind) => !GIT_WAITS.includes(`${place}: ${kind}`))
    .map((kind): [string, string] => [place, kind]);
});

test.each(ROWS)("%s as a link to %s outside: nothing there is touched", (place, kind) => {
  using ground = makeGround();
  plant(ground, place, KINDS[kind]?.(ground.outside, PLACES[place] ?? "", place) ?? "");
  expect(breaksOf(ground, { calls: USUAL_CALLS })).toEqual([]);
});

test.each([`${STATE}.checkpoint`, `.git/lanekeeper/kitty-specs/.${SLUG}.checkpoint.lane-tmp`])(
  "%s as a link outside, beside a log long enough for one: nothing there is touched",
  (place) => {
    using ground = makeGround();
    const lines = Array.from({ length: 3000 }, (_, i) =>
      lineAt(i + 1, { reason: "x".repeat(500), force: true }),
    );
    ground.write(`${FEATURE}/status.events.jsonl`, lines.join(""));
    const moves = ["blocked", "in_progress", "blocked", "in_progress"];
    const calls = moves.map((to) => `emit WP01 --to ${to} --actor ana --reason x --force`);
    plant(ground, place, join(ground.outside, "precious"));
    expect(breaksOf(ground, { calls })).toEqual([]);
    expect(lstatSync(join(ground.root, `${STATE}.checkpoint`)).isFile()).toBe(true);
  },
);

test.each(["folder", "nowhere"])("without git: .lanekeeper as a link to outside/%s", (name) => {
  using ground = makeGround({ git: false });
  plant(ground, ".lanekeeper", join(ground.outside, name));
  expect(breaksOf(ground, { calls: USUAL_CALLS })).toEqual([]);
});

test.each(["pipe", "socket", "folder"])("a %s in the place of a file is told, and not waited for", (kind) => {
  for (const place of [`${FEATURE}/status.events.jsonl`, `${FEATURE}/status.json`, `${FEATURE}/meta.json`]) {
    using ground = makeGround();
    using _ = makeSpecial(clear(ground, place), kind);
    expect(breaksOf(ground, { calls: USUAL_CALLS })).toEqual([]);
  }
});

/** A link in the project, and the file in it that must stay as it is. */
const INSIDE: readonly [place: string, target: string][] = [
  [`${FEATURE}/status.json`, ".git/hooks/pre-push"],
  [`${FEATURE}/status.json`, ".git/config"],
  [`${FEATURE}/status.json`, `${FEATURE}/status.events.jsonl`],
  [`${FEATURE}/status.json`, ".env"],
  [`${FEATURE}/status.events.jsonl`, ".git/hooks/empty"],
  [`${FEATURE}/tasks/WP01-first.md`, ".git/hooks/page.md"],
  [`${FEATURE}/tasks`, ".git/hooks"],
  [`${FEATURE}/tasks.md`, ".git/hooks/page.md"],
  ["AGENTS.md", ".git/hooks/page.md"],
  [FEATURE, ".git/hooks"],
  ["kitty-specs", ".git"],
];

test.each(INSIDE)("%s as a link to %s: it stays to the byte", (place, target) => {
  using ground = makeGround();
  const page = readFileSync(ground.path("tasks/WP01-first.md"));
  ground.write(".git/hooks/page.md", page);
  ground.write(".git/hooks/WP01-page.md", page);
  ground.write(".git/hooks/empty", "");
  ground.write(".git/hooks/pre-push", "#!/bin/sh\n");
  chmodSync(join(ground.root, ".git/hooks/pre-push"), 0o755);
  ground.write(".env", "SECRET=1\n");
  plant(ground, place, join(ground.root, target));
  const before = stateOf(ground, target);
  const calls = USUAL_CALLS.filter((words) => !/^(?:init|uninstall)/.test(words));
  const log = `${FEATURE}/status.events.jsonl`;
  // A log may be appended to, but by no other way than that.
  expect(breaksOf(ground, { calls: target === log ? [] : calls })).toEqual([]);
  if (target === log) {
    expect(lane(ground.root, "materialize", ground).code).toBe(6);
    expect(lane(ground.root, "emit WP01 --to blocked --actor ana --reason x", ground).code).toBe(6);
  }
  expect(stateOf(ground, target)).toEqual(before);
});

test("features_folder: .git is refused, and nothing is made there", () => {
  using ground = makeGround();
  ground.write(".kittify/config.yaml", "status:\n  features_folder: .git\n");
  const before = treeState(join(ground.root, ".git"));
  for (const words of ["new 036-x", "emit WP01 --to claimed --actor ana --feature hooks", "init"]) {
    expect(lane(ground.root, words, ground).code).toBe(6);
  }
  expect(treeState(join(ground.root, ".git"))).toEqual(before);
});

/** By what it is: makes the project's `.git` name the repository of another project. */
const FOREIGN: Readonly<Record<string, (ground: Ground, other: string) => void>> = {
  "the worktree of another folder": ({ root }, other) => {
    useGit(other, "worktree", "add", "--quiet", "../linked");
    writeFileSync(join(root, ".git"), `gitdir: ${other}/.git/worktrees/linked\n`);
  },
  "a folder of its own that names it": (ground, other) => {
    ground.write("fake/HEAD", "ref: refs/heads/main\n");
    ground.write("fake/commondir", `${other}/.git\n`);
    ground.write("fake/gitdir", "../.git\n");
    ground.write(".git", "gitdir: fake\n");
  },
  "a .git folder with a commondir": (ground, other) => {
    ground.write(".git/HEAD", "ref: refs/heads/main\n");
    ground.write(".git/commondir", `${other}/.git\n`);
    ground.write(".git/gitdir", "../.git\n");
  },
};

test.each(Object.keys(FOREIGN))("a .git that claims to be a worktree by %s: the other log stays", (kind) => {
  using ground = makeGround();
  const other = makeOther(ground);
  rmSync(join(ground.root, ".git"), { recursive: true });
  FOREIGN[kind]?.(ground, other);
  const answer = lane(ground.root, "emit WP01 --to in_progress --actor ana --json", ground);
  expect(answer).toMatchObject({
    code: 6,
    json: { error: { code: "IO", hint: expect.stringContaining("git") } },
  });
  expect(breaksOf(ground, { calls: USUAL_CALLS })).toEqual([]);
});

test("a .git that names another repository whole: its log is not this one's", () => {
  using ground = makeGround();
  const other = makeOther(ground);
  rmSync(join(ground.root, ".git"), { recursive: true });
  ground.write(".git", `gitdir: ${other}/.git\n`);
  const before = treeState(join(other, "kitty-specs"));
  expect(lane(ground.root, "emit WP01 --to in_progress --actor ana", ground).code).toBe(0);
  expect(treeState(join(other, "kitty-specs"))).toEqual(before);
  expect(readFileSync(ground.path("status.events.jsonl"), "utf8")).toContain("in_progress");
});

test("uninstall removes no folder behind a link, whatever its list says", () => {
  using ground = makeGround();
  const { root, outside } = ground;
  expect(lane(root, "init", ground).code).toBe(0);
  symlinkSync(outside, join(root, "link"));
  const list = join(root, ".git/lanekeeper/init.json");
  const made = ["link/folder", "../outside/folder", "link/../../outside/folder"].map(
    (name) => `${root}/${name}`,
  );
  const { projects, ...others } = JSON.parse(readFileSync(list, "utf8"));
  writeFileSync(list, JSON.stringify({ ...others, projects: { ...projects, [root]: { made } } }));
  expect(breaksOf(ground, { calls: ["uninstall"] })).toEqual([]);
});

/** What must go on working: links and places that are honest. */
const HONEST: Readonly<Record<string, (ground: Ground) => string>> = {
  "a linked worktree": ({ root }) => {
    useGit(root, "worktree", "add", "--quiet", "../linked");
    return join(dirname(root), "linked");
  },
  "a linked worktree that was moved by hand": ({ root }) => {
    useGit(root, "worktree", "add", "--quiet", "../linked");
    renameSync(join(dirname(root), "linked"), join(dirname(root), "moved"));
    return join(dirname(root), "moved");
  },
  "a linked worktree below a link": ({ root }) => {
    mkdirSync(join(dirname(root), "real"));
    symlinkSync("real", join(dirname(root), "home-link"));
    useGit(root, "worktree", "add", "--quiet", join(dirname(root), "home-link", "linked"));
    return join(dirname(root), "home-link", "linked");
  },
  "a project below a link": ({ root }) => {
    symlinkSync("project", join(dirname(root), "home-link"));
    return join(dirname(root), "home-link");
  },
  "kitty-specs as a link inside the project": ({ root }) => {
    renameSync(join(root, "kitty-specs"), join(root, "docs"));
    symlinkSync("docs", join(root, "kitty-specs"));
    return root;
  },
  "a git folder elsewhere": ({ root }) => {
    useGit(root, "init", "--quiet", "--separate-git-dir", join(dirname(root), "elsewhere.git"));
    return root;
  },
  "a git folder called .git elsewhere": ({ root }) => {
    mkdirSync(join(dirname(root), "elsewhere"));
    useGit(root, "init", "--quiet", "--separate-git-dir", join(dirname(root), "elsewhere", ".git"));
    return root;
  },
};

test.each(Object.keys(HONEST))("%s goes on working", (kind) => {
  using ground = makeGround();
  const place = HONEST[kind]?.(ground) ?? ground.root;
  const answer = lane(place, "emit WP01 --to in_progress --actor ana --json", ground);
  expect(answer).toMatchObject({ code: 0, json: { data: { snapshot: "written", views: "written" } } });
  expect(readFileSync(ground.path("status.events.jsonl"), "utf8")).toContain("in_progress");
  expect(tryGit(place, ["status", "--porcelain"]).code).toBe(0);
});

/** What a break looks like: a stand-in that does what lane must not. */
const BROKEN: Readonly<Record<string, (ground: Ground) => Partial<Answer>>> = {
  "writes through a link": ({ outside }) => {
    writeFileSync(join(outside, "precious"), "theirs\n");
    return {};
  },
  "makes a file outside": ({ outside }) => {
    writeFileSync(join(outside, "new"), "");
    return {};
  },
  "changes a mode outside": ({ outside }) => {
    chmodSync(join(outside, "precious"), 0o600);
    return {};
  },
  "leaves something at home": ({ env }) => {
    writeFileSync(join(env.HOME ?? "", "new"), "");
    return {};
  },
  "runs the canary": ({ canary }) => {
    Bun.spawnSync([canary]);
    return {};
  },
  "answers with an error of its own": () => ({ code: 70, stderr: "Error: INTERNAL" }),
  "answers with a stack": () => ({ code: 1, stderr: "Error: x\n    at open (file.ts:10:2)\n" }),
  "answers with the system's word alone": () => ({ code: 6, stderr: "Error: ELOOP: open\n" }),
  "never answers": () => ({ code: null }),
};

test.each(Object.keys(BROKEN))("breaksOf() finds a lane that %s", (kind) => {
  using ground = makeGround();
  const good = { code: 0, stdout: "", stderr: "", json: undefined, folder: ground.root };
  expect(breaksOf(ground, { call: () => good, calls: ["show"] })).toEqual([]);
  expect(
    breaksOf(ground, { call: () => ({ ...good, ...BROKEN[kind]?.(ground) }), calls: ["show"] }),
  ).toHaveLength(1);
});

/** Another project of this machine, outside. */
function makeOther({ outside }: Ground): string {
  const other = join(outside, "other");
  mkdirSync(join(other, FEATURE), { recursive: true });
  writeFileSync(join(other, FEATURE, "status.events.jsonl"), lineAt(1));
  useGit(other, "init", "--quiet");
  useGit(other, "add", "--all");
  useGit(other, "commit", "--quiet", "--message", "start");
  return other;
}

/** The file and its folder: a rename shows there. */
function stateOf({ root }: Ground, target: string) {
  const { [basename(target)]: file } = treeState(dirname(join(root, target)));
  return file;
}

function plant(ground: Ground, place: string, target: string): void {
  symlinkSync(target, clear(ground, place));
}

/** Takes away what is there. @returns its path */
function clear({ root }: Ground, place: string): string {
  const path = join(root, place);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  return path;
}

function makeSpecial(path: string, kind: string): Disposable {
  if (kind === "folder") mkdirSync(path);
  if (kind === "pipe") Bun.spawnSync(["mkfifo", path]);
  const server = kind === "socket" ? Bun.listen({ unix: path, socket: { data: () => {} } }) : undefined;
  return { [Symbol.dispose]: () => server?.stop(true) };
}
