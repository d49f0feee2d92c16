/** `lane init` and `lane uninstall`: whole outputs, what they write, and that all comes back to the byte. */

import { expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { InitDataSchema, UninstallDataSchema } from "../../src/contract/set_up.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { makeRepository, NO_USER_SETTINGS, useGit } from "../support/git_user.ts";
import { answered, refused, lane as runLane, told, type Words } from "../support/lane.ts";
import { filesBelow, makeFolder, treeState } from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const lane = (folder: string, words: Words) => runLane(folder, words, { env: NO_USER_SETTINGS });
const SETTINGS = ["snapshot.name", "snapshot.driver", "page.name", "page.driver"].map(
  (name) => `merge.lanekeeper-${name}`,
);
const SET_LINES = SETTINGS.map((name) => `${name} in this clone's git config`);
const CONFIG = ".kittify/config.yaml";

test("init sets an empty repository up, and finds nothing to do the second time", () => {
  using repository = makeRepository();
  const { root } = repository;
  expect(told(lane(root, "init"))).toEqual(
    answered(
      "<root> is set up:",
      "  created  kitty-specs",
      "  created  .kittify",
      "  created  .kittify/config.yaml",
      "  created  .gitattributes",
      "  created  .gitignore",
      ...SET_LINES.map((line) => `  set      ${line}`),
      "next: git add .kittify/config.yaml .gitattributes .gitignore, and commit; then lane init once in every other clone",
      "for agents: lane guide --install tells them how to use lane",
    ),
  );
  expect(readFileSync(join(root, ".gitattributes"), "utf8")).toBe(
    "# >>> lanekeeper (file made by lane) >>>\n" +
      "kitty-specs/**/status.events.jsonl merge=union -text\n" +
      "kitty-specs/**/status.json merge=lanekeeper-snapshot -text\n" +
      "kitty-specs/**/tasks/WP*.md merge=lanekeeper-page\n" +
      "kitty-specs/**/tasks.md merge=lanekeeper-page\n" +
      "# <<< lanekeeper <<<\n",
  );
  expect(readFileSync(join(root, ".gitignore"), "utf8")).toContain("\n*.lane-tmp\n/.lanekeeper/\n");
  const own = withSlashes(LANE);
  expect(useGit(root, "config", "--local", "merge.lanekeeper-page.driver")).toBe(
    `[ -x ${own} ] || exec git merge-file --marker-size=%L %A %O %B; ${own} merge-driver page %O %A %B %L %P\n`,
  );
  const before = treeState(root);
  expect(told(lane(root, "init"))).toEqual(answered("<root> is set up already: nothing is changed."));
  expect(treeState(root)).toEqual(before);
  expect(lane(root, "new 001-first").code).toBe(0);
});

test("init and uninstall in JSON name what was created, changed, left and removed", () => {
  using repository = makeRepository();
  const at = (...names: string[]) => names.map((name) => join(repository.root, name));
  writeFileSync(join(repository.root, ".gitignore"), "a\n");

  const first = dataOf(lane(repository.root, "init --json"), "init", InitDataSchema).data;
  const second = dataOf(lane(repository.root, "init --json"), "init", InitDataSchema).data;
  const back = dataOf(lane(repository.root, "uninstall --json"), "uninstall", UninstallDataSchema).data;

  expect(first).toEqual({
    created: at("kitty-specs", ".kittify", CONFIG, ".gitattributes"),
    changed: at(".gitignore"),
    unchanged: [],
    git_config: SETTINGS,
  });
  expect(second).toEqual({
    created: [],
    changed: [],
    unchanged: at(CONFIG, ".gitattributes", ".gitignore"),
    git_config: [],
  });
  expect(back).toEqual({
    removed: at(".gitattributes", CONFIG, ".kittify", "kitty-specs"),
    changed: at(".gitignore"),
    git_config: SETTINGS,
  });
});

/** What stands in a repository before lane comes. */
const BEFORE: Readonly<Record<string, (root: string) => void>> = {
  nothing: () => {},
  "files that end with a line end": (root) => {
    writeFileSync(join(root, ".gitattributes"), "* text=auto\n");
    writeFileSync(join(root, ".gitignore"), "node_modules\n");
  },
  "files without a final line end, the git config too": (root) => {
    writeFileSync(join(root, ".gitattributes"), "* text=auto");
    writeFileSync(join(root, ".gitignore"), "a\r\nb");
    appendFileSync(join(root, ".git", "config"), "[x]\n\ty = 1");
  },
  "empty files and bytes that are no UTF-8": (root) => {
    writeFileSync(join(root, ".gitattributes"), "");
    writeFileSync(join(root, ".gitignore"), Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0xfe, 10, 13]));
    chmodSync(join(root, ".gitignore"), 0o600);
  },
  "folders, a config of its own and hooks": (root) => {
    mkdirSync(join(root, "kitty-specs"));
    mkdirSync(join(root, ".kittify"));
    writeFileSync(join(root, CONFIG), "agents: [claude]\n");
    rmSync(join(root, ".git", "hooks"), { recursive: true });
  },
  "hooks of others": (root) => {
    for (const hook of ["pre-commit", "post-merge"]) {
      writeFileSync(join(root, ".git", "hooks", hook), "#!/bin/sh\ntrue\nexit 0", { mode: 0o750 });
    }
  },
};

for (const [says, prepare] of Object.entries(BEFORE)) {
  test(`uninstall restores a repository to the byte: ${says}`, () => {
    using repository = makeRepository();
    const { root } = repository;
    prepare(root);
    const before = contents(root);

    const done = lane(root, "init --hook");

    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(contents(root)).not.toEqual(before);
    const after_once = contents(root);
    expect(lane(root, "init --hook")).toMatchObject({ code: 0, stderr: "" });
    expect(contents(root)).toEqual(after_once);
    expect(lane(root, "uninstall")).toMatchObject({ code: 0, stderr: "" });
    expect(contents(root)).toEqual(before);
    const nothing = "There is nothing to take back in <root>.";
    expect(told(lane(root, "uninstall"))).toEqual(answered(nothing));
    expect(contents(root)).toEqual(before);
  });
}

test("uninstall keeps what others added to our files, folders and settings", () => {
  using repository = makeRepository();
  const { root } = repository;
  const config = readFileSync(join(root, ".git", "config"), "utf8");
  lane(root, "init --hook");
  appendFileSync(join(root, ".gitattributes"), "*.png binary\n");
  appendFileSync(join(root, ".git", "hooks", "post-merge"), "echo merged\n");
  appendFileSync(join(root, CONFIG), "agents: [claude]\n");
  appendFileSync(join(root, ".git", "config"), "# note\n[x]\n\ty = 1\n");
  lane(root, "new 001-first");

  const done = lane(root, "uninstall");

  expect(done.code).toBe(0);
  expect(readFileSync(join(root, ".gitattributes"), "utf8")).toBe("*.png binary\n");
  expect(readFileSync(join(root, ".git", "hooks", "post-merge"), "utf8")).toBe("#!/bin/sh\necho merged\n");
  expect(readFileSync(join(root, ".git", "config"), "utf8")).toBe(`${config}# note\n[x]\n\ty = 1\n`);
  expect(readFileSync(join(root, CONFIG), "utf8")).toContain("phase: 1");
  expect(filesBelow(join(root, "kitty-specs"))).toEqual(["001-first/meta.json", "001-first/tasks.md"]);
  expect(existsSync(join(root, ".git", "lanekeeper", "init.json"))).toBe(false);
});

test("uninstall in a clone that lane never set up takes our lines, and leaves its folders", () => {
  using repository = makeRepository();
  lane(repository.root, "init");
  cpSync(repository.root, repository.beside("copy"), { recursive: true });
  rmSync(join(repository.beside("copy"), ".git", "lanekeeper"), { recursive: true });

  const done = lane(repository.beside("copy"), "uninstall");

  expect(done.code).toBe(0);
  expect(existsSync(join(repository.beside("copy"), "kitty-specs"))).toBe(true);
  expect(existsSync(join(repository.beside("copy"), ".gitattributes"))).toBe(false);
});

test("uninstall finds settings that somebody laid out anew", () => {
  using repository = makeRepository();
  lane(repository.root, "init");
  const path = join(repository.root, ".git", "config");
  writeFileSync(path, readFileSync(path, "utf8").replaceAll("\tname =", "  Name="));
  expect(lane(repository.root, "uninstall").code).toBe(0);
  expect(readFileSync(path, "utf8")).not.toContain("lanekeeper");
});

test("init without git makes folder and configuration, and says that merging waits; uninstall takes both", () => {
  using folder = makeFolder();
  expect(told(lane(folder.path, "init"))).toEqual(
    answered(
      "<root> is set up:",
      "  created  kitty-specs",
      "  created  .kittify",
      "  created  .kittify/config.yaml",
      "There is no git here: lane init sets up merging once there is.",
      "next: lane new 001-my-feature",
      "for agents: lane guide --install tells them how to use lane",
    ),
  );
  expect(existsSync(join(folder.path, ".git"))).toBe(false);
  useGit(folder.path, "init", "--quiet");
  expect(lane(folder.path, "init").stdout).toContain("  created  .gitattributes\n");
  expect(lane(folder.path, "uninstall").code).toBe(0);
  expect(filesBelow(folder.path).filter((name) => !name.startsWith(".git/"))).toEqual([]);
  expect(existsSync(join(folder.path, "kitty-specs"))).toBe(false);
});

test("init in a repository says when git is not on the PATH, and that merging waits", () => {
  using repository = makeRepository();
  const env = { ...NO_USER_SETTINGS, PATH: "/nonexistent" };
  const { code, json } = runLane(repository.root, "init --json", { env });
  expect(code).toBe(0);
  const message =
    "git is not on this machine's PATH, so merging is not set up: run lane init again where it is";
  expect(json).toMatchObject({ ok: true, warnings: [{ code: "MERGE_NOT_CONFIGURED", message }] });
});

test("init names no first feature where there is one", () => {
  using repository = makeRepository();
  lane(repository.root, "init");
  lane(repository.root, "new 001-parser");
  const { code, stdout } = lane(repository.root, "init --hook");
  expect(code).toBe(0);
  expect(stdout).toContain("post-merge\n");
  expect(stdout).not.toContain("next:");
});

test("init brings its lines up to date when the features folder is another", () => {
  using repository = makeRepository();
  const { root } = repository;
  lane(root, "init");
  appendFileSync(join(root, ".gitattributes"), "*.png binary\n");
  writeFileSync(join(root, CONFIG), "status:\n  features_folder: my specs\n");

  expect(lane(root, "init").code).toBe(0);

  const text = readFileSync(join(root, ".gitattributes"), "utf8");
  expect(text).toContain('\n"my specs/**/status.json" merge=lanekeeper-snapshot -text\n');
  expect(text).not.toContain("kitty-specs");
  expect(text).toEndWith("# <<< lanekeeper <<<\n*.png binary\n");
});

test("init in a linked worktree, and in a project below the top", () => {
  using repository = makeRepository();
  const { root } = repository;
  useGit(root, "commit", "--quiet", "--allow-empty", "--message", "first");
  useGit(root, "worktree", "add", "--quiet", "../linked");
  mkdirSync(join(root, "sub"));
  const before = [contents(root), contents(repository.beside("linked"))];

  expect(lane(repository.beside("linked"), "init --hook").code).toBe(0);
  expect(lane(join(root, "sub"), "init --root . --hook").code).toBe(0);

  expect(existsSync(join(repository.beside("linked"), ".gitattributes"))).toBe(true);
  expect(existsSync(join(root, "sub", ".gitattributes"))).toBe(true);
  expect(existsSync(join(root, ".gitattributes"))).toBe(false);
  const hook = readFileSync(join(root, ".git", "hooks", "pre-commit"), "utf8");
  expect(hook).toContain(" validate --staged --here </dev/null");
  expect(hook).toContain(" validate --staged --here --root sub </dev/null");
  expect(lane(repository.beside("linked"), "uninstall").code).toBe(0);
  expect(lane(join(root, "sub"), "uninstall").code).toBe(0);
  expect([contents(root), contents(repository.beside("linked"))]).toEqual(before);
});

test("init sets up the repository that the caller is in, not a project above it", () => {
  using repository = makeRepository();
  mkdirSync(repository.beside(".kittify"));
  expect(lane(repository.root, "init").code).toBe(0);
  expect(existsSync(join(repository.root, ".gitattributes"))).toBe(true);
  expect(filesBelow(repository.beside(".kittify"))).toEqual([]);
});

/** What can't be written, and what init says. */
const REFUSED: readonly {
  says: string;
  is_link?: true;
  prepare: (root: string) => void;
  error: string;
  code: number;
}[] = [
  {
    says: ".gitattributes is a link",
    is_link: true,
    prepare: (root) => symlinkSync("/etc/hosts", join(root, ".gitattributes")),
    error: ".gitattributes is a symbolic link, and git does not follow it",
    code: 6,
  },
  {
    says: ".gitignore is a folder",
    prepare: (root) => mkdirSync(join(root, ".gitignore")),
    error: "cannot read <root>/.gitignore: it is no file",
    code: 6,
  },
  {
    says: ".gitignore is UTF-16",
    prepare: (root) => writeFileSync(join(root, ".gitignore"), "a\n", "utf16le"),
    error: ".gitignore holds NUL bytes (UTF-16?), and git can't read it",
    code: 6,
  },
  {
    says: ".kittify leads out",
    is_link: true,
    prepare: (root) => symlinkSync("/etc", join(root, ".kittify")),
    error: "cannot use <root>/.kittify/config.yaml: it leads out of <root>, to /etc/config.yaml",
    code: 6,
  },
  {
    says: "the features folder is a file",
    prepare: (root) => writeFileSync(join(root, "kitty-specs"), ""),
    error: "cannot use <root>/kitty-specs: it is no folder",
    code: 6,
  },
  {
    says: "the features folder leads out",
    is_link: true,
    prepare: (root) => symlinkSync("/etc", join(root, "kitty-specs")),
    error: "cannot use <root>/kitty-specs: it leads out of <root>, to /etc",
    code: 6,
  },
  {
    says: "the features folder's name would begin a new line in a hook",
    prepare: (root) => {
      mkdirSync(join(root, ".kittify"));
      writeFileSync(join(root, CONFIG), 'status: {features_folder: "a\\n# <<< lanekeeper <<<\\nb"}\n');
    },
    error: '"<root>/a\\n# <<< lanekeeper <<<\\nb" holds characters that can\'t be seen',
    code: 6,
  },
  {
    says: "git holds its config",
    prepare: (root) => writeFileSync(join(root, ".git", "config.lock"), ""),
    error: "cannot change the git config: .git/config.lock is there",
    code: 6,
  },
];

for (const { says, is_link, prepare, error, code } of REFUSED) {
  test.skipIf(is_link === true && !CAN_LINK)(`init refuses and writes nothing: ${says}`, () => {
    using repository = makeRepository();
    prepare(repository.root);
    const before = treeState(repository.root);
    const answer = told(lane(repository.root, "init --hook --root ."));
    expect(answer).toMatchObject({ code, stdout: "" });
    expect(answer.stderr.split("\n")[0]).toBe(`Error: ${error}`);
    expect(treeState(repository.root)).toEqual(before);
  });
}

test("init refuses a root that is no folder, in JSON too", () => {
  using folder = makeFolder();
  expect(told(lane(folder.path, "init --root nowhere"))).toEqual(
    refused(4, "Error: <root>/nowhere is no folder", "Hint: name the project's root with --root"),
  );
  expect(refusalIn(lane(folder.path, "init --root nowhere --json")).error.code).toBe("NO_PROJECT");
});

test("init warns when another line says how our files are merged", () => {
  using repository = makeRepository();
  mkdirSync(join(repository.root, "kitty-specs"));
  writeFileSync(join(repository.root, "kitty-specs", ".gitattributes"), "*.jsonl merge=binary\n");
  expect(lane(repository.root, "init").stderr).toBe(
    'Warning: kitty-specs/001-x/status.events.jsonl: git merges it as "binary", not as "union", ' +
      "so a merge leaves conflict markers in the log\n",
  );
});

/** Everything with its content and mode, and folders by their names. What git itself keeps for speed does not count. */
function contents(root: string): Record<string, string> {
  const files = filesBelow(root).map((name) => {
    const found = lstatSync(join(root, name));
    return [name, `${found.mode.toString(8)} ${readFileSync(join(root, name)).toString("latin1")}`];
  });
  const folders = Object.keys(treeState(root)).map((name) => [`folder of ${name}`, ""]);
  return Object.fromEntries([...folders, ...files]);
}
