/** `lane --licenses`: under which licences lane and the parts inside the executable are. */

import type { LicensesData } from "../contract/about.ts";
import { VERSION } from "../domain/build.ts";
import type { Outcome } from "./outcome.ts";

/** A piece of software with its licence. */
export type Licensed = LicensesData["licenses"][number];

// The build puts them in, as JSON; a run from source has none.
declare const LANE_LICENSES: string | undefined;

export function licensesOutcome(): Outcome {
  const data: LicensesData = {
    licenses: typeof LANE_LICENSES === "string" ? JSON.parse(LANE_LICENSES) : SOURCE_ONLY,
  };
  return { ok: true, data, warnings: [], text: () => licensesText(data.licenses) };
}

/** All licences, one below the other, each under a line that says whose it is. */
export function licensesText(licenses: readonly Licensed[]): string {
  return licenses
    .map(({ name, version, license, text }) => {
      const title = `${name} ${version}: ${license}`;
      return `${title}\n${"=".repeat(title.length)}\n\n${text.trim()}`;
    })
    .join("\n\n\n");
}

const SOURCE_ONLY: readonly Licensed[] = [
  {
    name: "lanekeeper",
    version: VERSION,
    license: "MIT",
    text: "Run from source: lane's licence is the file LICENSE there, and those of the packages lie in node_modules.",
  },
];
