/** `examine()` on the moves of nine lanes: what of their guards a log still tells. */

import { describe, expect, test } from "bun:test";
import type { StatusEvent } from "../../src/domain/event.ts";
import { codesAndLines, findingsOfLog, idAt, oldLineAt } from "../support/checks.ts";
import { lineAt } from "../support/project.ts";

type Parts = Partial<StatusEvent>;

const RESULT = { reviewer: "ana", verdict: "approved", reference: "PR-7" };
const REJECTION = { ...RESULT, verdict: "changes_requested" };
const TO_APPROVED = { from_lane: "in_review", to_lane: "approved" };
const TO_WORK = { from_lane: "in_review", to_lane: "in_progress" };
const TO_BLOCKED = { from_lane: "in_review", to_lane: "blocked" };
const TO_DONE = { from_lane: "approved", to_lane: "done" };
const REOPENED = { from_lane: "approved", to_lane: "in_progress" };

/** An event at minute 9 after one, forced, that led to where it leaves from. */
function afterSetUp(parts: Parts, has_parents: boolean): string {
  const set_up = { to_lane: parts.from_lane ?? "planned", force: true, reason: "set-up" };
  return has_parents
    ? lineAt(1, set_up) + lineAt(9, { ...parts, parent_event_ids: [idAt(1)] })
    : oldLineAt(1, set_up) + oldLineAt(9, parts);
}

/** A move, what is found where its event names parents, and where it does not. */
const MOVES: [string, Parts, string | undefined, string | undefined][] = [
  ["seeding", { from_lane: "genesis", to_lane: "planned" }, undefined, undefined],
  ["a review taken up", { from_lane: "for_review", to_lane: "in_review" }, undefined, undefined],
  ["an approval with its result", { ...TO_APPROVED, review_result: RESULT }, undefined, undefined],
  [
    "an approval with evidence of before there were results",
    { ...TO_APPROVED, evidence: { review: RESULT } },
    "EVIDENCE_MISSING",
    undefined,
  ],
  ["an approval with nothing", TO_APPROVED, "EVIDENCE_MISSING", "EVIDENCE_MISSING"],
  [
    "an approval with a rejection",
    { ...TO_APPROVED, review_result: REJECTION },
    "EVIDENCE_MISSING",
    "EVIDENCE_MISSING",
  ],
  [
    "an approval with half a result",
    { ...TO_APPROVED, review_result: { verdict: "approved" } },
    "EVIDENCE_MISSING",
    "EVIDENCE_MISSING",
  ],
  ["a rejection with its result", { ...TO_WORK, review_result: REJECTION }, undefined, undefined],
  [
    "a rejection with a review_ref of before there were results",
    { ...TO_WORK, review_ref: "PR-7" },
    "ROLLBACK_WITHOUT_REF",
    undefined,
  ],
  ["a rejection with nothing", TO_WORK, "ROLLBACK_WITHOUT_REF", "ROLLBACK_WITHOUT_REF"],
  ["a review that ends in a block", { ...TO_BLOCKED, review_result: REJECTION }, undefined, undefined],
  ["a review that ends in a block with nothing", TO_BLOCKED, "EVIDENCE_MISSING", "EVIDENCE_MISSING"],
  ["approved work done", { ...TO_DONE, evidence: { review: RESULT } }, undefined, undefined],
  [
    "approved work done, nobody knows where that stands",
    { ...TO_DONE, evidence: { review: { ...RESULT, reference: " " } } },
    "EVIDENCE_MISSING",
    "EVIDENCE_MISSING",
  ],
  ["approved work done without evidence", TO_DONE, "EVIDENCE_MISSING", "EVIDENCE_MISSING"],
  ["approved work sent back", { ...REOPENED, review_ref: "PR-7" }, undefined, undefined],
  ["approved work sent back without a review", REOPENED, "ROLLBACK_WITHOUT_REF", "ROLLBACK_WITHOUT_REF"],
  [
    "a review passed over",
    { from_lane: "for_review", to_lane: "approved", evidence: { review: RESULT } },
    "TRANSITION_ILLEGAL",
    "TRANSITION_ILLEGAL",
  ],
  ["a move to genesis", { to_lane: "genesis" }, "TRANSITION_ILLEGAL", "TRANSITION_ILLEGAL"],
];

describe("of the moves of nine lanes", () => {
  test.each(MOVES)("%s", async (_, parts, with_parents, without) => {
    const line_2 = (code: string | undefined) => (code === undefined ? [] : [`${code} 2`]);

    expect(codesAndLines(await findingsOfLog(afterSetUp(parts, true)))).toEqual(line_2(with_parents));
    expect(codesAndLines(await findingsOfLog(afterSetUp(parts, false)))).toEqual(line_2(without));
  });

  test("a broken rule is an error only of an event that names its parents", async () => {
    const severityOf = async (has_parents: boolean) =>
      (await findingsOfLog(afterSetUp(TO_WORK, has_parents))).map(({ severity }) => severity);

    expect(await severityOf(true)).toEqual(["error"]);
    expect(await severityOf(false)).toEqual(["warning"]);
  });

  test("a result that is not well formed is told with what is wrong", async () => {
    const [found] = await findingsOfLog(afterSetUp({ ...TO_WORK, review_result: { reviewer: "" } }, true));

    expect(found?.message).toBe(
      "WP01 in_review -> in_progress by claude: the review result is not well formed: " +
        "reviewer: must not be blank; verdict: missing; reference: missing",
    );
  });
});
