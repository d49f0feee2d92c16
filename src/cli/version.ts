/** What `lane --version` says. */

import type { Outcome } from "../commands/outcome.ts";
import type { VersionData } from "../contract/about.ts";
import { COMMIT, VERSION } from "../domain/build.ts";

export function versionOutcome(): Outcome {
  return {
    ok: true,
    data: { version: VERSION, commit: COMMIT, bun: Bun.version } satisfies VersionData,
    warnings: [],
    text: () => `lane ${VERSION} (commit ${COMMIT}, bun ${Bun.version})`,
  };
}
