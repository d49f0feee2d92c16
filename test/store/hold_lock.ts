// Holds a feature's lock until stdin ends, and says so. Started by tests as another process.
// Arguments: the lock file, its base, and, to start a child that outlives the holder, "with-child".

import { readSync, writeSync } from "node:fs";
import { ok } from "../../src/domain/refusal.ts";
import { withFeatureLock } from "../../src/store/feature_lock.ts";

const [path = "", base = "", child] = process.argv.slice(2);
const held = await withFeatureLock({ path, base }, 10_000, () => {
  const sleeper = child === "with-child" ? Bun.spawn(["sleep", "60"]) : undefined;
  writeSync(1, `held ${sleeper?.pid ?? 0}\n`);
  readSync(0, new Uint8Array(1));
  return ok(undefined);
});
writeSync(1, held.ok ? "released\n" : `${held.refusal.code}\n`);
process.exit();
