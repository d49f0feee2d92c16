import { describe, expect, test } from "bun:test";
import { checkRequest } from "../../src/domain/request.ts";
import { appended, decided, inLane, refusalOf } from "../support/decisions.ts";

describe("decide() with force", () => {
  test("refuses without a reason, and asks for one", () => {
    const refusal = refusalOf(decided({ force: true, to_lane: "done" }, inLane("planned")));

    expect(refusal).toEqual({
      code: "FORCE_NEEDS_AUDIT",
      message: "WP01: cannot move planned -> done: force needs an actor and a reason; there is no reason",
      hint: "say why it is forced with --reason",
      details: { missing: ["reason"] },
    });
  });

  test("refuses without a reason also where the move would be legal", () => {
    const refusal = refusalOf(decided({ force: true, to_lane: "claimed" }, inLane("planned")));

    expect(refusal.code).toBe("FORCE_NEEDS_AUDIT");
  });

  test("refuses an unknown lane", () => {
    const refusal = refusalOf(
      decided({ force: true, reason: "must", to_lane: "shipped" }, inLane("planned")),
    );

    expect(refusal.code).toBe("UNKNOWN_LANE");
  });

  test("leaves done, with force and reason in the event", () => {
    const request = { force: true, reason: "reopened: flaky", to_lane: "in_progress" };

    const event = appended(decided(request, inLane("done")));

    expect(event).toMatchObject({
      from_lane: "done",
      to_lane: "in_progress",
      force: true,
      reason: "reopened: flaky",
    });
  });

  test("moves a lane to itself", () => {
    const event = appended(decided({ force: true, reason: "again", to_lane: "claimed" }, inLane("claimed")));

    expect(event).toMatchObject({ from_lane: "claimed", to_lane: "claimed", force: true });
  });

  test("needs no evidence for done", () => {
    const event = appended(decided({ force: true, reason: "hotfix", to_lane: "done" }, inLane("for_review")));

    expect(event).toMatchObject({ to_lane: "done", evidence: null, force: true });
  });

  test("opens done although the evidence requests changes, and keeps that evidence", () => {
    const evidence = { review: { reviewer: "ana", verdict: "changes_requested" } };

    const event = appended(
      decided({ force: true, reason: "hotfix", evidence, to_lane: "done" }, inLane("for_review")),
    );

    expect(event.evidence).toEqual({
      review: { reviewer: "ana", verdict: "changes_requested", reference: "" },
    });
  });

  test("skips unchecked subtasks and a missing workspace context", () => {
    const situation = inLane("in_progress", { unchecked_subtasks: ["T001"], workspace_context: null });

    const event = appended(decided({ force: true, reason: "must", to_lane: "for_review" }, situation));

    expect(event).toMatchObject({ to_lane: "for_review", force: true });
  });
});

describe("checkRequest()", () => {
  test("refuses force without an actor as force that can't be audited", () => {
    const refusal = refusalOf(checkRequest({ wp_id: "WP01", to_lane: "done", force: true, reason: "must" }));

    expect(refusal.code).toBe("FORCE_NEEDS_AUDIT");
    expect(refusal.details).toEqual({ missing: ["actor"] });
  });

  for (const actor of [undefined, null, "", "  "]) {
    test(`refuses the actor ${JSON.stringify(actor)} of an unforced request as wrong usage`, () => {
      const refusal = refusalOf(checkRequest({ wp_id: "WP01", to_lane: "claimed", actor }));

      expect(refusal.code).toBe("USAGE");
      expect(refusal.details).toEqual({ missing: ["actor"] });
    });
  }

  test("refuses a key that it does not know, so that no misspelt condition is ignored", () => {
    const refusal = refusalOf(
      checkRequest({ wp_id: "WP01", to_lane: "claimed", actor: "ana", iflane: "planned" }),
    );

    expect(refusal.code).toBe("USAGE");
    expect(refusal.message).toContain("iflane");
  });

  test("refuses a blank condition or key, which would turn a check off in silence", () => {
    for (const field of ["if_lane", "if_event", "idempotency_key"]) {
      const request = { wp_id: "WP01", to_lane: "claimed", actor: "ana", [field]: " " };
      const refusal = refusalOf(checkRequest(request));

      expect(refusal.code).toBe("USAGE");
      expect(refusal.details).toEqual({ field });
    }
  });

  test("reads the id as people type it, and fills in the defaults", () => {
    const checked = checkRequest({ wp_id: "wp1", to_lane: "doing", actor: "ana" });

    expect(checked).toEqual({
      ok: true,
      value: {
        wp_id: "WP01",
        to_lane: "doing",
        actor: "ana",
        force: false,
        reason: null,
        evidence: null,
        review_ref: null,
        execution_mode: "worktree",
        workspace_context: null,
        if_lane: undefined,
        if_event: undefined,
        idempotency_key: undefined,
        dry_run: false,
      },
    });
  });
});
