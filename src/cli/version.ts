/** What `lane --version` says. */

import type { Outcome } from "../commands/outcome.ts";
import type { VersionData } from "../contract/about.ts";
import { COMMIT, VERSION } from "../domain/build.ts";

/** The same for people. */
export const VERSION_LINE = `lane ${VERSION} (commit ${COMMIT}, bun ${Bun.version})`;

export function versionOutcome(): Outcome {
  return {
    ok: true,
    data: { version: VERSION, commit: COMMIT, bun: Bun.version } satisfies VersionData,
    warnings: [],
    text: () => VERSION_LINE,
  };
}
