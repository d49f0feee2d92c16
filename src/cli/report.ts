/** The only file that prints, but for the line of a bare `--version`, and the only one that knows exit codes. */

import { statSync, writeSync } from "node:fs";
import type { LiveOutcome, Outcome, Progress } from "../commands/outcome.ts";
import { makeStyle, type Style } from "../commands/style.ts";
import { compactJson } from "../domain/json_bytes.ts";
import type { RefusalCode, Refused } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { errnoOf, StorageError } from "../store/storage_error.ts";
import { descriptorStat } from "./descriptor.ts";
import { EXIT_HUNG_UP, EXIT_INTERRUPTED, obeyAtOnce } from "./signals.ts";

/** What each refusal means to a caller that sees only the exit code. */
export const EXIT_CODES: Readonly<Record<RefusalCode, number>> = {
  ILLEGAL_TRANSITION: 1,
  GUARD_FAILED: 1,
  FORCE_NEEDS_AUDIT: 1,
  EVIDENCE_REQUIRED: 1,
  EVIDENCE_INVALID: 1,
  PRECONDITION_FAILED: 1,
  IDEMPOTENCY_CONFLICT: 1,
  NOT_MIGRATED: 1,
  NOTHING_READY: 1,
  CHECK_FAILED: 1,
  USAGE: 2,
  UNKNOWN_LANE: 2,
  INVALID_ID: 2,
  LOG_CORRUPT: 3,
  POSTCONDITION_FAILED: 3,
  NO_PROJECT: 4,
  NO_FEATURE: 4,
  AMBIGUOUS_FEATURE: 4,
  NO_WORK_PACKAGE: 4,
  LOCK_TIMEOUT: 5,
  IO: 6,
  CONFIG_INVALID: 6,
  INTERNAL: 70,
};

/** How an outcome is to be told. */
export interface Telling {
  /** The command's name, for the envelope. */
  readonly command: string;
  readonly json: boolean;
  readonly no_color: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now_us: number;
}

/** Prints an outcome. @returns the exit code */
export function report(outcome: Outcome, telling: Telling): number {
  obeySignalsAtOnce();
  try {
    if (telling.json) print(STDOUT, `${oneLine(envelopeOf(outcome, telling.command))}\n`);
    else tell(outcome, telling);
  } catch (error) {
    const { message } = error instanceof StorageError ? error : cannotAnswer(error);
    print(STDERR, `Error: ${message}; what was done stands\n`);
    return EXIT_CODES.IO;
  }
  return outcome.ok ? 0 : EXIT_CODES[outcome.refusal.code];
}

/** Lets an answer go on until it is ended. @returns why it could not go on */
export async function reportLive({ live }: LiveOutcome, telling: Telling): Promise<Refused | undefined> {
  obeySignalsAtOnce();
  const { openLive } = await import("./live.ts");
  const open = openLive({
    print: (text) => print(STDOUT, text),
    warn: (message) => warn(message, styleFor(STDERR, telling)),
    style: () => styleFor(STDOUT, { ...telling, now_us: Date.now() * 1000 }),
    jsonLine: (value) => `${oneLine(value)}\n`,
    envelopeOf: (refused) => envelopeOf(refused, telling.command),
    output: STDOUT,
    is_terminal: isTerminal(STDOUT),
    sizeNow: () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }),
    interrupt: () => process.exit(EXIT_INTERRUPTED),
    hangUp: () => process.exit(EXIT_HUNG_UP),
    interrupted: EXIT_INTERRUPTED,
  });
  try {
    return await live(open.live);
  } finally {
    open.close();
  }
}

/** Work that takes no longer than this is over before anybody wonders. */
const SILENCE_MS = 1000;
const REDRAW_MS = 100;
const LONGEST_PROGRESS_COLUMNS = 76;

/** A line on stderr that says how far long work is, where a person looks at it. */
export function makeProgress(json: boolean): { readonly show: Progress; readonly clear: () => void } {
  let next_ms = performance.now() + SILENCE_MS;
  let is_shown = false;
  return {
    show: (done, total, what) => {
      if (json || performance.now() < next_ms) return;
      next_ms = isTerminal(STDERR) ? performance.now() + REDRAW_MS : Number.POSITIVE_INFINITY;
      if (next_ms === Number.POSITIVE_INFINITY) return;
      is_shown = true;
      const line = `${done}/${total} ${visible(what)}`;
      print(STDERR, `\r\u001b[K${Bun.sliceAnsi(line, 0, LONGEST_PROGRESS_COLUMNS)}`);
    },
    clear: () => {
      if (is_shown) print(STDERR, "\r\u001b[K");
    },
  };
}

const STDOUT = 1;
const STDERR = 2;

function envelopeOf(outcome: Outcome, command: string) {
  const warnings = (outcome.warnings ?? []).map(({ code, message }) => ({ code, message }));
  if (outcome.ok) return { version: 1, ok: true, command, data: outcome.data, warnings };
  const { code, message, hint, details } = outcome.refusal;
  return {
    version: 1,
    ok: false,
    command,
    error: { code, message, hint: hint ?? null, details: details ?? {} },
    warnings,
  };
}

/** JSON on one line, that no terminal obeys: what is visible() in JSON is the same JSON. */
function oneLine(value: unknown): string {
  return visible(jsonOf(value));
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // What another tool wrote into a line can be nested deeper than the engine's stack holds.
    if (error instanceof RangeError) return compactJson(value);
    throw error;
  }
}

function tell(outcome: Outcome, telling: Telling): void {
  const text = outcome.text?.(styleFor(STDOUT, telling));
  if (text !== undefined && text !== "") print(STDOUT, `${text}\n`);
  const warnings = outcome.warnings ?? [];
  if (outcome.ok && warnings.length === 0) return;
  const style = styleFor(STDERR, telling);
  for (const warning of warnings) warn(warning.message, style);
  if (outcome.ok) return;
  const { message, hint } = outcome.refusal;
  print(
    STDERR,
    `${style.bold("Error:")} ${visible(message)}\n${hint === undefined ? "" : `${style.bold("Hint:")} ${visible(hint)}\n`}`,
  );
}

function warn(message: string, style: Style): void {
  print(STDERR, `${style.bold("Warning:")} ${visible(message)}\n`);
}

function styleFor(fd: number, { no_color, env, now_us }: Telling) {
  const is_terminal = isTerminal(fd);
  const color = is_terminal && !no_color && !env.NO_COLOR && env.TERM !== "dumb";
  const width_columns = (is_terminal && process.stdout.columns) || undefined;
  return makeStyle({ color, width_columns, unicode: speaksUnicode(env), now_us });
}

/** Whether the locale can show more than ASCII; one that says nothing can, as terminals of today do. */
function speaksUnicode(env: Telling["env"]): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return !locale || /utf-?8/i.test(locale);
}

/**
 * Whether somebody looks at it. node:tty takes 3 ms to load, which callers with a pipe, a
 * file or /dev/null need not pay.
 */
function isTerminal(fd: number): boolean {
  const found = descriptorStat(fd);
  if (found?.isCharacterDevice() !== true) return false;
  if (found.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev) return false;
  return process.getBuiltinModule("node:tty").isatty(fd);
}

/**
 * Writes everything, also to a pipe that is full for now. A pipe that the reader has
 * closed (`lane show | head -1`) is no failure.
 *
 * `process.stdout` would do the same, but costs more to load than an emit.
 *
 * @returns whether there still is a reader
 */
function print(fd: number, text: string): boolean {
  const bytes = Buffer.from(text, "utf8");
  for (let done_bytes = 0; done_bytes < bytes.length; ) {
    try {
      done_bytes += writeSync(fd, bytes, done_bytes);
    } catch (error) {
      // Nobody could be told that stderr does not work; the answer itself matters more.
      if (errnoOf(error) === "EPIPE" || fd === STDERR) return false;
      if (errnoOf(error) !== "EAGAIN") throw cannotAnswer(error);
      Bun.sleepSync(1);
    }
  }
  return true;
}

function cannotAnswer(cause: unknown): StorageError {
  return new StorageError("write", "the answer", cause);
}

/**
 * Lets signals end the process by themselves from here on, where a write may wait for its
 * reader: a handler of ours could not run meanwhile, and Ctrl-C would wait as well. Nothing
 * is told before its lock is given back.
 */
function obeySignalsAtOnce(): void {
  const found = descriptorStat(STDOUT);
  if (found === undefined || !(found.isFIFO() || found.isSocket())) return;
  obeyAtOnce();
}
