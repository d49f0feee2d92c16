/** Many processes at once on one feature: no line lost, none torn, and every move justified. */

import { expect, test } from "bun:test";
import { decodeTime } from "ulid";
import { MoveDataSchema } from "../../src/contract/emit.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { formatLine } from "../../src/domain/line.ts";
import { instantOf, reduce } from "../../src/domain/reduce.ts";
import { renderSnapshot, snapshotOf } from "../../src/domain/snapshot.ts";
import { findMove, initialLane, legalTargets, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { laneBeside } from "../support/lane.ts";
import { makeProject, pageText, SLUG, type TemporaryProject } from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const WORKERS = 8;
const MOVES_EACH = 25;
const WPS = Array.from({ length: 8 }, (_, i) => `WP0${i + 1}`);
const TIMEOUT_MS = 120_000;

test(
  "emit by many processes at once records each answer exactly once, each justified by the log before it",
  async () => {
    using project = makeProject({
      files: Object.fromEntries(WPS.map((wp) => [`tasks/${wp}.md`, pageText("planned")])),
    });

    const works = await Promise.all(Array.from({ length: WORKERS }, (_, i) => work(project, i)));

    const events = project.events();
    const answers = works.flatMap(({ answered }) => answered);
    expect(events).toHaveLength(WORKERS * MOVES_EACH);
    expect(project.read("status.events.jsonl")).toBe(events.map(formatLine).join(""));
    expect(byId(events)).toEqual(byId(answers));
    expect(works.flatMap(({ refused }) => refused).filter((reason) => isRecorded(reason, events))).toEqual(
      [],
    );
    for (const [i, event] of events.entries()) expectJustified(event, events.slice(0, i));
    expectDerivedFrom(events, project);
  },
  TIMEOUT_MS,
);

test(
  "emit of one claim by many processes at once has exactly one winner",
  async () => {
    using project = makeProject();

    const answers = await Promise.all(
      Array.from({ length: WORKERS }, (_, i) =>
        laneBeside(project.root, `emit WP01 --to claimed --actor agent-${i} --json`),
      ),
    );

    const losers = answers.filter(({ code }) => code !== 0).map((answer) => refusalIn(answer).error.code);
    expect(losers).toEqual(Array.from({ length: WORKERS - 1 }, () => "ILLEGAL_TRANSITION"));
    const [winner] = answers
      .filter(({ code }) => code === 0)
      .map((answer) => dataOf(answer, "emit", MoveDataSchema));
    expect(project.events()).toEqual([{ ...(winner?.data.event ?? expect.unreachable()) }]);
  },
  TIMEOUT_MS,
);

test(
  "emit of one idempotency key by many processes at once records exactly one event, and all get it",
  async () => {
    using project = makeProject();

    const answers = await Promise.all(
      Array.from({ length: WORKERS }, () =>
        laneBeside(project.root, "emit WP01 --to claimed --actor claude --idempotency-key k1 --json"),
      ),
    );

    const data = answers.map((answer) => dataOf(answer, "emit", MoveDataSchema).data);
    const [event] = project.events();
    expect(project.events()).toHaveLength(1);
    expect(data.map((one) => one.event.event_id)).toEqual(answers.map(() => event?.event_id ?? "none"));
    expect(data.filter(({ replayed }) => !replayed)).toHaveLength(1);
  },
  TIMEOUT_MS,
);

/** What one worker got: the events that it was given, and the reasons of the moves that were refused. */
interface Work {
  readonly answered: readonly StatusEvent[];
  readonly refused: readonly string[];
}

/**
 * Moves random work packages, each from the lane where it was last seen. Somebody else may
 * have been faster; then, and only then, a refusal is right.
 */
async function work(project: TemporaryProject, worker: number): Promise<Work> {
  const random = randomFrom(worker + 1);
  const seen = new Map<string, string>(WPS.map((wp) => [wp, initialLane(SEVEN_LANE)]));
  const answered: StatusEvent[] = [];
  const refused: string[] = [];
  while (answered.length < MOVES_EACH) {
    const wp = pick(random, WPS);
    const lane = seen.get(wp) ?? expect.unreachable();
    const reason = `${worker}-${answered.length}-${refused.length}`;
    const answer = await laneBeside(project.root, [
      ...moveFrom(lane, random),
      ...["--json", "--if-lane", lane, "--actor", `agent-${worker}`, "--reason", reason, wp],
    ]);
    if (answer.code === 0) {
      const { data } = dataOf(answer, "emit", MoveDataSchema);
      expect(data).toMatchObject({ wp, from_lane: lane, replayed: false, snapshot: "written" });
      expect(data.event).toMatchObject({ from_lane: lane, to_lane: data.lane, reason });
      answered.push({ ...data.event });
      seen.set(wp, data.lane);
    } else {
      const { code, details } = refusalIn(answer).error;
      expect(code).toBe("PRECONDITION_FAILED");
      expect(details.lane).not.toBe(lane);
      refused.push(reason);
      seen.set(wp, String(details.lane));
    }
  }
  return { answered, refused };
}

/** A legal move from a lane with all that its guards ask for; now and then, or where there is none, force. */
function moveFrom(lane: string, random: () => number): string[] {
  const legal = legalTargets(SEVEN_LANE, lane);
  const forced = legal.length === 0 || random() < 0.1;
  const to = pick(random, forced ? SEVEN_LANE.lanes.map(({ name }) => name) : legal);
  return ["emit", "--to", to, ...(forced ? ["--force"] : ["--reviewer", "ana", "--review-ref", "PR#1"])];
}

function expectJustified(event: StatusEvent, before: readonly StatusEvent[]): void {
  const { newest, work_packages } = reduce(before);
  const state = work_packages.get(event.wp_id);
  const from = state?.lane ?? initialLane(SEVEN_LANE);
  expect(event.from_lane).toBe(from);
  expect(event.force || findMove(SEVEN_LANE, from, event.to_lane) !== undefined).toBe(true);
  expect(event.parent_event_ids).toEqual(state?.history.heads() ?? []);
  expect(event.at > (newest?.at ?? "")).toBe(true);
  expect(decodeTime(event.event_id)).toBe(Math.floor(instantOf(event) / 1000));
}

/** Snapshot and pages say what the log says, and what each work package's last answer said. */
function expectDerivedFrom(events: readonly StatusEvent[], project: TemporaryProject): void {
  const reduction = reduce(events);
  const snapshot = snapshotOf(reduction, SEVEN_LANE, { key: "feature_slug", value: SLUG });
  expect(project.read("status.json")).toBe(renderSnapshot(snapshot, undefined));
  for (const wp of WPS) {
    const last = events.findLast((event) => event.wp_id === wp) ?? expect.unreachable();
    expect(reduction.work_packages.get(wp)?.lane).toBe(last.to_lane);
    expect(project.read(`tasks/${wp}.md`)).toBe(pageText(last.to_lane));
  }
}

function byId(events: readonly StatusEvent[]): StatusEvent[] {
  return events.toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1));
}

function isRecorded(reason: string, events: readonly StatusEvent[]): boolean {
  return events.some((event) => event.reason === reason);
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] ?? expect.unreachable();
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
