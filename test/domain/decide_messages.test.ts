import { describe, expect, test } from "bun:test";
import { decide } from "../../src/domain/decide.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import {
  APPROVED,
  aRequest,
  decided,
  EVERYTHING,
  inLane,
  refusalOf,
  STAMP,
  untouched,
} from "../support/decisions.ts";
import { eventId } from "../support/events.ts";

const LANES = SEVEN_LANE.lanes.map(({ name }) => name);

describe("decide() says, word for word,", () => {
  test("what would work instead of an illegal move, and the first step towards it", () => {
    const refusal = refusalOf(decided({ to_lane: "done" }, untouched()));

    expect(refusal.message).toBe(
      "WP01: cannot move planned -> done: no such transition. From planned: claimed, blocked, canceled",
    );
    expect(refusal.hint).toBe("lane emit WP01 --to claimed --actor claude");
  });

  test("that nothing follows a terminal lane", () => {
    const refusal = refusalOf(decided({ to_lane: "in_progress" }, inLane("done")));

    expect(refusal.message).toBe(
      "WP01: cannot move done -> in_progress: no such transition. From done: nothing, work there is over",
    );
    expect(refusal.hint).toBe("lane show WP01");
  });

  test("that the same actor moved it there before: a lost answer, asked again", () => {
    const refusal = refusalOf(decided({ to_lane: "claimed" }, inLane("claimed")));

    expect(refusal.code).toBe("ILLEGAL_TRANSITION");
    expect(refusal.message).toBe(
      `WP01: it is already in claimed: claude moved it there 60 min ago (event ${eventId(1)})`,
    );
    expect(refusal.details).toMatchObject({ last_event_id: eventId(1) });
  });

  test("that a lane does not lead to itself, when somebody else moved it there", () => {
    const refusal = refusalOf(decided({ actor: "ana", to_lane: "claimed" }, inLane("claimed")));

    expect(refusal.message).toBe(
      "WP01: cannot move claimed -> claimed: no such transition. From claimed: in_progress, blocked, canceled",
    );
  });

  test("which evidence done wants, as a command", () => {
    const refusal = refusalOf(decided({ actor: "ana k", to_lane: "done" }, inLane("for_review")));

    expect(refusal.message).toBe(
      "WP01: cannot move for_review -> done: it needs evidence of an approved review",
    );
    expect(refusal.hint).toBe(
      "lane emit WP01 --to done --actor 'ana k' --reviewer <who> --reference <where>",
    );
  });

  test("which way a rejection goes", () => {
    const evidence = { review: { ...APPROVED.review, verdict: "changes_requested" } };

    const refusal = refusalOf(decided({ evidence, to_lane: "done" }, inLane("for_review")));

    expect(refusal.message).toBe(
      "WP01: cannot move for_review -> done: the evidence's verdict is changes_requested; it needs approved",
    );
    expect(refusal.hint).toBe("lane emit WP01 --to in_progress --actor claude --review-ref <where>");
  });

  test("what a rollback and a step back to planned need", () => {
    const rollback = refusalOf(decided({ to_lane: "doing" }, inLane("for_review")));
    const unplanned = refusalOf(decided({ to_lane: "planned" }, inLane("in_progress")));

    expect(rollback.message).toBe(
      "WP01: cannot move for_review -> in_progress: it needs a reference to the review that sends it back",
    );
    expect(rollback.hint).toBe("lane emit WP01 --to in_progress --actor claude --review-ref <where>");
    expect(unplanned.message).toBe("WP01: cannot move in_progress -> planned: it needs a reason");
    expect(unplanned.hint).toBe("lane emit WP01 --to planned --actor claude --reason <why>");
  });

  test("which lanes there are, with what was typed made visible", () => {
    const refusal = refusalOf(decided({ to_lane: "do\u001b[31mne" }, untouched()));

    expect(refusal.message).toBe('WP01: no lane is called "do\\u001b[31mne"');
    expect(refusal.hint).toBe(`the lanes of seven-lane are ${LANES.join(", ")}`);
  });
});

describe("decide() never hints at force,", () => {
  const WANTING = [
    { what: "an actor alone", request: {}, facts: { workspace_context: null, unchecked_subtasks: ["T001"] } },
    { what: "everything", request: EVERYTHING, facts: {} },
    { what: "force without a reason", request: { force: true }, facts: {} },
    { what: "an expectation that fails", request: { if_event: eventId(555) }, facts: {} },
  ];

  for (const { what, request, facts } of WANTING) {
    test(`whatever the pair, given ${what}`, () => {
      const answers = LANES.flatMap((from) =>
        LANES.map((to_lane) => decide(aRequest({ ...request, to_lane }), inLane(from, facts), STAMP)),
      );

      const hints = answers.flatMap((answer) => (answer.ok ? [] : [answer.refusal.hint ?? ""]));

      expect(hints.length).toBeGreaterThan(0);
      expect(hints.filter((hint) => /--force|--apply|delete|remove/.test(hint))).toEqual([]);
    });
  }

  test("and hints at a legal step wherever it hints at a command that moves", () => {
    for (const from of LANES) {
      for (const to_lane of LANES) {
        const answer = decided({ ...EVERYTHING, actor: "ana", to_lane }, inLane(from));
        const target = /^lane emit WP01 --to (\w+)/.exec(answer.ok ? "" : (answer.refusal.hint ?? ""))?.[1];
        if (target === undefined) continue;

        expect(decided({ ...EVERYTHING, actor: "ana", to_lane: target }, inLane(from)).ok).toBe(true);
      }
    }
  });
});
