/** `lane board --watch` on a real terminal: what it draws, when, and how it leaves. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lane, refused, told } from "../support/lane.ts";
import { lineAt, makeProject, pageText, SLUG } from "../support/project.ts";
import { onPseudoTerminal } from "../support/pseudo_terminal.ts";
import { ON_WINDOWS } from "../support/system.ts";

/** Whatever waits here waits for a frame, not for a time. */
setDefaultTimeout(60_000);

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const SIZE = { columns: 80, rows: 12 };
const WIDE = "─".repeat(80);

/** A console of Windows draws anew what is written to it: what was written can't be seen from outside. */
const testOnTerminal = test.skipIf(ON_WINDOWS);

testOnTerminal("watch draws the board on the other screen, and again when something changes", async () => {
  using project = makeProject();
  await using terminal = onPseudoTerminal(project, "board --watch", SIZE);
  expect(await terminal.frame((text) => text.includes("First"))).toEqual([
    `${SLUG}  no log yet`,
    "░░░░░░░░░░░░░░░░░░░░  0/1 finished",
    "",
    "planned 1",
    WIDE,
    "▎WP01",
    "▎First",
    "",
    "empty: claimed, in_progress, for_review, done, blocked, canceled",
    "",
    "",
    "q or Ctrl-C ends",
  ]);
  expect(terminal.raw).toStartWith(ENTER);
  expect(lane(project.root, "emit 1 --to claimed --actor ana").code).toBe(0);
  expect((await terminal.frame((text) => text.includes("claimed 1"))).slice(3, 8)).toEqual([
    "claimed 1",
    WIDE,
    "▎WP01",
    "▎First",
    "▎ana, just now",
  ]);
  project.write("tasks/WP01-first.md", pageText("claimed", "Another title"));
  await terminal.frame((text) => text.includes("Another title"));
  project.write("tasks/WP02-second.md", pageText("planned", "Second"));
  await terminal.frame((text) => text.includes("Second"));
  terminal.type("\u0003");
  expect(await terminal.exited()).toBe(130);
  await terminal.written(LEAVE);
  expect(terminal.raw).toEndWith(LEAVE);
});

testOnTerminal("watch gives the terminal back however it ends", async () => {
  const endings: [string, (terminal: ReturnType<typeof onPseudoTerminal>) => void, number][] = [
    ["q", (terminal) => terminal.type("q"), 0],
    ["Ctrl-C", (terminal) => terminal.type("\u0003"), 130],
    ["SIGINT", (terminal) => terminal.signal("SIGINT"), 130],
    ["SIGTERM", (terminal) => terminal.signal("SIGTERM"), 143],
    ["SIGHUP", (terminal) => terminal.signal("SIGHUP"), 129],
  ];
  for (const [how, end, code] of endings) {
    using project = makeProject();
    await using terminal = onPseudoTerminal(project, "board --watch", SIZE);
    await terminal.frame((text) => text.includes("First"));
    end(terminal);
    expect({ how, code: await terminal.exited() }).toEqual({ how, code });
    await terminal.written(LEAVE);
    expect({ how, times: terminal.raw.split(LEAVE).length - 1, last: terminal.raw.endsWith(LEAVE) }).toEqual({
      how,
      times: 1,
      last: true,
    });
  }
});

testOnTerminal("watch ends when its terminal is taken away", async () => {
  using project = makeProject();
  await using terminal = onPseudoTerminal(project, "board --watch", SIZE);
  await terminal.frame((text) => text.includes("First"));
  terminal.close();
  expect(await terminal.exited()).toBe(129);
});

testOnTerminal("watch shows nothing of what is typed", async () => {
  using project = makeProject();
  await using terminal = onPseudoTerminal(project, "board --watch", SIZE);
  await terminal.frame((text) => text.includes("First"));
  terminal.type("XYZ\r");
  terminal.resize(60, 12);
  await terminal.frame((text) => text.includes("─".repeat(60)) && !text.includes(WIDE));
  expect(terminal.raw).not.toContain("X");
});

testOnTerminal("watch follows the terminal's size, and says how much does not fit", async () => {
  using project = makeProject({
    files: Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`tasks/WP0${i + 1}.md`, pageText("planned", `Page ${i + 1}`)]),
    ),
  });
  await using terminal = onPseudoTerminal(project, "board --watch", SIZE);
  expect((await terminal.frame((text) => text.includes("Page 2"))).slice(-2)).toEqual([
    "… 23 more lines",
    "q or Ctrl-C ends",
  ]);
  terminal.resize(40, 8);
  const small = await terminal.frame((text) => text.includes(`${"─".repeat(40)}\r`) && !text.includes(WIDE));
  expect(small).toHaveLength(8);
  expect(small[0]).toBe(`${SLUG}  no log yet`);
  terminal.resize(80, 50);
  expect(await terminal.frame((text) => text.includes("Page 9"))).toHaveLength(50);
  terminal.resize(12, 5);
  const tiny = await terminal.frame((text) => text.split("\n").length === 5);
  expect(tiny.slice(-2)).toEqual(["… 38 more l…", "q or Ctrl-C…"]);
});

testOnTerminal("watch draws nothing while nothing changes", async () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  await using terminal = onPseudoTerminal(project, "board --watch", SIZE);
  await terminal.frame((text) => text.includes("WP01"));
  // Files that the board does not show, again and again: each wakes it.
  for (let i = 0; i < 20; i++) writeFileSync(project.path("notes.txt"), `${i}`);
  project.write("tasks/WP02.md", pageText("planned", "Second"));
  await terminal.frame((text) => text.includes("Second"));
  expect(terminal.frame_count).toBe(2);
});

testOnTerminal("watch tells in place that the feature is gone, and goes on when it is back", async () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  await using terminal = onPseudoTerminal(project, "board --watch", SIZE);
  await terminal.frame((text) => text.includes("claimed 1"));
  const aside = join(project.root, "aside");
  renameSync(project.folder, aside);
  const lines = await terminal.frame((text) => text.includes("not up to date"));
  expect(lines.at(-1)).toBe(`not up to date: no feature is called "${SLUG}" or begins so`);
  expect(lines).toContain("claimed 1");
  appendFileSync(join(aside, "status.events.jsonl"), lineAt(2, { wp_id: "WP02", to_lane: "done" }));
  renameSync(aside, project.folder);
  expect((await terminal.frame((text) => text.includes("done 1"))).at(-1)).toBe("q or Ctrl-C ends");
});

testOnTerminal("watch tells in place that the log can't be trusted", async () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  await using terminal = onPseudoTerminal(project, "board --watch", { columns: 200, rows: 12 });
  await terminal.frame((text) => text.includes("claimed 1"));
  project.write("status.events.jsonl", "\u001b]0;owned\u0007\n");
  const lines = await terminal.frame((text) => text.includes("not up to date"));
  expect(lines.at(-1)).toContain(`kitty-specs/${SLUG}/status.events.jsonl, line 1`);
  expect(terminal.raw).not.toContain("\u001b]");
  rmSync(project.log_path);
  await terminal.frame((text) => !text.includes("not up to date") && text.includes("no log yet"));
});

testOnTerminal("watch --all draws a line for each feature", async () => {
  using project = makeProject();
  await using terminal = onPseudoTerminal(project, "board --all --watch", SIZE);
  await terminal.frame((text) => text.includes("not begun"));
  expect(lane(project.root, "new 035-second").code).toBe(0);
  await terminal.frame((text) => text.includes("035-second"));
  const log = join(project.root, "kitty-specs", "035-second", "status.events.jsonl");
  writeFileSync(log, "{\n");
  await terminal.frame((text) => text.includes("LOG_CORRUPT"));
  writeFileSync(log, lineAt(1, { to_lane: "done" }));
  await terminal.frame((text) => text.includes("all finished"));
});

testOnTerminal("watch --all begins with a project in which there is nothing, or nothing whole", async () => {
  using project = makeProject({ config: "status:\n  features_folder: features\n" });
  mkdirSync(join(project.root, "features", "001-broken"), { recursive: true });
  const log = join(project.root, "features", "001-broken", "status.events.jsonl");
  writeFileSync(log, "{\n");
  await using terminal = onPseudoTerminal(project, "board --all --watch", SIZE);
  await terminal.frame((text) => text.includes("LOG_CORRUPT"));
  rmSync(join(project.root, "features", "001-broken"), { recursive: true });
  await terminal.frame((text) => text.startsWith("No features yet"));
  expect(lane(project.root, "new 002-second").code).toBe(0);
  await terminal.frame((text) => text.includes("002-second"));
});

test("watch without a terminal, or as JSON, says what would do", () => {
  using project = makeProject();
  expect(told(lane(project.root, "board --watch"))).toEqual(
    refused(
      2,
      "Error: lane board: --watch draws on a terminal, and stdout is none",
      "Hint: lane log --follow tells what happens, a line at a time",
    ),
  );
  expect(lane(project.root, "board --watch --json")).toMatchObject({
    code: 2,
    stderr: "",
    json: {
      ok: false,
      error: { code: "USAGE", hint: "lane log --follow --json tells what happens, an event a line" },
    },
  });
});

testOnTerminal("follow on a terminal ends on a line of its own after Ctrl-C", async () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  await using terminal = onPseudoTerminal(project, "log --follow", SIZE);
  await terminal.written("claude");
  terminal.type("\u0003");
  expect(await terminal.exited()).toBe(130);
  await terminal.written("^C\r\n");
  expect(terminal.raw).toEndWith("^C\r\n");
  expect(terminal.raw).not.toContain("\u001b[?");
});

testOnTerminal("watch cuts its last lines to a terminal that is too narrow for them", async () => {
  using project = makeProject();
  await using terminal = onPseudoTerminal(project, "board --watch", { columns: 10, rows: 4 });
  expect((await terminal.frame((text) => text.includes(SLUG.slice(0, 5)))).slice(2)).toEqual([
    "… 16 more…",
    "q or Ctrl…",
  ]);
});
