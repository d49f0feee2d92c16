/** The published JSON Schemas say what lane itself does: the same judge of the same values. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { FIELD_MEANINGS } from "../../src/contract/descriptions.ts";
import { publish } from "../../src/contract/json_schema.ts";
import { PUBLISHED } from "../../src/contract/published.ts";
import { WrittenEventSchema } from "../../src/contract/written_event.ts";
import { checkBatchRequest } from "../../src/domain/batch_request.ts";
import { parseLine } from "../../src/domain/line.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { snapshotOf } from "../../src/domain/snapshot.ts";
import { isInstant } from "../../src/domain/time.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { type Config, readConfig, readMeta } from "../../src/project/settings.ts";
import { writeFiles } from "../project/git.ts";
import { type Judge, judgeBy } from "../support/json_schema.ts";
import { eventAt, makeFolder, SLUG } from "../support/project.ts";

const judgeOf = async (name: string): Promise<Judge> =>
  judgeBy((await PUBLISHED[name]?.jsonSchema(undefined)) ?? {});

test("publish() fails on a check that it has no words for", () => {
  const secret = v.pipe(
    v.string(),
    v.check((text) => text.length % 2 === 0),
  );
  expect(() => publish({ name: "x", title: "X", is: { secret } })).toThrow("check");
  const custom = v.custom<string>((value) => value === "x");
  expect(() => publish({ name: "x", title: "X", is: { custom } })).toThrow("custom");
});

test("publish() tells only what is asked for and what that leads to", () => {
  const { $defs, $ref } = publish({ name: "x", title: "X", is: { one: v.string() } });
  expect({ $defs, $ref }).toEqual({ $defs: { one: { type: "string" } }, $ref: "#/$defs/one" });
});

for (const [name, { jsonSchema }] of Object.entries(PUBLISHED)) {
  test(`${name} has an id, a title, and no key that draft 2020-12 does not know`, async () => {
    const schema = await jsonSchema(undefined);
    expect(schema.$id).toBe(`urn:lanekeeper:schema:${name}`);
    expect(schema.title).toBeString();
    expect(() => judgeBy(schema)).not.toThrow();
  });
}

test("every field of what lies in files and batches says what it means, and nothing else is explained", () => {
  for (const [schema, meanings] of FIELD_MEANINGS) {
    const { entries } = schema as { entries: object };
    const unexplained = Object.keys(entries).filter((name) => meanings[name] === undefined);
    expect(unexplained).toEqual([]);
    const { $defs } = publish({
      name: "x",
      title: "X",
      is: { it: schema as v.GenericSchema },
      side: "input",
    });
    const { properties } =
      ($defs as Record<string, { properties: Record<string, { description?: string }> }>).it ??
      expect.unreachable();
    expect(Object.values(properties).map(({ description }) => typeof description)).toEqual(
      Object.keys(entries).map(() => "string"),
    );
  }
  const known = [...FIELD_MEANINGS].flatMap(([schema]) =>
    Object.keys((schema as { entries: object }).entries),
  );
  const explained = [...FIELD_MEANINGS.values()].flatMap((meanings) => Object.keys(meanings));
  expect(explained.filter((name) => !known.includes(name))).toEqual([]);
});

/** Values for the fields of an event, sound and unsound. */
const FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  event_id: ["01KGYY00000000000000000001", "01kgyy00000000000000000001", "x", 1],
  feature_slug: [SLUG, "", null, undefined],
  mission_slug: ["m", null, undefined],
  mission_id: ["M", null, 1, undefined],
  wp_id: ["WP01", "WP1", "WP123", "x"],
  at: [
    "2026-02-08T12:00:00Z",
    "2026-02-30T12:00:00Z",
    "2024-02-29T00:00:00.5+01:00",
    "2100-02-29T00:00:00Z",
    "x",
    0,
  ],
  actor: ["ana", { tool: "x" }, { tool: 1 }, { other: [] }, [], null],
  force: [true, "true"],
  execution_mode: ["worktree", "cloud"],
  reason: [null, "r", 1, undefined],
  review_ref: [null, "r", undefined],
  evidence: [null, {}, [], "x"],
  review_result: [null, {}, [], undefined],
  parent_event_ids: [[], ["x"], [1], undefined],
  clock_at: ["2026-02-08T12:00:00+00:00", null, undefined],
  idempotency_key: ["k", null, undefined],
  batch: [
    { id: "x", index: 0, count: 1 },
    { id: "x", index: -1, count: 1 },
    { id: "x", index: 0.5, count: 0 },
    [],
    undefined,
  ],
  schema_version: [1, 2, "1", undefined],
  to_lane: ["claimed", undefined],
  event_type: ["note", 1, undefined],
};

/** A sound event of which a few fields are other ones. */
const EVENTS = fc
  .subarray(Object.keys(FIELDS), { maxLength: 4 })
  .chain((keys) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, fc.constantFrom(...(FIELDS[key] ?? []))]))),
  )
  .map((fields) => JSON.stringify({ ...eventAt(1), ...fields }));

describe("event", () => {
  test("accepts exactly the lines that lane reads", async () => {
    const judge = await judgeOf("event");
    const seen = new Set<string>();
    fc.assert(
      fc.property(EVENTS, (line) => {
        const { kind } = parseLine(line);
        seen.add(kind);
        expect(judge(JSON.parse(line)) === undefined).toBe(kind !== "damaged");
      }),
      { numRuns: 3000 },
    );
    expect([...seen].sort()).toEqual(["damaged", "event", "other"]);
  });

  test("accepts exactly the times that lane reads", async () => {
    const judge = await judgeOf("event");
    const two = (from: number, to: number) =>
      fc.integer({ min: from, max: to }).map((n) => String(n).padStart(2, "0"));
    const times = fc
      .tuple(fc.integer({ min: 1968, max: 2201 }), two(0, 13), fc.oneof(two(0, 32), two(28, 31)), two(0, 25))
      .map(([year, month, day, hour]) => `${year}-${month}-${day}T${hour}:00:00Z`);
    const leap_days = fc.integer({ min: 1960, max: 2210 }).map((year) => `${year}-02-29T00:00:00Z`);
    fc.assert(
      fc.property(fc.oneof(times, leap_days), (at) => {
        expect({ at, accepted: judge({ ...eventAt(1), at }) === undefined }).toEqual({
          at,
          accepted: isInstant(at),
        });
      }),
      { numRuns: 5000 },
    );
  });

  test("tells beside it what lane writes: less than what it reads", async () => {
    const schema = await PUBLISHED.event?.jsonSchema(undefined);
    const judge = judgeBy({ $ref: "#/$defs/written_event", $defs: schema?.$defs });
    expect(judge(eventAt(1))).toBeUndefined();
    fc.assert(
      fc.property(EVENTS, (line) => {
        const event = JSON.parse(line);
        expect(judge(event) === undefined).toBe(v.is(WrittenEventSchema, event));
      }),
      { numRuns: 2000 },
    );
  });
});

test("snapshot accepts what lane writes, with other tools' keys, and nothing of another shape", async () => {
  const judge = await judgeOf("snapshot");
  const snapshot = snapshotOf(reduce([eventAt(1)]), SEVEN_LANE, { key: "feature_slug", value: SLUG });
  expect(judge(snapshot)).toBeUndefined();
  expect(judge({ ...snapshot, theirs: 1 })).toBeUndefined();
  for (const key of ["event_count", "last_event_id", "materialized_at", "summary", "work_packages"]) {
    expect(judge({ ...snapshot, [key]: "x y".split(" ") })).toBeString();
  }
});

const PHASES = [0, 1, 2, 3, "0", " 1 ", "x", null, true, 1.5];
const FOLDERS = ["kitty-specs", "a/b", "", "/abs", "a/../b", "..", "...", "a\\b", "c:x", null, 1];
const CONFIGS: readonly unknown[] = [
  null,
  {},
  { other: 1 },
  { status: null },
  { status: [] },
  { status: "x" },
  ...PHASES.map((phase) => ({ status: { phase } })),
  ...FOLDERS.map((features_folder) => ({ status: { features_folder } })),
  ...["w", 1, null].map((workflow) => ({ status: { workflow } })),
  ...[{ claimed: 7 }, { claimed: -1 }, { claimed: "7" }, {}, null].map((stale_after_days) => ({
    status: { stale_after_days },
  })),
];

test("config accepts exactly the settings that lane reads", async () => {
  const judge = await judgeOf("config");
  using folder = makeFolder();
  for (const config of CONFIGS) {
    writeFiles(folder.path, { "config.yaml": JSON.stringify(config) });
    const read = await readConfig({ path: `${folder.path}/config.yaml`, shown: "config.yaml" });
    expect({ config, accepted: judge(config) === undefined }).toEqual({ config, accepted: read.ok });
  }
  expect(judge({ status: { features_folder: "x", phase: 1 } satisfies Config })).toBeUndefined();
});

test("meta accepts exactly the settings that lane reads", async () => {
  const judge = await judgeOf("meta");
  using folder = makeFolder();
  const metas = [
    ...PHASES.map((status_phase) => ({ status_phase })),
    ...["w", 1, null].map((status_workflow) => ({ status_workflow, title: "x" })),
    ...["m", 1, null].map((mission_id) => ({ mission_id })),
  ];
  for (const meta of metas) {
    writeFiles(folder.path, { "meta.json": JSON.stringify(meta) });
    const read = readMeta({ path: `${folder.path}/meta.json`, shown: "meta.json" });
    expect({ meta, accepted: judge(meta) === undefined }).toEqual({ meta, accepted: read.ok });
  }
});

test("request accepts what a batch takes, and no key that a batch does not know", async () => {
  const judge = await judgeOf("request");
  const review = { reviewer: "ana", verdict: "approved" };
  const requests: readonly Readonly<Record<string, unknown>>[] = [
    {},
    { reason: null, force: true },
    { evidence: { review, more: 1 } },
    { evidence: { review: { ...review, reviewer: " " } } },
    { evidence: { review: { ...review, verdict: "fine" } } },
    { evidence: [] },
    { evidence: null },
    { execution_mode: "cloud" },
    { dry_run: true },
    { reson: "x" },
    { wp_id: 1 },
    { force: "yes" },
  ];
  for (const more of requests) {
    const request = { wp_id: "WP01", to_lane: "claimed", actor: "ana", ...more };
    const checked = checkBatchRequest(request, undefined);
    expect({ more, accepted: judge(request) === undefined }).toEqual({ more, accepted: checked.ok });
  }
});
