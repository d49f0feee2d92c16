/** `lane help`: topics and commands, for people and programs, at every width. */

import { expect, test } from "bun:test";
import { EXITS } from "../../src/cli/exits.ts";
import { EXIT_CODES } from "../../src/cli/report.ts";
import { TREE } from "../../src/cli/run.ts";
import { VERBS } from "../../src/cli/tree.ts";
import { helpOutcome } from "../../src/commands/help_text.ts";
import { makeStyle } from "../../src/commands/style.ts";
import { EXAMPLE_EVENT } from "../../src/commands/topic_events.ts";
import { plainText, TOPICS, topicText } from "../../src/commands/topics.ts";
import { CommandHelpDataSchema, HelpDataSchema } from "../../src/contract/help.ts";
import { isStatusEvent } from "../../src/domain/event.ts";
import { answered, lane, refused, textOf, told } from "../support/lane.ts";
import { makeFolder } from "../support/project.ts";
import { dataOf } from "./envelope_schema.ts";

const README = await Bun.file(new URL("../../README.md", import.meta.url)).text();

test("help alone is lane --help, and the topics", () => {
  using folder = makeFolder();
  const help = lane(folder.path, "--help").stdout;
  const topics = TOPICS.map(({ name, summary }) => `  ${name.padEnd(10)}  ${summary}`);
  expect(told(lane(folder.path, "help"))).toEqual({
    code: 0,
    stdout: `${help}\n${textOf(["Topics:", ...topics])}`,
    stderr: "",
  });
});

for (const topic of TOPICS) {
  test(`help ${topic.name} is its text, a paragraph a line where there is no terminal`, async () => {
    using folder = makeFolder();
    const text = plainText(topic, await topic.parts(TREE));
    const { code, stdout, stderr } = lane(folder.path, ["help", topic.name]);
    expect({ code, stdout, stderr }).toEqual(answered(text));
    const { data } = dataOf(lane(folder.path, ["help", topic.name, "--json"]), "help", HelpDataSchema);
    expect(data).toEqual({ topic: topic.name, summary: topic.summary, text });
  });

  for (const width_columns of [40, 80, 200]) {
    test(`help ${topic.name} keeps to ${width_columns} columns, lines to be copied aside`, async () => {
      const style = makeStyle({ color: true, width_columns, unicode: true, now_us: 0 });
      const parts = await topic.parts(TREE);
      const copied = parts.flatMap((part) => (typeof part !== "string" && "lines" in part ? part.lines : []));
      const lines = topicText(topic, parts, style).split("\n");
      const wide = lines.filter((line) => Bun.stringWidth(line) > Math.min(width_columns, 100));
      expect(wide.filter((line) => !copied.includes(line.slice(2)))).toEqual([]);
      expect(lines.length).toBeGreaterThan(8);
    });
  }
}

test("help of a command keeps to the terminal's width, usage and examples to be copied aside", () => {
  for (const name of [undefined, ...Object.keys(VERBS)]) {
    for (const width_columns of [40, 80, 200]) {
      const style = makeStyle({ color: false, width_columns, unicode: true, now_us: 0 });
      const lines = helpOutcome(TREE, name).text?.(style)?.split("\n") ?? [];
      const wide = lines.filter((line) => Bun.stringWidth(line) > Math.min(width_columns, 100));
      // Nor is an option or a path broken that is longer than its line.
      const copied = /^(?:Usage:| {2}) *\S*lane |^ {2}--\S+ <\S+>$|^\S+$/;
      expect(wide.filter((line) => !copied.test(line))).toEqual([]);
      expect(lines.length).toBeGreaterThan(8);
    }
  }
});

test("help takes a topic in several words, in any case, with blanks, dashes or underscores", () => {
  using folder = makeFolder();
  const expected = told(lane(folder.path, "help exit-codes"));
  expect(expected.stdout).toStartWith("exit-codes: ");
  for (const words of [
    "help exit codes",
    "help exit_codes",
    "help Exit Codes",
    "help --here exit -- codes",
  ]) {
    expect(told(lane(folder.path, words))).toEqual(expected);
  }
  expect(told(lane(folder.path, ["help", " exit  codes "]))).toEqual(expected);
});

test("help <command> is the command's --help", () => {
  using folder = makeFolder();
  for (const name of Object.keys(VERBS)) {
    expect(told(lane(folder.path, ["help", name]))).toEqual(told(lane(folder.path, [name, "--help"])));
  }
  const { data } = dataOf(lane(folder.path, "help emit --json"), "help", CommandHelpDataSchema);
  expect(data.command).toBe("emit");
});

test("help refuses what is neither topic nor command, and names the nearest", () => {
  using folder = makeFolder();
  const cases = [
    ["lanse", "did you mean lane help lanes?"],
    ["exit kodes", "did you mean lane help exit-codes?"],
    ["emti", "did you mean lane help emit?"],
    ["exits", "did you mean lane help exit-codes?"],
    ["merge", "did you mean lane help merging?"],
    ["frobnicate", "lane help lists what there is"],
    ["constructor", "lane help lists what there is"],
  ] as const;
  for (const [asked, hint] of cases) {
    const error = `Error: lane help: there is no topic or command "${asked}"`;
    expect(told(lane(folder.path, `help ${asked}`))).toEqual(refused(2, error, `Hint: ${hint}`));
  }
  expect(lane(folder.path, ["help", "\u001b[31m"]).stderr).toContain('"\\u001b[31m"');
});

test("TOPICS are what the tree offers, and none has a command's name", () => {
  const { topic } = VERBS.help?.args ?? {};
  expect([...TOPICS.map(({ name }) => name), "command"].join("|")).toBe(topic?.valueHint ?? "");
  expect(topic?.description).toContain(`(${TOPICS.map(({ name }) => name).join(", ")})`);
  expect(TOPICS.filter(({ name }) => Object.hasOwn(VERBS, name))).toEqual([]);
});

test("EXITS hold every exit code and every error code once, in order, in README's words", () => {
  const codes = EXITS.map(({ code }) => code);
  expect(codes).toEqual([...new Set([0, ...Object.values(EXIT_CODES), 129, 130, 143])].sort((a, b) => a - b));
  expect(EXITS.flatMap(({ error_codes }) => error_codes).sort()).toEqual(
    Object.keys(EXIT_CODES).sort() as never,
  );
  const rows = EXITS.filter(({ code }) => code < 130).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  const table = README.replaceAll("`", "").split("\n");
  for (const row of rows) expect(table).toContain(row);
});

test("the example of help events is an event", () => {
  expect(isStatusEvent(EXAMPLE_EVENT)).toBe(true);
});
