import { expect, test } from "bun:test";
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Stamp } from "../../src/domain/decide.ts";
import { batchesIn, emitBatchIn, goingStamp } from "../support/batches.ts";
import { answerOf, lineAt, makeProject, refusalOf, type TemporaryProject } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";

const MOVES = ["in_progress", "blocked"].map((to_lane) => ({ wp_id: "WP01", to_lane }));

/** What the batch will append to a log of one claim, line by line. */
async function linesAppended(): Promise<string[]> {
  using project = makeClaimed();
  answerOf(await emitBatchIn(project, MOVES));
  return project.read("status.events.jsonl").slice(lineAt(1).length).trimEnd().split("\n");
}

// Windows lets nobody replace a file that is open.
test.skipIf(ON_WINDOWS)(
  "emitBatch() decides anew when the log is replaced by one without its events",
  async () => {
    using project = makeClaimed();
    const theirs = lineAt(1) + lineAt(2, { wp_id: "WP02", actor: "anna" });

    answerOf(
      await emitBatchIn(
        project,
        MOVES,
        {},
        replacing(project, () => theirs),
      ),
    );

    expect(project.read("status.events.jsonl")).toStartWith(theirs);
    expect(batchesIn(project.events().slice(2)).map(({ length }) => length)).toEqual([2]);
  },
);

test.skipIf(ON_WINDOWS)(
  "emitBatch() does not record its events twice when the new file has taken them along",
  async () => {
    using project = makeClaimed();
    const whole = `${lineAt(1)}${(await linesAppended()).join("\n")}\n`;

    const { results } = answerOf(
      await emitBatchIn(
        project,
        MOVES,
        {},
        replacing(project, () => whole),
      ),
    );

    expect(results.map(({ replayed, lane }) => [replayed, lane])).toEqual([
      [false, "blocked"],
      [false, "blocked"],
    ]);
    expect(project.read("status.events.jsonl")).toBe(whole);
  },
);

test.skipIf(ON_WINDOWS)(
  "emitBatch() refuses a new file that ends with a part of it: a torn write",
  async () => {
    using project = makeClaimed();
    const [first = ""] = await linesAppended();
    const torn = `${lineAt(1)}${first}\n`;

    const refusal = refusalOf(
      await emitBatchIn(
        project,
        MOVES,
        {},
        replacing(project, () => torn),
      ),
    );

    expect(refusal).toMatchObject({ code: "LOG_CORRUPT", details: { finding: "LOG_TORN" } });
    expect(project.read("status.events.jsonl")).toBe(torn);
  },
);

test.skipIf(ON_WINDOWS)(
  "emitBatch() refuses a new file that holds a part of it further up, and leaves it alone",
  async () => {
    using project = makeClaimed();
    const [first = ""] = await linesAppended();
    const mixed = `${lineAt(1)}${first}\n${lineAt(2, { wp_id: "WP02" })}`;

    const refusal = refusalOf(
      await emitBatchIn(
        project,
        MOVES,
        {},
        replacing(project, () => mixed),
      ),
    );

    expect(refusal.code).toBe("LOG_CORRUPT");
    expect(refusal.message).toContain("only 1 of the 2 events of its batch are there");
    expect(project.read("status.events.jsonl")).toBe(mixed);
  },
);

test("emitBatch() takes the event of somebody who appends without the lock into the snapshot", async () => {
  using project = makeClaimed();
  const theirs = lineAt(5, { wp_id: "WP02" });
  const stamp = meanwhile(() => appendFileSync(project.log_path, theirs));

  answerOf(await emitBatchIn(project, MOVES, {}, stamp));

  expect(project.events()).toHaveLength(4);
  expect(JSON.parse(project.read("status.json"))).toMatchObject({
    event_count: 4,
    work_packages: { WP01: { lane: "blocked" }, WP02: { lane: "claimed" } },
  });
});

test("emitBatch() does not claim success when somebody else's event overrules it", async () => {
  using project = makeClaimed();
  const { event_id } = project.events()[0] ?? expect.unreachable();
  const theirs = lineAt(59, { from_lane: "claimed", to_lane: "canceled", parent_event_ids: [event_id] });
  const stamp = meanwhile(() => appendFileSync(project.log_path, theirs));

  const refusal = refusalOf(await emitBatchIn(project, MOVES, {}, stamp));

  expect(refusal).toMatchObject({ code: "POSTCONDITION_FAILED", details: { line: 2, lane: "canceled" } });
  expect(refusal.message).toMatch(
    /^line 2: WP01: event \w+ is recorded, but the work package is in canceled, not blocked$/,
  );
  expect(project.events()).toHaveLength(4);
});

test("emitBatch() leaves a log that can't be read as it is", async () => {
  using project = makeProject({ files: { "status.events.jsonl": `${lineAt(1)}{"half": ` } });
  const before = readFileSync(project.log_path);
  const refusal = refusalOf(await emitBatchIn(project, MOVES));
  expect(refusal).toMatchObject({ code: "LOG_CORRUPT", details: { line: 2 } });
  expect(readFileSync(project.log_path)).toEqual(before);
});

function makeClaimed(): TemporaryProject {
  return makeProject({ files: { "status.events.jsonl": lineAt(1) } });
}

/** A stamp that lets something happen once, after the log is read and before it is appended to. */
function meanwhile(happens: () => void): Stamp {
  const stamp = goingStamp();
  let happened = false;
  return {
    get now_us() {
      return stamp.now_us;
    },
    newEventId: (time_ms) => {
      if (!happened) happens();
      happened = true;
      return stamp.newEventId(time_ms);
    },
  };
}

/** Another file comes into the log's place, as by a checkout. */
function replacing(project: TemporaryProject, content: () => string): Stamp {
  return meanwhile(() => {
    writeFileSync(`${project.log_path}.new`, content());
    renameSync(`${project.log_path}.new`, project.log_path);
  });
}
