import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { Stamp } from "../../src/domain/decide.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import {
  answerOf,
  errorOf,
  eventAt,
  lineAt,
  makeProject,
  pageText,
  refusalOf,
  stampAt,
  type TemporaryProject,
} from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";

/** A stamp that lets something happen each time an id is made: after the log is read, before it is appended to. */
function stampWith(minute: number, meanwhile: (times: number) => void): Stamp {
  const stamp = stampAt(minute);
  let times = 0;
  return {
    ...stamp,
    newEventId: (time_ms) => {
      meanwhile(++times);
      return stamp.newEventId(time_ms);
    },
  };
}

/** Puts another file in the log's place, as a checkout does. */
function replaceLog(project: TemporaryProject, content: string): void {
  writeFileSync(`${project.log_path}.new`, content);
  renameSync(`${project.log_path}.new`, project.log_path);
}

const FORCED = { force: true, reason: "must" };

// Windows lets nobody replace a file that is open.
describe.skipIf(ON_WINDOWS)("emitStatusTransition() while the log is replaced", () => {
  test("decides anew on the log that is there then, and appends to it", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
    const theirs = lineAt(1) + lineAt(2, { from_lane: "claimed", to_lane: "blocked", actor: "anna" });

    const answer = answerOf(
      await project.emit(
        { to_lane: "in_progress" },
        stampWith(9, (times) => times === 1 && replaceLog(project, theirs)),
      ),
    );

    expect(answer).toMatchObject({ from_lane: "blocked", lane: "in_progress" });
    expect(project.read("status.events.jsonl")).toStartWith(theirs);
    expect(project.events()).toHaveLength(3);
  });

  test("refuses what the log that is there then does not allow, and writes nothing into it", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
    const theirs = lineAt(1) + lineAt(2, { from_lane: "claimed", to_lane: "canceled", actor: "anna" });

    const refused = await project.emit(
      { to_lane: "in_progress" },
      stampWith(9, () => replaceLog(project, theirs)),
    );

    expect(refusalOf(refused).code).toBe("ILLEGAL_TRANSITION");
    expect(project.read("status.events.jsonl")).toBe(theirs);
  });

  test("makes the log again when it is removed", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });

    const answer = answerOf(
      await project.emit(
        { to_lane: "in_progress", ...FORCED },
        stampWith(9, (times) => times === 1 && rmSync(project.log_path)),
      ),
    ).event;

    expect(answer.from_lane).toBe("planned");
    expect(project.events()).toEqual([answer]);
  });

  test("reads the log that somebody else made first", async () => {
    using project = makeProject();

    const answer = answerOf(
      await project.emit(
        { to_lane: "in_progress", ...FORCED },
        stampWith(9, (times) => times === 1 && writeFileSync(project.log_path, lineAt(1))),
      ),
    );

    expect(answer.from_lane).toBe("claimed");
    expect(project.events()).toEqual([eventAt(1), answer.event]);
  });

  test("does not record its event twice when the new file has taken it along", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
    const ours = lineAt(9, {
      from_lane: "claimed",
      to_lane: "in_progress",
      parent_event_ids: [eventAt(1).event_id],
    });

    const answer = answerOf(
      await project.emit(
        { to_lane: "in_progress" },
        stampWith(9, (times) => times === 1 && replaceLog(project, lineAt(1) + ours)),
      ),
    );

    expect(answer).toMatchObject({ lane: "in_progress", replayed: false, snapshot: "written" });
    expect(project.read("status.events.jsonl")).toBe(lineAt(1) + ours);
  });

  test("gives up after three tries, and leaves the last file as it is", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
    let times = 0;

    const error = await errorOf(() =>
      project.emit(
        { to_lane: "in_progress" },
        stampWith(9, (count) => {
          times = count;
          replaceLog(project, lineAt(1));
        }),
      ),
    );

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ message: expect.stringMatching(/replaced/), outcome_unknown: true });
    expect(times).toBe(3);
    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
    expect(existsSync(project.snapshot_path)).toBe(false);
  });

  test("says outcome unknown when the feature's folder is taken away for a file", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });

    const error = await errorOf(() =>
      project.emit(
        { to_lane: "in_progress" },
        stampWith(9, () => {
          renameSync(project.folder, `${project.folder}-moved`);
          writeFileSync(project.folder, "");
        }),
      ),
    );

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ outcome_unknown: true });
  });
});

describe("emitStatusTransition() while somebody without the lock appends", () => {
  test("takes their event into snapshot and views", async () => {
    using project = makeProject({
      files: { "tasks/WP01.md": pageText("planned"), "tasks/WP02.md": pageText("planned") },
    });
    await project.walk("claimed");
    const theirs = lineAt(5, { wp_id: "WP02" });

    const answer = answerOf(
      await project.emit(
        { to_lane: "in_progress" },
        stampWith(9, () => appendFileSync(project.log_path, theirs)),
      ),
    );

    expect(answer).toMatchObject({ lane: "in_progress", warnings: [] });
    expect(project.events().map(({ wp_id }) => wp_id)).toEqual(["WP01", "WP02", "WP01"]);
    expect(JSON.parse(project.read("status.json"))).toMatchObject({
      event_count: 3,
      work_packages: { WP02: { lane: "claimed" } },
    });
    expect(project.read("tasks/WP02.md")).toBe(pageText("claimed"));
  });

  test("does not claim success when their event overrules its own", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
    const known = [eventAt(1).event_id];
    const theirs = lineAt(20, {
      from_lane: "claimed",
      to_lane: "blocked",
      parent_event_ids: known,
      actor: "anna",
    });

    const refused = await project.emit(
      { to_lane: "in_progress" },
      stampWith(9, () => appendFileSync(project.log_path, theirs)),
    );

    const { event_id } = eventAt(9);
    expect(refusalOf(refused)).toMatchObject({
      code: "POSTCONDITION_FAILED",
      message: `WP01: event ${event_id} is recorded, but the work package is in blocked, not in_progress`,
      details: { event_id, lane: "blocked" },
    });
    expect(project.events()).toHaveLength(3);
    expect(JSON.parse(project.read("status.json")).work_packages.WP01.lane).toBe("blocked");
  });

  test("says outcome unknown when they left half a line before its own", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });

    const error = await errorOf(() =>
      project.emit(
        { to_lane: "in_progress" },
        stampWith(9, () => appendFileSync(project.log_path, lineAt(5).slice(0, 30))),
      ),
    );

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ outcome_unknown: true });
  });
});

test("emitStatusTransition() appends to the file that the path leads to, whatever else has its name", async () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  linkSync(project.log_path, `${project.log_path}.backup`);

  answerOf(await project.emit({ to_lane: "in_progress" }, stampAt(2)));

  expect(readFileSync(`${project.log_path}.backup`, "utf8")).toBe(project.read("status.events.jsonl"));
});
