import { describe, expect, test } from "bun:test";
import { decide } from "../../src/domain/decide.ts";
import {
  APPROVED,
  appended,
  aRequest,
  decided,
  EVERYTHING,
  inLane,
  refusalOf,
  STAMP,
  situationOf,
} from "../support/decisions.ts";

/** The request that wants for nothing, less one thing. */
function without(field: "reason" | "review_ref" | "evidence", to_lane: string) {
  return { ...EVERYTHING, [field]: undefined, to_lane };
}

describe("decide(), given everything but the one thing that a guard needs,", () => {
  test("refuses planned -> claimed without an actor", () => {
    const request = { ...aRequest({ ...EVERYTHING, to_lane: "claimed" }), actor: "  " };

    const refusal = refusalOf(decide(request, inLane("planned"), STAMP));

    expect(refusal.code).toBe("GUARD_FAILED");
    expect(refusal.details?.guard).toBe("actor");
  });

  test("refuses claimed -> in_progress without a workspace context", () => {
    const situation = inLane("claimed", { workspace_context: null });

    const refusal = refusalOf(decided({ ...EVERYTHING, to_lane: "in_progress" }, situation));

    expect(refusal.code).toBe("GUARD_FAILED");
    expect(refusal.details?.guard).toBe("workspace_context");
  });

  test("refuses in_progress -> for_review with an unchecked subtask, and names it", () => {
    const situation = inLane("in_progress", { unchecked_subtasks: ["T001 write it"] });

    const refusal = refusalOf(decided({ ...EVERYTHING, to_lane: "for_review" }, situation));

    expect(refusal.code).toBe("GUARD_FAILED");
    expect(refusal.details).toMatchObject({ guard: "subtasks_complete", unchecked: ["T001 write it"] });
    expect(refusal.message).toBe(
      'WP01: cannot move in_progress -> for_review: 1 subtask is unchecked in tasks.md: "T001 write it"',
    );
  });

  test("lists all unchecked subtasks in details, the first few in the message", () => {
    const unchecked_subtasks = ["a", "b", "c", "d", "e", "f", "g"];

    const refusal = refusalOf(
      decided({ ...EVERYTHING, to_lane: "for_review" }, inLane("in_progress", { unchecked_subtasks })),
    );

    expect(refusal.details?.unchecked).toEqual(unchecked_subtasks);
    expect(refusal.message).toEndWith(
      '7 subtasks are unchecked in tasks.md: "a", "b", "c", "d", "e" and 2 more',
    );
  });

  test("counts those that the message leaves out from the first on", () => {
    const refused = (unchecked_subtasks: readonly string[]) =>
      refusalOf(
        decided({ ...EVERYTHING, to_lane: "for_review" }, inLane("in_progress", { unchecked_subtasks })),
      );

    expect(refused(["a", "b", "c", "d", "e"]).message).toEndWith('"a", "b", "c", "d", "e"');
    expect(refused(["a", "b", "c", "d", "e", "f"]).message).toEndWith('"d", "e" and 1 more');
  });

  test("refuses in_progress -> for_review where no event says that anybody worked on it", () => {
    // A workflow whose work packages start in progress: only there can such a one have no history.
    const { workflow } = inLane("in_progress");
    const started = workflow.lanes.filter(({ name }) => name === "in_progress");
    const lanes = [...started, ...workflow.lanes.filter(({ name }) => name !== "in_progress")];
    const situation = situationOf([], { workflow: { ...workflow, lanes } });

    const refusal = refusalOf(decided({ ...EVERYTHING, to_lane: "for_review" }, situation));

    expect(refusal.code).toBe("GUARD_FAILED");
    expect(refusal.details?.guard).toBe("implementation_evidence");
  });

  test("refuses for_review -> done without evidence", () => {
    const refusal = refusalOf(decided(without("evidence", "done"), inLane("for_review")));

    expect(refusal.code).toBe("EVIDENCE_REQUIRED");
    expect(refusal.details?.guard).toBe("approved_evidence");
  });

  test("refuses for_review -> done with evidence of requested changes", () => {
    const evidence = { review: { ...APPROVED.review, verdict: "changes_requested" } };

    const refusal = refusalOf(decided({ ...EVERYTHING, evidence, to_lane: "done" }, inLane("for_review")));

    expect(refusal.code).toBe("GUARD_FAILED");
    expect(refusal.details).toMatchObject({ guard: "approved_evidence", verdict: "changes_requested" });
  });

  test("refuses for_review -> in_progress without a review_ref", () => {
    const refusal = refusalOf(decided(without("review_ref", "in_progress"), inLane("for_review")));

    expect(refusal.code).toBe("GUARD_FAILED");
    expect(refusal.details?.guard).toBe("review_ref");
  });

  test("refuses in_progress -> planned without a reason", () => {
    const refusal = refusalOf(decided(without("reason", "planned"), inLane("in_progress")));

    expect(refusal.code).toBe("GUARD_FAILED");
    expect(refusal.details?.guard).toBe("reason");
  });
});

describe("decide() does not count a blank text as given", () => {
  for (const blank of ["", "  ", "\t\n", "\u00a0", "\ufeff"]) {
    const shown = JSON.stringify(blank);

    test(`a reason ${shown}`, () => {
      const request = { ...EVERYTHING, reason: blank, to_lane: "planned" };
      expect(refusalOf(decided(request, inLane("in_progress"))).details?.guard).toBe("reason");
    });

    test(`a review_ref ${shown}`, () => {
      const request = { ...EVERYTHING, review_ref: blank, to_lane: "in_progress" };
      expect(refusalOf(decided(request, inLane("for_review"))).details?.guard).toBe("review_ref");
    });

    test(`the reason ${shown} of a forced move`, () => {
      const request = { ...EVERYTHING, force: true, reason: blank, to_lane: "done" };
      expect(refusalOf(decided(request, inLane("planned"))).code).toBe("FORCE_NEEDS_AUDIT");
    });
  }

  test("but stores what is given untrimmed, and what is blank as null", () => {
    const request = { actor: " ana ", reason: "  why\n", review_ref: " ", to_lane: "planned" };

    const event = appended(decided(request, inLane("in_progress")));

    expect(event).toMatchObject({ actor: " ana ", reason: "  why\n", review_ref: null });
  });
});
