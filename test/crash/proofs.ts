/** Every proof of survival, in the order in which they run. */

import { CRASH_CALLS } from "./crash_calls.ts";
import { CRASH_RANDOM } from "./crash_random.ts";
import { CROWD } from "./crowd.ts";
import { CROWD_FOREIGN } from "./crowd_foreign.ts";
import { CROWD_LOCK } from "./crowd_lock.ts";
import { DAMAGE } from "./damage.ts";
import { FAULTS } from "./faults.ts";
import { POWER_CUT } from "./power_cut.ts";
import type { Proof } from "./proof.ts";

export const PROOFS: readonly Proof[] = [
  CRASH_CALLS,
  CRASH_RANDOM,
  FAULTS,
  POWER_CUT,
  CROWD,
  CROWD_LOCK,
  CROWD_FOREIGN,
  DAMAGE,
];
