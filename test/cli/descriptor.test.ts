import { expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { descriptorStat } from "../../src/cli/descriptor.ts";
import { watchReader } from "../../src/cli/reader.ts";

test("descriptorStat() and watchReader() know nothing of a closed descriptor, and go on", () => {
  const fd = openSync("/dev/null", "r");
  expect(descriptorStat(fd)?.isCharacterDevice()).toBe(true);
  closeSync(fd);
  expect(descriptorStat(fd)).toBeUndefined();
  watchReader(fd, () => {})();
});
