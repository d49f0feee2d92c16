import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Checkpoint } from "../../src/domain/checkpoint.ts";
import { emitBatch } from "../../src/pipeline/emit_batch.ts";
import { claimNext } from "../../src/pipeline/next.ts";
import { readCheckpoint, writeCheckpoint } from "../../src/store/checkpoint_file.ts";
import {
  checkpointBytes,
  checkpointPath,
  isServed,
  LONG_TEXT,
  longLine,
  makeLongProject,
  removeCheckpoint,
  stampOf,
} from "../support/checkpoints.ts";
import {
  answerOf,
  eventAt,
  lineAt,
  makeFolder,
  makeProject,
  refusalOf,
  SLUG,
  stampAt,
} from "../support/project.ts";

const SECOND_LINE = lineAt(1, { wp_id: "WP02" });
const FORCED = { force: true, reason: "must" };

describe("emitStatusTransition() on a long log", () => {
  test("leaves a checkpoint, and goes on from it: the lines before are not understood again", async () => {
    using project = makeLongProject();
    await project.emit({ to_lane: "blocked" });
    const lock = (await project.open()).lock;
    const file = readCheckpoint(lock) ?? expect.unreachable();
    const content = file.content as Checkpoint;
    const lie = { ...content, settled: content.settled.map((wp) => ({ ...wp, force_count: 40 })) };
    writeCheckpoint(lock, { ...file, content: lie });

    await project.emit({ to_lane: "in_progress" });

    // Nobody but the checkpoint says so.
    expect(JSON.parse(project.read("status.json")).work_packages.WP01.force_count).toBe(40);
  });

  test("serves one emit after another, and is renewed when much was written since", async () => {
    using project = makeLongProject();
    await project.emit({ to_lane: "blocked" });
    const first = checkpointBytes(project);

    for (const to_lane of ["in_progress", "blocked", "in_progress"]) {
      expect(await isServed(project, () => project.emit({ to_lane }))).toBe(true);
      expect(checkpointBytes(project)).toEqual(first);
    }
    await project.emit({ to_lane: "blocked", reason: LONG_TEXT });
    expect(await isServed(project, () => project.emit({ to_lane: "in_progress" }))).toBe(true);
    expect(checkpointBytes(project)).not.toEqual(first);
    expect(await isServed(project, () => project.emit({ to_lane: "blocked" }))).toBe(true);
    expect(JSON.parse(project.read("status.json")).event_count).toBe(8);
  });

  test("leaves none beside a short log", async () => {
    using project = makeProject();

    await project.walk("claimed", "in_progress");

    expect(existsSync(checkpointPath(project))).toBe(false);
  });

  test("leaves none of a log whose last line has no end: it may go on", async () => {
    using project = makeLongProject(longLine().trimEnd());

    answerOf(await project.emit({ to_lane: "blocked" }));

    expect(existsSync(checkpointPath(project))).toBe(false);
  });

  test("leaves none when it is refused", async () => {
    using project = makeLongProject();

    await project.emit({ to_lane: "done" });

    expect(existsSync(checkpointPath(project))).toBe(false);
  });

  test("serves a log that is mapped, and notices a changed byte in its middle", async () => {
    const line = (minute: number) =>
      lineAt(minute, { wp_id: `WP${10 + minute}`, reason: "x".repeat(900_000) });
    using project = makeLongProject(Array.from({ length: 20 }, (_, i) => line(i)).join(""));
    const emit = (minute: number) => () => project.emit({ to_lane: "blocked", ...FORCED }, stampAt(minute));
    await emit(100)();

    expect(await isServed(project, emit(101))).toBe(true);
    const log = readFileSync(project.log_path);
    expect(log.length).toBeGreaterThan(16 * 1024 * 1024);
    log[9_000_000] = 0x79;
    writeFileSync(project.log_path, log);
    expect(await isServed(project, emit(102))).toBe(false);
    expect(await isServed(project, emit(103))).toBe(true);
  });
});

describe("a checkpoint does not serve", () => {
  test.each<[string, (log: string) => string]>([
    ["a byte before it was changed", (log) => log.replace("long long", "long lomg")],
    ["the log was cut short", () => longLine()],
    ["a line before it stands there twice", (log) => log + SECOND_LINE],
    ["lines have changed places", (log) => `${log.trimEnd().split("\n").toReversed().join("\n")}\n`],
    [
      "an older event was put at the end",
      (log) => log + lineAt(60, { wp_id: "WP02", at: "2026-02-08T11:00:00.000000+00:00" }),
    ],
    [
      "an event was put at the end that names no parents",
      (log) => log + lineAt(60, { parent_event_ids: undefined }),
    ],
    ["an event was put at the end that knew nothing", (log) => log + lineAt(60)],
    ["a byte order mark was put at the beginning", (log) => `\ufeff${log}`],
  ])("where %s", async (_, change) => {
    using project = makeLongProject(longLine() + SECOND_LINE);
    await project.emit({ to_lane: "blocked" }, stampAt(5));
    project.write("status.events.jsonl", change(project.read("status.events.jsonl")));

    expect(await isServed(project, () => project.emit({ to_lane: "canceled", ...FORCED }, stampAt(90)))).toBe(
      false,
    );
  });

  test("where a byte order mark stands right behind it, which is damage there", async () => {
    using project = makeLongProject();
    await project.emit({ to_lane: "blocked" }, stampAt(5));
    project.write("status.events.jsonl", `${longLine()}\ufeff${lineAt(6, { wp_id: "WP02" })}`);

    expect(refusalOf(await project.emit({ to_lane: "canceled" }, stampAt(9))).code).toBe("LOG_CORRUPT");
  });

  test("where the clock stands at or behind the newest event", async () => {
    using project = makeLongProject();
    await project.emit({ to_lane: "blocked" });

    expect(await isServed(project, () => project.emit({ to_lane: "in_progress" }, stampOf(9, -600)))).toBe(
      false,
    );
  });

  test("where other lanes are known by now, or another build wrote it", async () => {
    using project = makeLongProject();
    await project.emit({ to_lane: "blocked" });
    const { lock } = await project.open();
    const file = readCheckpoint(lock) ?? expect.unreachable();
    writeCheckpoint(lock, { ...file, made_for: file.made_for.replace('"', '"9') });

    expect(await isServed(project, () => project.emit({ to_lane: "in_progress" }))).toBe(false);
  });

  test.each<[string, unknown]>([
    ["nothing of use", {}],
    ["no object", null],
    ["events that are none", { newest: { at: "x", event_id: "" }, largest_event_id: "", open_events: [{}] }],
  ])("where it is whole, and holds %s", async (_, content) => {
    using project = makeLongProject();
    await project.emit({ to_lane: "blocked" });
    const { lock } = await project.open();
    writeCheckpoint(lock, { ...(readCheckpoint(lock) ?? expect.unreachable()), content });

    expect(await isServed(project, () => project.emit({ to_lane: "in_progress" }))).toBe(false);
  });

  test("where it is another feature's, though the logs are the same", async () => {
    using project = makeLongProject();
    using other = makeLongProject();
    await project.emit({ to_lane: "blocked" });
    const { lock } = await project.open();
    const elsewhere = { ...lock, path: lock.path.replace(SLUG, "035-other") };
    writeCheckpoint(elsewhere, readCheckpoint(lock) ?? expect.unreachable());
    mkdirSync(join(other.root, ".lanekeeper", "kitty-specs"), { recursive: true });
    const bytes = readFileSync(elsewhere.path.replace(/lock$/, "checkpoint")).toString("latin1");
    writeFileSync(checkpointPath(other), bytes.replaceAll(SLUG, "034-best-feature"), "latin1");
    other.write("status.events.jsonl", project.read("status.events.jsonl"));

    expect(await isServed(other, () => other.emit({ to_lane: "in_progress" }, stampAt(9)))).toBe(false);
  });
});

describe("a checkpoint knows nothing of keys but that they were used:", () => {
  test("a retry gets its first answer again", async () => {
    using project = makeLongProject();
    const claim = { to_lane: "blocked", idempotency_key: "k1" };
    const first = answerOf(await project.emit(claim));
    await project.emit({ to_lane: "in_progress", idempotency_key: "k2" });
    removeCheckpoint(project);
    await project.emit({ to_lane: "blocked" });

    expect(
      await isServed(project, () => project.emit({ to_lane: "in_progress", idempotency_key: "k3" })),
    ).toBe(true);
    const before = project.read("status.events.jsonl");
    expect(answerOf(await project.emit(claim))).toMatchObject({ replayed: true, event: first.event });
    // Behind the checkpoint.
    expect(answerOf(await project.emit({ to_lane: "in_progress", idempotency_key: "k3" }))).toMatchObject({
      replayed: true,
    });
    expect(project.read("status.events.jsonl")).toBe(before);
  });

  test("so does a batch", async () => {
    using project = makeLongProject();
    const place = { cwd: project.root, actor: "claude" };
    const batch = ["blocked", "in_progress"].map((to_lane, i) => ({
      wp_id: "WP01",
      to_lane,
      idempotency_key: `b${i}`,
    }));
    await emitBatch(batch, place, stampOf(1, 100));
    removeCheckpoint(project);
    await project.emit({ to_lane: "blocked" }, stampOf(3, 200));

    const next = [{ wp_id: "WP01", to_lane: "in_progress" }];
    expect(await isServed(project, () => emitBatch(next, place, stampOf(4, 300)))).toBe(true);
    const again = answerOf(await emitBatch(batch, place, stampOf(5, 400)));
    expect(again.results.map(({ replayed }) => replayed)).toEqual([true, true]);
  });

  test("and so does a claim of the next work package", async () => {
    using project = makeLongProject();
    const claim = { cwd: project.root, actor: "bo", idempotency_key: "c1" };
    const first = answerOf(await claimNext(claim, stampOf(1, 100)));
    removeCheckpoint(project);
    await project.emit({ to_lane: "blocked" }, stampOf(2, 200));

    expect(first.wp).toBe("WP02");
    expect(await isServed(project, () => project.emit({ to_lane: "in_progress" }, stampOf(3, 300)))).toBe(
      true,
    );
    expect(answerOf(await claimNext(claim, stampOf(4, 400)))).toMatchObject({ replayed: true, wp: "WP02" });
  });
});

describe("the file of a checkpoint", () => {
  test("is not taken for whole with any byte changed, or cut short", async () => {
    using project = makeLongProject(longLine({ idempotency_key: "k" }));
    await project.emit({ to_lane: "blocked" });
    const { lock } = await project.open();
    const whole = checkpointBytes(project) ?? expect.unreachable();

    expect(readCheckpoint(lock)?.key_hashes).toHaveLength(1);
    for (let place = 0; place < whole.length; place += 3) {
      const changed = Buffer.from(whole);
      changed[place] = (whole[place] ?? 0) ^ 1;
      writeFileSync(checkpointPath(project), changed);
      expect(readCheckpoint(lock)).toBeUndefined();
      writeFileSync(checkpointPath(project), whole.subarray(0, place));
      expect(readCheckpoint(lock)).toBeUndefined();
    }
  });

  test("is not reached through a link, nor written through one", async () => {
    using outside = makeFolder();
    using project = makeLongProject();
    await project.emit({ to_lane: "blocked" });
    const target = join(outside.path, "target");
    writeFileSync(target, checkpointBytes(project) ?? expect.unreachable());
    const before = readFileSync(target);
    removeCheckpoint(project);
    symlinkSync(target, checkpointPath(project));

    expect(readCheckpoint((await project.open()).lock)).toBeUndefined();
    answerOf(await project.emit({ to_lane: "in_progress" }));
    expect(readFileSync(target)).toEqual(before);
    expect(statSync(checkpointPath(project)).isFile()).toBe(true);
  });

  test("costs no emit its answer where it can't be written", async () => {
    using project = makeLongProject();
    mkdirSync(join(checkpointPath(project), "in-the-way"), { recursive: true });

    expect(answerOf(await project.emit({ to_lane: "blocked" }))).toMatchObject({
      lane: "blocked",
      warnings: [],
    });
    rmSync(checkpointPath(project), { recursive: true });
  });
});

test("what others append at the same moment counts with a checkpoint too", async () => {
  using project = makeLongProject();
  await project.emit({ to_lane: "blocked" });
  const stamp = stampAt(5);
  const theirs = eventAt(4, { wp_id: "WP02", event_id: stampAt(4).newEventId(stampAt(4).now_us / 1000) });
  const meanwhile = {
    ...stamp,
    newEventId: (time_ms: number) => {
      appendFileSync(project.log_path, lineAt(4, theirs));
      return stamp.newEventId(time_ms);
    },
  };

  expect(await isServed(project, () => project.emit({ to_lane: "in_progress" }, meanwhile))).toBe(true);

  const { event_count, work_packages } = JSON.parse(project.read("status.json"));
  expect({ event_count, lane: work_packages.WP02.lane }).toEqual({ event_count: 4, lane: "claimed" });
});

test("the first sink hears of what was written before a checkpoint", async () => {
  using project = makeLongProject();
  await project.emit({ to_lane: "blocked" });
  mkdirSync(join(project.root, ".kittify"), { recursive: true });
  const config = "status: {telemetry: {sinks: [{name: f, kind: file, path: told.jsonl}]}}\n";
  writeFileSync(join(project.root, ".kittify", "config.yaml"), config);

  expect(await isServed(project, () => project.emit({ to_lane: "in_progress" }))).toBe(true);

  const written = join(project.root, ".lanekeeper", "kitty-specs", `${SLUG}.telemetry`, "written");
  expect(readFileSync(written, "utf8").trimEnd().split("\n")).toEqual(
    project.events().map(({ event_id }) => event_id),
  );
});
