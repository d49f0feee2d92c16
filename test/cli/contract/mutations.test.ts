/** What is published is strict: an answer with a field less, more, or of another type is none. */

import { expect, setDefaultTimeout, test } from "bun:test";
import type { RefusalEnvelope } from "../../../src/contract/envelope.ts";
import { DETAILS_SCHEMAS } from "../../../src/contract/refusals.ts";
import { isJsonObject } from "../../../src/domain/json_bytes.ts";
import { publishedJudge } from "../../support/json_schema.ts";
import { callIn } from "./calls.ts";
import { ROWS, titleOf } from "./rows.ts";

setDefaultTimeout(30_000);

test("a refusal without a promised detail is not what is published", async () => {
  const promised = ROWS.flatMap((one) => {
    if (one.gives === "ok") return [];
    const { entries } = DETAILS_SCHEMAS[one.gives] as { entries?: Record<string, { type: string }> };
    const needed = Object.entries(entries ?? {}).filter(([, { type }]) => type !== "optional");
    return needed.map(([key]) => ({ one, key }));
  });
  const by_detail = new Map(promised.map((each) => [`${each.one.gives}.${each.key}`, each]));
  expect(by_detail.size).toBeGreaterThan(15);
  for (const { one, key } of by_detail.values()) {
    await using place = await one.make();
    const json = callIn(place.root, one, ["--json"]).json as RefusalEnvelope;
    const { [key]: _, ...details } = json.error.details;
    const judge = publishedJudge(`output ${one.command}`);
    expect(judge(json)).toBeUndefined();
    expect(judge({ ...json, error: { ...json.error, details } })).toBeString();
  }
});

/** Whose insides are not lane's to promise: what callers gave, other tools' events, a schema. */
const OPEN = ["evidence", "review_result", "events", "json_schema", "details"];

/** Whose keys are data: none of them has to be there. */
const MAPS = ["aliases", "lanes", "per_lane_hours"];

/** What may be missing: events know it only in some cases; without `events`, show tells of a feature. */
const OPTIONAL = [
  "events",
  "feature_slug",
  "mission_slug",
  "mission_id",
  "clock_at",
  "idempotency_key",
  "batch",
  "review_result",
];

/** Every answer but those with another tool's events, which are passed on as they are; and one refusal of each code. */
const ANSWERS = ROWS.filter((one) =>
  one.gives === "ok"
    ? !one.given.includes("another tool's event")
    : one === ROWS.find(({ gives }) => gives === one.gives),
);

for (const one of ANSWERS) {
  test(`changed, it is not what is published: ${titleOf(one)}`, async () => {
    await using place = await one.make();
    const { json } = callIn(place.root, one, ["--json"]);
    const judge = publishedJudge(`output ${one.command}`);
    expect(judge(json)).toBeUndefined();
    const accepted = [...mutants(json)].filter(({ value }) => judge(value) === undefined);
    expect(accepted.map(({ change }) => change)).toEqual([]);
  });
}

interface Mutant {
  readonly change: string;
  readonly value: unknown;
}

/** The value with one change, for each change that takes its shape away. */
function* mutants(value: unknown, place = ""): Generator<Mutant> {
  const is_folded = value !== null && typeof value === "object";
  yield { change: `${place}: another type`, value: is_folded ? "text" : { not: "it" } };
  if (Array.isArray(value)) {
    // One of a kind is enough: a list may hold very many.
    for (const inner of mutants(value[0], `${place}[0]`)) {
      if (value.length > 0) yield { ...inner, value: [inner.value, ...value.slice(1)] };
    }
  } else if (isJsonObject(value)) {
    const is_map = MAPS.includes(place.split(".").at(-1) ?? "");
    yield { change: `${place}: one more`, value: { ...value, one_more: 1 } };
    for (const [key, held] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      if (!OPTIONAL.includes(key) && !is_map) yield { change: `${place}.${key}: missing`, value: rest };
      if (OPEN.includes(key) || (key === "event" && value.replayed === true)) continue;
      for (const inner of mutants(held, `${place}.${key}`)) {
        yield { ...inner, value: { ...value, [key]: inner.value } };
      }
    }
  }
}
