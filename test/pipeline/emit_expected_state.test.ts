import { describe, expect, test } from "bun:test";
import { answerOf, makeProject, refusalOf } from "../support/project.ts";

describe("emitStatusTransition() with if_lane", () => {
  test.each(["claimed", " Claimed "])("goes on where the work package is in %j", async (if_lane) => {
    using project = makeProject();
    await project.walk("claimed");

    expect(answerOf(await project.emit({ to_lane: "in_progress", if_lane })).lane).toBe("in_progress");
  });

  test("knows an alias, and takes a work package without events for planned", async () => {
    using project = makeProject();

    answerOf(await project.emit({ to_lane: "claimed", if_lane: "planned" }));
    await project.walk("in_progress");
    answerOf(await project.emit({ to_lane: "blocked", if_lane: "doing" }));

    expect(project.events()).toHaveLength(3);
  });

  test("refuses where it is in another lane, and says who moved it when", async () => {
    using project = makeProject();
    await project.walk("claimed");

    expect(refusalOf(await project.emit({ to_lane: "claimed", if_lane: "planned" }))).toEqual({
      code: "PRECONDITION_FAILED",
      message:
        "WP01: expected it in planned, but it is in claimed, moved by claude at 2026-02-08T12:01:00.000000+00:00",
      hint: "lane show WP01",
      details: { expected_lane: "planned", lane: "claimed" },
    });
    expect(project.events()).toHaveLength(1);
  });

  test("refuses also when it is forced", async () => {
    using project = makeProject();

    const request = { to_lane: "done", force: true, reason: "must", if_lane: "claimed" };

    expect(refusalOf(await project.emit(request)).code).toBe("PRECONDITION_FAILED");
  });

  test.each([
    ["nowhere", "UNKNOWN_LANE"],
    ["  ", "USAGE"],
  ])("refuses %j with %s", async (if_lane, code) => {
    using project = makeProject();

    expect(refusalOf(await project.emit({ to_lane: "claimed", if_lane })).code as string).toBe(code);
  });
});

describe("emitStatusTransition() with if_event", () => {
  test("goes on where it is the work package's last event", async () => {
    using project = makeProject();
    const { event } = answerOf(await project.emit({ to_lane: "claimed" }));
    await project.emit({ wp_id: "WP02", to_lane: "claimed" });

    const answer = answerOf(await project.emit({ to_lane: "in_progress", if_event: event.event_id }));

    expect(answer.lane).toBe("in_progress");
  });

  test("is not fooled by a lane that was left and entered again", async () => {
    using project = makeProject();
    await project.walk("claimed", "in_progress");
    const if_event = project.events()[1]?.event_id;
    await project.walk("blocked", "in_progress");

    expect(
      refusalOf(await project.emit({ to_lane: "for_review", if_event, if_lane: "in_progress" })),
    ).toMatchObject({
      code: "PRECONDITION_FAILED",
      details: {
        expected_event_id: if_event,
        last_event_id: project.events()[3]?.event_id,
        lane: "in_progress",
      },
    });
    expect(project.events()).toHaveLength(4);
  });

  test("refuses a work package without events, and another one's event", async () => {
    using project = makeProject();
    const { event } = answerOf(await project.emit({ wp_id: "WP02", to_lane: "claimed" }));

    expect(refusalOf(await project.emit({ to_lane: "claimed", if_event: event.event_id }))).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: expect.stringContaining("it has no event yet"),
    });
  });

  test("refuses what is no event id", async () => {
    using project = makeProject();

    expect(refusalOf(await project.emit({ to_lane: "claimed", if_event: "the last" })).code).toBe(
      "INVALID_ID",
    );
  });
});
