/** On a terminal: colour, and columns cut to its width. Needs `script` (util-linux) for the terminal. */

import { expect, test } from "bun:test";
import { makeProject, pageText, SLUG } from "../support/project.ts";
import { onTerminal } from "../support/terminal.ts";

const COLOUR = "\u001b[";
const TERMINAL = { TERM: "xterm-256color" };

test("text has colour on a terminal", () => {
  using project = makeProject();
  const { code, shown } = onTerminal(project, "show WP01", TERMINAL);
  expect(code).toBe(0);
  expect(shown).toBe(
    [
      "\u001b[1mWP01\u001b[0m  First",
      "\u001b[39mplanned\u001b[0m",
      `\u001b[2mpage: kitty-specs/${SLUG}/tasks/WP01-first.md\u001b[0m`,
      "\u001b[2mlog:  none yet\u001b[0m",
      "",
      "next:",
      "  lane emit WP01 --to \u001b[36mclaimed\u001b[0m --actor <who>",
      "  lane emit WP01 --to \u001b[31mblocked\u001b[0m --actor <who>",
      "  lane emit WP01 --to \u001b[2mcanceled\u001b[0m --actor <who>",
      "",
    ].join("\r\n"),
  );
});

test("errors, hints and help have colour on a terminal too", () => {
  using project = makeProject();
  expect(onTerminal(project, "frobnicate", TERMINAL)).toEqual({
    code: 2,
    shown:
      '\u001b[1mError:\u001b[0m there is no command "frobnicate"\r\n' +
      "\u001b[1mHint:\u001b[0m lane --help lists what there is\r\n",
  });
  expect(onTerminal(project, "--help", TERMINAL).shown).toContain(COLOUR);
});

test("NO_COLOR, TERM=dumb, --no-color and --json each switch colour off", () => {
  using project = makeProject();
  const ways: [string, Record<string, string>][] = [
    ["show", { ...TERMINAL, NO_COLOR: "1" }],
    ["show", { TERM: "dumb" }],
    ["show --no-color", TERMINAL],
    ["--no-color show", TERMINAL],
    ["show --json", TERMINAL],
    ["frobnicate", { ...TERMINAL, NO_COLOR: "1" }],
    ["--no-color frobnicate", TERMINAL],
    ["show --no-color --frobnicate", TERMINAL],
  ];
  for (const [words, env] of ways) {
    const { shown } = onTerminal(project, words, env);
    expect({ words, env, shown: shown.includes(COLOUR) }).toEqual({ words, env, shown: false });
    expect(shown).not.toBe("");
  }
});

test("an empty NO_COLOR leaves colour on", () => {
  using project = makeProject();
  expect(onTerminal(project, "show", { ...TERMINAL, NO_COLOR: "" }).shown).toContain(COLOUR);
});

test("stdout on a pipe has no colour while stderr on the terminal has", () => {
  using project = makeProject();
  const { shown } = onTerminal(project, 'show WP01 --json=false | cat; "$LANE" frobnicate', TERMINAL);
  const [first, ...rest] = shown.split("\r\n");
  expect(first).toBe("WP01  First");
  expect(rest.slice(2).join("\n")).toContain(`${COLOUR}1mError:`);
});

test("columns are cut to the terminal's width", () => {
  using project = makeProject({ files: { "tasks/WP01.md": pageText("planned", "long ".repeat(50).trim()) } });
  const { shown } = onTerminal(project, "show --no-color", TERMINAL, 60);
  const [row = ""] = shown.split("\r\n").slice(4);
  expect(row).toBe(`${"WP01  planned  -      -      ".padEnd(29)}${"long ".repeat(50).slice(0, 30)}…`);
  expect(Bun.stringWidth(row)).toBe(60);
});
