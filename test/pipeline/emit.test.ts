import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { emitStatusTransition } from "../../src/pipeline/emit.ts";
import { answerOf, eventAt, filesBelow, makeProject, pageText, SLUG, stampAt } from "../support/project.ts";

const FIRST_ID = stampAt(1).newEventId(Date.UTC(2026, 1, 8, 12, 1));

describe("emitStatusTransition() of a first transition", () => {
  test("makes a log with exactly one line that has every field", async () => {
    using project = makeProject();

    await project.emit({ to_lane: "claimed" });

    expect(readFileSync(project.log_path, "utf8")).toBe(
      `{"actor": "claude", "at": "2026-02-08T12:01:00.000000+00:00", "event_id": "${FIRST_ID}", ` +
        `"evidence": null, "execution_mode": "worktree", "feature_slug": "${SLUG}", "force": false, ` +
        `"from_lane": "planned", "parent_event_ids": [], "reason": null, "review_ref": null, ` +
        `"to_lane": "claimed", "wp_id": "WP01"}\n`,
    );
  });

  test("answers with the event as it stands in the log, and with what became of everything", async () => {
    using project = makeProject();

    const answer = answerOf(await project.emit({ to_lane: "claimed" }));

    expect(answer).toEqual({
      event: eventAt(1),
      wp: "WP01",
      from_lane: "planned",
      lane: "claimed",
      replayed: false,
      dry_run: false,
      log: project.log_path,
      snapshot: "written",
      views: "written",
      telemetry: "off",
      warnings: [],
    });
    expect(project.events()).toEqual([answer.event]);
  });

  test("writes the snapshot", async () => {
    using project = makeProject();

    await project.emit({ to_lane: "claimed" });

    expect(readFileSync(project.snapshot_path, "utf8")).toBe(`{
  "event_count": 1,
  "feature_slug": "${SLUG}",
  "last_event_id": "${FIRST_ID}",
  "materialized_at": "2026-02-08T12:01:00.000000+00:00",
  "summary": {
    "blocked": 0,
    "canceled": 0,
    "claimed": 1,
    "done": 0,
    "for_review": 0,
    "in_progress": 0,
    "planned": 0
  },
  "work_packages": {
    "WP01": {
      "actor": "claude",
      "force_count": 0,
      "lane": "claimed",
      "last_event_id": "${FIRST_ID}",
      "last_transition_at": "2026-02-08T12:01:00.000000+00:00"
    }
  }
}
`);
  });

  test("puts the lane into the page, and leaves no file but log and snapshot behind", async () => {
    using project = makeProject();

    await project.emit({ to_lane: "claimed" });

    expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
    expect(filesBelow(project.root)).toEqual([
      `.lanekeeper/kitty-specs/${SLUG}.lock`,
      `kitty-specs/${SLUG}/status.events.jsonl`,
      `kitty-specs/${SLUG}/status.json`,
      `kitty-specs/${SLUG}/tasks/WP01-first.md`,
    ]);
  });

  test("needs no page, no tasks/ and no meta.json", async () => {
    using project = makeProject({ files: {} });

    const answer = answerOf(await project.emit({ to_lane: "claimed" }));

    expect(answer).toMatchObject({ lane: "claimed", views: "unchanged" });
    expect(project.events()).toEqual([eventAt(1)]);
    expect(existsSync(project.path("tasks"))).toBe(false);
  });

  test("takes the real clock and a real id when none are brought", async () => {
    using project = makeProject();
    const before_ms = Date.now();

    const answer = answerOf(
      await emitStatusTransition({ cwd: project.root, wp_id: "1", to_lane: "claimed", actor: "claude" }),
    );

    expect(answer.event.event_id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(Date.parse(answer.event.at)).toBeGreaterThanOrEqual(before_ms);
    expect(Date.parse(answer.event.at)).toBeLessThanOrEqual(Date.now());
  });
});

describe("emitStatusTransition() of further transitions", () => {
  test("starts from where the last one led, and names it as its parent", async () => {
    using project = makeProject();

    for (const to_lane of ["claimed", "in_progress", "for_review"]) answerOf(await project.emit({ to_lane }));

    const events = project.events();
    expect(events.map(({ from_lane, to_lane }) => [from_lane, to_lane])).toEqual([
      ["planned", "claimed"],
      ["claimed", "in_progress"],
      ["in_progress", "for_review"],
    ]);
    expect(events.map((event) => event.parent_event_ids)).toEqual([
      [],
      [events[0]?.event_id ?? ""],
      [events[1]?.event_id ?? ""],
    ]);
    expect(JSON.parse(project.read("status.json"))).toMatchObject({
      event_count: 3,
      work_packages: { WP01: { lane: "for_review" } },
    });
    expect(project.read("tasks/WP01-first.md")).toBe(pageText("for_review"));
  });

  test("adds exactly one line, and leaves the old bytes as they are", async () => {
    using project = makeProject();
    await project.walk("claimed");
    const old = `\ufeff{"type": "note", "n": 1.0}\r\n\r\n${project.read("status.events.jsonl")}`;
    project.write("status.events.jsonl", old);

    await project.emit({ to_lane: "in_progress" });

    const log = project.read("status.events.jsonl");
    expect(log).toStartWith(old);
    expect(log.slice(old.length).split("\n")).toEqual([
      expect.stringContaining('"to_lane": "in_progress"'),
      "",
    ]);
  });

  test("writes the line end that the last line lacks first", async () => {
    using project = makeProject();
    await project.walk("claimed");
    const old = project.read("status.events.jsonl");
    project.write("status.events.jsonl", old.trimEnd());

    answerOf(await project.emit({ to_lane: "in_progress" }));

    expect(project.read("status.events.jsonl")).toStartWith(old);
    expect(project.events()).toHaveLength(2);
  });

  test("keeps work packages apart", async () => {
    using project = makeProject({
      files: { "tasks/WP01.md": pageText("planned"), "tasks/WP02.md": pageText("planned") },
    });
    await project.walk("claimed", "in_progress");

    const answer = answerOf(await project.emit({ wp_id: "wp2", to_lane: "claimed" }));

    expect(answer).toMatchObject({ wp: "WP02", from_lane: "planned", event: { parent_event_ids: [] } });
    expect(project.read("tasks/WP01.md")).toBe(pageText("in_progress"));
    expect(project.read("tasks/WP02.md")).toBe(pageText("claimed"));
  });

  test.each(["doing", "in_progress", " In_Progress ", "DOING"])(
    "takes %j for in_progress",
    async (to_lane) => {
      using project = makeProject();
      await project.walk("claimed");

      const answer = answerOf(await project.emit({ to_lane }));

      expect(answer.lane).toBe("in_progress");
      expect(project.events()[1]?.to_lane).toBe("in_progress");
      expect(project.read("tasks/WP01-first.md")).toBe(pageText("in_progress"));
    },
  );

  test("stores texts as they were given, untrimmed, and blank ones not at all", async () => {
    using project = makeProject();

    await project.emit({
      to_lane: "claimed",
      actor: " Zoë 🙂 ",
      reason: " why\n",
      review_ref: "  ",
      execution_mode: "direct_repo",
    });

    expect(project.events()[0]).toMatchObject({
      actor: " Zoë 🙂 ",
      reason: " why\n",
      review_ref: null,
      execution_mode: "direct_repo",
    });
  });
});

describe("emitStatusTransition() with a clock behind the log", () => {
  test("writes an event right after the newest one", async () => {
    using project = makeProject();
    await project.emit({ to_lane: "claimed" }, stampAt(10));

    const answer = answerOf(await project.emit({ to_lane: "in_progress" }, stampAt(6)));

    expect(answer.event.at).toBe("2026-02-08T12:10:00.000001+00:00");
    expect(answer.event).not.toHaveProperty("clock_at");
    expect(answer).toMatchObject({ lane: "in_progress", warnings: [] });
  });

  test("warns and notes the clock when it is more than 5 minutes behind", async () => {
    using project = makeProject();
    await project.emit({ wp_id: "WP02", to_lane: "claimed" }, stampAt(10));

    const answer = answerOf(await project.emit({ to_lane: "claimed" }, stampAt(4)));

    expect(answer.event).toMatchObject({
      at: "2026-02-08T12:10:00.000001+00:00",
      clock_at: "2026-02-08T12:04:00.000000+00:00",
    });
    expect(answer.warnings.map(({ code }) => code)).toEqual(["CLOCK_AHEAD"]);
  });
});
