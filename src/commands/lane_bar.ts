/** How far a feature is, as a bar and in words. */

import type { LaneRow } from "../domain/workflow.ts";
import type { Style } from "./style.ts";

/** How many work packages are in a lane. */
export interface LaneCount {
  readonly lane: LaneRow;
  readonly count: number;
}

/** What a lane means for progress, in the order in which a bar shows it. */
const KINDS = [
  { is: (lane: LaneRow) => lane.finished, block: "█", ascii: "#", word: undefined },
  { is: (lane: LaneRow) => lane.review, block: "▓", ascii: "+", word: "in review" },
  { is: (lane: LaneRow) => lane.active, block: "▒", ascii: "=", word: "active" },
  { is: (lane: LaneRow) => lane.blocked, block: "╳", ascii: "!", word: "blocked" },
  { is: (lane: LaneRow) => !lane.terminal, block: "░", ascii: ".", word: undefined },
  { is: () => true, block: "·", ascii: "x", word: "given up" },
] as const;

type Kind = (typeof KINDS)[number];

/** How much is finished, of what is not given up. */
export function progressOf(counts: readonly LaneCount[]): { finished: number; total: number } {
  const finished = sum(counts.filter(({ lane }) => lane.finished));
  return { finished, total: sum(counts.filter(({ lane }) => lane.finished || !lane.terminal)) };
}

/**
 * A bar in which each lane has its share, in its colour; what it means can be told without
 * colour, by how dense it is.
 *
 * @example laneBar(counts, 8, style) // "███▓▒░░░"
 */
export function laneBar(counts: readonly LaneCount[], width_columns: number, style: Style): string {
  const parts = KINDS.flatMap((kind) =>
    counts.filter(({ lane }) => kindOf(lane) === kind).map((part) => ({ ...part, kind })),
  );
  const shares = sharesOf(
    parts.map(({ count }) => count),
    width_columns,
  );
  const texts = parts.map(({ lane, kind }, i) => {
    const cells = (style.unicode ? kind.block : kind.ascii).repeat(shares[i] ?? 0);
    return cells === "" ? "" : style.lane(lane, cells);
  });
  const rest = width_columns - shares.reduce((total, share) => total + share, 0);
  return texts.join("") + (rest === 0 ? "" : style.dim((style.unicode ? "·" : ".").repeat(rest)));
}

/** The same in words: `5/12 finished, 1 in review, 3 active`. */
export function progressText(counts: readonly LaneCount[]): string {
  const { finished, total } = progressOf(counts);
  const words = KINDS.flatMap((kind) => {
    const count = sum(counts.filter(({ lane }) => kindOf(lane) === kind));
    return kind.word === undefined || count === 0 ? [] : [`${count} ${kind.word}`];
  });
  return [`${finished}/${total} finished`, ...words].join(", ");
}

/**
 * So many cells shared out by counts: none is lost, and whatever is there has at least one
 * as long as there are enough.
 *
 * @returns one number for each count; all 0 when all counts are
 */
export function sharesOf(counts: readonly number[], cells: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.map((count) => (count === 0 ? 0 : Math.max(1, Math.floor((count / total) * cells))));
  if (total === 0) return shares;
  const there = [...counts.keys()].filter((i) => (counts[i] ?? 0) > 0);
  const lack = (i: number) => ((counts[i] ?? 0) / total) * cells - (shares[i] ?? 0);
  for (let left = cells - sumOf(shares); left !== 0; left = cells - sumOf(shares)) {
    const by_lack = there.toSorted((a, b) => lack(b) - lack(a));
    // The last cell of a share goes only where there are fewer cells than shares.
    const most = by_lack.findLast((i) => (shares[i] ?? 0) > 1) ?? by_lack.findLast((i) => shares[i] === 1);
    const i = left > 0 ? by_lack[0] : most;
    if (i === undefined) break;
    shares[i] = (shares[i] ?? 0) + Math.sign(left);
  }
  return shares;
}

function kindOf(lane: LaneRow): Kind {
  return KINDS.find(({ is }) => is(lane)) ?? KINDS[5];
}

function sum(counts: readonly LaneCount[]): number {
  return sumOf(counts.map(({ count }) => count));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
