/** How sinks stand, as people see it on narrow and wide terminals, whatever a sink answers. */

import { expect, test } from "bun:test";
import { makeStyle } from "../../src/commands/style.ts";
import { describeSync } from "../../src/commands/sync_text.ts";
import type { SinkReport, SyncData } from "../../src/contract/sync.ts";

const NOON_US = Date.UTC(2026, 1, 8, 12) * 1000;

const HUB: SinkReport = {
  sink: "hub",
  kind: "http",
  from: "project",
  standing: "trusted",
  target: "https://hub.example.org/events",
  sent: 0,
  due: 3,
  delivered: 40,
  parked: [
    {
      feature: "034-解析",
      event_id: "01KGYY00000000000000000001",
      answer: "answered 400 \\u001b[2J no such lane",
      at: "2026-02-08T11:00:00.000Z",
    },
  ],
  last_error: "answered 503 busy",
  next_try: "2026-02-08T12:01:30.000Z",
};

const told = (data: Partial<SyncData>, width_columns?: number) =>
  describeSync(
    { action: "status", busy: false, sinks: [HUB], would_send: [], ...data },
    undefined,
    makeStyle({ color: false, width_columns, unicode: true, now_us: NOON_US }),
  );

test("describeSync() says what is due, delivered and parked, why, and when it goes on", () => {
  expect(told({})).toBe(
    [
      "hub  http: https://hub.example.org/events",
      "  3 due, 40 delivered, 1 parked",
      "  failed: answered 503 busy",
      "  emits try it again in 90 s; lane sync at once",
      "  parked 01KGYY00000000000000000001 of 034-解析: answered 400 \\u001b[2J no such lane",
      "  lane sync --retry-parked tries what is parked again",
    ].join("\n"),
  );
});

test("describeSync() counts a second that has begun as one to wait", () => {
  const next_try = "2026-02-08T12:00:00.400Z";
  expect(told({ sinks: [{ ...HUB, next_try }] })).toContain("emits try it again in 1 s;");
});

test("describeSync() says how many went, and that another process is at it", () => {
  const sinks = [{ ...HUB, sent: 2, due: 0, parked: [], last_error: null, next_try: null }];
  expect(told({ action: "deliver", sinks })).toBe(
    "hub  http: https://hub.example.org/events\n  2 sent, 0 due, 40 delivered, 0 parked",
  );
  expect(told({ action: "deliver", busy: true, sinks })).toStartWith("Another process delivers now");
});

test("describeSync() lists what would go, and says so where nothing is due or configured", () => {
  const event = {
    sink: "hub",
    feature: "034-x",
    event_id: "01KGYY00000000000000000001",
    wp: "WP01",
    to_lane: "done",
  };
  expect(told({ action: "dry_run", would_send: [event] })).toBe(
    "hub  034-x  WP01  done  01KGYY00000000000000000001\ndry run: 1 event would go",
  );
  expect(told({ action: "dry_run" })).toBe("Nothing is due.");
  expect(told({ sinks: [] })).toContain("No sink is configured");
});

test("describeSync() fits 40, 80 and 200 columns; only what is to be copied may be longer", () => {
  for (const width of [40, 80, 200]) {
    const lines = told({}, width).split("\n");
    const long = lines.filter((line) => Bun.stringWidth(line) > width);
    expect(long).toEqual([]);
  }
});
