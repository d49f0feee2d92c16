/** The checks of the crowd find what is broken on purpose. */

import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { formatLine } from "../../src/domain/line.ts";
import { eventAt, makeFolder } from "../support/project.ts";
import { unfairness } from "./crowd.ts";
import type { Ask, Call, Details } from "./crowd_calls.ts";
import { judgeBesideGit, lostIn } from "./crowd_foreign.ts";
import { breaksIn } from "./crowd_log.ts";

const FIRST = eventAt(1, { idempotency_key: "k1" });
const SECOND = eventAt(2, {
  from_lane: "claimed",
  to_lane: "in_progress",
  parent_event_ids: [FIRST.event_id],
  idempotency_key: "k2",
});

/** A call that took one unit of time and was served. */
function served(event: StatusEvent, began_ms: number, ask: Partial<Ask> = {}): Call {
  const { wp_id: wp, to_lane, from_lane, idempotency_key: key } = event;
  return {
    ask: { actor: "claude", wp, to_lane, force: true, ...(key == null ? {} : { key }), ...ask },
    log: "log",
    began_ms,
    ended_ms: began_ms + 1,
    code: 0,
    reply: { data: { event, from_lane, replayed: false } },
  };
}

function refused(code: string, details: Details, began_ms: number, ask: Partial<Ask> = {}): Call {
  const asked = { actor: "claude", wp: "WP01", to_lane: "claimed", ...ask };
  const reply = { error: { code, message: "no", details } };
  return { ask: asked, log: "log", began_ms, ended_ms: began_ms + 1, code: 1, reply };
}

const CALLS = [served(FIRST, 0), served(SECOND, 2)];

function check(events: readonly StatusEvent[], calls: readonly Call[]): string[] {
  return breaksIn(events, calls, { wps: ["WP01"] });
}

test("breaksIn() finds nothing in a log that says what was answered", () => {
  const calls = [
    ...CALLS,
    refused("PRECONDITION_FAILED", { lane: "claimed" }, 1.5, { if_lane: "planned" }),
    refused("ILLEGAL_TRANSITION", { from_lane: "in_progress", allowed: ["for_review"] }, 4),
    refused("NOTHING_READY", {}, 4, { wp: undefined }),
  ];
  expect(check([FIRST, SECOND], calls)).toEqual([]);
});

test.each<[string, readonly StatusEvent[], readonly Call[], RegExp]>([
  ["an answered event that is lost", [FIRST], CALLS, /answered, and not in the log/],
  ["an event that nobody was answered", [FIRST, SECOND], [served(FIRST, 0)], /nobody was answered it/],
  ["an event that is there twice", [FIRST, SECOND, SECOND], CALLS, /there twice/],
  [
    "a key that two events carry",
    [FIRST, { ...SECOND, idempotency_key: "k1" }],
    CALLS,
    /its key k1 is there twice/,
  ],
  [
    "another lane before it than the answer says",
    [FIRST, { ...SECOND, from_lane: "planned" }],
    [served(FIRST, 0), served({ ...SECOND, from_lane: "planned" }, 2)],
    /it was in claimed before line 2/,
  ],
  [
    "a parent that nobody knew",
    [{ ...FIRST, parent_event_ids: [SECOND.event_id] }, SECOND],
    [served({ ...FIRST, parent_event_ids: [SECOND.event_id] }, 0), served(SECOND, 2)],
    /does not stand before it/,
  ],
  [
    "an event that did not know of the one before it",
    [FIRST, { ...SECOND, parent_event_ids: [] }],
    [served(FIRST, 0), served({ ...SECOND, parent_event_ids: [] }, 2)],
    /did not know of/,
  ],
  [
    "a time before that of the line before",
    [FIRST, { ...SECOND, at: eventAt(0).at }],
    [served(FIRST, 0), served({ ...SECOND, at: eventAt(0).at }, 2)],
    /is before that of the line before/,
  ],
  [
    "an order that can't have been",
    [FIRST, SECOND],
    [served(FIRST, 2), served(SECOND, 0)],
    /in the time of the/,
  ],
  ["a key that appended twice", [FIRST], [served(FIRST, 0), served(FIRST, 2)], /2 of 2 calls appended/],
  ["an answer that is not the line", [{ ...FIRST, reason: "x" }], [served(FIRST, 0)], /answered otherwise/],
  [
    "a guarded move out of another lane",
    [FIRST, SECOND],
    [served(FIRST, 0), served(SECOND, 2, { if_lane: "planned" })],
    /it was in claimed, not in planned/,
  ],
  [
    "a refusal for a lane that it was not in at the time",
    [FIRST, SECOND],
    [...CALLS, refused("PRECONDITION_FAILED", { lane: "claimed" }, 4, { if_lane: "planned" })],
    /never in/,
  ],
  [
    "a refusal of a move that is allowed",
    [FIRST, SECOND],
    [...CALLS, refused("ILLEGAL_TRANSITION", { from_lane: "in_progress", allowed: ["claimed"] }, 4)],
    /never in/,
  ],
  [
    "a claim that found nothing although something was ready",
    [],
    [refused("NOTHING_READY", {}, 0, { wp: undefined })],
    /something was/,
  ],
  ["a lock that was not had", [], [refused("LOCK_TIMEOUT", {}, 0)], /no reason that a crowd gives/],
])("breaksIn() finds %s", (_, events, calls, what) => {
  expect(check(events, calls).join("\n")).toMatch(what);
});

test("unfairness() finds one that waited more than ten times the median", () => {
  expect(unfairness("all", [1, 2, 2, 20])).toEqual([]);
  expect(unfairness("all", [1, 2, 2, 21])).toEqual(["all: a call took 21 ms, the median is 2 ms"]);
});

test("lostIn() finds answered and foreign lines that are gone, twice there, or spoilt", () => {
  using at = makeFolder();
  const log = join(at.path, "log");
  const foreign = eventAt(3, { actor: "foreign" });
  const write = (...lines: string[]) => writeFileSync(log, lines.join(""));
  const [first, second, third] = [FIRST, SECOND, foreign].map(formatLine) as [string, string, string];
  const found = () => lostIn(log, CALLS, [foreign.event_id]);

  write(first, third, second);
  expect(found()).toEqual([]);
  write(first, third);
  expect(found().join()).toMatch(/answered, and 0 times/);
  write(first, second, third, second);
  expect(found().join()).toMatch(/answered, and 2 times/);
  write(first, third.slice(0, 30), second, third.slice(30));
  expect(found()).toHaveLength(2);
});

test("judgeBesideGit() tells what git keeps from what it discards, and that from what is lost", () => {
  using at = makeFolder();
  const log = join(at.path, "log");
  writeFileSync(log, formatLine(FIRST));
  const stash = { words: "stash --quiet", began_ms: 2.5, ended_ms: 5, code: 0 };
  const commit = { ...stash, words: "commit --all" };
  const checkout = { ...stash, words: "checkout other" };

  expect(judgeBesideGit(log, formatLine(SECOND), CALLS, [])).toEqual({ discarded: [], breaks: [] });
  expect(judgeBesideGit(log, "", CALLS, [stash])).toEqual({ discarded: [stash.words], breaks: [] });
  for (const run of [
    commit,
    checkout,
    { ...stash, began_ms: 3.5 },
    { ...stash, began_ms: 0, ended_ms: 1.5 },
  ]) {
    expect(judgeBesideGit(log, "", CALLS, [run]).breaks.join()).toMatch(/nowhere any more/);
  }
});
