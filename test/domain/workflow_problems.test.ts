/** tableProblems(): what keeps a table of the right shape from being a workflow. */

import { describe, expect, test } from "bun:test";
import {
  defineWorkflow,
  KNOWN_WORKFLOWS,
  type Workflow,
  type WorkflowTable,
} from "../../src/domain/workflow.ts";
import { tableProblems } from "../../src/domain/workflow_problems.ts";

const TABLE: WorkflowTable = {
  name: "bakery",
  unseeded: "flour",
  lanes: [{ name: "dough" }, { name: "oven", active: true }, { name: "sold", terminal: true }],
  pairs: [
    { from: ["flour"], to: ["dough"], guards: [] },
    { from: ["dough"], to: ["oven"], guards: ["actor"] },
    { from: ["oven"], to: ["sold"], guards: ["reason"] },
  ],
  aliases: { bread: "sold" },
};

/** A workflow as the table that it was made from, one row a move. */
function tableOf({ moves, lanes, aliases, ...table }: Workflow): WorkflowTable {
  const pairs = [...moves.values()].flatMap((targets) =>
    [...targets.values()].map(({ from, to, guards, ...marks }) => ({
      from: [from],
      to: [to],
      guards: [...guards],
      ...marks,
    })),
  );
  return { ...table, lanes: [...lanes], aliases, pairs };
}

function told(parts: Partial<WorkflowTable>, taken: readonly string[] = []): string[] {
  return tableProblems({ ...TABLE, ...parts }, taken).map(
    ({ path, problem }) => `${path.join(".")}: ${problem}`,
  );
}

describe("tableProblems()", () => {
  test("finds none in a sound table, and none in those that are known", () => {
    expect(told({})).toEqual([]);
    for (const workflow of KNOWN_WORKFLOWS) expect(tableProblems(tableOf(workflow), [])).toEqual([]);
  });

  test.each<[string, Partial<WorkflowTable>, string]>([
    [
      "a lane twice",
      { lanes: [...TABLE.lanes, { name: "oven" }] },
      'lanes.3.name: "oven" stands there twice',
    ],
    [
      "a lane that is the start before the first",
      { unseeded: "dough", pairs: [] },
      'lanes.0.name: "dough" is what stands before the first lane, and can be none itself',
    ],
    [
      "a pair that leaves no lane",
      { pairs: [{ from: ["oven", "owen"], to: ["sold"], guards: [] }] },
      'pairs.0.from.1: "owen" is no lane',
    ],
    [
      "a pair that leads to no lane",
      { pairs: [{ from: ["oven"], to: ["gone"], guards: [] }] },
      'pairs.0.to.0: "gone" is no lane',
    ],
    [
      "a pair that leads to where nothing is seeded",
      { pairs: [{ from: ["oven"], to: ["flour"], guards: [] }] },
      'pairs.0.to.0: "flour" is no lane',
    ],
    [
      "a pair that leaves a terminal lane",
      { pairs: [{ from: ["sold"], to: ["oven"], guards: [] }] },
      'pairs.0.from.0: "sold" is terminal: only force leaves it',
    ],
    [
      "a pair twice",
      { pairs: [...TABLE.pairs, { from: ["oven"], to: ["sold"], guards: [] }] },
      "pairs.3: oven -> sold stands there twice",
    ],
    [
      "a mark of a rollback that is none",
      { pairs: [{ from: ["oven"], to: ["dough"], guards: [], rollback_needs_parents: true }] },
      "pairs.0.rollback_needs_parents: it says nothing without rollback",
    ],
    ["an alias of no lane", { aliases: { x: "gone" } }, 'aliases.x: "gone" is no lane'],
    ["an alias that is a lane", { aliases: { oven: "sold" } }, 'aliases.oven: "oven" is a lane already'],
    [
      "an alias that nobody can type",
      { aliases: { Oven: "oven" } },
      "aliases.Oven: nobody can type it: what is typed is trimmed and put into lower case",
    ],
  ])("finds %s", (_, parts, problem) => {
    expect(told(parts)).toEqual([problem]);
  });

  test("finds a name that is taken", () => {
    expect(told({}, ["bakery"])).toEqual(['name: "bakery" is the name of another workflow']);
  });

  test("leaves nothing to be found that defineWorkflow() would throw", () => {
    const words = ["dough", "oven", "sold", "flour", "gone"];
    for (const from of words) {
      for (const to of words) {
        const table = { ...TABLE, pairs: [{ from: [from], to: [to], guards: [] }] };
        if (tableProblems(table, []).length === 0) expect(() => defineWorkflow(table)).not.toThrow();
      }
    }
  });
});
