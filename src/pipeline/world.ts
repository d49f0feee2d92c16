/** The clock and the randomness that real runs use; tests bring their own. */

import { ulid } from "ulid";
import type { Stamp } from "../domain/decide.ts";

/** The machine's clock, read when a decision is made, and ids with real randomness. */
export const REAL_STAMP: Stamp = {
  get now_us() {
    return Date.now() * 1000;
  },
  newEventId(time_ms) {
    const random = crypto.getRandomValues(new Uint8Array(RANDOM_CHARACTERS));
    let drawn = 0;
    return ulid(time_ms, () => (random[drawn++ % RANDOM_CHARACTERS] ?? 0) / 256);
  },
};

/** How many of a ULID's characters are random; each takes one number below 1. */
const RANDOM_CHARACTERS = 16;
