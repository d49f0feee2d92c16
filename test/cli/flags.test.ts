/** No text names a command or an option that does not exist: docs, guide, help, topics, hints, scripts. */

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ArgsDef } from "citty";
import { readCall } from "../../src/cli/arguments.ts";
import { EXITS } from "../../src/cli/exits.ts";
import { TREE } from "../../src/cli/run.ts";
import { GLOBAL_ARGS, VERBS } from "../../src/cli/tree.ts";
import { guidePage } from "../../src/commands/guide_page.ts";
import { helpOutcome } from "../../src/commands/help_text.ts";
import { makeStyle } from "../../src/commands/style.ts";
import { plainText, TOPICS } from "../../src/commands/topics.ts";
import { REFUSAL_WORDS } from "../../src/domain/refusal_words.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { lane } from "../support/lane.ts";
import { makeFolder } from "../support/project.ts";
import { shellWords } from "../support/shell_words.ts";

const ROOT = join(import.meta.dir, "..", "..");

/** Options that texts name and that belong to other programs. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  "--completions": "install.sh",
  "--from": "install.sh",
  "--git-dir": "git rev-parse, in a hook",
  "--global": "bun add",
  "--ignore-missing": "sha256sum",
  "--licenses": "lane's own, without a command",
  "--marker-size": "git merge-file, in the merge driver's line",
  "--only": "npm run prove, npm run bench",
  "--peers": "npm run bench",
  "--prerelease": "gh release edit",
  "--quick": "npm run bench",
  "--remove-section": "git config, which ARCHITECTURE.md says lane does not use",
  "--seed": "npm run prove",
  "--repo": "gh attestation verify",
  "--short": "npm run prove",
  "--sign": "git tag",
  "--uninstall": "install.sh",
  "--smol": "bun, which lane is not built with",
  "--unshallow": "git fetch, in a hint",
  "--url": "scripts/release.ts",
  "--verify": "scripts/release.ts",
  "--version": "lane's own, without a command",
  "--write": "biome check",
};

/** What follows the word lane in a sentence, and is no command. */
const PROSE =
  /^(?:a|added|alone|already|and|answers|are|at|by|can|calls|did|does|draws|ended|finds|for|get|has|in|into|is|keeps|made|needs|never|of|on|records|replaces|says|that|this|to|waits|was|where|would|writes)$/;

const STYLE = makeStyle({ color: false, width_columns: undefined, unicode: false, now_us: 0 });

/** Texts by what they are. */
async function texts(): Promise<[name: string, text: string][]> {
  const docs = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];
  const helps = [undefined, ...Object.keys(VERBS)].map((name): [string, string] => {
    const outcome = helpOutcome(TREE, name);
    return [`help of ${name}`, outcome.text?.(STYLE) ?? ""];
  });
  const topics = TOPICS.map(
    async (topic): Promise<[string, string]> => [
      `help ${topic.name}`,
      plainText(topic, await topic.parts(TREE)),
    ],
  );
  return [
    ...docs.map((name): [string, string] => [name, readFileSync(join(ROOT, name), "utf8")]),
    ["guide", (await guidePage(TREE, SEVEN_LANE)).join("\n")],
    ["refusals", Object.values(REFUSAL_WORDS).join("\n")],
    ["exits", EXITS.map(({ meaning }) => meaning).join("\n")],
    ...helps,
    ...(await Promise.all(topics)),
    ...sources(),
    ...completions(),
  ];
}

for (const [name, text] of await texts()) {
  test(`${name} names no command and no option that does not exist`, () => {
    expect(lostWords(text)).toEqual([]);
  });
}

test("every call in README's code blocks is understood", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const calls = [...readme.matchAll(/^\$ (lane .*)$/gm)].map(([, call = ""]) => call);
  expect(calls.length).toBeGreaterThan(8);
  for (const call of calls) {
    const read = readCall(shellWords(call).slice(1));
    expect({ call, refusal: read.ok ? undefined : read.refusal }).toEqual({ call, refusal: undefined });
  }
});

test("lostWords() finds a command, a command's option and a bare option that are not there", () => {
  expect(lostWords("use `lane frobnicate`; lane show --dry-run; `--frobnicate`; lane --yes show")).toEqual([
    "lane frobnicate",
    "lane show --dry-run",
    "--frobnicate",
    "--yes",
  ]);
  expect(
    lostWords("lane doctor --fix --apply, lane emit WP01 --to x. A bug in lane: lane has --json"),
  ).toEqual([]);
});

/** Commands and options in a text that are nowhere in the tree. */
function lostWords(text: string): string[] {
  const calls = [...text.matchAll(/(?<![\w./-])lane (?!--)([a-z][a-z-]*)([^\n`"'|;:,.)]*)/g)].flatMap(
    ([, name = "", rest = ""]) => {
      if (!Object.hasOwn(VERBS, name)) return PROSE.test(name) ? [] : [`lane ${name}`];
      const known = { ...GLOBAL_ARGS, ...VERBS[name]?.args };
      // Behind -- stand words that are no options of this call.
      const words = rest.split(/ (?:and|or|lane|--) /)[0] ?? "";
      return optionsIn(words)
        .filter((option) => !isKnown(option, known))
        .map((option) => `lane ${name} ${option}`);
    },
  );
  const every: ArgsDef = Object.assign({}, GLOBAL_ARGS, ...Object.values(VERBS).map(({ args }) => args));
  const bare = optionsIn(text).filter(
    (option) => !isKnown(option, every) && !Object.hasOwn(OF_OTHERS, option),
  );
  return [...calls, ...bare.filter((option) => !calls.some((call) => call.endsWith(` ${option}`)))];
}

function optionsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
}

function isKnown(option: string, known: ArgsDef): boolean {
  const key = option.slice(2);
  return Object.hasOwn(known, key) && known[key]?.type !== "positional";
}

/** The string literals of each source: hints, messages, examples. */
function sources(): [string, string][] {
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .map(withSlashes)
    .sort()
    .map((file): [string, string] => {
      const source = readFileSync(join(ROOT, "src", file), "utf8");
      // CSS has properties of its own that begin with two dashes.
      const script = source.replace(/var\(--[\w-]+\)|^\s*--[\w-]+:/gm, "");
      const code = script.replace(/^\s*\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
      const literals = code.match(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g) ?? [];
      // What is handed to git word by word is git's.
      const is_git = file.startsWith("git/") || source.includes("git/run_git.ts");
      const said = is_git ? literals.filter((one) => !/^["']--[\w-]+(?:=.*)?["']$/.test(one)) : literals;
      // What is put in can be anything: a feature's slug, say.
      return [`src/${file}`, said.map((one) => one.replace(/\$\{[^}]*\}/g, "…")).join("\n")];
    })
    .filter(([, text]) => /lane |--[a-z]/.test(text));
}

/** The completion scripts, where there is a command that prints them. */
function completions(): [string, string][] {
  if (!Object.hasOwn(VERBS, "completions")) return [];
  using folder = makeFolder();
  return ["bash", "zsh", "fish", "powershell"].map((shell): [string, string] => [
    `completions ${shell}`,
    // A shell's own options are no options of lane: only whole calls count.
    (
      lane(folder.path, ["completions", shell]).stdout.match(/(?<![\w./-])lane [a-z-]+(?: --[a-z-]+)+/g) ?? []
    ).join("\n"),
  ]);
}
