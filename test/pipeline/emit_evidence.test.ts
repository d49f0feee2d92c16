import { describe, expect, test } from "bun:test";
import { answerOf, makeProject, refusalOf } from "../support/project.ts";

const APPROVED = { review: { reviewer: "anna", verdict: "approved", reference: "PR#12" } };

async function makeReviewed() {
  const project = makeProject();
  await project.walk("claimed", "in_progress", "for_review");
  return project;
}

describe("emitStatusTransition() to done", () => {
  test.each([undefined, null])("refuses the evidence %p", async (evidence) => {
    using project = await makeReviewed();

    const refusal = refusalOf(await project.emit({ to_lane: "done", evidence }));

    expect(refusal).toMatchObject({
      code: "EVIDENCE_REQUIRED",
      hint: expect.stringContaining("--reviewer <who>"),
    });
    expect(project.events()).toHaveLength(3);
  });

  test("stores the evidence", async () => {
    using project = await makeReviewed();
    const evidence = {
      ...APPROVED,
      repos: [{ repo: "app", branch: "main", commit: "0123abc", files_touched: ["src/a.ts"] }],
      verification: [{ command: "npm test", result: "pass", summary: "12 passed" }],
    };

    const answer = answerOf(await project.emit({ to_lane: "done", evidence }));

    expect(answer).toMatchObject({ lane: "done", event: { evidence, force: false } });
    expect(project.events()[3]?.evidence).toEqual(evidence);
  });

  test("stores a reference that is missing as an empty text", async () => {
    using project = await makeReviewed();

    await project.emit({ to_lane: "done", evidence: { review: { reviewer: "anna", verdict: "approved" } } });

    expect(project.events()[3]?.evidence).toEqual({
      review: { reviewer: "anna", verdict: "approved", reference: "" },
    });
  });

  test("keeps extra fields at any depth, one called __proto__ too", async () => {
    using project = await makeReviewed();
    const text =
      '{"review":{"reviewer":"anna","verdict":"approved","reference":"","mood":{"a":[null]},"__proto__":1},' +
      '"repos":[{"repo":"app","branch":"main","commit":"0123abc","x":true}],"__proto__":{"y":2}}';

    answerOf(await project.emit({ to_lane: "done", evidence: JSON.parse(text) }));

    const line = project.read("status.events.jsonl").trimEnd().split("\n").at(-1) ?? "";
    expect(line).toContain('"mood": {"a": [null]}');
    expect(line).toContain('"x": true');
    expect(line).toContain('{"__proto__": 1, "mood"');
    expect(line).toContain('"evidence": {"__proto__": {"y": 2}, "repos"');
  });

  test("refuses an approval that is none, and names the way back", async () => {
    using project = await makeReviewed();
    const evidence = { review: { reviewer: "anna", verdict: "changes_requested", reference: "PR#12" } };

    const refusal = refusalOf(await project.emit({ to_lane: "done", evidence }));

    expect(refusal).toMatchObject({
      code: "GUARD_FAILED",
      message: expect.stringContaining("changes_requested"),
      hint: expect.stringContaining("--to in_progress"),
    });
    expect(project.events()).toHaveLength(3);
  });

  test("takes changes_requested when it is forced, and stores it", async () => {
    using project = await makeReviewed();
    const evidence = { review: { reviewer: "anna", verdict: "changes_requested", reference: "PR#12" } };

    answerOf(await project.emit({ to_lane: "done", evidence, force: true, reason: "shipped anyway" }));

    expect(project.events()[3]).toMatchObject({ evidence, force: true, to_lane: "done" });
  });

  test.each([
    ["no review", {}, "review"],
    ["no reviewer", { review: { verdict: "approved" } }, "review.reviewer"],
    ["a blank reviewer", { review: { reviewer: " ", verdict: "approved" } }, "review.reviewer"],
    ["no verdict", { review: { reviewer: "anna" } }, "review.verdict"],
    ["another verdict", { review: { reviewer: "anna", verdict: "ok" } }, "review.verdict"],
    ["a list", [APPROVED], "review"],
    ["a text", "approved", "Object"],
    ["a bad commit", { ...APPROVED, repos: [{ repo: "a", branch: "b", commit: "XYZ" }] }, "repos.0.commit"],
    [
      "a short commit",
      { ...APPROVED, repos: [{ repo: "a", branch: "b", commit: "012abc" }] },
      "repos.0.commit",
    ],
    ["repos that are no list", { ...APPROVED, repos: {} }, "repos"],
    ["a bad result", { ...APPROVED, verification: [{ command: "x", result: "ok", summary: "" }] }, "result"],
    ["what JSON has not", { ...APPROVED, when: new Date(0) }, "JSON"],
    ["a number that JSON has not", { ...APPROVED, n: Number.POSITIVE_INFINITY }, "number"],
  ])("refuses evidence with %s", async (_, evidence, place) => {
    using project = await makeReviewed();

    const refusal = refusalOf(await project.emit({ to_lane: "done", evidence }));

    expect(refusal).toMatchObject({ code: "EVIDENCE_INVALID", message: expect.stringContaining(place) });
    expect(project.events()).toHaveLength(3);
  });
});

test("emitStatusTransition() refuses bad evidence also where none is needed", async () => {
  using project = makeProject();

  const refusal = refusalOf(await project.emit({ to_lane: "claimed", evidence: { review: "yes" } }));

  expect(refusal.code).toBe("EVIDENCE_INVALID");
  expect(project.events()).toEqual([]);
});

test("emitStatusTransition() stores good evidence also where none is needed", async () => {
  using project = makeProject();

  answerOf(await project.emit({ to_lane: "claimed", evidence: APPROVED }));

  expect(project.events()[0]?.evidence).toEqual(APPROVED);
});

test("emitStatusTransition() refuses evidence that holds itself", async () => {
  using project = makeProject();
  const evidence: Record<string, unknown> = { ...APPROVED };
  evidence.self = evidence;

  expect(refusalOf(await project.emit({ to_lane: "claimed", evidence })).code).toBe("EVIDENCE_INVALID");
});
