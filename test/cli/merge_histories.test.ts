/** A few random histories, merged by real git; `test/system/` has many more of them. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { GIT_HISTORY, liveThroughAll } from "../support/git_histories.ts";

test("random histories of clones, merged by git in either order, give one state, and no event is lost", async () => {
  const histories = fc.sample(GIT_HISTORY, { seed: 11, numRuns: 8 });
  const counts = await liveThroughAll(histories, 4);
  // The seed is one that has something of everything.
  for (const [what, count] of Object.entries(counts))
    expect({ what, any: count > 0 }).toEqual({ what, any: true });
});
