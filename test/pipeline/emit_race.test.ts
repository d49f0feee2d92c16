import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { emitStatusTransition } from "../../src/pipeline/emit.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { answerOf, makeProject, SLUG, type TemporaryProject } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";

const REPLACER = join(import.meta.dir, "replace_log.ts");
const EMITS = 120;

/** Emits with the real clock, legal whatever was lost before. */
function emitFor(project: TemporaryProject, number: number) {
  return emitStatusTransition({
    cwd: project.root,
    feature: SLUG,
    wp_id: String((number % 3) + 1),
    to_lane: number % 2 === 0 ? "claimed" : "planned",
    actor: `actor ${number}`,
    force: true,
    reason: "back and forth",
  });
}

function idsIn(path: string): string[] {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => (JSON.parse(line) as StatusEvent).event_id);
}

// Windows lets nobody replace a file that is open.
test.skipIf(ON_WINDOWS)(
  "emitStatusTransition() answers only with events that were in the log, while that is replaced in a loop",
  async () => {
    using project = makeProject({ files: {} });
    const kept = join(project.root, "kept");
    mkdirSync(kept);
    await project.walk("claimed");
    const command = [process.execPath, REPLACER, project.log_path, kept];
    const replacer = Bun.spawn(command, { stdin: "pipe", stdout: "pipe" });
    await replacer.stdout.getReader().read();

    const answered: string[] = [];
    for (let number = 0; number < EMITS; number++) {
      try {
        answered.push(answerOf(await emitFor(project, number)).event.event_id);
      } catch (error) {
        // Three replacements in a row: the caller is told that the outcome is unknown.
        if (!(error instanceof StorageError && error.outcome_unknown)) throw error;
      }
    }
    replacer.stdin.end();
    expect(await replacer.exited).toBe(0);

    const generations = readdirSync(kept).map((name) => join(kept, name));
    const recorded = new Set([project.log_path, ...generations].flatMap(idsIn));
    expect(answered.filter((event_id) => !recorded.has(event_id))).toEqual([]);
    expect(answered.length).toBeGreaterThan(EMITS / 2);
    expect(generations.length).toBeGreaterThan(1);
    const standing = idsIn(project.log_path);
    expect(standing).toHaveLength(new Set(standing).size);
  },
);

test("emitStatusTransition() by many processes at once records each of them once, in one line of descent", async () => {
  using project = makeProject({ files: {} });
  const script = `
    import { emitStatusTransition } from ${JSON.stringify(join(import.meta.dir, "../../src/index.ts"))};
    for (let i = 0; i < 10; i++) {
      const moved = await emitStatusTransition({ wp_id: "WP01", to_lane: i % 2 ? "planned" : "claimed",
        actor: process.argv[1] + "-" + i, force: true, reason: "race", feature: ${JSON.stringify(SLUG)},
        lock_timeout_ms: 30_000 });
      if (!moved.ok) throw new Error(moved.refusal.message);
    }`;
  const processes = ["a", "b", "c", "d"].map((name) =>
    Bun.spawn([process.execPath, "-e", script, name], { cwd: project.root, stderr: "inherit" }),
  );

  expect(await Promise.all(processes.map((process) => process.exited))).toEqual([0, 0, 0, 0]);

  const events = project.events();
  expect(new Set(events.map(({ actor }) => actor)).size).toBe(40);
  expect(events).toHaveLength(40);
  events.forEach((event, i) => {
    expect(event.parent_event_ids).toEqual(
      events
        .slice(0, i)
        .slice(-1)
        .map(({ event_id }) => event_id),
    );
  });
  expect(JSON.parse(project.read("status.json"))).toMatchObject({
    event_count: 40,
    last_event_id: events.at(-1)?.event_id,
  });
});
