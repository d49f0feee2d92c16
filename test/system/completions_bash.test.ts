/** The script for bash, called as bash calls it, and in the surroundings that differ: old versions, options, packages. */

import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment, lane } from "../support/lane.ts";
import { lineAt, makeFolder, makeProject, type TemporaryProject } from "../support/project.ts";
import { completed, isInstalled } from "../support/shells.ts";

const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

for (const [shell, check] of Object.entries({
  bash: ["bash", "-n"],
  zsh: ["zsh", "-n"],
  fish: ["fish", "-n"],
  "bash with shellcheck": ["shellcheck", "--shell=bash"],
})) {
  const [tool = ""] = check;
  test.skipIf(!isInstalled(tool))(
    `the script for ${shell} has no mistake that ${check.join(" ")} finds`,
    () => {
      using folder = makeFolder();
      const path = join(folder.path, "script");
      writeFileSync(path, lane(folder.path, ["completions", shell.split(" ")[0] ?? ""]).stdout);
      const { exitCode, stdout, stderr } = Bun.spawnSync([...check, path]);
      expect({ exitCode, stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({
        exitCode: 0,
        stdout: "",
        stderr: "",
      });
    },
  );
}

describe.skipIf(!isInstalled("bash"))("the script for bash", () => {
  test("_lane takes words apart at = and : as bash does, and gives back only what bash replaces", () => {
    using project = projectOf("team:ana=b");
    const calls: [words: string[], replaced: string, replies: string[]][] = [
      [["lane", "emi"], "emi", ["emit"]],
      [["lane", "emit", "--verdict", "="], "", ["approved", "changes_requested"]],
      [["lane", "emit", "--verdict", "=", "ap"], "ap", ["approved"]],
      [["lane", "emit", "WP01", "--actor", "team", ":", "an"], "an", ["ana=b"]],
      [["lane", "emit", "WP01", "--actor", "team", ":", "ana", "="], "", ["b"]],
      [["lane", "emit", "WP01", "--actor", "team:an"], "team:an", ["team:ana=b"]],
      [["lane", "nonsense", "x"], "x", []],
    ];
    for (const [words, replaced, replies] of calls) {
      expect({ words, replies: repliesTo(project, words, replaced) }).toEqual({ words, replies });
    }
  });

  test("_lane says what candidates are where bash only lists them", () => {
    using project = projectOf("ana");
    const words = ["lane", "emit", "WP01", "--to", ""];
    expect(repliesTo(project, words, "", "COMP_TYPE=63")).toEqual(["in_progress", "blocked", "canceled"]);
    expect(repliesTo(project, ["lane", "ma"], "ma", "COMP_TYPE=63")).toEqual(["materialize"]);
    expect(repliesTo(project, ["lane", "m"], "m", "COMP_TYPE=63")).toEqual([
      "move         The same as emit, for hands",
      "materialize  Renew the snapshot and the views from the log",
      "migrate      Make a log of what only the pages' frontmatter says; without --apply, show …",
    ]);
    expect(repliesTo(project, ["lane", "m"], "m", "COMP_TYPE=37")).toEqual([
      "move",
      "materialize",
      "migrate",
    ]);
  });

  for (const [surroundings, setting_up] of Object.entries({
    "set -u": "set -u",
    "posix mode": "set -o posix",
    "set -f, and other separators": "set -f; IFS=el",
    "failglob and nullglob": "shopt -s failglob nullglob",
    "lane an alias or a function": "lane() { touch pwned; }; alias lane='touch pwned'",
  })) {
    test(`completes with ${surroundings}`, async () => {
      using project = projectOf("ana");
      expect(
        await completed(
          "bash",
          project.root,
          ["lane emi", "lane emit WP", "lane emit WP01 --to=b"],
          setting_up,
        ),
      ).toEqual(["lane emit ", "lane emit WP01 ", "lane emit WP01 --to=blocked "]);
      expect(existsSync(join(project.root, "pwned"))).toBe(false);
    });
  }

  test("completes where the cursor is, in the middle of a line", async () => {
    using project = projectOf("ana");
    const left = "\u001b[D".repeat(" --to blocked".length);
    expect(await completed("bash", project.root, [`lane emit WP --to blocked${left}`])).toEqual([
      "lane emit WP01 --to blocked",
    ]);
  });

  test("quotes paths itself in a bash without compopt, as versions before 4 are", async () => {
    using project = projectOf("ana");
    writeFileSync(join(project.root, "a $(touch pwned).json"), "");
    const lines = ["lane emi", "lane emit --batch a", "lane emit WP01 --evidence @a", "lane --root kit"];
    expect(await completed("bash", project.root, lines, "enable -n compopt")).toEqual([
      "lane emit ",
      "lane emit --batch a\\ \\$\\(touch\\ pwned\\).json ",
      "lane emit WP01 --evidence @a\\ \\$\\(touch\\ pwned\\).json ",
      "lane --root kitty-specs/ ",
    ]);
    expect(existsSync(join(project.root, "pwned"))).toBe(false);
  });

  test.skipIf(!existsSync(BASH_COMPLETION))("completes beside the package bash-completion", async () => {
    using project = projectOf("team:ana");
    const lines = [
      "lane emi",
      "lane emit WP01 --actor te",
      "lane emit WP01 --actor=team:",
      "lane --root=kit",
    ];
    expect(await completed("bash", project.root, lines, `source ${BASH_COMPLETION}`)).toEqual([
      "lane emit ",
      "lane emit WP01 --actor team:ana ",
      "lane emit WP01 --actor=team:ana ",
      "lane --root=kitty-specs/",
    ]);
  });
});

/** One work package, claimed by an actor. */
function projectOf(actor: string): TemporaryProject {
  return makeProject({ files: { "status.events.jsonl": lineAt(1, { actor }) } });
}

/** What the function answers for a line whose words bash took apart; words after a blank but for = and :. */
function repliesTo(
  project: TemporaryProject,
  words: readonly string[],
  replaced: string,
  setting_up = "",
): string[] {
  const script = `
    eval "$(lane completions bash)"
    ${setting_up}
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMP_LINE=$LINE
    COMP_POINT=\${#LINE}
    _lane lane "$REPLACED" ""
    ((\${#COMPREPLY[@]} == 0)) || printf '%s\\0' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = Bun.spawnSync(["bash", "--norc", "-c", script, "bash", ...words], {
    cwd: project.root,
    env: {
      ...cleanEnvironment(),
      PATH: `${dirname(LANE)}:${process.env.PATH}`,
      LC_ALL: "C.UTF-8",
      LINE: words.join(" ").replace(/ ([=:]) ?/g, "$1"),
      REPLACED: replaced,
    },
  });
  expect(stderr.toString()).toBe("");
  return stdout.toString().split("\0").slice(0, -1);
}
