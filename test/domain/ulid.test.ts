import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeTime, encodeTime } from "ulid";
import { EVENT_ID } from "../../src/domain/identifiers.ts";
import { END_OF_TIME_US } from "../../src/domain/time.ts";
import { encodeUlid } from "../../src/domain/ulid.ts";

const TIME_MS = fc.integer({ min: 0, max: END_OF_TIME_US / 1000 - 1 });
const RANDOM = fc.uint8Array({ minLength: 10, maxLength: 10 });

test.each([
  [0, "00".repeat(10), "00000000000000000000000000"],
  [0, "00000000000000000001", "00000000000000000000000001"],
  [1, "ff".repeat(10), "0000000001ZZZZZZZZZZZZZZZZ"],
  // The example of the ULID specification's own time part.
  [1469918176385, "8000000000000000001f", "01ARYZ6S41G00000000000000Z"],
])("encodeUlid() writes time %d and %s as %s", (time_ms, random, id) => {
  expect(encodeUlid(time_ms, Buffer.from(random, "hex"))).toBe(id);
});

test("encodeUlid() is a sound id, and its time is what every other reader finds", () => {
  fc.assert(
    fc.property(TIME_MS, RANDOM, (time_ms, random) => {
      const id = encodeUlid(time_ms, random);
      expect(id).toMatch(EVENT_ID);
      expect(id.slice(0, 10)).toBe(encodeTime(time_ms, 10));
      expect(decodeTime(id)).toBe(time_ms);
    }),
  );
});

test("encodeUlid() orders as its parts do, and takes no byte past the tenth", () => {
  fc.assert(
    fc.property(TIME_MS, RANDOM, RANDOM, (time_ms, a, b) => {
      const order = Math.sign(Buffer.compare(a, b));
      const [of_a, of_b] = [encodeUlid(time_ms, a), encodeUlid(time_ms, b)];
      expect(of_a < of_b ? -1 : of_a > of_b ? 1 : 0).toBe(order);
      expect(encodeUlid(time_ms, Buffer.concat([a, b]))).toBe(of_a);
    }),
  );
});
