/** `lane board --watch` in a real terminal emulator: what a person sees. Needs tmux. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { lineAt, makeProject, pageText, SLUG, type TemporaryProject } from "../support/project.ts";

setDefaultTimeout(60_000);

/** A shell in a window of tmux's own server. */
class Window implements Disposable {
  readonly #socket: string;
  readonly #project: TemporaryProject;

  constructor(project: TemporaryProject, columns: number, rows: number) {
    this.#project = project;
    this.#socket = join(project.root, "tmux");
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-x", `${columns}`, "-y", `${rows}`, "PS1='$ ' sh");
  }

  type(...keys: string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** The lines that are seen, as soon as they are what is waited for. */
  async seen(isIt: (text: string) => boolean): Promise<string[]> {
    const late_ms = performance.now() + 15_000;
    for (;;) {
      const text = this.#tmux("capture-pane", "-p").trimEnd();
      if (isIt(text)) return text.split("\n");
      if (performance.now() > late_ms) throw new Error(`it was never seen: ${text}`);
      await Bun.sleep(20);
    }
  }

  is_cursor_shown(): boolean {
    return this.#tmux("display-message", "-p", "#{cursor_flag}").trim() === "1";
  }

  [Symbol.dispose](): void {
    this.#tmux("kill-server");
  }

  #tmux(...words: string[]): string {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["tmux", "-u", "-S", this.#socket, ...words], {
      cwd: this.#project.root,
      env: { ...cleanEnvironment(), TERM: "xterm-256color", LC_ALL: "C.UTF-8", LANE, ENV: "" },
      stdin: "ignore",
    });
    if (exitCode !== 0) throw new Error(`tmux ${words.join(" ")}: ${stderr.toString()}`);
    return stdout.toString();
  }
}

test("watch fills the window, follows its size, and leaves what was there before", async () => {
  using project = makeProject({
    files: {
      "tasks/WP01.md": pageText("planned", "x".repeat(300)),
      "status.events.jsonl": lineAt(1, { to_lane: "blocked", actor: "bob" }),
    },
  });
  using window = new Window(project, 80, 12);
  window.type("echo before", "Enter");
  await window.seen((text) => text.includes("\nbefore"));
  window.type('"$LANE" board --watch', "Enter");
  const first = await window.seen((text) => text.includes("Ctrl-C ends"));
  expect(first.slice(2, 6)).toEqual(["", "! blocked 1", "─".repeat(80), "▎WP01"]);
  expect(first.slice(6, 8)).toEqual([`▎${"x".repeat(79)}`, `▎${"x".repeat(78)}…`]);
  expect(first).toHaveLength(12);
  expect(window.is_cursor_shown()).toBe(false);

  window.resize(40, 20);
  const narrow = await window.seen((text) => text.includes("─".repeat(40)) && text.split("\n").length === 20);
  expect(narrow.slice(0, 2)).toEqual([SLUG, `kitty-specs/${SLUG}/status.eve…`]);
  expect(narrow.slice(3, 8)).toEqual(["", "! blocked 1", "─".repeat(40), "▎WP01", `▎${"x".repeat(39)}`]);

  window.type("C-c");
  await window.seen((text) => text.endsWith("\n$"));
  window.type("echo ended with $?", "Enter");
  const after = await window.seen((text) => text.includes("\nended with 130"));
  expect(after.join("\n")).toContain("\nbefore\n");
  expect(after.join("\n")).not.toContain("blocked 1");
  expect(window.is_cursor_shown()).toBe(true);
});

test("watch that is stopped by Ctrl-Z gives the terminal to the shell, and draws again when it goes on", async () => {
  using project = makeProject();
  using window = new Window(project, 80, 12);
  window.type("set -m; clear", "Enter");
  window.type('"$LANE" board --watch', "Enter");
  await window.seen((text) => text.includes("planned 1"));
  window.type("C-z");
  await window.seen((text) => /Stopped/i.test(text) && !text.includes("planned 1"));
  expect(window.is_cursor_shown()).toBe(true);
  window.type("fg", "Enter");
  await window.seen((text) => text.includes("planned 1"));
  window.type("q");
  await window.seen((text) => text.endsWith("\n$"));
  window.type("echo ended with $?", "Enter");
  await window.seen((text) => text.includes("\nended with 0"));
});
