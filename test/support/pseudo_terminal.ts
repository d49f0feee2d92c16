/**
 * A call of lane on a terminal of its own, which can be typed on and resized.
 *
 * @example
 * await using terminal = onPseudoTerminal(project, "board --watch", { columns: 80, rows: 24 });
 * await terminal.frame((text) => text.includes("WP01"));
 */

import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "./lane.ts";
import type { TemporaryProject } from "./project.ts";

export const FRAME_BEGINS = "\u001b[?2026h\u001b[H";
export const FRAME_ENDS = "\u001b[?2026l";

/** Long enough for any machine; a test that waits so long has failed. */
const PATIENCE_MS = 15_000;

export class PseudoTerminal implements AsyncDisposable {
  readonly #child: Bun.Subprocess;
  readonly #decoder = new TextDecoder();
  #raw = "";
  #onData = () => {};

  constructor(project: TemporaryProject, words: string, size: { columns: number; rows: number }) {
    this.#child = Bun.spawn([LANE, ...words.split(" ")], {
      cwd: project.root,
      env: { ...cleanEnvironment(), TERM: "xterm-256color" },
      terminal: {
        cols: size.columns,
        rows: size.rows,
        data: (_, bytes) => {
          this.#raw += this.#decoder.decode(bytes, { stream: true });
          this.#onData();
        },
      },
    });
  }

  /** Everything that was written, as it was written. */
  get raw(): string {
    return this.#raw;
  }

  /** How many whole frames were drawn. */
  get frame_count(): number {
    return this.#raw.split(FRAME_ENDS).length - 1;
  }

  /** The lines of the newest whole frame for which something is true, without colour; waits for one. */
  frame(isIt: (text: string) => boolean): Promise<string[]> {
    return this.#waitFor(() => {
      const [, ...frames] = this.#raw.split(FRAME_BEGINS);
      const last = frames.filter((frame) => frame.includes(FRAME_ENDS)).at(-1);
      const text = Bun.stripANSI(last?.split(FRAME_ENDS)[0] ?? "");
      return last !== undefined && isIt(text) ? text.split(/\r+\n/) : undefined;
    });
  }

  /** Waits until something was written. */
  async written(text: string): Promise<void> {
    await this.#waitFor(() => this.#raw.includes(text) || undefined);
  }

  type(keys: string): void {
    this.#child.terminal?.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#child.terminal?.resize(columns, rows);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Takes the terminal away, as when its window is closed. */
  close(): void {
    this.#child.terminal?.close();
  }

  /** Waits for the end. @returns the exit code */
  exited(): Promise<number> {
    return this.#child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    this.#child.terminal?.close();
  }

  async #waitFor<T>(look: () => T | undefined): Promise<T> {
    const found = Promise.withResolvers<T>();
    const late = setTimeout(
      () => found.reject(new Error(`it never came; written: ${JSON.stringify(this.#raw.slice(-2000))}`)),
      PATIENCE_MS,
    );
    const tryIt = () => {
      const value = look();
      if (value !== undefined) found.resolve(value);
    };
    this.#onData = tryIt;
    tryIt();
    try {
      return await found.promise;
    } finally {
      clearTimeout(late);
      this.#onData = () => {};
    }
  }
}

export function onPseudoTerminal(
  project: TemporaryProject,
  words: string,
  size: { columns: number; rows: number },
): PseudoTerminal {
  return new PseudoTerminal(project, words, size);
}
