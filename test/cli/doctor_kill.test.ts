/** A killed repair leaves the old log or the mended one; `npm run test:system` kills more often. */

import { expect, test } from "bun:test";
import { killRepairs } from "../support/killed_repairs.ts";

test.skipIf(process.platform === "win32")(
  "doctor --fix --apply killed at ten moments leaves the old log or the mended one, and the next run finishes",
  async () => {
    const { old, mended } = await killRepairs(10, 500);
    expect(old + mended).toBe(10);
  },
);
