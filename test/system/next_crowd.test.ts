/** `lane next --claim` by a crowd, again and again: every claim goes to the one caller that was told so. */

import { expect, test } from "bun:test";
import { laneBeside } from "../support/lane.ts";
import { makeProject, pageText } from "../support/project.ts";

const ROUNDS = 20;
const CALLERS = 12;
const WPS = Array.from({ length: 40 }, (_, i) => `WP${String(i + 1).padStart(2, "0")}`);
const TIMEOUT_MS = 240_000;

test(
  `next --claim by ${CALLERS} processes on ${WPS.length} work packages, ${ROUNDS} times`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      using project = makeProject({
        files: Object.fromEntries(WPS.map((wp) => [`tasks/${wp}.md`, pageText("planned")])),
      });
      const callers = Array.from({ length: CALLERS }, (_, i) => claimAll(project.root, `agent-${i}`));
      const told = (await Promise.all(callers)).flat().sort();
      const recorded = project.events().map(({ wp_id, actor }) => `${wp_id} ${actor}`);
      expect(recorded.sort()).toEqual(told);
      expect(told.map((claim) => claim.slice(0, 4))).toEqual(WPS);
    }
  },
  TIMEOUT_MS,
);

/** What one caller is told that it has, until nothing is ready any more. */
async function claimAll(root: string, actor: string): Promise<string[]> {
  const claimed: string[] = [];
  for (;;) {
    const { code, json } = await laneBeside(root, `next --claim --actor ${actor} --json`);
    const { data, error } = json as { data?: { wp: string }; error?: { code: string } };
    if (data === undefined) {
      expect({ code, error: error?.code }).toEqual({ code: 1, error: "NOTHING_READY" });
      return claimed;
    }
    claimed.push(`${data.wp} ${actor}`);
  }
}
