/** Every proof of survival, in the order in which they run. */

import { CRASH_CALLS } from "./crash_calls.ts";
import { CRASH_RANDOM } from "./crash_random.ts";
import { damage } from "./damage.ts";
import { faults } from "./faults.ts";
import { powerCut } from "./power_cut.ts";
import type { Proof } from "./proof.ts";

export const PROOFS: readonly Proof[] = [CRASH_CALLS, CRASH_RANDOM, faults, powerCut, damage];
