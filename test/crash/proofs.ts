/** Every proof of survival, in the order in which they run. */

import type { Proof } from "./proof.ts";

export const PROOFS: readonly Proof[] = [];
