/** `lane log`: whole outputs, filters, and what it refuses. */

import { expect, test } from "bun:test";
import * as v from "valibot";
import { log } from "../../src/commands/log.ts";
import { show } from "../../src/commands/show.ts";
import * as contract from "../../src/contract/log.ts";
import { LogDataSchema } from "../../src/contract/log.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { answered, lane, plain, refused, told } from "../support/lane.ts";
import {
  eventAt,
  lineAt,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";
import { rendered, widestLine } from "../support/rendered.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const LONG = "The vendor said that next week something might come, or not; nobody knows.";
const HOSTILE = "\u001b]0;owned\u0007\n\t\u202egnp.exe\u001b[2J";
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

test("log tells events in the order in which they take effect, with what each says and by whom it was superseded", () => {
  using project = mergedProject();
  expect(plain(lane(project.root, "log"))).toEqual(
    answered(
      SLUG,
      `${LOG}, 5 events`,
      "",
      `2026-02-08 12:01:00  WP01  planned -> claimed         claude  ${id(1)}`,
      `2026-02-08 12:02:00  WP02  in_progress -> for_review  eve     ${id(2)}`,
      "                     forced",
      `                     reason: ${LONG}`,
      `2026-02-08 12:03:00  WP01  claimed -> for_review      claude  ${id(3)}`,
      `2026-02-08 12:04:00  WP01  for_review -> in_progress  ana     ${id(4)}`,
      "                     review: PR#1",
      `2026-02-08 12:05:00  WP01  for_review -> done         bob     ${id(5)}`,
      `                     superseded by ${id(4)} (ana: for_review -> in_progress)`,
      "                     approved by bob (PR#2)",
      "",
      "1 record of other tools, not shown",
    ),
  );
});

test("log --json has the events as they stand in the log, each with what superseded it", () => {
  using project = mergedProject();
  const answer = lane(project.root, "log --json");
  const { data, warnings } = dataOf(answer, "log", LogDataSchema);
  expect(warnings).toEqual([]);
  expect(v.parse(contract.LogDataSchema, data)).toEqual(data);
  expect(data).toEqual({
    feature: SLUG,
    events: mergedEvents().map((event) => ({
      ...event,
      superseded_by: event.event_id === id(5) ? id(4) : null,
    })) as typeof data.events,
  });
});

test("log does not depend on the order of lines, nor on their repetition", () => {
  using project = mergedProject();
  const before = lane(project.root, "log --json").stdout;
  project.write(
    "status.events.jsonl",
    project.read("status.events.jsonl").split("\n").reverse().join("\n").trim(),
  );
  expect(lane(project.root, "log --json").stdout).toBe(before);
  project.write("status.events.jsonl", `${project.read("status.events.jsonl")}\n`.repeat(2));
  expect(lane(project.root, "log --json").stdout).toBe(before);
});

test("log takes its filters together, and --limit from the newest of what is left", () => {
  using project = mergedProject();
  const minutes = (words: string) =>
    dataOf(lane(project.root, `log ${words} --json`), "log", LogDataSchema).data.events.map(({ at }) =>
      at.slice(15, 16),
    );
  expect(minutes("wp2")).toEqual(["2"]);
  expect(minutes("1 --limit 2")).toEqual(["4", "5"]);
  expect(minutes("--limit 0")).toEqual([]);
  expect(minutes("--limit 99")).toEqual(["1", "2", "3", "4", "5"]);
  expect(minutes("--actor claude")).toEqual(["1", "3"]);
  expect(minutes("--actor claude --limit 1")).toEqual(["3"]);
  expect(minutes("--actor cl")).toEqual([]);
  expect(minutes("--to doing")).toEqual(["4"]);
  expect(minutes("--to For_Review --actor eve")).toEqual(["2"]);
  expect(minutes("--since 2026-02-08T12:04")).toEqual(["4", "5"]);
  expect(minutes("--since 2026-02-08T14:04+02:00 --to done")).toEqual(["5"]);
  expect(minutes("--since 2026-02-08")).toEqual(["1", "2", "3", "4", "5"]);
  expect(minutes("--since 2026-02-09")).toEqual([]);
});

test("log --since takes a span before now", () => {
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  using project = makeProject({
    files: { "status.events.jsonl": lineAt(1, { at: ago(50) }) + lineAt(2, { wp_id: "WP02", at: ago(1) }) },
  });
  const wps = (since: string) => {
    const lines = lane(project.root, `log --since ${since}`).stdout.match(/ WP\d\d /g) ?? [];
    return lines.map((line) => line.trim());
  };
  expect(wps("2d")).toEqual(["WP02"]);
  expect(wps("1w")).toEqual(["WP01", "WP02"]);
  expect(wps("30min")).toEqual([]);
});

test("log says how many of the events it shows, and so when none is left", () => {
  using project = mergedProject();
  expect(lane(project.root, "log --limit 1").stdout.split("\n")[1]).toBe(`${LOG}, 1 of 5 events`);
  expect(told(lane(project.root, "log --actor nobody"))).toEqual(
    answered(
      SLUG,
      `${LOG}, 0 of 5 events`,
      "",
      "None of the events is what was asked for.",
      "",
      "1 record of other tools, not shown",
    ),
  );
});

test("log of a feature without events says what would make one, and warns of pages that say more", () => {
  using project = makeProject();
  expect(told(lane(project.root, "log"))).toEqual(
    answered(SLUG, "no log yet", "", "Nothing has happened yet: lane emit records the first event."),
  );
  expect(dataOf(lane(project.root, "log --json"), "log", LogDataSchema).data.events).toEqual([]);
  project.write("tasks/WP01-first.md", pageText("done"));
  expect(dataOf(lane(project.root, "log --json"), "log", LogDataSchema).warnings).toMatchObject([
    { code: "NOT_MIGRATED" },
  ]);
});

test("log refuses what it can't understand", () => {
  using project = mergedProject();
  const calls: [string[], string[], number][] = [
    [
      ["--since", "yesterday"],
      [
        '--since "yesterday" is neither a date nor a span of time',
        "write 2026-02-08, 2026-02-08T12:00Z, or a span like 3h, 2d or 1w",
      ],
      2,
    ],
    [["--limit", "1.5"], ['lane log: --limit "1.5" is no number of events', "write a number, like 20"], 2],
    [["--limit", "ten"], ['lane log: --limit "ten" is no number of events', "write a number, like 20"], 2],
    [["--actor", " "], ["lane log: --actor is blank", "give it a value, or leave it out"], 2],
    [
      ["--to", "dnoe"],
      [
        'no lane is called "dnoe"',
        "did you mean done? the lanes of seven-lane are planned, claimed, in_progress, for_review, done, blocked, canceled",
      ],
      2,
    ],
    [
      ["--to", "x"],
      [
        'no lane is called "x"',
        "the lanes of seven-lane are planned, claimed, in_progress, for_review, done, blocked, canceled",
      ],
      2,
    ],
    [["WP07"], [`WP07 has neither a page nor an event in ${SLUG}`, "there are: WP01, WP02"], 4],
    [["1", "2"], ['lane log: "2" is one argument too many', "lane log [wp]"], 2],
  ];
  for (const [words, [message, hint], code] of calls) {
    expect(told(lane(project.root, ["log", ...words]))).toEqual(
      refused(code, `Error: ${message}`, `Hint: ${hint}`),
    );
    expect(refusalIn(lane(project.root, ["log", ...words, "--json"])).error).toMatchObject({ message, hint });
    // Before anything is followed, too.
    expect(refusalIn(lane(project.root, ["log", "--follow", ...words, "--json"])).error).toMatchObject({
      message,
    });
  }
  expect(refusalIn(lane(project.root, "log --to dnoe --json")).error.code).toBe("UNKNOWN_LANE");
});

test("log of a log that can't be trusted is LOG_CORRUPT", () => {
  using project = makeProject({ files: { "status.events.jsonl": "{\n" } });
  const answer = lane(project.root, "log --json");
  expect(refusalIn(answer).error.code).toBe("LOG_CORRUPT");
  expect(answer.code).toBe(3);
});

test("log writes nothing", () => {
  using project = mergedProject();
  const before = treeState(project.root);
  expect(lane(project.root, "log").code).toBe(0);
  expect(lane(project.root, "log 1 --json").code).toBe(0);
  expect(lane(project.root, "board --json").code).toBe(0);
  expect(treeState(project.root)).toEqual(before);
});

test("log on a terminal leaves ids out where they don't fit, but for those that are named", async () => {
  using project = mergedProject();
  const text = await rendered(project, (call) => log({}, call), { width_columns: 80, unicode: false });
  expect(text).toBe(
    [
      SLUG,
      `${LOG}, 5 events`,
      "",
      "2026-02-08 12:01:00  WP01  planned -> claimed         claude",
      "2026-02-08 12:02:00  WP02  in_progress -> for_review  eve",
      "                     forced",
      "                     reason: The vendor said that next week something might",
      "                     come, or not; nobody knows.",
      "2026-02-08 12:03:00  WP01  claimed -> for_review      claude",
      "2026-02-08 12:04:00  WP01  for_review -> in_progress  ana",
      `                     event ${id(4)}`,
      "                     review: PR#1",
      "2026-02-08 12:05:00  WP01  for_review -> done         bob",
      `                     superseded by ${id(4)} (ana: for_review`,
      "                     -> in_progress)",
      "                     approved by bob (PR#2)",
      "",
      "1 record of other tools, not shown",
    ].join("\n"),
  );
});

test("log on a narrow terminal puts the move below", async () => {
  using project = mergedProject();
  const text = await rendered(project, (call) => log({ wp: "2" }, call), { width_columns: 40 });
  expect(text.split("\n").slice(4)).toEqual([
    "2026-02-08 12:02:00  WP02  eve",
    "  in_progress -> for_review",
    "  forced",
    "  reason: The vendor said that next week",
    "  something might come, or not; nobody",
    "  knows.",
    "",
    "1 record of other tools, not shown",
  ]);
});

test("log and show with colour say the same as without", async () => {
  using project = mergedProject();
  for (const width_columns of [40, 80, 200]) {
    for (const command of [log, show]) {
      const drawn = (color: boolean) =>
        rendered(project, (call) => command({ wp: "1" }, call), { width_columns, color });
      expect(Bun.stripANSI(await drawn(true))).toBe(await drawn(false));
    }
  }
  expect(await rendered(project, (call) => log({}, call), { color: true })).toContain(
    "\u001b[33mforced\u001b[0m",
  );
});

test("log and show tell hostile texts and drive no terminal", async () => {
  const long = HOSTILE.repeat(500);
  using project = makeProject({
    files: {
      "tasks/WP01.md": `---\ntitle: ${JSON.stringify(HOSTILE)}\ndependencies: [${JSON.stringify(HOSTILE)}]\n---\n`,
      "tasks.md": "## WP01\n- [ ] \u001b]0;owned\u0007 \u202e it\n",
      "status.events.jsonl": [
        lineAt(1, {
          actor: HOSTILE,
          reason: HOSTILE,
          review_ref: HOSTILE,
          force: true,
          to_lane: "in_progress",
        }),
        lineAt(2, {
          actor: long,
          reason: long,
          wp_id: "WP02",
          evidence: { review: { reviewer: HOSTILE, verdict: HOSTILE, reference: HOSTILE } },
        }),
      ].join(""),
    },
  });
  const commands = [log, show].flatMap((command) => ["1", "2"].map((wp) => ({ command, wp })));
  for (const { command, wp } of commands) {
    for (const width_columns of [undefined, 40, 80, 200]) {
      const look = width_columns === undefined ? {} : { width_columns };
      const text = await rendered(project, (call) => command({ wp }, call), look);
      expect(text).not.toMatch(RAW);
      expect(text).toContain("\\u001b]");
    }
  }
  expect(
    widestLine(await rendered(project, (call) => log({ limit: "1" }, call), { width_columns: 60 })),
  ).toBeLessThan(200);
});

function id(minute: number): string {
  return eventAt(minute).event_id;
}

/** Two clones: in one ana sends WP01 back, in the other bob, who does not know of it, finishes it. */
function mergedEvents(): StatusEvent[] {
  return [
    eventAt(1),
    eventAt(2, {
      wp_id: "WP02",
      from_lane: "in_progress",
      to_lane: "for_review",
      force: true,
      reason: LONG,
      actor: "eve",
    }),
    eventAt(3, { from_lane: "claimed", to_lane: "for_review", parent_event_ids: [id(1)] }),
    eventAt(4, {
      from_lane: "for_review",
      to_lane: "in_progress",
      parent_event_ids: [id(3)],
      review_ref: "PR#1",
      actor: "ana",
    }),
    eventAt(5, {
      from_lane: "for_review",
      to_lane: "done",
      parent_event_ids: [id(3)],
      actor: "bob",
      evidence: { review: { reviewer: "bob", verdict: "approved", reference: "PR#2" } },
    }),
  ];
}

function mergedProject(): TemporaryProject {
  const lines = mergedEvents().map((event, i) => lineAt(i + 1, event));
  return makeProject({ files: { "status.events.jsonl": `${lines.join("")}{"event_type": "note"}\n` } });
}

test("log and show answer with one object also where another tool's field is nested deeper than the engine's stack holds", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  using project = makeProject({
    files: {
      "status.events.jsonl": lineAt(1, { to_lane: "claimed" }).replace("{", `{"of_another_tool": ${deep}, `),
    },
  });

  for (const words of ["log --json", "show WP01 --json"]) {
    const { code, stdout, stderr } = lane(project.root, words);
    expect({ code, stderr, ends: stdout.slice(-2) }).toEqual({ code: 0, stderr: "", ends: "}\n" });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, command: words.split(" ")[0] });
  }
});
