/** What is wrong with a workflow's table that has the right shape. */

import { isPlainName, NAME_RULE } from "./plain_name.ts";
import type { WorkflowTable } from "./workflow.ts";

/** A problem, and where in the table it is. */
export interface TableProblem {
  readonly path: readonly (string | number)[];
  /** The end of a sentence about that place. */
  readonly problem: string;
}

/**
 * Everything that keeps a table from being a workflow, or that its author can't have meant.
 *
 * @param taken names that other workflows have
 * @example tableProblems(table, []) // [{ path: ["pairs", 0, "to", 0], problem: '"dnoe" is no lane' }]
 */
export function tableProblems(table: WorkflowTable, taken: readonly string[]): TableProblem[] {
  const is_taken = taken.includes(table.name);
  return [
    ...(is_taken ? [{ path: ["name"], problem: `"${table.name}" is the name of another workflow` }] : []),
    ...laneProblems(table),
    ...pairProblems(table),
    ...aliasProblems(table),
  ];
}

function laneProblems({ lanes, unseeded }: WorkflowTable): TableProblem[] {
  const names = lanes.map(({ name }) => name);
  return names.flatMap((name, i) => {
    const path = ["lanes", i, "name"];
    if (names.indexOf(name) < i) return [{ path, problem: `"${name}" stands there twice` }];
    if (name !== unseeded) return [];
    return [{ path, problem: `"${name}" is what stands before the first lane, and can be none itself` }];
  });
}

function pairProblems({ lanes, unseeded, pairs }: WorkflowTable): TableProblem[] {
  const rows = new Map(lanes.map((lane) => [lane.name, lane]));
  const seen = new Set<string>();
  const problems: TableProblem[] = [];
  for (const [i, { from, to, rollback, rollback_needs_parents }] of pairs.entries()) {
    const note = (place: readonly (string | number)[], problem: string) =>
      problems.push({ path: ["pairs", i, ...place], problem });
    for (const [j, source] of from.entries()) {
      if (!rows.has(source) && source !== unseeded) note(["from", j], `"${source}" is no lane`);
      if (rows.get(source)?.terminal) note(["from", j], `"${source}" is terminal: only force leaves it`);
    }
    for (const [j, target] of to.entries()) {
      if (!rows.has(target)) note(["to", j], `"${target}" is no lane`);
    }
    for (const pair of from.flatMap((source) => to.map((target) => `${source} -> ${target}`))) {
      if (seen.has(pair)) note([], `${pair} stands there twice`);
      seen.add(pair);
    }
    if (rollback_needs_parents !== undefined && rollback === undefined) {
      note(["rollback_needs_parents"], "it says nothing without rollback");
    }
  }
  return problems;
}

function aliasProblems({ lanes, unseeded, aliases }: WorkflowTable): TableProblem[] {
  const names = new Set(lanes.map(({ name }) => name));
  return Object.entries(aliases).flatMap(([alias, lane]) => {
    const path = ["aliases", alias];
    if (names.has(alias) || alias === unseeded) return [{ path, problem: `"${alias}" is a lane already` }];
    if (alias !== alias.trim().toLowerCase()) {
      return [{ path, problem: "nobody can type it: what is typed is trimmed and put into lower case" }];
    }
    if (!isPlainName(alias)) return [{ path, problem: NAME_RULE }];
    return names.has(lane) ? [] : [{ path, problem: `"${lane}" is no lane` }];
  });
}
