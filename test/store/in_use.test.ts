import { describe, expect, test } from "bun:test";
import { replaceOnceLetGo } from "../../src/store/in_use.ts";
import { errorOf } from "../support/project.ts";

/** Fails a number of times, as the system does. */
function failing(times: number, code: string) {
  const calls = { made: 0 };
  const replace = () => {
    if (++calls.made <= times) throw Object.assign(new Error(code), { code });
  };
  return { calls, replace };
}

describe("replaceOnceLetGo()", () => {
  test.each(["EPERM", "EACCES", "EBUSY"])("tries again on Windows after %s", (code) => {
    const { calls, replace } = failing(3, code);
    replaceOnceLetGo(replace, true);
    expect(calls.made).toBe(4);
  });

  test("gives up after a while, with what the system said last", async () => {
    const { calls, replace } = failing(Number.POSITIVE_INFINITY, "EPERM");
    expect(await errorOf(() => replaceOnceLetGo(replace, true))).toMatchObject({ code: "EPERM" });
    expect(calls.made).toBeGreaterThan(1);
  });

  test.each([
    ["elsewhere", "EPERM", false],
    ["for what no waiting changes", "ENOSPC", true],
  ])("tries once %s", async (_, code, is_windows) => {
    const { calls, replace } = failing(1, code);
    expect(await errorOf(() => replaceOnceLetGo(replace, is_windows))).toMatchObject({ code });
    expect(calls.made).toBe(1);
  });
});
