// `lane doctor --fix --apply` killed at fifty moments on a large log.

import { expect, test } from "bun:test";
import { killRepairs } from "../support/killed_repairs.ts";

test("doctor --fix --apply killed fifty times leaves the old log or the mended one, with a whole copy", async () => {
  const outcomes = await killRepairs(50, 3000);
  console.log(`killed 50 times: ${JSON.stringify(outcomes)}`);
  expect(outcomes.old).toBeGreaterThan(0);
  expect(outcomes.mended).toBeGreaterThan(0);
});
