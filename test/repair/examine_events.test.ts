/** `examine()` on events that can be read, but break a rule, or that history passed over. */

import { describe, expect, test } from "bun:test";
import type { StatusEvent } from "../../src/domain/event.ts";
import type { FindingCode } from "../../src/domain/finding.ts";
import { briefly, errorsIn, findingsOfLog, idAt, LOG, oldLineAt } from "../support/checks.ts";
import { lineAt, SLUG } from "../support/project.ts";

const LANES = ["planned", "claimed", "in_progress", "for_review", "done", "blocked", "canceled"];

/** The pairs that the seven-lane workflow allows. */
const LEGAL = new Set(
  (
    "planned>claimed claimed>in_progress in_progress>for_review for_review>done for_review>in_progress " +
    "in_progress>planned planned>blocked claimed>blocked in_progress>blocked for_review>blocked " +
    "blocked>in_progress planned>canceled claimed>canceled in_progress>canceled for_review>canceled blocked>canceled"
  ).split(" "),
);

const APPROVED = { review: { reviewer: "ana", verdict: "approved", reference: "" } };

type Parts = Partial<StatusEvent>;

/** An event at minute 9 after one, forced, that led to where it leaves from. */
function afterSetUp(parts: Parts, has_parents: boolean): string {
  const set_up = { to_lane: parts.from_lane ?? "planned", force: true, reason: "set-up" };
  return has_parents
    ? lineAt(1, set_up) + lineAt(9, { ...parts, parent_event_ids: [idAt(1)] })
    : oldLineAt(1, set_up) + oldLineAt(9, parts);
}

describe("of every pair of lanes", () => {
  test.each([true, false])(
    "just the 16 legal ones are no TRANSITION_ILLEGAL (with parents: %p)",
    async (has_parents) => {
      const legal: string[] = [];
      for (const from_lane of LANES) {
        for (const to_lane of LANES) {
          const parts = { from_lane, to_lane, evidence: APPROVED, review_ref: "PR-7" };
          const found = await findingsOfLog(afterSetUp(parts, has_parents));
          if (found.length === 0) legal.push(`${from_lane}>${to_lane}`);
          else expect(found.map(({ code, line }) => `${code} ${line}`)).toEqual(["TRANSITION_ILLEGAL 2"]);
        }
      }
      expect(new Set(legal)).toEqual(LEGAL);
      expect(legal).toHaveLength(16);
    },
  );
});

const TO_DONE = { from_lane: "for_review", to_lane: "done" };
const BACK = { from_lane: "for_review", to_lane: "in_progress" };
const FORCED = { from_lane: "done", to_lane: "done", force: true };
const ASKED = { review: { reviewer: "ana", verdict: "changes_requested", reference: "" } };

const BROKEN: [FindingCode, string, Parts, string][] = [
  [
    "TRANSITION_ILLEGAL",
    "a leap",
    { to_lane: "done", evidence: APPROVED },
    "no workflow allows this move unless forced",
  ],
  ["EVIDENCE_MISSING", "no evidence", TO_DONE, "it carries no evidence of a review"],
  ["EVIDENCE_MISSING", "evidence of nothing", { ...TO_DONE, evidence: {} }, "review"],
  [
    "EVIDENCE_MISSING",
    "a rejection",
    { ...TO_DONE, evidence: ASKED },
    "the verdict of its evidence is changes_requested, not approved",
  ],
  ["FORCE_WITHOUT_AUDIT", "no reason", { ...FORCED, reason: null }, "it is forced without a reason"],
  [
    "FORCE_WITHOUT_AUDIT",
    "a blank reason",
    { ...FORCED, reason: " \u00a0" },
    "it is forced without a reason",
  ],
  [
    "FORCE_WITHOUT_AUDIT",
    "a blank actor",
    { ...FORCED, reason: "x", actor: " " },
    "it is forced without an actor",
  ],
  ["FORCE_WITHOUT_AUDIT", "neither", { ...FORCED, actor: {} }, "it is forced without an actor and a reason"],
  ["ROLLBACK_WITHOUT_REF", "no review_ref", BACK, "it sends work back without a review_ref"],
  [
    "ROLLBACK_WITHOUT_REF",
    "a blank one",
    { ...BACK, review_ref: "\t" },
    "it sends work back without a review_ref",
  ],
  ["EVENT_FIELD_INVALID", "a blank actor", { actor: " " }, "actor: it does not say who did it"],
  [
    "EVENT_FIELD_INVALID",
    "an actor without tool and role",
    { actor: { model: "x" } },
    "actor: it does not say",
  ],
];

describe.each(BROKEN)("%s, by %s", (code, _, parts, problem) => {
  test.each([
    [
      true,
      "error",
      `git log -S ${idAt(9)} -- kitty-specs/${SLUG}/status.events.jsonl names the commit that brought it; undo that commit, and make the move with lane emit`,
    ],
    [false, "warning", "none: history is not rewritten; the next event goes on from where it led"],
  ] as const)("with parents (%p) is an %s", async (has_parents, severity, remedy) => {
    const [found, ...others] = await findingsOfLog(afterSetUp(parts, has_parents));
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code,
      severity,
      file: LOG,
      line: 2,
      event_id: idAt(9),
      wp: "WP01",
      remedy,
    });
    expect(found?.message).toStartWith(
      `WP01 ${parts.from_lane ?? "planned"} -> ${parts.to_lane ?? "claimed"}`,
    );
    expect(found?.message).toContain(problem);
  });
});

test.each([
  ["a forced leap with actor and reason", { to_lane: "done", force: true, reason: "x" }],
  ["forced done without evidence", { ...TO_DONE, force: true, reason: "x" }],
  ["a forced step back without review_ref", { ...BACK, force: true, reason: "x" }],
  ["done with an approval", { ...TO_DONE, evidence: APPROVED }],
  ["done with an approval that says more", { ...TO_DONE, evidence: { ...APPROVED, more: 1 } }],
  ["a step back with review_ref", { ...BACK, review_ref: "PR-7" }],
  ["giving back without a reason", { from_lane: "in_progress", to_lane: "planned" }],
  ["an actor that is a role", { actor: { role: "implementer" } }],
])("%s breaks no rule", async (_, parts) => {
  expect(await findingsOfLog(afterSetUp(parts, true))).toEqual([]);
});

test("an event that breaks two rules gives both", async () => {
  const found = await findingsOfLog(afterSetUp({ ...TO_DONE, actor: "" }, true));
  expect(found.map(({ code, line }) => `${code} ${line}`)).toEqual([
    "EVENT_FIELD_INVALID 2",
    "EVIDENCE_MISSING 2",
  ]);
});

test("a broken rule is told of each event, in the order of lines", async () => {
  const leap = (minute: number, wp_id: string) => lineAt(minute, { wp_id, to_lane: "for_review" });
  const found = errorsIn(await findingsOfLog(leap(3, "WP02") + leap(1, "WP01") + leap(2, "WP03")));
  expect(found.map(({ line, wp }) => `${line} ${wp}`)).toEqual(["1 WP02", "2 WP01", "3 WP03"]);
});

describe("PARENT_UNKNOWN", () => {
  const begin = (...parent_event_ids: string[]) =>
    lineAt(5, { from_lane: "claimed", to_lane: "in_progress", parent_event_ids });
  const of = async (log: string) =>
    (await findingsOfLog(log)).filter(({ code }) => code === "PARENT_UNKNOWN");

  test.each([
    ["is nowhere", idAt(4), ""],
    [
      "is later",
      idAt(6),
      lineAt(6, { from_lane: "in_progress", to_lane: "for_review", parent_event_ids: [idAt(5)] }),
    ],
    ["is the event itself", idAt(5), ""],
    ["is of another work package", idAt(4), lineAt(4, { wp_id: "WP02" })],
  ])("is a warning where a parent %s", async (_, parent, more) => {
    const found = await of(lineAt(1) + begin(idAt(1), parent) + more);
    expect(found).toEqual([
      {
        code: "PARENT_UNKNOWN",
        severity: "warning",
        file: LOG,
        line: 2,
        event_id: idAt(5),
        wp: "WP01",
        message: `WP01 claimed -> in_progress by claude builds on ${parent}, which is no earlier event of WP01 here`,
        remedy: "if a commit with that event was left behind (a revert, a cherry-pick), merge it",
      },
    ]);
  });

  test("is not told where the parent stands below, in whatever line", async () => {
    expect(await of(begin(idAt(1)) + lineAt(1))).toEqual([]);
  });
});

test("DISCONTINUITY: an older event that leaves a lane where nothing had led is a warning", async () => {
  const found = await findingsOfLog(
    oldLineAt(1) + oldLineAt(2, { from_lane: "for_review", to_lane: "blocked" }),
  );
  expect(found).toEqual([
    {
      code: "DISCONTINUITY",
      severity: "warning",
      file: LOG,
      line: 2,
      event_id: idAt(2),
      wp: "WP01",
      message: "WP01 for_review -> blocked by claude leaves for_review, where nothing had led",
      remedy: `none is needed; lane show WP01 --feature ${SLUG} tells more`,
    },
  ]);
});

test("EVENT_SUPERSEDED: of two claims that did not know of each other the earlier is told, by which it lost", async () => {
  const found = await findingsOfLog(lineAt(1, { actor: "ana" }) + lineAt(2, { actor: "bob" }));
  expect(found).toEqual([
    {
      code: "EVENT_SUPERSEDED",
      severity: "information",
      file: LOG,
      line: 1,
      event_id: idAt(1),
      wp: "WP01",
      message: `WP01 planned -> claimed by ana takes no effect: it did not know of WP01 planned -> claimed by bob (${idAt(2)}), which overruled it`,
      remedy: `none is needed; lane show WP01 --feature ${SLUG} tells more`,
    },
  ]);
});

test("EVENT_SUPERSEDED: done beside a rollback is told on the line where done stands", async () => {
  const review = lineAt(1, { to_lane: "for_review", force: true, reason: "set-up" });
  const done = lineAt(3, { ...TO_DONE, evidence: APPROVED, parent_event_ids: [idAt(1)] });
  const back = lineAt(2, { ...BACK, review_ref: "PR-7", parent_event_ids: [idAt(1)] });
  for (const [log, line] of [
    [review + back + done, 3],
    [done + back + review, 1],
  ] as const) {
    expect(briefly(await findingsOfLog(log))).toEqual([
      { code: "EVENT_SUPERSEDED", severity: "information", file: LOG, line, event_id: idAt(3), wp: "WP01" },
    ]);
  }
});

test("an actor's name in a finding is cut to sixty characters, and shows what is invisible", async () => {
  const [found] = await findingsOfLog(
    afterSetUp({ to_lane: "done", actor: `\u001b[31m${"x".repeat(200)}` }, true),
  );
  expect(found?.message).toBe(
    `WP01 planned -> done by \\u001b[31m${"x".repeat(55)}: no workflow allows this move unless forced`,
  );
});
