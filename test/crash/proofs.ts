/** Every proof of survival, in the order in which they run. */

import { CRASH_CALLS } from "./crash_calls.ts";
import type { Proof } from "./proof.ts";

export const PROOFS: readonly Proof[] = [CRASH_CALLS];
