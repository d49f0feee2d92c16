import { expect, test } from "bun:test";
import { atLine } from "../../src/domain/batch.ts";
import { checkBatchRequest } from "../../src/domain/batch_request.ts";
import { refuse } from "../../src/domain/refusal.ts";
import { checkRequest } from "../../src/domain/request.ts";
import { refusalOf } from "../support/decisions.ts";

const CLAIM = { wp_id: "WP01", to_lane: "claimed" };

test("checkBatchRequest() checks as checkRequest() does, with an actor for those without one", () => {
  const by = (actor: string | null) => checkRequest({ ...CLAIM, actor });
  expect(checkBatchRequest(CLAIM, "ana")).toEqual(by("ana"));
  expect(checkBatchRequest({ ...CLAIM, actor: null }, "ana")).toEqual(by("ana"));
  expect(checkBatchRequest({ ...CLAIM, actor: "bob" }, "ana")).toEqual(by("bob"));
  expect(checkBatchRequest(CLAIM, undefined)).toEqual(by(null));
});

test("checkBatchRequest() does not put somebody else's name in the place of a blank one", () => {
  expect(refusalOf(checkBatchRequest({ ...CLAIM, actor: " " }, "ana"))).toMatchObject({
    code: "USAGE",
    message: "WP01: nobody is named as the actor",
  });
});

test.each([
  ["to_lan", "did you mean to_lane?"],
  ["evidenc", "did you mean evidence?"],
  ["dry-run", expect.stringMatching(/^its keys are wp_id, to_lane, .*, idempotency_key$/)],
  ["lane_of_nobody", expect.stringMatching(/^its keys are /)],
])("checkBatchRequest() refuses the key %j and names the nearest right one", (key, hint) => {
  expect(refusalOf(checkBatchRequest({ ...CLAIM, [key]: "x" }, "ana"))).toMatchObject({
    code: "USAGE",
    message: `a request has no key "${key}"`,
    hint,
    details: { key },
  });
});

test("checkBatchRequest() refuses a key called __proto__, and shows what can't be seen", () => {
  const proto = JSON.parse('{"wp_id": "1", "to_lane": "claimed", "__proto__": 1}');
  expect(refusalOf(checkBatchRequest(proto, "ana")).message).toBe('a request has no key "__proto__"');
  const unseen = { ...CLAIM, "\u001b[2J": 1 };
  expect(refusalOf(checkBatchRequest(unseen, "ana")).message).toBe('a request has no key "\\u001b[2J"');
});

test.each([true, false, null, "yes"])(
  "checkBatchRequest() refuses dry_run %j: it belongs to the batch",
  (dry_run) => {
    expect(refusalOf(checkBatchRequest({ ...CLAIM, dry_run }, "ana"))).toMatchObject({
      code: "USAGE",
      message: "dry_run belongs to the whole batch, not to one of its requests",
      details: { key: "dry_run" },
    });
  },
);

test.each([
  [null, "null"],
  [[CLAIM], "a list"],
  ["claim", "a string"],
  [7, "a number"],
])("checkBatchRequest() refuses %j", (value, found) => {
  expect(refusalOf(checkBatchRequest(value, "ana"))).toMatchObject({
    code: "USAGE",
    message: `a request is an object, not ${found}`,
  });
});

test("atLine() names the line, and keeps code, hint and details", () => {
  const refused = refuse("GUARD_FAILED", "no", { hint: "do", details: { guard: "x" } });
  expect(refusalOf(atLine(refused, 3))).toEqual({
    code: "GUARD_FAILED",
    message: "line 3: no",
    hint: "do",
    details: { guard: "x", line: 3 },
  });
  expect(atLine(refused, undefined)).toEqual(refused);
});
