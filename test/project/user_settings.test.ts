import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { homeFolder } from "../../src/project/user_settings.ts";

const ANA = resolve("/home/ana");

test.each([
  ["HOME", { HOME: ANA, USERPROFILE: resolve("/elsewhere") }, ANA],
  ["what Windows calls it", { USERPROFILE: ANA }, ANA],
  ["nothing that is relative", { HOME: "ana" }, undefined],
  ["nothing where nobody tells", {}, undefined],
])("the user's home is %s", (_, env, expected) => {
  expect(homeFolder(env)).toBe(expected);
});
