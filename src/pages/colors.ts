/**
 * The colours of a page, for light and dark: apart for eyes that confuse red and green, each
 * with a contrast of at least 3 to 1 to what it stands on, text of at least 4.5 to 1.
 */

import type { Stage } from "../domain/flow_wp.ts";

/** A lane and what it stands for. */
export interface LaneStage {
  readonly lane: string;
  readonly stage: Stage;
}

/** Each colour's name, how it is in light, and in dark. */
export const COLORS: Readonly<Record<string, readonly [string, string]>> = {
  paper: ["#fbfbf9", "#14171a"],
  card: ["#ffffff", "#1c2024"],
  ink: ["#1d2126", "#e8eaed"],
  quiet: ["#565d66", "#a5adb6"],
  rule: ["#dcdfe2", "#343a41"],
  accent: ["#0b5fa5", "#6db3ee"],
  bar: ["#0b5fa5", "#4a93d9"],
  late: ["#b4540a", "#f0994d"],
  wip1: ["#3d8fc7", "#8fcdf5"],
  wip2: ["#0b5fa5", "#4a93d9"],
  wip3: ["#9a4a8b", "#d28cc4"],
  wip4: ["#b4540a", "#f0994d"],
  wip5: ["#8a6d00", "#d9b93b"],
  wip6: ["#5a5fa8", "#a3a7ea"],
  finished1: ["#00795c", "#35b890"],
  finished2: ["#3f9277", "#86dabd"],
  waiting: ["#878e96", "#767f88"],
  given_up: ["#6a6f76", "#959ca4"],
};

/** The same as declarations of a style sheet. */
export function colorDeclarations(is_dark: boolean): string {
  return Object.entries(COLORS)
    .map(([name, [light, dark]]) => `--${name.replaceAll("_", "-")}:${is_dark ? dark : light}`)
    .join(";");
}

/** A lane's colour: by what it stands for, those of work in progress in turn. */
export function laneColor(lanes: readonly LaneStage[], lane: string): string {
  const stage = lanes.find((one) => one.lane === lane)?.stage ?? "wip";
  const place = lanes.filter((one) => one.stage === stage).findIndex((one) => one.lane === lane);
  const name = stage === "given_up" ? "given-up" : stage;
  const count = { wip: 6, finished: 2, waiting: 0, given_up: 0 }[stage];
  return count === 0 ? `var(--${name})` : `var(--${name}${(Math.max(0, place) % count) + 1})`;
}
