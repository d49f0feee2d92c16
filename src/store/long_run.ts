/** For runs that go over much: the compiler that short runs hold back. */

/**
 * Says that this run will be a long one. The executable starts with a compiler that holds
 * back, which suits runs of a few milliseconds; from here on hot code is compiled as usual.
 */
export function expectLongRun(): void {
  Bun.unsafe.setJITPolicy(1);
}
