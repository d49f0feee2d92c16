/** Random histories of 2 to 4 clones, merged by real git: one state in every order, and no event is lost. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { GIT_HISTORY, liveThroughAll } from "../support/git_histories.ts";

const HISTORIES = 200;

test(`${HISTORIES} random histories of clones, merged by git in either order, give one state, and no event is lost`, async () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`histories of seed ${seed}`);
  const counts = await liveThroughAll(fc.sample(GIT_HISTORY, { seed, numRuns: HISTORIES }), 4);
  console.log(JSON.stringify(counts));
  for (const [what, count] of Object.entries(counts))
    expect({ what, any: count > 0 }).toEqual({ what, any: true });
}, 600_000);
