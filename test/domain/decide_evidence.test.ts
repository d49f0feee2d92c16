import { describe, expect, test } from "bun:test";
import { formatLine } from "../../src/domain/line.ts";
import { checkRequest } from "../../src/domain/request.ts";
import { APPROVED, appended, decided, inLane, refusalOf } from "../support/decisions.ts";

describe("decide() stores evidence", () => {
  test('with "" for a missing reference', () => {
    const evidence = { review: { reviewer: "ana", verdict: "approved" } };

    const event = appended(decided({ evidence, to_lane: "done" }, inLane("for_review")));

    expect(event.evidence).toEqual({ review: { reviewer: "ana", verdict: "approved", reference: "" } });
  });

  test("also where the move does not need it", () => {
    const event = appended(decided({ evidence: APPROVED, to_lane: "claimed" }, inLane("planned")));

    expect(event.evidence).toEqual(APPROVED);
  });

  test("with its extra fields, at every depth", () => {
    const evidence = {
      review: { ...APPROVED.review, score: 3, notes: { tone: ["kind"] } },
      repos: [{ repo: "r", branch: "b", commit: "abcdef0", files_touched: ["a.ts"], remote: "origin" }],
      verification: [{ command: "bun test", result: "pass", summary: "ok", took: { seconds: 3 } }],
      extra: [{ deep: { deeper: null } }],
    };

    const event = appended(decided({ evidence, to_lane: "done" }, inLane("for_review")));

    expect(event.evidence).toEqual(evidence);
  });

  test("with keys called __proto__, at every depth, to the bytes of the line", () => {
    const evidence: unknown = JSON.parse(
      `{"__proto__": {"a": 1},
        "review": {"reviewer": "ana", "verdict": "approved", "reference": "", "__proto__": 2},
        "repos": [{"repo": "r", "branch": "b", "commit": "abcdef0", "__proto__": [3]}],
        "extra": {"__proto__": {"__proto__": null}}}`,
    );

    const line = formatLine(appended(decided({ evidence, to_lane: "done" }, inLane("for_review"))));

    expect(line).toContain(
      '"evidence": {"__proto__": {"a": 1}, "extra": {"__proto__": {"__proto__": null}}, ' +
        '"repos": [{"__proto__": [3], "branch": "b", "commit": "abcdef0", "repo": "r"}], ' +
        '"review": {"__proto__": 2, "reference": "", "reviewer": "ana", "verdict": "approved"}}',
    );
  });

  test("with changes requested, where the move is not to done", () => {
    const evidence = { review: { reviewer: "ana", verdict: "changes_requested", reference: "PR-7" } };

    const event = appended(
      decided({ evidence, review_ref: "PR-7", to_lane: "in_progress" }, inLane("for_review")),
    );

    expect(event.evidence).toEqual(evidence);
  });
});

describe("checkRequest() refuses malformed evidence", () => {
  const MALFORMED = { review: { reviewer: "ana", verdict: "fine" } };

  for (const [when, request] of Object.entries({
    "where it is needed": { to_lane: "done" },
    "where it is not needed": { to_lane: "claimed" },
    "even when forced": { to_lane: "done", force: true, reason: "must" },
  })) {
    test(when, () => {
      const refusal = refusalOf(
        checkRequest({ wp_id: "WP01", actor: "ana", ...request, evidence: MALFORMED }),
      );

      expect(refusal.code).toBe("EVIDENCE_INVALID");
      expect(refusal.message).toContain("review.verdict");
    });
  }

  test("and counts null as none given", () => {
    const checked = checkRequest({ wp_id: "WP01", actor: "ana", to_lane: "claimed", evidence: null });

    expect(checked).toMatchObject({ ok: true, value: { evidence: null } });
  });
});
