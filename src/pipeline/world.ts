/** The clock and the randomness that real runs use; tests bring their own. */

import { ulid } from "ulid";
import type { Stamp } from "../domain/decide.ts";

/** The machine's clock, read when a decision is made, and ids with real randomness. */
export const REAL_STAMP: Stamp = {
  get now_us() {
    return Date.now() * 1000;
  },
  newEventId: (time_ms) => ulid(time_ms, randomFraction),
};

/** A random number from 0 up to, but not including, 1. */
function randomFraction(): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value / 2 ** 32;
}
