/**
 * Runs the compiled executable as a user would: a process of its own, started in a folder.
 *
 * @example
 * using project = makeProject();
 * const answer = lane(project.root, "emit WP01 --to claimed --actor ana");
 * expect(told(answer)).toEqual(answered("WP01: planned -> claimed, by ana", "event <id 1> in …"));
 */

import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentWithoutLane, LANE } from "../../scripts/project.ts";
import { withSlashes } from "../../src/store/spelling.ts";

/** What a run left behind. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The value on stdout, where that is one line of JSON; else undefined. */
  readonly json: unknown;
  /** Where it ran. */
  readonly folder: string;
}

/** What a run can be given besides its words. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** Empty when left out. */
  readonly stdin?: string;
}

/** The words of a call; a text is split at its blanks. */
export type Words = string | readonly string[];

/** Runs `lane` in a folder, and waits for it. */
export function lane(folder: string, words: Words, { env, stdin = "" }: Surroundings = {}): Answer {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command(words), {
    cwd: folder,
    env: { ...cleanEnvironment(), ...env },
    stdin: Buffer.from(stdin),
  });
  return answerOf(folder, exitCode, stdout.toString(), stderr.toString());
}

/** Runs `lane` beside whatever else runs. */
export async function laneBeside(folder: string, words: Words, { env }: Surroundings = {}): Promise<Answer> {
  const child = Bun.spawn(command(words), {
    cwd: folder,
    env: { ...cleanEnvironment(), ...env },
    stdin: "ignore",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return answerOf(folder, code, stdout, stderr);
}

/** What a person was told: with names for what differs from run to run. */
export interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An answer, whole, that two runs can be compared by. */
export function told({ code, stdout, stderr, folder }: Answer): Told {
  const name = namer(folder);
  return { code, stdout: name(stdout), stderr: name(stderr) };
}

/** An answer as it is, where nothing in it differs from run to run. */
export function plain({ code, stdout, stderr }: Told): Told {
  return { code, stdout, stderr };
}

/** Success, with these lines on stdout and nothing else. */
export function answered(...lines: readonly string[]): Told {
  return { code: 0, stdout: textOf(lines), stderr: "" };
}

/** A no with this exit code, with these lines on stderr and nothing else. */
export function refused(code: number, ...lines: readonly string[]): Told {
  return { code, stdout: "", stderr: textOf(lines) };
}

/** Lines as a text. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** The settings of whoever runs the tests are none of a test's. */
const NO_FOLDER = join(tmpdir(), "lanekeeper-nobody");

/** The environment without anything that tells `lane` where it is, who asks, or how to look. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const ruling = [
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "TERM",
    "BUN_OPTIONS",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
  ];
  const kept = Object.entries(environmentWithoutLane()).filter(([name]) => !ruling.includes(name));
  return { ...Object.fromEntries(kept), HOME: NO_FOLDER };
}

function command(words: Words): string[] {
  if (!existsSync(LANE)) throw new Error(`${LANE} is not there: npm run build makes it`);
  return [LANE, ...wordsOf(words)];
}

/** The words of a call, one by one. */
export function wordsOf(words: Words): readonly string[] {
  return typeof words === "string" ? words.split(" ").filter((word) => word !== "") : words;
}

/** What a run left behind. */
export function answerOf(folder: string, code: number | null, stdout: string, stderr: string): Answer {
  return { code, stdout, stderr, json: jsonLine(stdout), folder };
}

function jsonLine(stdout: string): unknown {
  if (!/^\{[^\n]*\}\n$/.test(stdout)) return undefined;
  return JSON.parse(stdout);
}

/** Names the folder, event ids (the same id by the same name), times and ages. */
function namer(folder: string): (text: string) => string {
  const ids: string[] = [];
  // On Windows people are shown slashes, and JSON has the system's own path, each backslash twice.
  const spellings = [JSON.stringify(folder).slice(1, -1), folder, withSlashes(folder)];
  return (text) =>
    spellings
      .reduce((left, spelling) => left.replaceAll(spelling, "<root>"), text)
      .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, (id) => {
        if (!ids.includes(id)) ids.push(id);
        return `<id ${ids.indexOf(id) + 1}>`;
      })
      .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+\+00:00)?/g, "<time>")
      .replace(/\b(?:just now|\d+ (?:s|min|h|d) ago)\b/g, "<age>");
}
