/** `lane help lanes`. */

import { initialLane, KNOWN_WORKFLOWS, SEVEN_LANE } from "../domain/workflow.ts";
import {
  EVERY_MOVE_NEEDS,
  laneMeaning,
  movesOf,
  moveWords,
  OTHER_MOVES_NEED,
  STEPS_BACK_WIN,
} from "../domain/workflow_words.ts";
import type { Part } from "./topics.ts";

export async function laneParts(): Promise<readonly Part[]> {
  const workflow = SEVEN_LANE;
  const others = KNOWN_WORKFLOWS.filter((known) => known !== workflow).map(({ name }) => name);
  const moves = movesOf(workflow).map((move): [string, string] => {
    return [`${move.from} -> ${move.to}`, moveWords(move)];
  });
  const aliases = Object.entries(workflow.aliases).map(([alias, lane]) => `${alias} for ${lane}`);
  return [
    `A lane is the state of a work package. Each work package is in one lane at a time, and begins in ${initialLane(workflow)}. lane emit moves it to another one, and records who did it.`,
    `These are the lanes of the workflow ${workflow.name}, which holds where a project says nothing else.${others.length === 0 ? "" : ` There are also: ${others.join(", ")}.`} A project can have a workflow of its own, in a file that status.workflow in .kittify/config.yaml names. lane workflow shows the one of the feature that you are in.`,
    { terms: workflow.lanes.map((lane) => [lane.name, laneMeaning(workflow, lane)] as const) },
    ...(aliases.length === 0 ? [] : [`Other words that can be typed: ${aliases.join(", ")}.`]),
    { heading: "Moves, and what they need" },
    { terms: moves },
    `${EVERY_MOVE_NEEDS} ${OTHER_MOVES_NEED} ${STEPS_BACK_WIN}`,
  ];
}
