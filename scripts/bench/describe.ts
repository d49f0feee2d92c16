// What the bench found, as text for people.

import type { Measured, Spread } from "./measure.ts";
import type { Compared } from "./peers.ts";
import type { Row } from "./rows.ts";

/** `most`: the ratio that this form of the bench lets pass. */
export type Result = Omit<Row, "prepare"> & Measured & { most: number; ok: boolean };

type About = {
  machine: { cpu: string; cores: number; memory_bytes: number; os: string };
  bun: string;
  lane: string;
};

export function describeMachine({ machine, bun, lane }: About): string {
  const memory = `${(machine.memory_bytes / 2 ** 30).toFixed(0)} GiB`;
  return [
    `${machine.cpu}, ${machine.cores} cores, ${memory}, ${machine.os}; Bun ${bun}; ${lane}`,
    "ms: median of the best round (85 of 100 runs took no longer); MB: the most that one process held",
  ].join("\n");
}

export function describeResult({
  name,
  act,
  over,
  limit,
  runs,
  most,
  ok,
  ratio,
  rounds,
  peak_bytes,
}: Result): string {
  const best = rounds.find((round) => round.ratio === ratio);
  const ratios = rounds.map((round) => round.ratio.toFixed(2)).join(" ");
  const verdict = ratio <= limit ? "ok" : ok ? `over it, tolerated to ${most.toFixed(2)}` : "OVER THE LIMIT";
  return [
    `${name}: ${act}, over ${over}`,
    `  ${shown(best?.act, peak_bytes.act)} over ${shown(best?.over, peak_bytes.over)}`,
    `  ratio ${ratio.toFixed(2)}, limit ${limit}: ${verdict} (rounds of ${runs}: ${ratios})`,
  ].join("\n");
}

export function describePeers(peers: readonly Compared[]): string {
  return peers.map(describePeer).join("\n");
}

function describePeer(peer: Compared): string {
  if ("missing" in peer) return `${peer.name}: left out: ${peer.missing}`;
  const { name, version, change, ratio, crowd } = peer;
  const refusal = crowd.refusal === undefined ? "" : `, the first with: ${crowd.refusal}`;
  return [
    `${name} ${version}`,
    `  changes the state of one item of 50 in ${shownMs(change)} ms: ${ratio.toFixed(2)} times lane's`,
    `  8 processes change one item 5 times each: ${crowd.answered} answered with success, ${crowd.lost.length} of them lost; ${crowd.refused} refused${refusal}`,
  ].join("\n");
}

function shown(spread: Spread | undefined, peak_bytes: number): string {
  const ms = spread === undefined ? "?" : shownMs(spread);
  return `${ms} ms, ${(peak_bytes / 1e6).toFixed(0)} MB`;
}

function shownMs({ median_ms, p85_ms }: Spread): string {
  return `${median_ms.toFixed(1)} (${p85_ms.toFixed(1)})`;
}
