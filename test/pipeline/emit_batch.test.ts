import { describe, expect, test } from "bun:test";
import { formatLine } from "../../src/domain/line.ts";
import type { BatchRequest } from "../../src/pipeline/emit_batch.ts";
import { readLog } from "../../src/store/event_log.ts";
import { batchesIn, emitBatchIn, goingStamp } from "../support/batches.ts";
import {
  answerOf,
  lineAt,
  makeProject,
  pageText,
  refusalOf,
  SLUG,
  type TemporaryProject,
  treeState,
} from "../support/project.ts";

const LIFE: readonly BatchRequest[] = [
  { wp_id: "WP01", to_lane: "claimed" },
  { wp_id: "2", to_lane: "claimed", actor: "bob" },
  { wp_id: "wp1", to_lane: "doing", reason: "first" },
];

function twoPages(): TemporaryProject {
  return makeProject({
    files: { "tasks/WP01.md": pageText("planned"), "tasks/WP02.md": pageText("planned") },
  });
}

describe("emitBatch()", () => {
  test("records each request on the state after the one before, in one batch", async () => {
    using project = twoPages();

    const answer = answerOf(await emitBatchIn(project, LIFE));

    const events = project.events();
    const [id] = events.map(({ event_id }) => event_id);
    expect(events.map((event) => [event.wp_id, event.from_lane, event.to_lane, event.actor])).toEqual([
      ["WP01", "planned", "claimed", "claude"],
      ["WP02", "planned", "claimed", "bob"],
      ["WP01", "claimed", "in_progress", "claude"],
    ]);
    expect(events.map(({ batch }) => batch)).toEqual(
      [0, 1, 2].map((index) => ({ id: id ?? "", index, count: 3 })),
    );
    expect(events.map(({ parent_event_ids }) => parent_event_ids)).toEqual([[], [], [id ?? ""]]);
    expect(project.read("status.events.jsonl")).toBe(events.map(formatLine).join(""));
    expect(answer.results.map(({ event }) => event)).toEqual(events);
  });

  test("answers with the result of each, the lane being that after the whole batch", async () => {
    using project = twoPages();

    const { results, log, warnings } = answerOf(await emitBatchIn(project, LIFE));

    expect({ log, warnings }).toEqual({ log: project.log_path, warnings: [] });
    expect(results.map(({ wp, from_lane, lane }) => [wp, from_lane, lane])).toEqual([
      ["WP01", "planned", "in_progress"],
      ["WP02", "planned", "claimed"],
      ["WP01", "claimed", "in_progress"],
    ]);
    for (const result of results) {
      expect(result).toMatchObject({
        replayed: false,
        dry_run: false,
        log: project.log_path,
        snapshot: "written",
        views: "written",
        telemetry: "off",
      });
    }
  });

  test("renews snapshot and pages once, with all that was moved", async () => {
    using project = twoPages();

    await emitBatchIn(project, LIFE);

    expect(JSON.parse(project.read("status.json"))).toMatchObject({
      event_count: 3,
      work_packages: { WP01: { lane: "in_progress" }, WP02: { lane: "claimed", actor: "bob" } },
    });
    expect(project.read("tasks/WP01.md")).toBe(pageText("in_progress"));
    expect(project.read("tasks/WP02.md")).toBe(pageText("claimed"));
  });

  test("leaves the old bytes as they are, and writes the line end that they lack first", async () => {
    const old = `\ufeff{"type": "note", "n": 1.0}\r\n\r\n${lineAt(1).trimEnd()}`;
    using project = makeProject({ files: { "status.events.jsonl": old } });

    answerOf(
      await emitBatchIn(project, [{ wp_id: "1", to_lane: "blocked" }, LIFE[1] ?? expect.unreachable()]),
    );

    expect(project.read("status.events.jsonl")).toStartWith(`${old}\n{`);
    expect(batchesIn(answerOf(readLog((await project.open()).log)).events.slice(1))).toHaveLength(1);
  });

  test("of one request is a batch of one", async () => {
    using project = makeProject();

    const { results } = answerOf(await emitBatchIn(project, LIFE.slice(0, 1)));

    const id = results[0]?.event.event_id;
    expect(results[0]?.event.batch).toEqual({ id: id ?? "", index: 0, count: 1 });
  });

  test("warns of a page that is missing once, however often its work package moves", async () => {
    using project = makeProject();
    const moves = ["claimed", "in_progress", "blocked"].map((to_lane) => ({ wp_id: "WP07", to_lane }));

    for (const dry_run of [true, false]) {
      const { warnings } = answerOf(await emitBatchIn(project, moves, { dry_run }));
      const message = `WP07 has no page in kitty-specs/${SLUG}/tasks/`;
      expect(warnings).toEqual([{ code: "EVENT_WITHOUT_PAGE", message }]);
    }
  });

  test("warns of a clock behind the log once", async () => {
    using project = makeProject({
      files: { "status.events.jsonl": lineAt(60, { wp_id: "WP02" }), "tasks/WP01.md": pageText("planned") },
    });
    const stamp = { ...goingStamp(), now_us: Date.UTC(2026, 1, 8, 12) * 1000 };

    const { warnings } = answerOf(
      await emitBatchIn(
        project,
        LIFE.filter(({ wp_id }) => wp_id !== "2"),
        {},
        stamp,
      ),
    );

    expect(warnings.map(({ code }) => code)).toEqual(["CLOCK_AHEAD"]);
    expect(project.events().slice(1)).toMatchObject([
      { at: "2026-02-08T13:00:00.000001+00:00", clock_at: "2026-02-08T12:00:00.000000+00:00" },
      { at: "2026-02-08T13:00:00.000002+00:00" },
    ]);
  });

  test("decides in a dry run, and writes nothing", async () => {
    using project = twoPages();
    const before = treeState(project.root);

    const { results } = answerOf(await emitBatchIn(project, LIFE, { dry_run: true }));

    expect(results.map(({ dry_run, lane, snapshot }) => [dry_run, lane, snapshot])).toEqual([
      [true, "in_progress", "unchanged"],
      [true, "claimed", "unchanged"],
      [true, "in_progress", "unchanged"],
    ]);
    expect(results.map(({ event }) => event.batch?.count)).toEqual([3, 3, 3]);
    expect(treeState(project.root)).toEqual(before);
  });
});

describe("emitBatch() that is refused", () => {
  const BAD: [string, BatchRequest[], object][] = [
    [
      "for an illegal move",
      [
        { wp_id: "2", to_lane: "claimed" },
        { wp_id: "1", to_lane: "done" },
      ],
      {
        code: "ILLEGAL_TRANSITION",
        message:
          "line 2: WP01: cannot move planned -> done: no such transition. From planned: claimed, blocked, canceled",
        hint: "lane emit WP01 --to claimed --actor claude",
        details: { from_lane: "planned", to_lane: "done", line: 2 },
      },
    ],
    [
      "for a move that the lines before it rule out",
      [
        { wp_id: "1", to_lane: "claimed" },
        { wp_id: "1", to_lane: "claimed" },
      ],
      {
        code: "ILLEGAL_TRANSITION",
        message: expect.stringMatching(
          /^line 2: WP01: it is already in claimed: .* \(as the lines before it would leave it; nothing of the batch is recorded\)$/,
        ),
        hint: "mend line 2 of the batch, or those before it",
        details: { line: 2 },
      },
    ],
    [
      "for a guard",
      [
        { wp_id: "1", to_lane: "for_review", force: true, reason: "x" },
        {
          wp_id: "1",
          to_lane: "done",
          evidence: { review: { reviewer: "ana", verdict: "changes_requested" } },
        },
      ],
      { code: "GUARD_FAILED", details: { line: 2, guard: "approved_evidence" } },
    ],
    [
      "for a lane that nobody knows, whatever else is wrong",
      [
        { wp_id: "1", to_lane: "done" },
        { wp_id: "1", to_lane: "dnoe" },
      ],
      { code: "UNKNOWN_LANE", message: 'line 2: WP01: no lane is called "dnoe"', details: { line: 2 } },
    ],
    [
      "for an id that is none",
      [{ wp_id: "x", to_lane: "done" }],
      { code: "INVALID_ID", details: { line: 1 } },
    ],
    [
      "for an expected lane",
      [{ wp_id: "1", to_lane: "claimed", if_lane: "claimed" }],
      { code: "PRECONDITION_FAILED", details: { line: 1 }, hint: "lane show WP01" },
    ],
    [
      "for an event that is too long",
      [
        { wp_id: "1", to_lane: "claimed" },
        { wp_id: "1", to_lane: "in_progress", reason: "x".repeat(1024 * 1024) },
      ],
      { code: "IO", message: expect.stringMatching(/^line 2: WP01: the event takes \d+ bytes/) },
    ],
    ["for want of requests", [], { code: "USAGE", message: "the batch holds no request" }],
  ];
  test.each(BAD)("%s names the line and writes nothing", async (_, requests, refusal) => {
    using project = twoPages();
    const before = treeState(project.folder);

    expect(refusalOf(await emitBatchIn(project, requests))).toMatchObject(refusal);
    expect(treeState(project.folder)).toEqual(before);
  });

  test("as not migrated is not about a line", async () => {
    using project = makeProject({ files: { "tasks/WP01.md": pageText("done") } });
    const refusal = refusalOf(await emitBatchIn(project, [...LIFE]));
    expect(refusal).toMatchObject({
      code: "NOT_MIGRATED",
      message: expect.stringMatching(/^034-test-feature has/),
    });
    expect(refusal.details).not.toHaveProperty("line");
  });

  test("for a place that has no such key is a usage error", async () => {
    using project = makeProject();
    const place = { cwd: project.root, dry: true };
    expect(refusalOf(await emitBatchIn(project, [...LIFE], place)).code).toBe("USAGE");
  });
});
