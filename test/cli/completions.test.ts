/** `lane completions` and `lane complete`: whole outputs. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VERBS } from "../../src/cli/tree.ts";
import { CompleteDataSchema, CompletionsDataSchema } from "../../src/contract/completions.ts";
import { SHELLS } from "../../src/domain/shell_words.ts";
import { legalTargets, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { git, makeRepository, writeFiles } from "../project/git.ts";
import { answered, lane, refused, type Told, told } from "../support/lane.ts";
import {
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

test("completions prints a script for each shell, and the same in JSON", () => {
  using folder = makeFolder();
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = lane(folder.path, ["completions", shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toStartWith("#");
    expect(stdout).toContain("complete");
    const { data } = dataOf(
      lane(folder.path, ["completions", shell, "--json"]),
      "completions",
      CompletionsDataSchema,
    );
    expect(data).toEqual({ shell, script: stdout });
  }
});

test("completions of no shell, and of one that it does not know, says which there are", () => {
  using folder = makeFolder();
  expect(told(lane(folder.path, "completions"))).toEqual(
    refused(
      2,
      "Error: lane completions: <shell> is missing",
      "Hint: lane completions <bash|zsh|fish|powershell>",
    ),
  );
  expect(told(lane(folder.path, "completions pwershell"))).toEqual(
    refused(
      2,
      'Error: lane completions: there is no script for the shell "pwershell"',
      "Hint: did you mean powershell?",
    ),
  );
  expect(refusalIn(lane(folder.path, "completions tcl --json")).error).toEqual({
    code: "USAGE",
    message: 'lane completions: there is no script for the shell "tcl"',
    hint: "there are: bash, zsh, fish, powershell",
    details: {},
  });
  expect(told(lane(folder.path, "complete tcl -- e"))).toEqual(
    refused(
      2,
      'Error: lane complete: there is no shell "tcl"',
      "Hint: there are: bash, zsh, fish, powershell",
    ),
  );
});

test("complete offers every command that people call, with its summary", () => {
  using folder = makeFolder();
  const commands = Object.entries(VERBS)
    .filter(([, { is_internal }]) => !is_internal)
    .map(([name, { summary }]) => `${name}\t${summary.length > 76 ? `${summary.slice(0, 75)}…` : summary}`);
  expect(offered(folder.path)).toEqual(words(...commands));
  expect(offered(folder.path, "--json", "em")).toEqual(words(`emit\t${VERBS.emit?.summary}`));
  expect(offered(folder.path, "merge")).toEqual(words());
});

test("complete offers a command's options and everybody's, without those that are given", () => {
  using project = makeProject();
  expect(offered(project.root, "materialize", "--check", "--json", "-")).toEqual(
    words(
      "--all\tEvery feature",
      "--feature\tThe feature, or a prefix that only it has",
      "--root\tThe project's root",
      "--here\tIn a linked worktree: use its own features",
      "--lock-timeout\tHow long to wait for the feature's lock",
      "--no-color\tNo colour",
      "--help\tWhat the command is for, and its options",
    ),
  );
  expect(offered(project.root, "emit", "WP01", "--reason=x", "--rea")).toEqual(words());
  expect(offered(project.root, "--ver")).toEqual(words("--version\tWhich lane this is"));
  expect(offered(project.root, "--lic")).toEqual(
    words("--licenses\tThe licences of lane and of what is inside it"),
  );
});

test("complete offers options, the needed one first, where nothing else is left to say", () => {
  using project = makeProject();
  const { stdout } = offered(project.root, "emit", "WP01", "");
  expect(stdout.split("\n").slice(0, 3)).toEqual([
    "words",
    "--to\tThe lane to move it to",
    "--actor\tWho does it; else LANE_ACTOR",
  ]);
});

test("complete with --batch on the line offers only what goes with it", () => {
  using project = makeProject();
  expect(offered(project.root, "emit", "--batch", "moves.jsonl", "--f")).toEqual(
    words("--feature\tThe feature, or a prefix that only it has"),
  );
  expect(offered(project.root, "emit", "--batch", "moves.jsonl", "WP")).toEqual(words());
  expect(offered(project.root, "emit", "WP01", "--b")).toEqual(words());
});

test("complete offers the fixed choices of an option, apart and joined", () => {
  using folder = makeFolder();
  expect(offered(folder.path, "validate", "--format", "")).toEqual(
    words("text\tthe default", "github", "sarif"),
  );
  expect(offered(folder.path, "emit", "WP01", "--verdict=ch")).toEqual(words("--verdict=changes_requested"));
  expect(offered(folder.path, "completions", "po")).toEqual(words("powershell"));
  expect(offered(folder.path, "show", "--json=f")).toEqual(words("--json=false"));
});

test("complete offers schemas by name, and to help the topics and every command", () => {
  using folder = makeFolder();
  expect(offered(folder.path, "schema", "")).toEqual(
    words("event", "snapshot", "config", "meta", "request", "output"),
  );
  expect(offered(folder.path, "schema", "s")).toEqual(words("snapshot"));
  expect(offered(folder.path, "schema", "output", "wo")).toEqual(
    words("workflow\tShow the lanes of a feature, and what each move between them needs"),
  );
  expect(offered(folder.path, "help", "").stdout.split("\n").slice(0, 7)).toEqual([
    "words",
    "lanes",
    "events",
    "merging",
    "agents",
    "exit-codes",
    "emit\tMove a work package to another lane, and record who did it",
  ]);
  expect(offered(folder.path, "help", "val")).toEqual(
    words("validate\tSay everything that is wrong with a feature, and write nothing"),
  );
});

test("complete offers the lanes that the work package can go to now, with what the move needs", async () => {
  const needs: Readonly<Record<string, readonly string[]>> = {
    planned: ["claimed", "blocked", "canceled"],
    claimed: ["in_progress", "blocked", "canceled"],
    in_progress: [
      "planned\tneeds --reason <why>",
      "for_review\tneeds every subtask ticked",
      "blocked",
      "canceled",
    ],
    for_review: [
      "in_progress\tneeds --review-ref <where>",
      "done\tneeds --reviewer <who> --reference <where>",
      "blocked",
      "canceled",
    ],
    done: [],
    blocked: ["in_progress", "canceled"],
    canceled: [],
  };
  for (const { name } of SEVEN_LANE.lanes) {
    using project = makeProject();
    if (name !== "planned") await project.walk(name);
    const apart = offered(project.root, "emit", "wp1", "--to", "");
    expect(apart).toEqual(words(...(needs[name] ?? [])));
    expect(offered(project.root, "move", "1", "")).toEqual(apart);
    expect(needs[name]?.map((line) => line.split("\t")[0])).toEqual(legalTargets(SEVEN_LANE, name));
  }
});

test("complete with --force offers every other lane, and says which only force opens", () => {
  using project = makeProject();
  expect(offered(project.root, "emit", "WP01", "--force", "--to=")).toEqual(
    words(
      "--to=claimed",
      "--to=in_progress\tonly by force",
      "--to=for_review\tonly by force",
      "--to=done\tonly by force",
      "--to=blocked",
      "--to=canceled",
    ),
  );
});

test("complete offers all lanes where none is ruled out: no work package yet, or --if-lane", () => {
  using project = makeProject();
  const all = SEVEN_LANE.lanes.map(({ name }) => name);
  expect(offered(project.root, "emit", "--to", "")).toEqual(words(...all));
  expect(offered(project.root, "emit", "WP01", "--if-lane", "")).toEqual(words(...all));
});

test("complete offers work packages with lane and title: to emit those that can move, to show all", async () => {
  using project = projectOfThree();
  expect(offered(project.root, "emit", "")).toEqual(
    words("WP01\tplanned: First", "WP03\tclaimed: Third: with a colon"),
  );
  const all = words("WP01\tplanned: First", "WP02\tdone: Second", "WP03\tclaimed: Third: with a colon");
  expect(offered(project.root, "show", "wp")).toEqual(all);
  expect(offered(project.root, "emit", "--force", "W")).toEqual(all);
  expect(offered(project.root, "show", "--", "WP02")).toEqual(words("WP02\tdone: Second"));
});

test("complete offers a list's next work package, and none twice", () => {
  using project = projectOfThree();
  expect(offered(project.root, "add", "x", "--depends-on", "WP01,WP0")).toEqual(
    words("WP01,WP02\tdone: Second", "WP01,WP03\tclaimed: Third: with a colon"),
  );
  expect(offered(project.root, "add", "x", "--depends-on=1,WP02,")).toEqual(
    words("--depends-on=1,WP02,WP03\tclaimed: Third: with a colon"),
  );
});

test("complete offers who was seen in the log, the last first, quoted as the shell needs it", () => {
  using project = projectOfThree();
  const bash = words("Ana\\ \\$K\tlast: WP03 to claimed", "claude\tlast: WP02 to done");
  expect(offered(project.root, "emit", "WP01", "--actor", "")).toEqual(bash);
  expect(offered(project.root, "emit", "WP01", "--reviewer", "")).toEqual(bash);
  expect(offeredIn("zsh", project.root, "emit", "WP01", "--actor=An")).toEqual(
    words("--actor=Ana $K\tlast: WP03 to claimed"),
  );
  expect(offeredIn("powershell", project.root, ".emit", ".WP01", ".--actor", ".%22An")).toEqual(
    words("'Ana $K'\tlast: WP03 to claimed"),
  );
  expect(offered(project.root, "emit", "WP01", "--actor", '"Ana\\ ')).toEqual(words());
  expect(offered(project.root, "emit", "WP01", "--actor", '"Ana ')).toEqual(
    words('"Ana \\$K\tlast: WP03 to claimed'),
  );
});

test("complete offers the last event of the work package", () => {
  using project = projectOfThree();
  const [, last] = project.events();
  expect(offered(project.root, "emit", "WP03", "--if-event", "")).toEqual(
    words(`${last?.event_id}\tclaimed, by Ana $K`),
  );
  expect(offered(project.root, "emit", "WP01", "--if-event", "")).toEqual(words());
});

test("complete offers features, and looks into the one that is named", () => {
  using project = projectOfThree();
  mkdirSync(join(project.root, "kitty-specs", "035-other", "tasks"), { recursive: true });
  writeFileSync(join(project.root, "kitty-specs", "035-other", "tasks", "WP07-x.md"), "");
  expect(offered(project.root, "--feature", "0")).toEqual(words(SLUG, "035-other"));
  expect(offered(project.root, "emit", "")).toEqual(words());
  expect(offered(project.root, "--feature", "035", "emit", "")).toEqual(words("WP07\tplanned: x"));
  expect(offered(project.root, "emit", "--feature=035", "")).toEqual(words("WP07\tplanned: x"));
  const env = { LANE_FEATURE: "035" };
  expect(told(lane(project.root, ["complete", "bash", "--", "emit", ""], { env }))).toEqual(
    words("WP07\tplanned: x"),
  );
});

test("complete looks into the project that --root or LANE_ROOT names", () => {
  using project = makeProject();
  using elsewhere = makeFolder();
  const found = words("WP01\tplanned: First");
  expect(offered(elsewhere.path, "--root", withSlashes(project.root), "emit", "")).toEqual(found);
  expect(offered(elsewhere.path, `--root='${project.root}'`, "emit", "")).toEqual(found);
  const home = { env: { HOME: project.root } };
  expect(told(lane(elsewhere.path, ["complete", "bash", "--", "--root", "~/", "emit", ""], home))).toEqual(
    found,
  );
  if (ON_WINDOWS) {
    const powershell = [".--root", ".~\\", ".emit", "."];
    expect(told(lane(elsewhere.path, ["complete", "powershell", "--", ...powershell], home))).toEqual(found);
  }
  const env = { LANE_ROOT: project.root };
  expect(told(lane(elsewhere.path, ["complete", "bash", "--", "emit", ""], { env }))).toEqual(found);
});

test("complete in a linked worktree looks into the main one, or with --here into its own", () => {
  const pages = `kitty-specs/${SLUG}/tasks`;
  using repository = makeRepository({ [`${pages}/WP01-first.md`]: pageText("planned") });
  const linked = repository.beside("linked");
  git(repository.main, "worktree", "add", "--quiet", linked);
  writeFiles(repository.main, { [`${pages}/WP02-second.md`]: pageText("planned", "Second") });
  expect(offered(linked, "show", "")).toEqual(words("WP01\tplanned: First", "WP02\tplanned: Second"));
  expect(offered(linked, "--here", "show", "")).toEqual(words("WP01\tplanned: First"));
});

test("complete leaves paths to the shell, and says what stands before them", () => {
  using folder = makeFolder();
  expect(offered(folder.path, "emit", "--batch", "mo")).toEqual(answered("files"));
  expect(offered(folder.path, "emit", "--batch=mo")).toEqual(answered("files --batch="));
  expect(offered(folder.path, "emit", "WP01", "--evidence", "@e")).toEqual(answered("files @"));
  expect(offered(folder.path, "emit", "WP01", "--evidence=@")).toEqual(answered("files --evidence=@"));
  expect(offered(folder.path, "emit", "WP01", "--evidence", "")).toEqual(words("-\tfrom stdin"));
  expect(offered(folder.path, "--root", "")).toEqual(answered("folders"));
});

test("complete offers nothing where nobody can guess", () => {
  using project = makeProject();
  for (const line of [
    "add x",
    "emit WP01 --reason x",
    "nonsense x",
    "show WP01 x",
    "emit WP01 --nonsense=x",
  ]) {
    expect({ line, ...offered(project.root, ...line.split(" ")) }).toEqual({ line, ...words() });
  }
});

test("complete offers no value that is blank, invisible, or would be read as an option", () => {
  const names = ["-rf", " ", "", "a\nb", "a\u001b[31m", "a\tb", "a\u202eb", "a"];
  const log = names.map((actor, i) => lineAt(i + 1, { actor, wp_id: `WP0${i + 1}` })).join("");
  using project = makeProject({ files: { "status.events.jsonl": log } });
  expect(offered(project.root, "emit", "WP01", "--actor", "")).toEqual(words("a\tlast: WP08 to claimed"));
  expect(offered(project.root, "emit", "WP01", "--actor=-")).toEqual(
    words("--actor=-rf\tlast: WP01 to claimed"),
  );
});

test("complete shows descriptions on one line, without anything invisible, cut to 76 columns", () => {
  const title = `a\u001b[31m\tb\n${"漢".repeat(60)}`;
  using project = makeProject({ files: { "tasks/WP01.md": `---\ntitle: ${JSON.stringify(title)}\n---\n` } });
  expect(offered(project.root, "show", "")).toEqual(
    words(`WP01\tplanned: a\\u001b[31m b ${"漢".repeat(26)}…`),
  );
});

test("complete is silent, with 0, where there is no project, two features, or a broken log or setting", () => {
  using folder = makeFolder();
  expect(offered(folder.path, "emit", "")).toEqual(words());
  expect(offered(join(folder.path), "--root", "nowhere", "emit", "")).toEqual(words());
  const broken: Readonly<Record<string, string>>[] = [
    { "status.events.jsonl": "<<<<<<< HEAD\n" },
    { "status.events.jsonl": lineAt(1).slice(0, 40) },
    { "meta.json": "{" },
  ];
  for (const files of broken) {
    using project = makeProject({ files: { "tasks/WP01.md": pageText("planned"), ...files } });
    expect(offered(project.root, "emit", "WP01", "--to", "")).toEqual(words());
    expect(offered(project.root, "emit", "")).toEqual(words());
  }
  const torn = lane(folder.path, ["complete", "powershell", "--", ".%E0%A4%A", "."]);
  expect(told(torn)).toEqual(answered("words"));
});

test("complete --json tells kind, prefix and candidates", () => {
  using project = makeProject();
  const answer = lane(project.root, "complete bash --json -- emit WP01 --to=c");
  expect(dataOf(answer, "complete", CompleteDataSchema).data).toEqual({
    kind: "words",
    prefix: "--to=",
    candidates: [
      { value: "claimed", description: "" },
      { value: "canceled", description: "" },
    ],
  });
});

test("complete writes nothing", async () => {
  using project = projectOfThree();
  const before = treeState(project.root);
  for (const words of [
    ["emit", ""],
    ["emit", "WP01", "--to", ""],
    ["--feature", ""],
    ["emit", "--actor", ""],
  ])
    offered(project.root, ...words);
  expect(treeState(project.root)).toEqual(before);
});

/** WP01 planned, WP02 done, WP03 claimed by somebody whose name needs quotes. */
function projectOfThree(): TemporaryProject {
  return makeProject({
    files: {
      "tasks/WP01-first.md": pageText("planned"),
      "tasks/WP02-second.md": pageText("planned", "Second"),
      "tasks/WP03-third.md": pageText("planned", '"Third: with a colon"'),
      "status.events.jsonl":
        lineAt(1, { wp_id: "WP02", to_lane: "done", force: true, reason: "set-up" }) +
        lineAt(2, { wp_id: "WP03", actor: "Ana $K" }),
    },
  });
}

/** What bash is told for the words of a line, the last of them being typed. */
function offered(folder: string, ...typed: readonly string[]): Told {
  return offeredIn("bash", folder, ...typed);
}

function offeredIn(shell: string, folder: string, ...typed: readonly string[]): Told {
  const { code, stdout, stderr } = lane(folder, ["complete", shell, "--", ...typed]);
  return { code, stdout, stderr };
}

function words(...lines: readonly string[]): Told {
  return answered("words", ...lines);
}
