import { describe, expect, test } from "bun:test";
import { answerOf, makeProject, pageText, refusalOf } from "../support/project.ts";

const FORCED = { force: true, reason: "the review was by phone" };

describe("emitStatusTransition() with force", () => {
  test.each([undefined, null, "", " \t\n"])("refuses the reason %j", async (reason) => {
    using project = makeProject();

    const refusal = refusalOf(await project.emit({ to_lane: "done", force: true, reason }));

    expect(refusal).toMatchObject({ code: "FORCE_NEEDS_AUDIT", details: { missing: ["reason"] } });
    expect(project.events()).toEqual([]);
  });

  test.each([undefined, null, "", "  "])("refuses the actor %j", async (actor) => {
    using project = makeProject();

    const refusal = refusalOf(await project.emit({ to_lane: "done", ...FORCED, actor }));

    expect(refusal).toMatchObject({ code: "FORCE_NEEDS_AUDIT", details: { missing: ["actor"] } });
    expect(project.events()).toEqual([]);
  });

  test.each(["invalid", "", "don e", "toString", "__proto__"])(
    "refuses the unknown lane %j",
    async (to_lane) => {
      using project = makeProject();

      expect(refusalOf(await project.emit({ to_lane, ...FORCED })).code).toBe("UNKNOWN_LANE");
      expect(project.events()).toEqual([]);
    },
  );

  test("moves along a pair that is illegal otherwise, and writes force and reason", async () => {
    using project = makeProject();

    const answer = answerOf(await project.emit({ to_lane: "for_review", ...FORCED }));

    expect(answer).toMatchObject({ from_lane: "planned", lane: "for_review" });
    expect(project.events()).toMatchObject([{ force: true, reason: "the review was by phone" }]);
    expect(JSON.parse(project.read("status.json")).work_packages.WP01.force_count).toBe(1);
  });

  test("needs no evidence for done", async () => {
    using project = makeProject();

    answerOf(await project.emit({ to_lane: "done", ...FORCED }));

    expect(project.events()).toMatchObject([{ to_lane: "done", evidence: null, force: true }]);
    expect(project.read("tasks/WP01-first.md")).toBe(pageText("done"));
  });

  test.each(["done", "canceled"])("is the only way out of %s", async (lane) => {
    using project = makeProject();
    await project.walk(lane);

    expect(refusalOf(await project.emit({ to_lane: "in_progress" })).code).toBe("ILLEGAL_TRANSITION");
    expect(answerOf(await project.emit({ to_lane: "in_progress", ...FORCED })).lane).toBe("in_progress");
  });

  test("moves a lane to itself", async () => {
    using project = makeProject();
    await project.walk("claimed");

    const answer = answerOf(await project.emit({ to_lane: "claimed", actor: "anna", ...FORCED }));

    expect(answer).toMatchObject({ from_lane: "claimed", lane: "claimed", event: { actor: "anna" } });
    expect(JSON.parse(project.read("status.json")).work_packages.WP01).toMatchObject({
      actor: "anna",
      force_count: 2,
    });
  });

  test("skips the guards of a legal pair", async () => {
    using project = makeProject({ files: { "tasks.md": "## WP01\n- [ ] T001 write it\n" } });
    await project.walk("in_progress");

    expect(answerOf(await project.emit({ to_lane: "for_review", ...FORCED })).lane).toBe("for_review");
    expect(answerOf(await project.emit({ to_lane: "in_progress", ...FORCED })).lane).toBe("in_progress");
  });

  test("refuses evidence that is not well formed, though it needs none", async () => {
    using project = makeProject();

    const refusal = refusalOf(await project.emit({ to_lane: "done", ...FORCED, evidence: { review: {} } }));

    expect(refusal.code).toBe("EVIDENCE_INVALID");
    expect(project.events()).toEqual([]);
  });
});

test("emitStatusTransition() without force ignores a reason: an illegal pair stays illegal", async () => {
  using project = makeProject();

  expect(refusalOf(await project.emit({ to_lane: "done", reason: "please" })).code).toBe(
    "ILLEGAL_TRANSITION",
  );
});
