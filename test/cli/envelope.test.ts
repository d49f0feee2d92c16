/** `--json`: one object on one line of stdout, in every outcome, and nothing on stderr. */

import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";
import { GLOBAL_ARGS, VERBS } from "../../src/cli/tree.ts";
import { LicensesDataSchema, VersionDataSchema } from "../../src/contract/about.ts";
import { MoveDataSchema } from "../../src/contract/emit.ts";
import { CommandHelpDataSchema, TreeHelpDataSchema } from "../../src/contract/help.ts";
import { MaterializeDataSchema } from "../../src/contract/materialize.ts";
import { AddDataSchema, NewDataSchema } from "../../src/contract/set_up.ts";
import { ShowFeatureDataSchema, ShowWpDataSchema } from "../../src/contract/show.ts";
import { lane } from "../support/lane.ts";
import { lineAt, makeFolder, makeProject, pageText, SLUG } from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

test("emit --json answers with the event and what became of everything derived", () => {
  using project = makeProject();

  const answer = lane(project.root, "emit WP01 --to claimed --actor ana --json");

  const { data, warnings } = dataOf(answer, "emit", MoveDataSchema);
  expect(warnings).toEqual([]);
  expect(data).toEqual({
    event: {
      event_id: data.event.event_id,
      feature_slug: SLUG,
      wp_id: "WP01",
      from_lane: "planned",
      to_lane: "claimed",
      at: data.event.at,
      actor: "ana",
      force: false,
      execution_mode: "worktree",
      reason: null,
      review_ref: null,
      evidence: null,
      parent_event_ids: [],
    },
    wp: "WP01",
    from_lane: "planned",
    lane: "claimed",
    replayed: false,
    dry_run: false,
    log: project.log_path,
    snapshot: "written",
    views: "written",
    telemetry: "off",
  });
  expect(project.events()).toEqual([{ ...data.event }]);
});

test("move --json answers as emit does, by its own name", () => {
  using project = makeProject();
  const { data } = dataOf(lane(project.root, "--json move 1 claimed --actor ana"), "move", MoveDataSchema);
  expect(data).toMatchObject({ wp: "WP01", from_lane: "planned", lane: "claimed" });
});

test("emit --json in a dry run answers with what would be written", () => {
  using project = makeProject();
  const answer = lane(project.root, "emit WP01 --to claimed --actor ana --dry-run --json");
  const { data } = dataOf(answer, "emit", MoveDataSchema);
  expect(data).toMatchObject({ dry_run: true, lane: "claimed", snapshot: "unchanged", views: "unchanged" });
});

test("emit --json of a key that was used before answers with the first event", () => {
  using project = makeProject();
  const call = () => lane(project.root, "emit WP01 --to claimed --actor ana --idempotency-key k1 --json");

  const first = dataOf(call(), "emit", MoveDataSchema).data;
  const second = dataOf(call(), "emit", MoveDataSchema).data;

  expect(second).toEqual({ ...first, replayed: true, snapshot: "unchanged", views: "unchanged" });
});

test("show --json of a feature tells every work package", () => {
  using project = makeProject({
    files: {
      "tasks/WP01-first.md": pageText("planned"),
      "tasks/WP02-second.md": pageText("planned", "Second"),
      "status.events.jsonl": lineAt(1, { force: true, reason: "set-up", to_lane: "done" }),
    },
  });

  const { data, warnings } = dataOf(lane(project.root, "show --json"), "show", ShowFeatureDataSchema);

  expect(warnings).toEqual([]);
  expect(data).toEqual({
    feature: SLUG,
    log: project.log_path,
    workflow: "seven-lane",
    phase: 1,
    wps: [
      {
        wp: "WP01",
        title: "First",
        lane: "done",
        actor: "claude",
        since: "2026-02-08T12:01:00.000000+00:00",
        force_count: 1,
        next: [],
      },
      {
        wp: "WP02",
        title: "Second",
        lane: "planned",
        actor: null,
        since: null,
        force_count: 0,
        next: ["claimed", "blocked", "canceled"],
      },
    ],
  });
});

test("show --json of a work package adds its events, oldest first, each with what superseded it", () => {
  using project = makeProject({
    files: {
      "status.events.jsonl":
        lineAt(3, { to_lane: "canceled", actor: "bob" }) + lineAt(2, { to_lane: "blocked", actor: "ana" }),
    },
  });

  const { data } = dataOf(lane(project.root, "show 1 --json"), "show", ShowWpDataSchema);

  const [blocked, canceled] = data.events;
  expect(data.events).toHaveLength(2);
  expect(data.wps).toMatchObject([{ wp: "WP01", title: "", lane: "canceled", actor: "bob" }]);
  expect(blocked).toMatchObject({ to_lane: "blocked", superseded_by: canceled?.event_id });
  expect(canceled).toMatchObject({ to_lane: "canceled", superseded_by: null });
});

test("show --json of a feature without work packages is an empty list", () => {
  using project = makeProject({ files: { "meta.json": "{}" } });
  expect(dataOf(lane(project.root, "show --json"), "show", ShowFeatureDataSchema).data.wps).toEqual([]);
});

test("materialize --json says what became of each feature", () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  const call = () => dataOf(lane(project.root, "materialize --json"), "materialize", MaterializeDataSchema);
  expect(call().data).toEqual({ features: [{ feature: SLUG, snapshot: "written", views: "unchanged" }] });
  expect(call().data).toEqual({ features: [{ feature: SLUG, snapshot: "unchanged", views: "unchanged" }] });
});

test("materialize --all --json of a project without features is an empty list", () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "kitty-specs"));
  const answer = lane(folder.path, "materialize --all --json");
  expect(dataOf(answer, "materialize", MaterializeDataSchema).data).toEqual({ features: [] });
});

test("new --json and add --json name what they created", () => {
  using project = makeProject();
  const feature = join(project.root, "kitty-specs", "035-next");

  const started = lane(project.root, "new 035-next --json");
  const added = lane(project.root, ["--json", "add", "Read the header", "--feature", "035"]);

  expect(dataOf(started, "new", NewDataSchema).data).toEqual({
    feature: "035-next",
    created: [join(feature, "meta.json"), join(feature, "tasks.md")],
  });
  expect(dataOf(added, "add", AddDataSchema).data).toEqual({
    feature: "035-next",
    wp: "WP01",
    created: [join(feature, "tasks", "WP01-read-the-header.md")],
  });
});

test("--help --json tells the commands; a command's --help --json tells its options", () => {
  using folder = makeFolder();
  for (const words of ["--json", "--json --help", "-h --json"]) {
    const { data } = dataOf(lane(folder.path, words), "lane", TreeHelpDataSchema);
    expect(data.commands.map(({ command }) => command)).toEqual(
      Object.keys(VERBS).filter((name) => !VERBS[name]?.is_internal),
    );
    expect(data.options).toHaveLength(Object.keys(GLOBAL_ARGS).length);
  }
  for (const [name, verb] of Object.entries(VERBS)) {
    const { data } = dataOf(lane(folder.path, [name, "--help", "--json"]), name, CommandHelpDataSchema);
    expect(data).toMatchObject({ command: name, summary: verb.summary, examples: [...verb.examples] });
    expect(data.options).toHaveLength(Object.keys({ ...verb.args, ...GLOBAL_ARGS }).length);
  }
});

test("--version --json names version, commit and Bun's version", () => {
  using folder = makeFolder();
  const { data } = dataOf(lane(folder.path, "--version --json"), "lane", VersionDataSchema);
  expect(data).toEqual({ version: packageJson.version, commit: data.commit, bun: Bun.version });
});

test("--licenses --json names each part with version, licence and text", () => {
  using folder = makeFolder();
  const { data } = dataOf(lane(folder.path, "--licenses --json"), "lane", LicensesDataSchema);
  const [own, ...parts] = data.licenses;
  expect(own).toMatchObject({ name: "lanekeeper", version: packageJson.version, license: "MIT" });
  expect(parts.map(({ name }) => name)).toEqual([...Object.keys(packageJson.dependencies).sort(), "bun"]);
});

test("a refusal in JSON holds code, message, hint and details", () => {
  using project = makeProject();
  const answer = lane(project.root, "emit WP01 --to done --actor ana --json");
  expect(answer.code).toBe(1);
  expect(refusalIn(answer)).toEqual({
    version: 1,
    ok: false,
    command: "emit",
    error: {
      code: "ILLEGAL_TRANSITION",
      message:
        "WP01: cannot move planned -> done: no such transition. From planned: claimed, blocked, canceled",
      hint: "lane emit WP01 --to claimed --actor ana",
      details: { from_lane: "planned", to_lane: "done", allowed: ["claimed", "blocked", "canceled"] },
    },
    warnings: [],
  });
});

test("a corrupt log in JSON names file, line, byte offset and the beginning of the line", () => {
  using project = makeProject({ files: { "status.events.jsonl": `${lineAt(1)}{"half": \n` } });
  const corrupt = {
    code: "LOG_CORRUPT" as const,
    message: `kitty-specs/${SLUG}/status.events.jsonl, line 2 (byte ${lineAt(1).length}): not JSON: "{"half": "`,
    hint: `lane doctor --feature ${SLUG}`,
    details: {
      file: project.log_path,
      line: 2,
      byte_offset: lineAt(1).length,
      preview: '{"half": ',
      finding: "LOG_LINE_INVALID",
      problem: "not JSON",
    },
  };
  for (const words of ["show", "show WP01", "add Second", "emit WP01 --to blocked --actor ana"]) {
    const answer = lane(project.root, `${words} --json`);
    expect(answer.code).toBe(3);
    expect(refusalIn(answer).error).toEqual(corrupt);
  }
  const renewed = lane(project.root, "materialize --all --json");
  expect(renewed.code).toBe(3);
  const features = { features: [], failed: [{ feature: SLUG, ...corrupt }] };
  expect(refusalIn(renewed).error).toEqual({ ...corrupt, details: { ...corrupt.details, ...features } });
});

test("warnings stand in the envelope, beside an answer and beside a refusal", () => {
  using project = makeProject({
    files: {
      "tasks/WP01-first.md": pageText("planned"),
      "tasks/WP01-again.md": pageText("planned"),
      "status.events.jsonl": lineAt(1),
    },
  });
  const ambiguous = {
    code: "PAGE_AMBIGUOUS",
    message:
      `WP01 has more than one page, none is written: kitty-specs/${SLUG}/tasks/WP01-again.md ` +
      `and kitty-specs/${SLUG}/tasks/WP01-first.md`,
  };

  const checked = lane(project.root, "materialize --check --json");
  const renewed = lane(project.root, "materialize --json");
  const emitted = lane(project.root, "emit WP02 --to claimed --actor ana --json");

  expect(refusalIn(checked)).toMatchObject({ error: { code: "CHECK_FAILED" }, warnings: [ambiguous] });
  expect(dataOf(renewed, "materialize", MaterializeDataSchema).warnings).toEqual([ambiguous]);
  expect(dataOf(emitted, "emit", MoveDataSchema).warnings).toEqual([
    ambiguous,
    { code: "EVENT_WITHOUT_PAGE", message: `WP02 has no page in kitty-specs/${SLUG}/tasks/` },
  ]);
});

test("an envelope names the command that was called, not another word that is a command's name", () => {
  using project = makeProject();
  const calls = [
    ["--json emit WP01 --frobnicate", "emit"],
    ["--json --feature show emit WP01 --frobnicate", "emit"],
    ["add show --frobnicate --json", "add"],
    ["--json emti WP01 --to claimed", "lane"],
    ["--json frobnicate show", "lane"],
  ];
  const named = calls.map(([words = ""]) => [words, refusalIn(lane(project.root, words)).command]);
  expect(named).toEqual(calls);
});
