/** `lane log --follow`: each event once, whatever becomes of the file. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { replaceOnceLetGo } from "../../src/store/in_use.ts";
import { type Follower, follow } from "../support/follower.ts";
import { commitAll, useGit } from "../support/git_user.ts";
import { publishedJudge } from "../support/json_schema.ts";
import { cleanEnvironment, lane } from "../support/lane.ts";
import { eventAt, lineAt, makeProject, SLUG, type TemporaryProject } from "../support/project.ts";
import { ON_WINDOWS } from "../support/system.ts";

/** Whatever waits here waits for a line, not for a time. */
setDefaultTimeout(60_000);

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;

test("follow begins with the last ten events and goes on with each new one", async () => {
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 12) } });
  await using follower = follow(project, "log --follow --json");
  for (let minute = 3; minute <= 12; minute++) expect(await follower.json()).toMatchObject(shown(minute));
  appendFileSync(project.log_path, moved(13));
  expect(await follower.json()).toEqual({ ...eventOf(13), superseded_by: null });
  appendFileSync(project.log_path, moved(14) + moved(15));
  expect(await ids(follower, 2)).toEqual([id(14), id(15)]);
  expect(await follower.end()).toEqual({ code: 130, stdout: [], stderr: [] });
});

test("each line of follow is what is published for lane log, also a refusal", async () => {
  const judge = publishedJudge("output log");
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 2) } });
  await using follower = follow(project, "log --follow --json");
  const event = await follower.json();
  expect(judge(event)).toBeUndefined();
  const { superseded_by: _, ...less } = event;
  expect(judge(less)).toBeString();
  expect(judge(await follower.json())).toBeUndefined();
  writeFileSync(project.log_path, "{\n");
  const refusal = await follower.json();
  expect(refusal).toMatchObject({ ok: false, error: { code: "LOG_CORRUPT" } });
  expect(judge(refusal)).toBeUndefined();
});

test("follow tells what lane emit records", async () => {
  using project = makeProject();
  await using follower = follow(project, "log --follow --json --actor ana");
  // There is no line to wait for before the first event: that it is read is seen by its coming.
  expect(lane(project.root, "emit 1 --to claimed --actor ana").code).toBe(0);
  expect(await follower.json()).toMatchObject({ to_lane: "claimed", actor: "ana" });
  expect(lane(project.root, "emit 1 --to in_progress --actor bob").code).toBe(0);
  expect(lane(project.root, "emit 1 --to for_review --actor ana").code).toBe(0);
  expect(await follower.json()).toMatchObject({ to_lane: "for_review", actor: "ana" });
});

test("follow as text tells the head, the last events, then each new one below in the same columns", async () => {
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 3) } });
  await using follower = follow(project, "log --follow --limit 2");
  expect(await follower.lines(5)).toEqual([
    SLUG,
    `${LOG}, 2 of 3 events`,
    "",
    `2026-02-08 12:02:00  WP02  planned -> claimed  claude  ${id(2)}`,
    `2026-02-08 12:03:00  WP03  planned -> claimed  claude  ${id(3)}`,
  ]);
  appendFileSync(project.log_path, lineAt(4, { wp_id: "WP04", actor: "al", reason: "why", force: true }));
  expect(await follower.lines(3)).toEqual([
    `2026-02-08 12:04:00  WP04  planned -> claimed  al      ${id(4)}`,
    "                     forced",
    "                     reason: why",
  ]);
  expect(await follower.end("SIGTERM")).toEqual({ code: 143, stdout: [], stderr: [] });
});

test("follow tells an event that a merge puts before others, once", async () => {
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 3) } });
  await using follower = follow(project, "log --follow --json");
  expect(await ids(follower, 3)).toEqual([id(1), id(2), id(3)]);
  replace(project, moved(1) + moved(20) + linesFrom(2, 3) + moved(10) + moved(3));
  expect(await ids(follower, 2)).toEqual([id(10), id(20)]);
  expect(await nothingElse(project, follower)).toEqual([]);
});

test("follow tells an event again when a merge supersedes it", async () => {
  const done = lineAt(5, {
    from_lane: "for_review",
    to_lane: "done",
    parent_event_ids: [id(1)],
    actor: "bob",
  });
  const back = lineAt(4, {
    from_lane: "for_review",
    to_lane: "in_progress",
    parent_event_ids: [id(1)],
    review_ref: "PR#1",
    actor: "ana",
  });
  for (const words of ["log --follow --json", "log --follow"]) {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) + done } });
    await using follower = follow(project, words);
    if (words.endsWith("--json")) {
      expect(await ids(follower, 2)).toEqual([id(1), id(5)]);
      replace(project, lineAt(1) + back + done);
      expect(await follower.json()).toMatchObject({ event_id: id(4), superseded_by: null });
      expect(await follower.json()).toMatchObject({ event_id: id(5), superseded_by: id(4) });
    } else {
      await follower.lines(5);
      replace(project, lineAt(1) + back + done);
      expect(await follower.lines(3)).toEqual([
        `2026-02-08 12:04:00  WP01  for_review -> in_progress  ana     ${id(4)}`,
        "                     review: PR#1",
        `  WP01: event ${id(5)} (for_review -> done) superseded by ${id(4)} (ana: for_review -> in_progress)`,
      ]);
      replace(project, lineAt(1) + done);
      expect(await follower.line()).toBe(`  WP01: event ${id(5)} (for_review -> done) counts again`);
    }
  }
});

test("follow outlives that the log is cut off, replaced, or gone for a moment, and repeats nothing", async () => {
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 2) } });
  await using follower = follow(project, "log --follow --json");
  expect(await ids(follower, 2)).toEqual([id(1), id(2)]);
  truncateSync(project.log_path, 0);
  appendFileSync(project.log_path, linesFrom(1, 3));
  expect(await ids(follower, 1)).toEqual([id(3)]);
  replace(project, linesFrom(1, 4));
  expect(await ids(follower, 1)).toEqual([id(4)]);
  rmSync(project.log_path);
  writeFileSync(project.log_path, linesFrom(1, 5));
  expect(await ids(follower, 1)).toEqual([id(5)]);
  const aside = join(project.root, "aside");
  renameSync(project.folder, aside);
  appendFileSync(join(aside, "status.events.jsonl"), moved(6));
  renameSync(aside, project.folder);
  expect(await ids(follower, 1)).toEqual([id(6)]);
  expect(await nothingElse(project, follower)).toEqual([]);
});

test("follow goes through checkouts and merges of git", async () => {
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 2) } });
  const git = (...words: string[]) => useGit(project.root, ...words);
  git("init", "--quiet");
  writeFileSync(join(project.root, ".gitattributes"), "*.jsonl merge=union\n");
  commitAll(project.root);
  git("checkout", "--quiet", "-b", "other");
  appendFileSync(project.log_path, moved(4));
  commitAll(project.root);
  git("checkout", "--quiet", "main");
  await using follower = follow(project, "log --follow --json");
  expect(await ids(follower, 2)).toEqual([id(1), id(2)]);
  appendFileSync(project.log_path, moved(3));
  expect(await ids(follower, 1)).toEqual([id(3)]);
  commitAll(project.root);
  git("checkout", "--quiet", "other");
  expect(await ids(follower, 1)).toEqual([id(4)]);
  git("checkout", "--quiet", "main");
  git("merge", "--quiet", "--no-edit", "other");
  appendFileSync(project.log_path, moved(5));
  expect(await ids(follower, 1)).toEqual([id(5)]);
});

test("follow waits for a torn write to be whole, and says so when it stays torn", async () => {
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 1) } });
  const line = moved(2);
  await using json = follow(project, "log --follow --json");
  await using text = follow(project, "log --follow");
  expect(await ids(json, 1)).toEqual([id(1)]);
  await text.lines(4);
  appendFileSync(project.log_path, line.slice(0, 50));
  expect(await text.warning()).toMatch(
    /^Warning: kitty-specs\/.*, line 2 .*: torn write: .*; waiting for it to change$/,
  );
  expect(await json.json()).toMatchObject({ ok: false, command: "log", error: { code: "LOG_CORRUPT" } });
  appendFileSync(project.log_path, line.slice(50));
  expect(await ids(json, 1)).toEqual([id(2)]);
  expect(await text.line()).toContain(id(2));
  expect(await text.warning()).toBe("Warning: the log can be read again");
  expect(await json.end()).toEqual({ code: 130, stdout: [], stderr: [] });
});

test("follow says when the log stays away", async () => {
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 1) } });
  await using follower = follow(project, "log --follow --json");
  await using text = follow(project, "log --follow");
  expect(await ids(follower, 1)).toEqual([id(1)]);
  await text.lines(4);
  rmSync(project.folder, { recursive: true });
  expect(await follower.json()).toMatchObject({ ok: false, error: { code: "IO" } });
  expect(await text.warning()).toBe(`Warning: ${LOG} is not there any more; waiting for it to change`);
});

test("follow ends quietly with 0 at its next word when its reader is gone", async () => {
  using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 3) } });
  const child = Bun.spawn([LANE, "log", "--follow", "--json"], {
    cwd: project.root,
    env: cleanEnvironment(),
    stdin: "ignore",
    stderr: "pipe",
  });
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  appendFileSync(project.log_path, moved(4));
  expect({ code: await child.exited, stderr: await child.stderr.text() }).toEqual({ code: 0, stderr: "" });
});

// Windows does not tell that a reader is gone.
test.skipIf(ON_WINDOWS)(
  "follow ends quietly with 0 when its reader is gone, also when nothing happens any more",
  () => {
    using project = makeProject({ files: { "status.events.jsonl": linesFrom(1, 3) } });
    for (const words of ["log --follow", "log --follow --json --limit 1"]) {
      const shell = `{ "$0" ${words}; echo "lane ended with $?" >&2; } | head -n 1`;
      const { stdout, stderr } = Bun.spawnSync(["sh", "-c", shell, LANE], {
        cwd: project.root,
        env: cleanEnvironment(),
      });
      expect(stderr.toString()).toBe("lane ended with 0\n");
      expect(stdout.toString().split("\n")).toHaveLength(2);
    }
  },
);

test("follow refuses in an envelope before its first line", () => {
  using project = makeProject();
  expect(lane(project.root, "log --follow --feature 9 --json")).toMatchObject({
    code: 4,
    json: { ok: false, command: "log", error: { code: "NO_FEATURE" } },
    stderr: "",
  });
});

function id(minute: number): string {
  return eventAt(minute).event_id;
}

/** The claim of a work package of its own. */
function eventOf(minute: number) {
  return eventAt(minute, { wp_id: `WP${String(minute).padStart(2, "0")}` });
}

function moved(minute: number): string {
  return lineAt(minute, { wp_id: eventOf(minute).wp_id });
}

function linesFrom(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => moved(first + i)).join("");
}

function shown(minute: number) {
  return { event_id: id(minute), superseded_by: null };
}

/** Puts another log in place, as git and editors do; on Windows they, too, wait for its readers. */
function replace(project: TemporaryProject, text: string): void {
  const beside = project.path("beside");
  writeFileSync(beside, text);
  replaceOnceLetGo(() => renameSync(beside, project.log_path));
}

async function ids(follower: Follower, count: number): Promise<unknown[]> {
  const lines = await follower.lines(count);
  return lines.map((line) => (JSON.parse(line) as { event_id?: string }).event_id ?? line);
}

/** What else was told up to the next event. */
async function nothingElse(project: TemporaryProject, follower: Follower): Promise<unknown[]> {
  appendFileSync(project.log_path, moved(50));
  const told: unknown[] = [];
  for (;;) {
    const { event_id } = await follower.json();
    if (event_id === id(50)) return told;
    told.push(event_id);
  }
}
