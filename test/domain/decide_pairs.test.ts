import { describe, expect, test } from "bun:test";
import { appended, decided, EVERYTHING, inLane, refusalOf, untouched } from "../support/decisions.ts";

const LANES = ["planned", "claimed", "in_progress", "for_review", "done", "blocked", "canceled"];

// Written out by hand: the model's table, pair by pair.
const LEGAL = new Set([
  "planned -> claimed",
  "claimed -> in_progress",
  "in_progress -> for_review",
  "for_review -> done",
  "for_review -> in_progress",
  "in_progress -> planned",
  "planned -> blocked",
  "claimed -> blocked",
  "in_progress -> blocked",
  "for_review -> blocked",
  "blocked -> in_progress",
  "planned -> canceled",
  "claimed -> canceled",
  "in_progress -> canceled",
  "for_review -> canceled",
  "blocked -> canceled",
]);

const PAIRS = LANES.flatMap((from) => LANES.map((to) => ({ from, to, pair: `${from} -> ${to}` })));

test("the pairs of seven lanes are 49, and 16 of them are legal", () => {
  expect(PAIRS).toHaveLength(49);
  expect(PAIRS.filter(({ pair }) => LEGAL.has(pair))).toHaveLength(16);
});

describe("decide(), given everything that any guard could want,", () => {
  for (const { from, to, pair } of PAIRS.filter(({ pair }) => LEGAL.has(pair))) {
    test(`allows ${pair}`, () => {
      const event = appended(decided({ ...EVERYTHING, to_lane: to }, inLane(from)));

      expect(event).toMatchObject({ wp_id: "WP01", from_lane: from, to_lane: to, force: false });
    });
  }

  for (const { from, to, pair } of PAIRS.filter(({ pair }) => !LEGAL.has(pair))) {
    test(`refuses ${pair}`, () => {
      const refusal = refusalOf(decided({ ...EVERYTHING, to_lane: to }, inLane(from)));

      expect(refusal.code).toBe("ILLEGAL_TRANSITION");
      expect(refusal.details).toMatchObject({ from_lane: from, to_lane: to });
      expect(refusal.details?.allowed).toEqual(LANES.filter((lane) => LEGAL.has(`${from} -> ${lane}`)));
    });
  }

  for (const { from, to, pair } of PAIRS) {
    test(`allows ${pair} by force`, () => {
      const event = appended(
        decided({ actor: "claude", force: true, reason: "must", to_lane: to }, inLane(from)),
      );

      expect(event).toMatchObject({
        from_lane: from,
        to_lane: to,
        force: true,
        reason: "must",
        evidence: null,
      });
    });
  }
});

describe("decide() on a work package without events", () => {
  for (const to of LANES) {
    const pair = `planned -> ${to}`;
    test(`treats it as planned: ${pair}`, () => {
      const result = decided({ ...EVERYTHING, to_lane: to }, untouched());

      if (LEGAL.has(pair)) expect(appended(result)).toMatchObject({ from_lane: "planned", to_lane: to });
      else expect(refusalOf(result).code).toBe("ILLEGAL_TRANSITION");
    });
  }
});
