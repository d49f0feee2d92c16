/** A workflow as a Mermaid state diagram, for pages that draw such. */

import { initialLane, type Lane, type Move, type Workflow } from "../domain/workflow.ts";
import { movesOf } from "../domain/workflow_words.ts";

/**
 * The text of a `stateDiagram-v2`: lanes as states, moves as arrows with what they need.
 *
 * @example workflowDiagram(SEVEN_LANE) // "stateDiagram-v2\n    [*] --> planned\n …"
 */
export function workflowDiagram(workflow: Workflow): string {
  const final = workflow.lanes.filter((lane) => lane.terminal);
  const lines = [
    ...workflow.lanes.flatMap(({ name }) => (isReserved(name) ? [`state "${name}" as ${idOf(name)}`] : [])),
    `[*] --> ${idOf(initialLane(workflow))}`,
    ...movesOf(workflow).map(arrow),
    ...final.map(({ name }) => `${idOf(name)} --> [*]`),
  ];
  return ["stateDiagram-v2", ...lines.map((line) => `    ${line}`)].join("\n");
}

function arrow({ from, to, guards, rollback }: Move): string {
  const needs = guards.filter((guard) => guard !== "actor").map((guard) => guard.replaceAll("_", " "));
  const label = [...needs, ...(rollback === "always" ? ["step back"] : [])].join(", ");
  return `${idOf(from)} --> ${idOf(to)}${label === "" ? "" : ` : ${label}`}`;
}

// A lane's name is letters, digits and underscores; these alone mean something else to Mermaid.
const RESERVED = /^(?:class|classdef|click|constructor|default|href|note|root|scale|state|style)$/;

function isReserved(lane: Lane): boolean {
  return RESERVED.test(lane);
}

/** No lane's name has a capital letter, so no other lane has this id. */
function idOf(lane: Lane): string {
  return isReserved(lane) ? `Lane_${lane}` : lane;
}
