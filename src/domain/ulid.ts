/** The text of a ULID whose parts are all given, so that the same parts give the same id everywhere. */

const CROCKFORD_BASE_32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS = 26;
const RANDOM_BYTES = 10;

/**
 * Writes a ULID: 48 bits of time, 80 bits that tell it from others of its millisecond.
 *
 * @param random its first ten bytes are taken
 * @example encodeUlid(0, new Uint8Array(10)) // "00000000000000000000000000"
 */
export function encodeUlid(time_ms: number, random: Uint8Array): string {
  let bits = BigInt(time_ms);
  for (const byte of random.subarray(0, RANDOM_BYTES)) bits = (bits << 8n) | BigInt(byte);
  const places = Array.from({ length: CHARACTERS }, (_, i) => BigInt(5 * (CHARACTERS - 1 - i)));
  return places.map((place) => CROCKFORD_BASE_32[Number((bits >> place) & 31n)]).join("");
}
