/** The scripts of `lane completions`, in real shells. Needs bash, zsh and fish; without one, its tests are left out. */

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineAt, makeProject, pageText, type TemporaryProject } from "../support/project.ts";
import { completed, isInstalled, REAL_SHELLS, type RealShell, shownBy } from "../support/shells.ts";

for (const shell of REAL_SHELLS) {
  describe.skipIf(!isInstalled(shell))(shell, () => {
    test(`${shell} completes commands, options, work packages, lanes and choices`, async () => {
      using project = aProject();
      const lines: [string, string][] = [
        ["lane emi", "lane emit "],
        ["lane emit WP", "lane emit WP01 "],
        ["lane emit wp", "lane emit WP01 "],
        ["lane add x --depends-on wp02,wp", "lane add x --depends-on wp02,WP01 "],
        ["lane schema ev", "lane schema event "],
        ["lane help val", "lane help validate "],
        ["lane emit WP01 --to cl", "lane emit WP01 --to claimed "],
        ["lane emit WP01 --to=cl", "lane emit WP01 --to=claimed "],
        ["lane emit WP01 --verdict=ch", "lane emit WP01 --verdict=changes_requested "],
        ["lane --feature 034 emit WP01 --if-la", "lane --feature 034 emit WP01 --if-lane "],
        ["lane add x --depends-on WP01,WP", "lane add x --depends-on WP01,WP02 "],
        ["lane emit WP01 --reason mo", "lane emit WP01 --reason mo"],
        ["lane completions po", "lane completions powershell "],
      ];
      expect(await completed(shell, project.root, typedOf(lines))).toEqual(shownOf(lines));
    });

    test(`${shell} completes paths by itself`, async () => {
      using project = aProject();
      writeFileSync(join(project.root, "moves.jsonl"), "");
      writeFileSync(join(project.root, "a $(touch pwned).json"), "");
      const lines: [string, string][] = [
        ["lane emit --batch mo", "lane emit --batch moves.jsonl "],
        ["lane emit --batch=mo", "lane emit --batch=moves.jsonl "],
        ["lane emit WP01 --evidence @mo", "lane emit WP01 --evidence @moves.jsonl "],
        ["lane emit WP01 --evidence=@mo", "lane emit WP01 --evidence=@moves.jsonl "],
        ["lane --root kit", "lane --root kitty-specs/"],
        ["lane show > mo", "lane show > moves.jsonl "],
      ];
      expect(await completed(shell, project.root, typedOf(lines))).toEqual(shownOf(lines));
      const [hostile = "", hostile_at = ""] = await completed(shell, project.root, [
        "lane emit --batch a",
        "lane emit WP01 --evidence @a",
      ]);
      expect(wordsOf(shell, project, hostile)).toEqual(["emit", "--batch", "a $(touch pwned).json"]);
      expect(wordsOf(shell, project, hostile_at)).toEqual([
        "emit",
        "WP01",
        "--evidence",
        "@a $(touch pwned).json",
      ]);
    });

    test(`${shell} offers any name from a log so that the line means that name, and runs nothing`, async () => {
      using project = projectOfActors(HOSTILE_NAMES);
      const lines = HOSTILE_NAMES.flatMap((_, i) => [
        `lane --feature f${i} emit WP01 --actor `,
        `lane --feature f${i} emit WP01 --actor=`,
      ]);
      const shown = await completed(shell, project.root, lines);
      const read = shown.map((line) => wordsOf(shell, project, line));
      // fish puts in a leading ~ as it is, and would read it as somebody's home: such a name is not offered.
      const apart = (name: string) => (shell === "fish" && name.startsWith("~") ? [] : [name]);
      expect(read).toEqual(
        HOSTILE_NAMES.flatMap((name, i) => [
          ["--feature", `f${i}`, "emit", "WP01", "--actor", ...apart(name)],
          ["--feature", `f${i}`, "emit", "WP01", `--actor=${name}`],
        ]),
      );
      expect(existsSync(join(project.root, "pwned"))).toBe(false);
    });

    test(`${shell} lists what candidates are, as they say it themselves`, async () => {
      const title = "a:b \\c \u001b[31m $(id) %F{red}d";
      using project = makeProject({
        files: {
          "tasks/WP01.md": pageText("planned", JSON.stringify(title)),
          "tasks/WP02.md": pageText("planned", "Second"),
        },
      });
      // bash lists at the second Tab.
      const shown = await shownBy(
        shell,
        project.root,
        shell === "bash" ? "lane show WP0\t" : "lane show WP0",
      );
      expect(shown).toContain("planned: a:b \\c \\u001b[31m $(id) %F{red}d");
      expect(shown).toContain("planned: Second");
    });

    test(`${shell} keeps a quote that the word opened`, async () => {
      using project = projectOfActors(["Ana $(touch pwned) `touch pwned`"]);
      const shown = await completed(shell, project.root, [
        'lane --feature f0 emit WP01 --actor "A',
        "lane --feature f0 emit WP01 --actor 'A",
      ]);
      for (const line of shown) {
        expect(wordsOf(shell, project, line)).toEqual([
          "--feature",
          "f0",
          "emit",
          "WP01",
          "--actor",
          "Ana $(touch pwned) `touch pwned`",
        ]);
      }
      expect(existsSync(join(project.root, "pwned"))).toBe(false);
    });

    test(`${shell} runs nothing of what was typed, nor of features and titles`, async () => {
      using project = aProject();
      const feature = "035 $(touch pwned) `touch pwned`;touch pwned";
      mkdirSync(join(project.root, "kitty-specs", feature, "tasks"), { recursive: true });
      for (const id of ["WP01", "WP02"]) {
        writeFileSync(
          join(project.root, "kitty-specs", feature, "tasks", `${id}.md`),
          `---\ntitle: "$(touch pwned) \`touch pwned\` %F{red} \${(e):-x}"\n---\n`,
        );
      }
      const [named = "", ...others] = await completed(shell, project.root, [
        "lane show --feature 035",
        "lane --feature 035 show WP",
        "lane --feature 035 show WP0\t",
        "lane --feature $(touch pwned) emit WP",
        'lane --feature "$(touch pwned)" emit WP',
        "lane emit `touch pwned` --to ",
        "lane emit WP01 --actor '; touch pwned",
        "lane emit WP01 --to $(touch pwned",
        "lane --root=$(touch pwned)/ emit WP",
      ]);
      expect(wordsOf(shell, project, named)).toEqual(["show", "--feature", feature]);
      expect(others).toHaveLength(8);
      expect(existsSync(join(project.root, "pwned"))).toBe(false);
    });
  });
}

/** Names that some shell would take for something else than a name. */
const HOSTILE_NAMES: readonly string[] = [
  "a$(touch pwned)",
  "$(touch pwned)",
  "`touch pwned`",
  "a;touch pwned",
  "a&touch pwned",
  "a|touch pwned",
  `it's "quoted"`,
  "team:ana=b",
  "~root",
  "*",
  "a{b,c}",
  "!!",
  "#c",
  "%F{red}",
  "back\\slash\\",
  "漢字 é 👩‍👩‍👧",
  "<x> (y) [z]",
  "=ls",
  "@x",
  "^a^b",
  "  two  blanks  ",
  "$HOME",
  ":a:",
  "?",
];

/** One feature with two work packages, the first of which can move. */
function aProject(): TemporaryProject {
  return makeProject({
    files: {
      "tasks/WP01-first.md": pageText("planned"),
      "tasks/WP02-second.md": pageText("planned", "Second"),
      "status.events.jsonl": lineAt(1, { wp_id: "WP02", to_lane: "done", force: true, reason: "set-up" }),
    },
  });
}

/** Features f0, f1, … each with one event by one actor. */
function projectOfActors(names: readonly string[]): TemporaryProject {
  const project = makeProject();
  for (const [i, actor] of names.entries()) {
    const folder = join(project.root, "kitty-specs", `f${i}`);
    mkdirSync(folder);
    writeFileSync(join(folder, "status.events.jsonl"), lineAt(1, { actor, feature_slug: `f${i}` }));
  }
  return project;
}

/** The words that a shell hands to `lane` when it runs a line; nothing else can be started there. */
function wordsOf(shell: RealShell, project: TemporaryProject, line: string): string[] {
  const [define, call]: [string, string] =
    shell === "fish"
      ? ["function lane; printf '%s\\0' $argv; end", line]
      : ["lane() { printf '%s\\0' \"$@\"; }", line];
  const flags = { bash: ["--norc"], zsh: ["-f"], fish: ["--no-config"] }[shell];
  const { stdout, exitCode } = Bun.spawnSync([shell, ...flags, "-c", `${define}\n${call}`], {
    cwd: project.root,
    env: { PATH: process.env.PATH, HOME: "/nonexistent", LC_ALL: "C.UTF-8" },
  });
  expect({ line, exitCode }).toEqual({ line, exitCode: 0 });
  return stdout.toString().split("\0").slice(0, -1);
}

function typedOf(lines: readonly [string, string][]): string[] {
  return lines.map(([typed]) => typed);
}

function shownOf(lines: readonly [string, string][]): string[] {
  return lines.map(([, shown]) => shown);
}
