// Counts a number in a file up, under a feature's lock. Started by a test, many at once.
// Arguments: the lock file, its base, the file with the number, how often.

import { readFileSync, writeFileSync } from "node:fs";
import { ok } from "../../src/domain/refusal.ts";
import { withFeatureLock } from "../../src/store/feature_lock.ts";

const [path = "", base = "", counter = "", times] = process.argv.slice(2);
for (let i = 0; i < Number(times); i++) {
  const counted = await withFeatureLock({ path, base }, 30_000, () => {
    const count = Number(readFileSync(counter, "utf8"));
    Bun.sleepSync(0.2); // somebody else would read the same number now
    writeFileSync(counter, String(count + 1));
    return ok(undefined);
  });
  if (!counted.ok) throw new Error(counted.refusal.message);
}
