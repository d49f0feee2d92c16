/** Wrong words: each is a usage error that names the nearest right word, and nothing happens. */

import { expect, test } from "bun:test";
import { lane, refused, told } from "../support/lane.ts";
import { makeProject, treeState } from "../support/project.ts";

interface Slip {
  readonly slip: string;
  readonly words: readonly string[];
  readonly message: string;
  readonly hint: string;
}

const SLIPS: readonly Slip[] = [
  {
    slip: "a misspelt command",
    words: ["emti", "WP01", "--to", "claimed"],
    message: 'there is no command "emti"',
    hint: "did you mean lane emit?",
  },
  {
    slip: "a command that is like none",
    words: ["frobnicate"],
    message: 'there is no command "frobnicate"',
    hint: "lane --help lists what there is",
  },
  {
    slip: "a short word that is like a command by chance",
    words: ["del", "WP01"],
    message: 'there is no command "del"',
    hint: "lane --help lists what there is",
  },
  {
    slip: "a command that a hint must not lead to",
    words: ["install"],
    message: 'there is no command "install"',
    hint: "lane --help lists what there is",
  },
  {
    slip: "an argument for a command that a hint must not lead to",
    words: ["uninstall", "034-feature"],
    message: 'lane uninstall: "034-feature" is one argument too many',
    hint: "lane uninstall --help says what it takes",
  },
  {
    slip: "a command behind the end of options",
    words: ["--", "show"],
    message: 'a command stands before --, here is "show" behind it',
    hint: "lane --help lists what there is",
  },
  {
    slip: "an option that is like one that a hint must not lead to",
    words: ["emit", "WP01", "--to", "claimed", "--for", "ana"],
    message: 'lane emit: there is no option "--for"',
    hint: "lane emit --help lists what there is",
  },
  {
    slip: "a blank command",
    words: [""],
    message: 'there is no command ""',
    hint: "lane --help lists what there is",
  },
  {
    slip: "the name of something that every object has",
    words: ["constructor"],
    message: 'there is no command "constructor"',
    hint: "lane --help lists what there is",
  },
  {
    slip: "a misspelt option",
    words: ["emit", "WP01", "--too", "claimed", "--actor", "ana"],
    message: 'lane emit: there is no option "--too"',
    hint: "did you mean --to?",
  },
  {
    slip: "a misspelt option with its value",
    words: ["emit", "WP01", "--to", "claimed", "--idempotency-kye=k1"],
    message: 'lane emit: there is no option "--idempotency-kye"',
    hint: "did you mean --idempotency-key?",
  },
  {
    slip: "a misspelt global option after the command",
    words: ["show", "--jsno"],
    message: 'lane show: there is no option "--jsno"',
    hint: "did you mean --json?",
  },
  {
    slip: "a misspelt global option before the command",
    words: ["--featrue", "034", "show"],
    message: 'there is no option "--featrue" before the command',
    hint: "did you mean --feature?",
  },
  {
    slip: "a command's option before the command",
    words: ["--actor", "ana", "emit", "WP01", "--to", "claimed"],
    message: 'there is no option "--actor" before the command',
    hint: "options of a command stand after its name",
  },
  {
    slip: "an option of another command",
    words: ["show", "--dry-run"],
    message: 'lane show: there is no option "--dry-run"',
    hint: "lane show --help lists what there is",
  },
  {
    slip: "a short option that is none",
    words: ["show", "-x"],
    message: 'lane show: there is no option "-x"',
    hint: "lane show --help lists what there is",
  },
  {
    slip: "a positional written as an option",
    words: ["show", "--wp", "WP01"],
    message: 'lane show: there is no option "--wp"',
    hint: "lane show --help lists what there is",
  },
  {
    slip: "an option where a value should be",
    words: ["emit", "WP01", "--to", "--actor", "ana"],
    message: "lane emit: --to needs a value",
    hint: "write --to <lane>, or --to=<lane> for a value that starts with -",
  },
  {
    slip: "a value that starts with a dash",
    words: ["emit", "WP01", "--to", "claimed", "--actor", "ana", "--reason", "-x"],
    message: "lane emit: --reason needs a value",
    hint: "write --reason <text>, or --reason=<text> for a value that starts with -",
  },
  {
    slip: "the end of options where a value should be",
    words: ["emit", "WP01", "--to", "--", "claimed"],
    message: "lane emit: --to needs a value",
    hint: "write --to <lane>, or --to=<lane> for a value that starts with -",
  },
  {
    slip: "no value at the end",
    words: ["emit", "WP01", "--to", "claimed", "--actor"],
    message: "lane emit: --actor needs a value",
    hint: "write --actor <who>, or --actor=<who> for a value that starts with -",
  },
  {
    slip: "one argument too many",
    words: ["show", "WP01", "WP02"],
    message: 'lane show: "WP02" is one argument too many',
    hint: "lane show [wp]",
  },
  {
    slip: "an argument where there is place for none",
    words: ["materialize", "WP01"],
    message: 'lane materialize: "WP01" is one argument too many',
    hint: "lane materialize",
  },
  {
    slip: "a title without its quotes",
    words: ["add", "Read", "the", "header"],
    message: 'lane add: "the" is one argument too many',
    hint: "lane add <title>",
  },
  {
    slip: "an option given twice",
    words: ["emit", "WP01", "--to", "claimed", "--actor", "ana", "--actor", "bob"],
    message: "lane emit: --actor is given twice",
    hint: "give it once",
  },
  {
    slip: "an option given twice in two forms",
    words: ["emit", "WP01", "--to=claimed", "--actor", "ana", "--to", "claimed"],
    message: "lane emit: --to is given twice",
    hint: "give it once",
  },
  {
    slip: "a global option given before and after the command",
    words: ["--feature", "034", "show", "--feature", "034"],
    message: "lane show: --feature is given twice",
    hint: "give it once",
  },
  {
    slip: "no work package",
    words: ["emit", "--to", "claimed", "--actor", "ana"],
    message: "lane emit: <wp> is missing",
    hint: "lane emit <wp> --to <lane>",
  },
  {
    slip: "no lane to move to, by place",
    words: ["move", "WP01", "--actor", "ana"],
    message: "lane move: <lane> is missing",
    hint: "lane move <wp> <lane>",
  },
  {
    slip: "no lane to move to, by option",
    words: ["emit", "WP01", "--actor", "ana"],
    message: "lane emit: --to is missing",
    hint: "write --to <lane>",
  },
  {
    slip: "a switch with a value",
    words: ["emit", "WP01", "--to", "claimed", "--actor", "ana", "--force=maybe"],
    message: 'lane emit: --force is a switch; it takes no value "maybe"',
    hint: "write --force",
  },
  {
    slip: "a time to wait that is no number",
    words: ["show", "--lock-timeout", "soon"],
    message: '--lock-timeout "soon" is no number of seconds',
    hint: "write 10, 0.5 or 500ms",
  },
  {
    slip: "a time to wait below zero",
    words: ["show", "--lock-timeout=-1"],
    message: '--lock-timeout "-1" is no number of seconds',
    hint: "write 10, 0.5 or 500ms",
  },
  {
    slip: "a blank feature",
    words: ["show", "--feature", ""],
    message: "--feature is blank",
    hint: "give it a value, or leave it out",
  },
  {
    slip: "a blank root",
    words: ["show", "--root= "],
    message: "--root is blank",
    hint: "give it a value, or leave it out",
  },
  {
    slip: "a blank actor",
    words: ["emit", "WP01", "--to", "claimed", "--actor", " "],
    message: "WP01: nobody is named as the actor",
    hint: "say who does it: --actor <who>, or set LANE_ACTOR",
  },
  {
    slip: "a blank key",
    words: ["emit", "WP01", "--to", "claimed", "--actor", "ana", "--idempotency-key", ""],
    message: "WP01: idempotency_key is there, but blank",
    hint: "give it a value, or leave it out",
  },
  {
    slip: "a blank expected lane",
    words: ["emit", "WP01", "--to", "claimed", "--actor", "ana", "--if-lane="],
    message: "WP01: if_lane is there, but blank",
    hint: "give it a value, or leave it out",
  },
  {
    slip: "a blank lane to move to",
    words: ["move", "WP01", "", "--actor", "ana"],
    message: 'WP01: no lane is called ""',
    hint: "the lanes of seven-lane are planned, claimed, in_progress, for_review, done, blocked, canceled",
  },
  {
    slip: "a blank work package",
    words: ["show", " "],
    message: '" " is no work package id',
    hint: "write WP01, wp1 or 1",
  },
  {
    slip: "an execution mode that is none",
    words: ["emit", "WP01", "--to", "claimed", "--actor", "ana", "--execution-mode", "sideways"],
    message: 'there is no execution mode "sideways"',
    hint: "--execution-mode is worktree or direct_repo",
  },
];

for (const { slip, words, message, hint } of SLIPS) {
  test(`lane refuses ${slip} with 2, and names what would do`, () => {
    using project = makeProject();
    const before = treeState(project.folder);

    const answer = lane(project.root, words);

    expect(told(answer)).toEqual(refused(2, `Error: ${message}`, `Hint: ${hint}`));
    expect(treeState(project.folder)).toEqual(before);
  });

  test(`lane --json refuses ${slip} with the same words`, () => {
    using project = makeProject();

    const { code, json, stderr } = lane(project.root, ["--json", ...words]);

    expect(stderr).toBe("");
    expect(code).toBe(2);
    expect(json).toMatchObject({ version: 1, ok: false, error: { message, hint } });
  });
}
