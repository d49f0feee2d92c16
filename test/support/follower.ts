/**
 * A call of lane that goes on: its lines are read as they come.
 *
 * @example
 * await using follower = follow(project, "log --follow --json");
 * expect(await follower.line()).toContain('"WP01"');
 */

import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "./lane.ts";
import type { TemporaryProject } from "./project.ts";

/** Long enough for any machine; a test that waits so long has failed. */
const PATIENCE_MS = 15_000;

export class Follower implements AsyncDisposable {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #stdout: Lines;
  readonly #stderr: Lines;

  constructor(project: TemporaryProject, words: string) {
    this.#child = Bun.spawn([LANE, ...words.split(" ")], {
      cwd: project.root,
      env: cleanEnvironment(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#stdout = new Lines(this.#child.stdout);
    this.#stderr = new Lines(this.#child.stderr);
  }

  /** The next line on stdout. */
  line(): Promise<string> {
    return this.#stdout.next();
  }

  /** So many lines on stdout. */
  async lines(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push(await this.line());
    return lines;
  }

  /** The next line on stdout, as the JSON that it is. */
  async json(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.line()) as Record<string, unknown>;
  }

  /** The next line on stderr. */
  warning(): Promise<string> {
    return this.#stderr.next();
  }

  /** Sends a signal and waits for the end. @returns the exit code and what was left to read */
  async end(
    signal: NodeJS.Signals = "SIGINT",
  ): Promise<{ code: number; stdout: string[]; stderr: string[] }> {
    this.#child.kill(signal);
    const code = await this.#child.exited;
    return { code, stdout: await this.#stdout.rest(), stderr: await this.#stderr.rest() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}

/** Calls lane in a project; the words are split at blanks. */
export function follow(project: TemporaryProject, words: string): Follower {
  return new Follower(project, words);
}

/** A stream, line by line. */
class Lines {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async next(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      if (!(await this.#readOn())) throw new Error(`the stream ended; left: ${JSON.stringify(this.#text)}`);
    }
  }

  async rest(): Promise<string[]> {
    while (await this.#readOn());
    const lines = this.#text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    this.#text = "";
    return lines;
  }

  async #readOn(): Promise<boolean> {
    let timer: Timer | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("no line came")), PATIENCE_MS);
    });
    const { value, done = false } = await Promise.race([this.#chunks.next(), late]);
    clearTimeout(timer);
    if (value !== undefined) this.#text += this.#decoder.decode(value, { stream: true });
    return !done;
  }
}
