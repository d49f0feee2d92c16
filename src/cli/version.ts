/** What `lane --version` says. */

import type { Outcome } from "../commands/outcome.ts";
import type { VersionData } from "../contract/about.ts";

// The build puts these in; a run from source has none.
declare const LANE_VERSION: string | undefined;
declare const LANE_COMMIT: string | undefined;

export const VERSION = typeof LANE_VERSION === "string" ? LANE_VERSION : "0.0.0-source";

export function versionOutcome(): Outcome {
  const commit = typeof LANE_COMMIT === "string" ? LANE_COMMIT : "unknown";
  return {
    ok: true,
    data: { version: VERSION, commit, bun: Bun.version } satisfies VersionData,
    warnings: [],
    text: () => `lane ${VERSION} (commit ${commit}, bun ${Bun.version})`,
  };
}
