/** Help and version: what there is, told by the command tree itself. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ArgsDef } from "citty";
import packageJson from "../../package.json";
import { ROOT } from "../../scripts/project.ts";
import { readCall } from "../../src/cli/arguments.ts";
import { GLOBAL_ARGS, VERBS } from "../../src/cli/tree.ts";
import { answered, lane, told } from "../support/lane.ts";
import { makeFolder } from "../support/project.ts";
import { shellWords } from "../support/shell_words.ts";

const GLOBAL_OPTIONS = [
  "Options of every command:",
  "  --json                    Answer with one JSON object on stdout",
  "  --feature <slug>          The feature, or a prefix that only it has",
  "  --root <dir>              The project's root",
  "  --here                    In a linked worktree: use its own features",
  "  --lock-timeout <seconds>  How long to wait for the feature's lock (default: 10)",
  "  --no-color                No colour",
  "  -h, --help                What the command is for, and its options",
];

test("lane alone prints the help with 0, also where there is no project", () => {
  using folder = makeFolder();
  const help = told(lane(folder.path, ""));
  expect(help).toEqual(
    answered(
      "lane: what state is each piece of work in, and who says so?",
      "",
      "Usage: lane <command> [options]",
      "",
      ...Object.entries(VERBS)
        .filter(([, { is_internal }]) => !is_internal)
        .map(([name, { summary }]) => `  ${name.padEnd(11)}  ${summary}`),
      "",
      ...GLOBAL_OPTIONS,
      "",
      "lane help <command or topic> tells more; lane --version says which lane this is, lane --licenses under which licences it and its parts are.",
    ),
  );
  expect(told(lane(folder.path, "--help"))).toEqual(help);
  expect(told(lane(folder.path, "-h"))).toEqual(help);
  expect(told(lane(folder.path, "--no-color --here"))).toEqual(help);
});

test("lane materialize --help prints summary, usage, options and examples", () => {
  using folder = makeFolder();
  const help = told(lane(folder.path, "materialize --help"));
  expect(help).toEqual(
    answered(
      "Renew the snapshot and the views from the log.",
      "",
      "Usage: lane materialize [options]",
      "",
      "  --all    Every feature",
      "  --check  Write nothing; exit 1 when something is stale",
      "",
      ...GLOBAL_OPTIONS,
      "",
      "Examples:",
      "  lane materialize",
      "  lane materialize --all --check",
    ),
  );
  expect(told(lane(folder.path, "--help materialize"))).toEqual(help);
  expect(told(lane(folder.path, "materialize -h"))).toEqual(help);
  expect(told(lane(folder.path, "materialize --help --all"))).toEqual(help);
});

for (const [name, verb] of Object.entries(VERBS)) {
  test(`lane ${name} --help says what it is for, each option with its default, and two examples`, () => {
    using folder = makeFolder();

    const { code, stdout, stderr } = lane(folder.path, [name, "--help"]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines[0]).toBe(`${verb.summary}.`);
    expect(lines[2]).toStartWith(`Usage: lane ${name} `);
    const args: ArgsDef = { ...verb.args, ...GLOBAL_ARGS };
    for (const [key, arg] of Object.entries(args)) {
      const option = arg.type === "positional" ? `<${key}>` : `--${key}`;
      const line = lines.find((one) => one.trimStart().replace("-h, ", "").split(" ")[0] === option);
      expect({ option, line }).toEqual({ option, line: expect.stringContaining(arg.description ?? "none") });
      if (typeof arg.default === "string") expect(line).toContain(`(default: ${arg.default})`);
    }
    expect(verb.examples.length).toBeGreaterThanOrEqual(2);
    for (const example of verb.examples) expect(lines).toContain(`  ${example}`);
  });

  test(`readCall() understands every example of lane ${name}`, () => {
    for (const example of verb.examples) {
      const [executable, ...words] = shellWords(example);
      expect(executable).toBe("lane");
      expect(readCall(words)).toMatchObject({ ok: true, value: { name } });
    }
  });
}

test("--help on a call that is otherwise wrong: a missing argument is no matter, an unknown option is", () => {
  using folder = makeFolder();
  expect(lane(folder.path, "emit --help").code).toBe(0);
  expect(lane(folder.path, "emit --help --frobnicate").code).toBe(2);
  expect(lane(folder.path, "frobnicate --help").code).toBe(2);
});

test("lane --licenses prints lane's licence and those of all that is inside, in full", () => {
  using folder = makeFolder();

  const { code, stdout, stderr } = lane(folder.path, "--licenses");

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const titles = [...stdout.matchAll(/^(\S+ \S+): .*\n=+\n/gm)].map(([, title]) => title);
  const { name, version, dependencies } = packageJson;
  const packages = Object.entries(dependencies).map((parts) => parts.join(" "));
  expect(titles).toEqual([`${name} ${version}`, ...packages.sort(), `bun ${Bun.version}`]);
  expect(stdout).toContain(readFileSync(join(ROOT, "LICENSE"), "utf8").trim());
  expect(stdout).toContain("GNU LIBRARY GENERAL PUBLIC LICENSE");
  expect(stdout).toContain("END OF TERMS AND CONDITIONS");
});

test("lane --version names version, commit and Bun's version", () => {
  using folder = makeFolder();

  const { code, stdout, stderr } = lane(folder.path, "--version");

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const commit = /^lane \S+ \(commit ((?:[0-9a-f]{12}(?:-dirty)?)|unknown), /.exec(stdout)?.[1];
  expect(stdout).toBe(`lane ${packageJson.version} (commit ${commit}, bun ${Bun.version})\n`);
});
