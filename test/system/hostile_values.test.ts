/** Hostile names, ids and values, in every place that lane takes or reads them from: all is told or all works. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { breaksOf, type Ground, makeGround, USUAL_CALLS, whyUnclear } from "../support/hostile_ground.ts";
import { lane } from "../support/lane.ts";
import { lineAt, SLUG } from "../support/project.ts";

setDefaultTimeout(240_000);

const FEATURE = `kitty-specs/${SLUG}`;

/** Names that objects have by themselves. */
const INHERITED = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

/** What a name can try as one folder's name. */
const FOLDER_NAMES = [
  ...INHERITED,
  ...[
    "-rf",
    "--help",
    "a b",
    "a'b",
    "a$(touch x)",
    "`touch x`",
    "a;b",
    "x\\y",
    "a\nb",
    "\u001b[31mx",
    "*",
    "%s%n",
  ],
  ...["CON", "NUL", "aux.md", "x.", "x ", "a.lock", "a.kept", "a.telemetry"],
  ...["e\u0301", "\u00e9", "WP０１", "\u202egnp", "🙂"],
  ...["x".repeat(200), "x".repeat(201), "x".repeat(255), "漢".repeat(85)],
];

test.each(FOLDER_NAMES)("a feature's folder called %j", (name) => {
  using ground = makeGround();
  renameSync(ground.folder, join(ground.root, "kitty-specs", name));
  const env = { ...ground.env, LANE_FEATURE: name };
  expect(breaksOf({ ...ground, env }, { calls: USUAL_CALLS })).toEqual([]);
  const { LANE_FEATURE: _, ...unnamed } = ground.env;
  const inside = { ...ground, root: join(ground.root, "kitty-specs", name), env: unnamed };
  expect(
    breaksOf(inside, { calls: ["show", "emit WP02 --to blocked --actor ana --reason x", "doctor --fix"] }),
  ).toEqual([]);
});

test("two folders whose names look alike are two features", () => {
  using ground = makeGround();
  const twins = ["e\u0301", "\u00e9", "Feature", "feature", "WP01", "WP０１"];
  for (const name of twins) ground.write(`kitty-specs/${name}/tasks/WP01-x.md`, "---\nlane: planned\n---\n");
  for (const [i, name] of twins.entries()) {
    const env = { ...ground.env, LANE_FEATURE: name };
    expect(lane(ground.root, `emit WP01 --to claimed --actor who${i}`, { env }).code).toBe(0);
    const { stdout } = lane(ground.root, "log --json", { env });
    expect(stdout.match(/who\d/g)).toEqual([`who${i}`]);
  }
  expect(readdirSync(join(ground.root, ".git/lanekeeper/kitty-specs"))).toHaveLength(twins.length);
});

/** What a word on the command line can try. An empty word and NUL no system hands over as such. */
const WORDS = [
  ...INHERITED,
  ...[
    "..",
    "../x",
    "/etc",
    "/etc/passwd",
    "a/b",
    "a\\b",
    ".git",
    ".",
    "~",
    "$HOME",
    "*",
    "%00",
    "a..b",
    "x.lock",
  ],
  ...["-x", "--", "é", "e\u0301", "WP０１", "\u202ex", "CON", "nul.md", "x.", "x "],
  ...["WP01/..", "WP-1", "WP1e3", "0x1", `WP${"9".repeat(300)}`, "WP01\nWP02", "x".repeat(10_000)],
];

/** Each place on a command line that a word can stand in. */
const TAKING: readonly ((word: string) => string[])[] = [
  (word) => ["new", word],
  ...[
    "show",
    "materialize",
    "doctor --fix --apply",
    "migrate --apply",
    "validate",
    "add T",
    "sync",
    "workflow",
  ].map((words) => (word: string) => [...words.split(" "), "--feature", word]),
  ...[
    "show",
    "log",
    "schema",
    "help",
    "completions",
    "complete bash -- emit",
    "add",
    "add T --depends-on",
  ].map((words) => (word: string) => [...words.split(" "), word]),
  (word) => ["emit", word, "--to", "claimed", "--actor", "ana"],
  (word) => ["move", word, "claimed", "--actor", "ana"],
  ...[
    "to",
    "actor",
    "if-lane",
    "if-event",
    "execution-mode",
    "idempotency-key",
    "reason",
    "review-ref",
    "evidence",
  ].map(
    (option) => (word: string) => `emit WP02 --to claimed --actor ana --${option}`.split(" ").concat(word),
  ),
  (word) => ["emit", "WP01", "--to", "done", "--actor", "ana", "--evidence", `@${word}`],
  (word) => ["emit", "--batch", word],
  ...["--since", "--to", "--limit", "--actor"].map((option) => (word: string) => ["log", option, word]),
  (word) => ["sync", "--trust", word],
  (word) => ["show", "--root", word],
  (word) => ["next", "--claim", "--actor", word],
];

test.each(WORDS)("the word %j, wherever a word is taken", (word) => {
  using ground = makeGround();
  const unclear = TAKING.flatMap((take) => {
    const words = [...take(word)];
    const at = words.indexOf("--");
    const asked = at >= 0 && words[0] === "complete" ? words : ["--json", ...words];
    const why = whyUnclear(lane(ground.root, asked, ground));
    return why === undefined ? [] : [`${words.join(" ").slice(0, 100)}: ${why.slice(0, 500)}`];
  });
  expect(unclear).toEqual([]);
  expect(breaksOf(ground, { calls: ["show"] })).toEqual([]);
  const made = readdirSync(join(ground.root, "kitty-specs"));
  expect(made.filter((name) => ![SLUG, "035-old", word].includes(name))).toEqual([]);
});

/** Brackets enough to use up the stack of a parser that calls itself. */
const deepList = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const deepObject = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

/** JSON values that a field can hold. */
const VALUES: readonly string[] = [
  ...INHERITED.map((name) => JSON.stringify(name)),
  ...[
    '"\\ud800x"',
    '"a\\u0000b"',
    '"../../x"',
    '"WP０１"',
    '""',
    "[]",
    "true",
    "-0",
    "1e999",
    "123456789012345678901",
  ],
  ...['{"__proto__": {"x": 1}}', '{"toString": 1, "a": 1, "a": 2}', deepList(10_000), deepObject(10_000)],
  ...[JSON.stringify("x".repeat(10_000)), JSON.stringify("x".repeat(1_000_000))],
];

const SOUND = lineAt(1).trimEnd();

/** Fields of the log's line, those that others write, and those that nobody has. */
const FIELDS = [
  ...Object.keys(JSON.parse(SOUND)),
  ...["schema_version", "batch", "idempotency_key", "review_result", "policy_metadata", ...INHERITED],
];

/** A line in which a field holds that value, whether the field stands there already or not. */
function lineWith(field: string, value: string): string {
  const { [field]: _, ...others } = JSON.parse(SOUND);
  return `{${JSON.stringify(field)}: ${value}, ${JSON.stringify(others).slice(1)}\n`;
}

test.each(FIELDS)("a log whose %s is hostile", (field) => {
  const calls = [
    "show WP01",
    "log",
    "board",
    "flow",
    "validate",
    "emit WP01 --to in_progress --actor ana",
    "materialize",
  ];
  const more = ["next", "doctor --fix --apply", "show"];
  const place = FIELDS.indexOf(field);
  // Each field meets a part of the values, each value a part of the fields.
  for (const value of VALUES.filter((_, i) => (i + place) % 3 === 0)) {
    using ground = makeGround({ git: false });
    ground.write(`${FEATURE}/status.events.jsonl`, lineWith(field, value));
    expect([value.slice(0, 40), breaksOf(ground, { calls: [...calls, ...more] })]).toEqual([
      value.slice(0, 40),
      [],
    ]);
  }
});

test.each(["wp_id", "to_lane", "actor", "force", "evidence", "idempotency_key", ...INHERITED])(
  "a batch line whose %s is hostile",
  (field) => {
    for (const value of VALUES) {
      using ground = makeGround({ git: false });
      const sound = { wp_id: "WP02", to_lane: "claimed", actor: "ana", [field]: undefined };
      const stdin = `{${JSON.stringify(field)}: ${value}, ${JSON.stringify(sound).slice(1)}\n`;
      const unclear = whyUnclear(lane(ground.root, "emit --batch - --json", { ...ground, stdin }));
      expect([value.slice(0, 40), unclear]).toEqual([value.slice(0, 40), undefined]);
      expect(breaksOf(ground, { calls: ["show", "validate"] })).toEqual([]);
    }
  },
);

test("evidence of any shape is recorded as it is, or refused with what is wrong", () => {
  using ground = makeGround({ git: false });
  const review = { reviewer: "ana", verdict: "approved", reference: "x" };
  for (const value of VALUES) {
    const stdin = `{"review": ${JSON.stringify(review)}, "more": ${value}}`;
    const words = "emit WP01 --to done --actor ana --force --reason x --evidence - --dry-run --json";
    const answer = lane(ground.root, words, { ...ground, stdin });
    expect([value.slice(0, 40), whyUnclear(answer)]).toEqual([value.slice(0, 40), undefined]);
    const is_refused = value === "1e999" || [deepList(10_000), deepObject(10_000)].includes(value);
    expect([value.slice(0, 40), answer.code !== 0]).toEqual([value.slice(0, 40), is_refused]);
  }
});

/** A workflow of the project's own, with a lane of that name. */
function workflowWith(lane_name: string, more = ""): Record<string, string> {
  return {
    ".kittify/config.yaml": "status:\n  workflow: ./w.yaml\n",
    ".kittify/w.yaml": `name: mine
lanes: [{name: planned}, {name: ${lane_name}}, {name: in_progress}, {name: claimed}, {name: blocked}]
pairs: [{from: planned, to: ${lane_name}}, {from: ${lane_name}, to: planned}, {from: claimed, to: in_progress}]
${more}`,
  };
}

const META = `${FEATURE}/meta.json`;
const CONFIG = ".kittify/config.yaml";
const PAGE = `${FEATURE}/tasks/WP02-second.md`;

/** By what it is: files with settings, pages and tasks that are hostile. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...Object.fromEntries(
    INHERITED.flatMap((name) => [
      [
        `meta.json with ${name}`,
        { [META]: `{"${name}": {"status_phase": 2}, "status_workflow": "${name}"}` },
      ],
      [`a phase ${name}`, { [META]: `{"status_phase": "${name}"}` }],
      [
        `a configuration with ${name}`,
        { [CONFIG]: `status:\n  ${name}: {phase: 2}\n${name}:\n  status: 1\n` },
      ],
      [`days of ${name}`, { [CONFIG]: `status:\n  stale_after_days: {${name}: 7}\n` }],
      [`a workflow called ${name}`, { [CONFIG]: `status:\n  workflow: ${name}\n` }],
      [`a features folder called ${name}`, { [CONFIG]: `status:\n  features_folder: ${name}\n` }],
      [`a lane called ${name}`, workflowWith(name)],
      [`an alias called ${name}`, workflowWith("x", `aliases: {${name}: x}\n`)],
      [
        `a page with ${name}`,
        { [PAGE]: `---\n${name}: {lane: done}\nlane: ${name}\ndependencies: [${name}]\n---\n` },
      ],
    ]),
  ),
  "meta.json, deep": { [META]: `{"status_phase": ${deepList(10_000)}}` },
  "meta.json, deep objects": { [META]: deepObject(10_000) },
  "meta.json with a key twice": { [META]: '{"status_phase": 0, "status_phase": 2}' },
  "meta.json with half a character and NUL": {
    [META]: '{"status_workflow": "\\ud800", "mission_id": "\\u0000"}',
  },
  "meta.json with a number too large": { [META]: '{"status_phase": 1e999}' },
  "a configuration, deep": { [CONFIG]: `status: ${deepList(10_000)}\n` },
  "a configuration with tags": {
    [CONFIG]: "status:\n  phase: !!python/object/apply:os.system ['touch x']\n",
  },
  "a features folder with NUL": { [CONFIG]: 'status:\n  features_folder: "a\\0b"\n' },
  "a features folder that climbs": { [CONFIG]: "status:\n  features_folder: a/../../..\n" },
  "a features folder that is the root": { [CONFIG]: "status:\n  features_folder: .\n" },
  "a features folder of git's": { [CONFIG]: "status:\n  features_folder: ./.GIT/hooks\n" },
  "a features folder of 10 kB": { [CONFIG]: `status:\n  features_folder: ${"x".repeat(10_000)}\n` },
  "a workflow of 10 kB": { [CONFIG]: `status:\n  workflow: ./${"x".repeat(10_000)}\n` },
  "a workflow outside": { [CONFIG]: "status:\n  workflow: ../../outside/precious\n" },
  "a workflow that is a device": { [CONFIG]: "status:\n  workflow: /dev/zero\n" },
  "a workflow with NUL": { [CONFIG]: 'status:\n  workflow: "./a\\0b"\n' },
  "a workflow that is a folder": { [CONFIG]: "status:\n  workflow: ./\n" },
  "a workflow, deep": { ...workflowWith("x"), ".kittify/w.yaml": `name: ${deepList(10_000)}\n` },
  "a page, deep": { [PAGE]: `---\nlane: planned\ndependencies: ${deepList(10_000)}\n---\n` },
  "a page with tags": {
    [PAGE]: "---\nlane: !!js/function x\ndependencies: !!set {WP01}\ntitle: !!binary x\n---\n",
  },
  "a page with NUL": { [PAGE]: '---\nlane: planned\0\ntitle: "a\\0b"\n---\n' },
  "a page with a key twice": { [PAGE]: "---\nlane: planned\nlane: done\n---\n" },
  "dependencies that lead out": {
    [PAGE]: "---\nlane: planned\ndependencies: [../../x, WP０１, 1e999, -0, null]\n---\n",
  },
  "subtasks without end": { [`${FEATURE}/tasks.md`]: `## WP02\n${"- [ ] x\n".repeat(50_000)}` },
  "a table without end": { [`${FEATURE}/tasks.md`]: `## WP02\n${"|".repeat(500_000)}\n` },
};

test.each(Object.keys(SETTINGS))("%s", (kind) => {
  using ground = makeGround({ git: false });
  writeAll(ground, SETTINGS[kind] ?? {});
  const more = ["board --all", "flow", "log", "show WP02", "workflow --check"];
  expect(breaksOf(ground, { calls: [...USUAL_CALLS, ...more] })).toEqual([]);
});

function writeAll({ write }: Ground, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) write(name, text);
}
