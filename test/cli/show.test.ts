/**
 * `lane show`: whole outputs. The logs stand in 1970, which was "some time ago", so that the
 * columns are the same on every day.
 */

import { expect, test } from "bun:test";
import { join } from "node:path";
import * as v from "valibot";
import * as contract from "../../src/contract/show.ts";
import { ShowWpDataSchema } from "../../src/contract/show.ts";
import { formatLine } from "../../src/domain/line.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { answered, lane, plain, textOf, told } from "../support/lane.ts";
import { eventAt, lineAt, makeProject, pageText, SLUG, treeState } from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const PAGE = `page: kitty-specs/${SLUG}/tasks/WP01-first.md`;
const FROM_PLANNED = [
  "next:",
  "  lane emit WP01 --to claimed --actor <who>",
  "  lane emit WP01 --to blocked --actor <who>",
  "  lane emit WP01 --to canceled --actor <who>",
];
const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;

test("show tells lane, actor, age and title of every work package, in the order of ids", () => {
  using project = makeProject({
    files: {
      "tasks/WP10.md": pageText("planned", "The tenth"),
      "tasks/WP02-the-second-one.md": "No frontmatter here.\n",
      "tasks/WP01-first.md": pageText("planned", '"Quoted: \\"x\\""'),
      "tasks/README.md": "not a page\n",
      "status.events.jsonl": [
        line(1, "WP01", "claimed", { actor: "ana" }),
        line(2, "WP03", "for_review", { actor: { role: "implementer", tool: "claude" } }),
        line(3, "WP10", "blocked", { actor: "漢字" }),
      ].join(""),
    },
  });
  expect(plain(lane(project.root, "show"))).toEqual(
    answered(
      `${SLUG}  seven-lane, phase 1`,
      `${LOG}, 3 events`,
      "",
      "WP    LANE        ACTOR   SINCE          TITLE",
      'WP01  claimed     ana     some time ago  Quoted: "x"',
      "WP02  planned     -       -              the second one",
      "WP03  for_review  claude  some time ago",
      "WP10  blocked     漢字    some time ago  The tenth",
    ),
  );
});

test("show of a feature without a log says so", () => {
  using project = makeProject();
  expect(plain(lane(project.root, "show"))).toEqual(
    answered(
      `${SLUG}  seven-lane, phase 1`,
      "no log yet",
      "",
      "WP    LANE     ACTOR  SINCE  TITLE",
      "WP01  planned  -      -      First",
    ),
  );
});

test("show of a feature without work packages says how to make one", () => {
  using project = makeProject({ files: { "meta.json": '{"status_phase": 2}' } });
  expect(plain(lane(project.root, "show"))).toEqual(
    answered(
      `${SLUG}  seven-lane, phase 2`,
      "no log yet",
      "",
      'No work packages yet: lane add "<title>" makes one.',
    ),
  );
});

test("show warns when the pages of a feature without events have moved", () => {
  using project = makeProject({ files: { "tasks/WP01-first.md": pageText("done") } });
  expect(plain(lane(project.root, "show WP01"))).toEqual({
    code: 0,
    stdout: textOf(["WP01  First", "planned", PAGE, "log:  none yet", "", ...FROM_PLANNED]),
    stderr:
      `Warning: ${SLUG} has no events yet, but kitty-specs/${SLUG}/tasks/WP01-first.md says done; ` +
      `lane migrate --feature ${SLUG}\n`,
  });
});

test("show of an empty log counts no events; of one event, one", () => {
  using project = makeProject({ files: { "status.events.jsonl": "" } });
  expect(lane(project.root, "show").stdout.split("\n")[1]).toBe(`${LOG}, 0 events`);
  project.write("status.events.jsonl", lineAt(1));
  expect(lane(project.root, "show").stdout.split("\n")[1]).toBe(`${LOG}, 1 event`);
});

test("show of a work package tells its history, oldest first, with what each event says", () => {
  using project = makeProject({
    files: {
      "tasks/WP01-first.md": pageText("planned"),
      "status.events.jsonl": [
        line(1, "WP01", "claimed", {}),
        line(2, "WP01", "in_progress", { from_lane: "claimed", parent_event_ids: [id(1)] }),
        line(3, "WP01", "for_review", {
          from_lane: "in_progress",
          parent_event_ids: [id(2)],
          force: true,
          reason: "hurry",
        }),
        line(4, "WP01", "in_progress", {
          from_lane: "for_review",
          parent_event_ids: [id(3)],
          review_ref: "PR#1",
          actor: "ana",
        }),
        line(5, "WP01", "done", {
          from_lane: "for_review",
          parent_event_ids: [id(3)],
          actor: "bob",
          evidence: { review: { reviewer: "bob", verdict: "approved", reference: "PR#2" } },
        }),
      ].join(""),
    },
  });
  expect(plain(lane(project.root, "show wp1"))).toEqual(
    answered(
      "WP01  First",
      "in_progress, moved by ana some time ago, forced once",
      PAGE,
      `log:  kitty-specs/${SLUG}/status.events.jsonl`,
      "",
      `1970-01-01 00:01:00  planned -> claimed         claude  ${id(1)}`,
      `1970-01-01 00:02:00  claimed -> in_progress     claude  ${id(2)}`,
      `1970-01-01 00:03:00  in_progress -> for_review  claude  ${id(3)}`,
      "                     forced",
      "                     reason: hurry",
      `1970-01-01 00:04:00  for_review -> in_progress  ana     ${id(4)}`,
      "                     review: PR#1",
      `1970-01-01 00:05:00  for_review -> done         bob     ${id(5)}`,
      `                     superseded by ${id(4)} (ana: for_review -> in_progress)`,
      "                     approved by bob (PR#2)",
      "",
      "next:",
      "  lane emit WP01 --to planned --actor <who> --reason <why>",
      "      it needs a reason",
      "  lane emit WP01 --to for_review --actor <who>",
      "  lane emit WP01 --to blocked --actor <who>",
      "  lane emit WP01 --to canceled --actor <who>",
    ),
  );
});

test("show of a work package that is over says that nothing comes next", () => {
  using project = makeProject({
    files: { "status.events.jsonl": line(1, "WP01", "canceled", { actor: "ana" }) },
  });
  expect(plain(lane(project.root, "show 1"))).toEqual(
    answered(
      "WP01",
      "canceled, moved by ana some time ago",
      `log:  kitty-specs/${SLUG}/status.events.jsonl`,
      "",
      `1970-01-01 00:01:00  planned -> canceled  ana  ${id(1)}`,
      "",
      "next: nothing, work here is over",
    ),
  );
});

test("show of a work package without events tells title, lane and what comes next", () => {
  using project = makeProject();
  expect(plain(lane(project.root, "show WP01"))).toEqual(
    answered("WP01  First", "planned", PAGE, "log:  none yet", "", ...FROM_PLANNED),
  );
});

test("show of a work package says what its next moves need, and what it waits for", () => {
  using project = makeProject({
    files: {
      "tasks/WP01-first.md": "---\ntitle: First\ndependencies: [WP02, WP03, WP09]\n---\n",
      "tasks/WP02.md": pageText("planned"),
      "tasks.md": "## WP01\n- [x] T001 read\n- [ ] T002 write\n",
      "status.events.jsonl": [
        line(1, "WP01", "in_progress", { force: true, reason: "go" }),
        line(2, "WP03", "done", { force: true, reason: "go" }),
      ].join(""),
    },
  });
  const [, next] = lane(project.root, ["show", "WP01", "--feature", "034"]).stdout.split("reason: go\n\n");
  expect(next).toBe(
    textOf([
      "waits for: WP02 (planned), WP09 (there is none)",
      'unticked subtasks: "T002 write"',
      "next:",
      "  lane emit WP01 --to planned --actor <who> --reason <why> --feature 034",
      "      it needs a reason",
      "  lane emit WP01 --to for_review --actor <who> --feature 034",
      '      1 subtask is unchecked in tasks.md: "T002 write"',
      "  lane emit WP01 --to blocked --actor <who> --feature 034",
      "  lane emit WP01 --to canceled --actor <who> --feature 034",
    ]),
  );
  const { data } = dataOf(lane(project.root, "show WP01 --json"), "show", ShowWpDataSchema);
  expect(v.parse(contract.ShowWpDataSchema, data)).toEqual(data);
  expect(data).toMatchObject({
    wps: [{ next: ["planned", "for_review", "blocked", "canceled"] }],
    waits_for: [
      { wp: "WP02", lane: "planned" },
      { wp: "WP09", lane: null },
    ],
    pages: [project.path("tasks/WP01-first.md")],
    unticked_subtasks: ["T002 write"],
  });
  expect(data.moves.slice(0, 2)).toEqual([
    {
      lane: "planned",
      command: "lane emit WP01 --to planned --actor <who> --reason <why>",
      needs: [{ guard: "reason", problem: "it needs a reason" }],
    },
    {
      lane: "for_review",
      command: "lane emit WP01 --to for_review --actor <who>",
      needs: [{ guard: "subtasks_complete", problem: '1 subtask is unchecked in tasks.md: "T002 write"' }],
    },
  ]);
});

test("each move that show WP01 offers goes through once what it needs is filled in", () => {
  const lanes = ["planned", "claimed", "in_progress", "for_review", "blocked"];
  for (const from of lanes) {
    using project = makeProject();
    const put = (to: string) => ["emit", "1", "--to", to, "--actor", "a", "--force", "--reason", "r"];
    expect(lane(project.root, put(from)).code).toBe(0);
    const { data } = dataOf(lane(project.root, "show WP01 --json"), "show", ShowWpDataSchema);
    expect(data.moves.map((move) => move.lane)).toEqual(data.wps[0]?.next ?? []);
    for (const { lane: to, command } of data.moves) {
      const words = command.replace(/<\w+>/g, "x").split(" ").slice(1);
      expect({ from, to, code: lane(project.root, words).code }).toEqual({ from, to, code: 0 });
      expect(lane(project.root, put(from)).code).toBe(0);
    }
  }
});

test("show of a work package that is not there names those that are", () => {
  using project = makeProject();
  expect(plain(lane(project.root, "show WP02"))).toEqual({
    code: 4,
    stdout: "",
    stderr: `Error: WP02 has neither a page nor an event in ${SLUG}\nHint: there are: WP01\n`,
  });
});

test("show tells an age in its largest fitting unit", () => {
  const ages: [number, string][] = [
    [60, "s"],
    [60 * 60, "min"],
    [24 * 3600, "h"],
    [3 * 86_400, "d"],
  ];
  for (const [seconds, unit] of ages) {
    const at = new Date(Date.now() - seconds * 1000).toISOString();
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1, { at }) } });
    const shown = lane(project.root, "show 1").stdout.split("\n")[1];
    expect(shown).toMatch(new RegExp(`^claimed, moved by claude \\d+ ${unit} ago$`));
  }
});

test("show writes nothing, not even a lock", () => {
  using project = makeProject({
    files: { "status.events.jsonl": lineAt(1), "tasks/WP01.md": pageText("done") },
  });
  const before = treeState(project.root);
  expect(lane(project.root, "show").code).toBe(0);
  expect(lane(project.root, "show WP01 --json").code).toBe(0);
  expect(treeState(project.root)).toEqual(before);
});

test("show names the log as seen from where the caller stands", () => {
  using project = makeProject({ files: { "tasks/WP01.md": pageText("planned"), "status.events.jsonl": "" } });
  expect(lane(project.folder, "show").stdout.split("\n")[1]).toBe("status.events.jsonl, 0 events");
  expect(told(lane(join(project.folder, "tasks"), "show")).stdout).toContain(
    `${withSlashes(project.log_path)}, 0 events`,
  );
});

function id(minute: number): string {
  return eventAt(minute).event_id;
}

function line(
  minute: number,
  wp_id: string,
  to_lane: string,
  parts: Partial<Parameters<typeof formatLine>[0]>,
): string {
  const at = `1970-01-01T00:${String(minute).padStart(2, "0")}:00.000000+00:00`;
  return formatLine(eventAt(minute, { wp_id, to_lane, at, ...parts }));
}

test("show of one work package says when its page does not tell what it waits for", () => {
  using project = makeProject({
    files: { "tasks/WP01.md": "---\ntitle: A\nlane: planned\ndependencies: [WP02\n---\n" },
  });
  expect(lane(project.root, "show 1").stderr).toBe(
    `Warning: kitty-specs/${SLUG}/tasks/WP01.md does not tell what it waits for: its frontmatter is not YAML\n`,
  );
});

test("show tells times ahead of the clock and unknown ones as what they are", () => {
  const lines = [
    lineAt(1, { at: "2199-01-01T00:00:00.000000+00:00" }),
    lineAt(2, { wp_id: "WP02", at: "1970-01-01T00:00:00.000000+00:00" }),
  ];
  using project = makeProject({ files: { "status.events.jsonl": lines.join("") } });
  const { stdout } = lane(project.root, "show");
  expect(stdout).toMatch(/WP01 +claimed +claude +\d+ d ahead/);
  expect(stdout).toMatch(/WP02 +claimed +claude +some time ago/);
});

test("show of a work package that is not there does not list hundreds", () => {
  const lines = Array.from({ length: 31 }, (_, i) => lineAt(i + 1, { wp_id: `WP${i + 100}` }));
  using project = makeProject({ files: { "status.events.jsonl": lines.join("") } });
  const { error } = refusalIn(lane(project.root, "show 9 --json"));
  expect(error.hint).toBe("there are 31, from WP100 to WP130: lane show lists them");
  expect(error.details.wps).toHaveLength(31);
});
