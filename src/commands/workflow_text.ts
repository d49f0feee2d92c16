/** A workflow for people: its lanes with what they mean, its moves with what they need. */

import type { Workflow } from "../domain/workflow.ts";
import {
  EVERY_MOVE_NEEDS,
  laneMeaning,
  movesOf,
  moveWords,
  OTHER_MOVES_NEED,
  STEPS_BACK_WIN,
} from "../domain/workflow_words.ts";
import { definitions, prose } from "./definitions.ts";
import { laneIn, type Style, safe } from "./style.ts";
import type { ChosenWorkflow } from "./workflow.ts";

/** The whole answer of `lane workflow --check` to a table that has nothing wrong. */
export function soundText(chosen: ChosenWorkflow, style: Style): string {
  const moves = movesOf(chosen.workflow).length;
  const count = `${countOf(chosen.workflow.lanes.length, "lane")}, ${countOf(moves, "move")}`;
  return `${headText(chosen, style)}\nNothing is wrong with it: ${count}.`;
}

/** The whole answer of `lane workflow`. */
export function workflowText(chosen: ChosenWorkflow, style: Style): string {
  const { workflow } = chosen;
  return [
    headText(chosen, style),
    "",
    ...tableText(workflow, style),
    "",
    ...notesOn(workflow).map((note) => prose(note, style)),
  ].join("\n");
}

function headText({ workflow, feature, is_in_project }: ChosenWorkflow, style: Style): string {
  const whose =
    feature !== undefined
      ? `the workflow of ${safe(feature)}`
      : is_in_project
        ? "the project's usual workflow: no feature is meant"
        : "the default workflow: there is no project here";
  return `${style.bold(safe(workflow.name))}  ${style.dim(whose)}`;
}

/** Its lanes and its moves. */
export function tableText(workflow: Workflow, style: Style): string[] {
  return [
    style.dim("LANES"),
    definitions(laneRows(workflow, style), style),
    "",
    style.dim("MOVES, AND WHAT THEY NEED"),
    definitions(moveRows(workflow, style), style),
  ];
}

function laneRows(workflow: Workflow, style: Style): [string, string][] {
  return workflow.lanes.map((lane) => {
    const aliases = Object.keys(workflow.aliases).filter((alias) => workflow.aliases[alias] === lane.name);
    const typed = aliases.length === 0 ? "" : `; can be typed as ${aliases.join(", ")}`;
    return [style.lane(lane), laneMeaning(workflow, lane) + typed];
  });
}

function moveRows(workflow: Workflow, style: Style): [string, string][] {
  return movesOf(workflow).map((move) => {
    return [
      `${style.lane(laneIn(workflow, move.from))} -> ${style.lane(laneIn(workflow, move.to))}`,
      moveWords(move),
    ];
  });
}

/** What holds beside the table. */
function notesOn(workflow: Workflow): string[] {
  const has_steps_back = movesOf(workflow).some(({ rollback }) => rollback !== undefined);
  return [EVERY_MOVE_NEEDS, OTHER_MOVES_NEED, ...(has_steps_back ? [STEPS_BACK_WIN] : [])];
}

function countOf(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
