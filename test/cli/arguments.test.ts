/** The argument rules: where words may stand, and what they mean. */

import { expect, test } from "bun:test";
import { type Answer, lane, told, type Words } from "../support/lane.ts";
import { makeProject, type TemporaryProject } from "../support/project.ts";

test("global options mean the same before and after the command", () => {
  using project = makeProject();
  const places = [
    "--json --feature 034 --root . --here --lock-timeout 2 --no-color show WP01",
    "show --json --feature 034 --root . --here --lock-timeout 2 --no-color WP01",
    "show WP01 --json --feature 034 --root . --here --lock-timeout 2 --no-color",
    "--json --feature=034 show --root=. WP01 --here --lock-timeout=2 --no-color",
  ];

  const [first, ...others] = places.map((words) => told(lane(project.root, words)));

  expect(first?.code).toBe(0);
  expect(others).toEqual([first, first, first].map((answer) => answer ?? expect.unreachable()));
});

test("--option value and --option=value mean the same", () => {
  using project = makeProject();

  const apart = dryRun(project, "emit WP01 --to blocked --actor ana --reason late --if-lane planned");
  const joined = dryRun(project, "emit WP01 --to=blocked --actor=ana --reason=late --if-lane=planned");

  expect(apart.code).toBe(0);
  expect(told(joined)).toEqual(told(apart));
});

test("a value keeps every = after the first", () => {
  using project = makeProject();
  expect(reasonOf(dryRun(project, "emit WP01 --to blocked --actor ana --reason=a=b==c"))).toBe("a=b==c");
});

test("a joined value may start with a dash, and look like an option", () => {
  using project = makeProject();
  const words = "emit WP01 --to blocked --actor ana";
  expect(reasonOf(dryRun(project, `${words} --reason=-x`))).toBe("-x");
  expect(reasonOf(dryRun(project, `${words} --reason=--force`))).toBe("--force");
});

test("a lone dash is a value", () => {
  using project = makeProject();
  expect(reasonOf(dryRun(project, "emit WP01 --to blocked --actor ana --reason -"))).toBe("-");
});

test("text stays text, whatever it looks like", () => {
  using project = makeProject();
  for (const text of ["123", "1e3", "true", "null", "0x10", "[]"]) {
    const answer = dryRun(project, ["emit", "WP01", "--to", "blocked", "--actor", text, "--reason", text]);
    expect(answer.json).toMatchObject({ data: { event: { actor: text, reason: text } } });
  }
});

test("text is stored as it is given, blanks and all", () => {
  using project = makeProject();
  const answer = dryRun(project, [
    "emit",
    "WP01",
    "--to",
    "blocked",
    "--actor",
    " ana ",
    "--reason",
    "a  b ",
  ]);
  expect(answer.json).toMatchObject({ data: { event: { actor: " ana ", reason: "a  b " } } });
});

test("-- ends the options", () => {
  using project = makeProject();

  const added = lane(project.root, ["add", "--json", "--", "--force"]);

  expect(added.json).toMatchObject({ ok: true, data: { wp: "WP02" } });
  expect(project.read("tasks/WP02-force.md")).toContain("title: --force\n");
});

test("--json behind -- is no option", () => {
  using project = makeProject();
  expect(told(lane(project.root, ["add", "--", "--json"]))).toEqual({
    code: 0,
    stdout: "WP02 is added: kitty-specs/034-test-feature/tasks/WP02-json.md\n",
    stderr: "",
  });
});

test("--json=false means text, --json=true and a repeated --json mean JSON", () => {
  using project = makeProject();
  const text = told(lane(project.root, "show"));
  const json = told(lane(project.root, "show --json"));

  expect(text.stdout).toStartWith("034-test-feature");
  expect(json.stdout).toStartWith('{"version":1,"ok":true,"command":"show"');
  expect(told(lane(project.root, "show --json=false"))).toEqual(text);
  expect(told(lane(project.root, "--json=false show"))).toEqual(text);
  expect(told(lane(project.root, "show --json=true"))).toEqual(json);
  expect(told(lane(project.root, "--json show --json"))).toEqual(json);
});

test("a switch set to false is as if it were not there", () => {
  using project = makeProject();

  const answer = lane(project.root, "emit WP01 --to done --actor ana --reason x --force=false --json");

  expect(answer.code).toBe(1);
  expect(answer.json).toMatchObject({ error: { code: "ILLEGAL_TRANSITION" } });
});

test("WP01, wp1 and 1 are the same work package", () => {
  using project = makeProject();
  const answers = ["WP01", "wp01", "Wp1", "1", "01"].map((wp) => told(lane(project.root, ["show", wp])));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]?.code).toBe(0);
});

test("BUN_OPTIONS does not change how arguments are read", () => {
  using project = makeProject();
  const calls = ["show WP01 --json", "emit WP01 --to --actor ana", ""];
  for (const options of ["--smol", "--json", "show WP01", "--frobnicate x"]) {
    for (const words of calls) {
      const plain = told(lane(project.root, words));
      expect(told(lane(project.root, words, { env: { BUN_OPTIONS: options } }))).toEqual(plain);
    }
  }
});

function dryRun(project: TemporaryProject, words: Words): Answer {
  const list = typeof words === "string" ? words.split(" ") : words;
  return lane(project.root, [...list, "--dry-run", "--json"]);
}

function reasonOf({ json }: Answer): unknown {
  return (json as { data?: { event?: { reason?: unknown } } }).data?.event?.reason;
}
