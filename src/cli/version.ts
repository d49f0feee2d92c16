/** What `lane --version` says. */

import type { Outcome } from "../commands/outcome.ts";

// The build puts these in; a run from source has none.
declare const LANE_VERSION: string | undefined;
declare const LANE_COMMIT: string | undefined;

export function versionOutcome(): Outcome {
  const version = typeof LANE_VERSION === "string" ? LANE_VERSION : "0.0.0-source";
  const commit = typeof LANE_COMMIT === "string" ? LANE_COMMIT : "unknown";
  return {
    ok: true,
    data: { version, commit, bun: Bun.version },
    warnings: [],
    text: () => `lane ${version} (commit ${commit}, bun ${Bun.version})`,
  };
}
