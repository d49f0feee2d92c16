import { describe, expect, test } from "bun:test";
import { checkEvidence, parseEvidence } from "../../src/domain/evidence.ts";
import { refusalOf } from "../support/decisions.ts";

const REVIEW = { reviewer: "ana", verdict: "approved", reference: "PR-7" };
const REPO = { repo: "lanekeeper", branch: "main", commit: "abcdef0" };
const CHECK = { command: "bun test", result: "pass", summary: "all green" };

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe("checkEvidence()", () => {
  test("takes a review alone, and fills in the reference", () => {
    expect(checkEvidence({ review: { reviewer: "ana", verdict: "changes_requested" } })).toEqual({
      ok: true,
      value: { review: { reviewer: "ana", verdict: "changes_requested", reference: "" } },
    });
  });

  test("takes every part that the model names", () => {
    const repos = [REPO, { ...REPO, commit: "0".repeat(40), files_touched: ["a.ts"] }];
    const verification = ["pass", "fail", "skip"].map((result) => ({ ...CHECK, result }));
    const evidence = { review: REVIEW, repos, verification };

    expect(checkEvidence(evidence)).toEqual({ ok: true, value: evidence } as never);
  });

  test("keeps extra fields far deeper than anybody nests them", () => {
    const evidence = { review: REVIEW, extra: nested(50) };

    expect(checkEvidence(evidence)).toEqual({ ok: true, value: evidence } as never);
  });

  test("does not change what the caller gave", () => {
    const evidence = { review: { reviewer: "ana", verdict: "approved" } };

    checkEvidence(evidence);

    expect(evidence).toEqual({ review: { reviewer: "ana", verdict: "approved" } });
  });

  for (const [what, evidence] of Object.entries<unknown>({
    "no object: null": null,
    "no object: a text": "approved",
    "no object: a list": [REVIEW],
    "no review": {},
    "a review that is null": { review: null },
    "no reviewer": { review: { verdict: "approved" } },
    "a blank reviewer": { review: { ...REVIEW, reviewer: " " } },
    "no verdict": { review: { reviewer: "ana" } },
    "an unknown verdict": { review: { ...REVIEW, verdict: "APPROVED" } },
    "a reference that is null": { review: { ...REVIEW, reference: null } },
    "repos that are no list": { review: REVIEW, repos: REPO },
    "a repo without a branch": { review: REVIEW, repos: [{ repo: "r", commit: "abcdef0" }] },
    "a commit of 6 digits": { review: REVIEW, repos: [{ ...REPO, commit: "abcdef" }] },
    "a commit of 41 digits": { review: REVIEW, repos: [{ ...REPO, commit: "a".repeat(41) }] },
    "a commit in upper case": { review: REVIEW, repos: [{ ...REPO, commit: "ABCDEF0" }] },
    "a commit that is no hex": { review: REVIEW, repos: [{ ...REPO, commit: "abcdefg" }] },
    "files that are no texts": { review: REVIEW, repos: [{ ...REPO, files_touched: [1] }] },
    "an unknown result": { review: REVIEW, verification: [{ ...CHECK, result: "passed" }] },
    "a check without a summary": { review: REVIEW, verification: [{ command: "x", result: "pass" }] },
    "a number that is too large": { review: REVIEW, extra: Number.POSITIVE_INFINITY },
    "a number that is none": { review: REVIEW, extra: [Number.NaN] },
    "a value that JSON has not: undefined": { review: REVIEW, extra: { x: undefined } },
    "a value that JSON has not: a function": { review: REVIEW, extra: () => 1 },
    "a value that JSON has not: a bigint": { review: REVIEW, extra: 1n },
    "a value that JSON has not: a symbol": { review: REVIEW, extra: Symbol("x") },
    "a value that JSON has not: a date": { review: REVIEW, extra: new Date(0) },
    "a value that JSON has not: a map": { review: REVIEW, extra: new Map() },
    "nesting of 10,000 levels": { review: REVIEW, extra: nested(10_000) },
  })) {
    test(`refuses ${what}`, () => {
      const refusal = refusalOf(checkEvidence(evidence));

      expect(refusal.code).toBe("EVIDENCE_INVALID");
      expect(refusal.details?.problems).not.toBeEmpty();
    });
  }

  test("refuses a value that holds itself", () => {
    const knot: Record<string, unknown> = { review: REVIEW };
    knot.extra = knot;

    expect(refusalOf(checkEvidence(knot)).code).toBe("EVIDENCE_INVALID");
  });

  test("names the place of every problem", () => {
    const evidence = { review: { ...REVIEW, verdict: "ok" }, repos: [REPO, { ...REPO, commit: "xyz" }] };

    expect(refusalOf(checkEvidence(evidence)).details?.problems).toEqual([
      'review.verdict: expected ("approved" | "changes_requested"), found "ok"',
      "repos.1.commit: must be 7 to 40 lower-case hex digits",
    ]);
  });
});

describe("parseEvidence()", () => {
  test("reads JSON", () => {
    expect(parseEvidence(JSON.stringify({ review: REVIEW }))).toEqual({
      ok: true,
      value: { review: REVIEW },
    } as never);
  });

  test("refuses what is not JSON", () => {
    for (const text of ["", "{", "{'review': 1}", "\u0000", "NaN"]) {
      expect(refusalOf(parseEvidence(text)).code).toBe("EVIDENCE_INVALID");
    }
  });

  test("refuses a number that JSON can hold and nothing can write back", () => {
    const refusal = refusalOf(parseEvidence(`{"review": ${JSON.stringify(REVIEW)}, "extra": 1e400}`));

    expect(refusal.code).toBe("EVIDENCE_INVALID");
  });

  test("refuses a list with holes, which JSON has not", () => {
    const holes: unknown[] = [];
    holes[1] = 1;

    expect(refusalOf(checkEvidence({ review: REVIEW, extra: { holes } })).code).toBe("EVIDENCE_INVALID");
  });

  test("survives hostile nesting", () => {
    const text = `{"review": ${JSON.stringify(REVIEW)}, "extra": ${"[".repeat(10_000)}${"]".repeat(10_000)}}`;

    expect(refusalOf(parseEvidence(text)).code).toBe("EVIDENCE_INVALID");
  });

  test("tells of very many problems the first, and how many more there are", () => {
    const repos = Array.from({ length: 20_000 }, () => ({}));
    const { message, details } = refusalOf(checkEvidence({ review: REVIEW, repos }));
    expect(message).toMatch(/; and \d+ more$/);
    expect(message.length).toBeLessThan(2000);
    expect(details?.problems).toHaveLength(100);
  });
});
