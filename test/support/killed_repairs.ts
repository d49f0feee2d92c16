/** Repairs that are killed at random moments, and what is left of the log. */

import { expect } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment, lane } from "./lane.ts";
import {
  eventAt,
  filesBelow,
  lineAt,
  makeProject,
  pageText,
  SLUG,
  type TemporaryProject,
} from "./project.ts";

/** How often the log was what after the kill. */
export interface Outcomes {
  old: number;
  mended: number;
}

/** A log of so many events with conflict markers, repeated lines and a torn tail. */
function damagedLog(events: number): string {
  const lines = Array.from({ length: events }, (_, i) =>
    lineAt(i + 1, {
      parent_event_ids: i === 0 ? [] : [eventAt(i).event_id],
      force: true,
      reason: "x".repeat(100),
    }),
  );
  const half = Math.floor(events / 2);
  const [ours, theirs] = [lines.slice(0, half).join(""), lines.slice(half - 5).join("")];
  return `<<<<<<< HEAD\r\n${ours}=======\n${theirs}>>>>>>> other\n{"actor": "cla`;
}

/**
 * Kills `lane doctor --fix --apply` again and again, each time at another moment of its
 * run, and expects the log to be the old or the mended one, a whole copy of the old one
 * where it changed, and the next run to finish what was begun.
 */
export async function killRepairs(times: number, events: number): Promise<Outcomes> {
  using project = makeProject({ files: { "tasks/WP01.md": pageText("planned") } });
  const old = damagedLog(events);
  reset(project, old);
  const usual_ms = await runFor(project, undefined);
  const mended = project.read("status.events.jsonl");
  const page = project.read("tasks/WP01.md");
  expect(mended.split("\n")).toHaveLength(events + 1);
  const outcomes = { old: 0, mended: 0 };
  for (let i = 0; i < times; i++) {
    reset(project, old);
    // The log is replaced near the end: most moments are there.
    await runFor(project, usual_ms * (i % 4 === 0 ? Math.random() : 0.6 + 0.4 * Math.random()));
    const log = project.read("status.events.jsonl");
    expect([old, mended].map((text) => text === log)).toContain(true);
    outcomes[log === old ? "old" : "mended"]++;
    if (log === mended)
      expect(keptIn(project)).toEqual({ "status.events.jsonl": old, "torn.jsonl": '{"actor": "cla' });
    expect(lane(project.root, "doctor --fix --apply")).toMatchObject({ stderr: "" });
    expect(project.read("status.events.jsonl")).toBe(mended);
    expect(project.read("tasks/WP01.md")).toBe(page);
    expect(JSON.parse(project.read("status.json"))).toMatchObject({ event_count: events });
    expect(filesBelow(project.folder).sort()).toEqual([
      "status.events.jsonl",
      "status.json",
      "tasks/WP01.md",
    ]);
  }
  return outcomes;
}

function reset(project: TemporaryProject, log: string): void {
  rmSync(join(project.root, ".lanekeeper"), { recursive: true, force: true });
  for (const name of filesBelow(project.folder)) rmSync(project.path(name));
  project.write("tasks/WP01.md", pageText("planned"));
  writeFileSync(project.log_path, log);
}

/** What the killed run kept whole: its folder is the first. */
function keptIn(project: TemporaryProject): Record<string, string> {
  const folder = join(project.root, `.lanekeeper/kitty-specs/${SLUG}.kept`);
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    filesBelow(folder)
      .filter((name) => basename(name) !== "status.json")
      .map((name) => [basename(name), readFileSync(join(folder, name), "utf8")]),
  );
}

/** Runs the repair, and kills it after some time; says how long it took. */
async function runFor(project: TemporaryProject, kill_after_ms: number | undefined): Promise<number> {
  const start_ns = Bun.nanoseconds();
  const child = Bun.spawn([LANE, "doctor", "--fix", "--apply"], {
    cwd: project.root,
    env: cleanEnvironment(),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  if (kill_after_ms !== undefined) {
    await Bun.sleep(kill_after_ms);
    child.kill("SIGKILL");
  }
  await child.exited;
  return (Bun.nanoseconds() - start_ns) / 1e6;
}
