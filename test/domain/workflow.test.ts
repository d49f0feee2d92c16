import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import {
  defineWorkflow,
  findMove,
  firstStepTowards,
  initialLane,
  isRollback,
  KNOWN_VOCABULARY,
  KNOWN_WORKFLOWS,
  legalTargets,
  resolveLane,
  SEVEN_LANE,
  type Workflow,
  type WorkflowTable,
} from "../../src/domain/workflow.ts";
import { WorkflowSchema } from "../../src/domain/workflow_schema.ts";

const HOSTILE = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "",
  " ",
  "planned\u0000",
];

/** A workflow as the table that it was made from, one row a move. */
function tableOf({ name, lanes, aliases, moves }: Workflow): WorkflowTable {
  const pairs = [...moves.values()].flatMap((targets) =>
    [...targets.values()].map(({ from, to, guards, rollback }) => ({
      from: [from],
      to: [to],
      guards: [...guards],
      ...(rollback && { rollback }),
    })),
  );
  return { name, lanes: [...lanes], aliases, pairs };
}

describe("every known workflow", () => {
  for (const workflow of KNOWN_WORKFLOWS) {
    test(`${workflow.name} passes WorkflowSchema`, () => {
      const parsed = v.safeParse(WorkflowSchema, tableOf(workflow));

      expect(parsed.issues ?? []).toEqual([]);
    });

    test(`${workflow.name} leaves no terminal lane, and gets out of every other`, () => {
      for (const { name, terminal } of workflow.lanes) {
        expect(legalTargets(workflow, name).length === 0).toBe(terminal === true);
      }
    });

    test(`${workflow.name} reaches every lane from its first`, () => {
      const first = initialLane(workflow);
      const others = workflow.lanes.map(({ name }) => name).filter((name) => name !== first);

      expect(others.filter((lane) => firstStepTowards(workflow, first, lane) === undefined)).toEqual([]);
    });
  }
});

describe("SEVEN_LANE", () => {
  test("has the model's lanes in display order", () => {
    expect(SEVEN_LANE.lanes.map(({ name }) => name)).toEqual([
      "planned",
      "claimed",
      "in_progress",
      "for_review",
      "done",
      "blocked",
      "canceled",
    ]);
  });

  test("ends in done and canceled, and only done is finished", () => {
    expect(SEVEN_LANE.lanes.filter(({ terminal }) => terminal).map(({ name }) => name)).toEqual([
      "done",
      "canceled",
    ]);
    expect(SEVEN_LANE.lanes.filter(({ finished }) => finished).map(({ name }) => name)).toEqual(["done"]);
  });

  test("knows in which lanes somebody is at work, has to look, or is held up", () => {
    const marked = (mark: "active" | "review" | "blocked") =>
      SEVEN_LANE.lanes.filter((lane) => lane[mark]).map(({ name }) => name);

    expect(marked("active")).toEqual(["claimed", "in_progress"]);
    expect(marked("review")).toEqual(["for_review"]);
    expect(marked("blocked")).toEqual(["blocked"]);
  });

  test("guards what the model guards", () => {
    const guarded = tableOf(SEVEN_LANE).pairs.filter(({ guards }) => guards.length > 0);

    expect(Object.fromEntries(guarded.map(({ from, to, guards }) => [`${from} -> ${to}`, guards]))).toEqual({
      "planned -> claimed": ["actor"],
      "claimed -> in_progress": ["workspace_context"],
      "in_progress -> for_review": ["subtasks_complete", "implementation_evidence"],
      "for_review -> done": ["approved_evidence"],
      "for_review -> in_progress": ["review_ref"],
      "in_progress -> planned": ["reason"],
    });
  });
});

describe("resolveLane()", () => {
  test("trims, folds case and resolves aliases", () => {
    for (const typed of ["in_progress", "doing", " DOING\n", "In_Progress"]) {
      expect(resolveLane(SEVEN_LANE, typed)).toBe("in_progress");
    }
  });

  test("knows no lane by the name of an object's own machinery", () => {
    for (const typed of HOSTILE) expect(resolveLane(SEVEN_LANE, typed)).toBeUndefined();
  });
});

describe("findMove(), legalTargets() and firstStepTowards()", () => {
  test("find nothing for lanes that there are not", () => {
    for (const lane of HOSTILE) {
      expect(findMove(SEVEN_LANE, lane, "planned")).toBeUndefined();
      expect(findMove(SEVEN_LANE, "planned", lane)).toBeUndefined();
      expect(legalTargets(SEVEN_LANE, lane)).toEqual([]);
      expect(firstStepTowards(SEVEN_LANE, "planned", lane)).toBeUndefined();
      expect(firstStepTowards(SEVEN_LANE, lane, "done")).toBeUndefined();
    }
  });

  test("give targets in display order", () => {
    expect(legalTargets(SEVEN_LANE, "in_progress")).toEqual(["planned", "for_review", "blocked", "canceled"]);
    expect(legalTargets(SEVEN_LANE, "done")).toEqual([]);
  });

  test("give the first step of a shortest way", () => {
    expect(firstStepTowards(SEVEN_LANE, "planned", "done")).toBe("claimed");
    expect(firstStepTowards(SEVEN_LANE, "planned", "canceled")).toBe("canceled");
    expect(firstStepTowards(SEVEN_LANE, "blocked", "claimed")).toBe("in_progress");
    expect(firstStepTowards(SEVEN_LANE, "done", "planned")).toBeUndefined();
  });

  test("give no step from a lane to itself: the way around is nobody's wish", () => {
    for (const { name } of SEVEN_LANE.lanes) expect(firstStepTowards(SEVEN_LANE, name, name)).toBeUndefined();
  });
});

describe("isRollback()", () => {
  const back = { from_lane: "for_review", to_lane: "in_progress" };

  test("marks a step back from review that names its review, and nothing else", () => {
    expect(isRollback(KNOWN_VOCABULARY, { ...back, review_ref: "PR-7" })).toBe(true);
    for (const review_ref of [null, "", "  "]) {
      expect(isRollback(KNOWN_VOCABULARY, { ...back, review_ref })).toBe(false);
    }
    const unplanned = { from_lane: "in_progress", to_lane: "planned", review_ref: "PR-7" };
    expect(isRollback(KNOWN_VOCABULARY, unplanned)).toBe(false);
  });
});

describe("defineWorkflow()", () => {
  const table: WorkflowTable = { name: "t", lanes: [{ name: "a" }, { name: "b" }], pairs: [], aliases: {} };

  test("refuses a pair or an alias that names no lane, and a pair that stands there twice", () => {
    const pair = (from: string, to: string) => ({ from: [from], to: [to], guards: [] });
    expect(() => defineWorkflow({ ...table, pairs: [pair("x", "b")] })).toThrow('"x"');
    expect(() => defineWorkflow({ ...table, pairs: [pair("a", "x")] })).toThrow('"x"');
    expect(() => defineWorkflow({ ...table, pairs: [pair("a", "b"), pair("a", "b")] })).toThrow("twice");
    expect(() => defineWorkflow({ ...table, aliases: { x: "c" } })).toThrow('"c"');
  });

  test("WorkflowSchema refuses lane names that YAML would read as something else than text", () => {
    for (const name of ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "1st", "a-b", "A", ""]) {
      expect(v.safeParse(WorkflowSchema, { ...table, lanes: [{ name }] }).success).toBe(false);
    }
  });
});
