/**
 * A place where something hostile lies: a project, beside it what must stay as it is, a
 * program that leaves a mark when it is run, and a home of nobody. Every command is run
 * there, and whatever one of them should not have done is told.
 *
 * @example
 * using ground = makeGround();
 * symlinkSync(ground.precious, ground.path("status.json"));
 * expect(breaksOf(ground)).toEqual([]);
 */

import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { NO_USER_SETTINGS, useGit } from "./git_user.ts";
import { type Answer, lane, type Words } from "./lane.ts";
import { lineAt, makeFolder, pageText, SLUG, treeState } from "./project.ts";

export interface Ground extends Disposable {
  /** The project. */
  readonly root: string;
  /** Its feature's folder. */
  readonly folder: string;
  /** The path of a file of the feature. */
  readonly path: (name: string) => string;
  /** Writes a file by its path from the root, and its folders. */
  readonly write: (name: string, content: string | Uint8Array) => void;
  /** A folder beside the project, whose every file must stay as it is. */
  readonly outside: string;
  /** A program that leaves a mark when it is run. */
  readonly canary: string;
  /** Whether it was run. */
  readonly isRun: () => boolean;
  /** What a call is given besides its words. */
  readonly env: Record<string, string>;
}

/** The files that a feature starts with. */
const FILES: Readonly<Record<string, string>> = {
  "status.events.jsonl": lineAt(1),
  "tasks/WP01-first.md": pageText("claimed"),
  "tasks/WP02-second.md": "---\nwork_package_id: WP02\ntitle: Second\nlane: planned\n---\n\n# Second\n",
  "tasks.md": "# Tasks\n\n## WP01\n\n- [x] T001 It\n",
  "meta.json": '{"slug": "034-test-feature"}\n',
};

/** @param options.git whether the project is a git repository; it is unless said otherwise */
export function makeGround({ git = true } = {}): Ground {
  const { path: base, [Symbol.dispose]: dispose } = makeFolder();
  const root = join(base, "project");
  const folder = join(root, "kitty-specs", SLUG);
  const outside = join(base, "outside");
  const marker = join(base, "marker");
  const canary = join(base, "canary.sh");
  const write = (name: string, content: string | Uint8Array) => writeBelow(root, name, content);
  for (const [name, text] of Object.entries(FILES)) writeBelow(folder, name, text);
  // Without a log: what it says is asked of git.
  write("kitty-specs/035-old/tasks/WP01-old.md", pageText("doing", "Old"));
  layPrecious(outside);
  mkdirSync(join(base, "home"));
  writeFileSync(canary, `#!/bin/sh\necho "$0 $*" >> '${marker}'\nexit 1\n`);
  chmodSync(canary, 0o755);
  if (git) {
    useGit(root, "init", "--quiet");
    useGit(root, "add", "--all");
    useGit(root, "commit", "--quiet", "--message", "start");
  }
  return {
    root,
    folder,
    path: (name) => join(folder, name),
    write,
    outside,
    canary,
    isRun: () => existsSync(marker),
    env: { ...NO_USER_SETTINGS, HOME: join(base, "home"), LANE_FEATURE: SLUG },
    [Symbol.dispose]: dispose,
  };
}

/** What lies outside: one of each kind that a link could lead to, each a little like what lane expects there. */
function layPrecious(outside: string): void {
  for (const [name, text] of Object.entries(FILES)) writeBelow(outside, name, text);
  writeBelow(outside, "precious", "mine\n");
  writeBelow(outside, "empty", "");
  writeBelow(outside, "config.yaml", "status:\n  phase: 1\n");
  mkdirSync(join(outside, "folder"));
  writeBelow(join(outside, "specs"), `${SLUG}/status.events.jsonl`, lineAt(1));
  Bun.spawnSync(["mkfifo", join(outside, "pipe")]);
}

/** Every command, those that change much at the end. */
export const EVERY_CALL: readonly string[] = [
  "show",
  "show WP01",
  "board",
  "board --all",
  "log",
  "log WP01",
  "flow",
  "flow --all",
  "next",
  "workflow",
  "validate",
  "validate --all",
  "validate --staged",
  "doctor",
  "doctor --fix",
  "materialize --check",
  "sync --status",
  "sync",
  "schema event",
  "guide",
  "help lanes",
  "completions bash",
  "complete bash -- emit WP",
  "migrate",
  "emit WP01 --to in_progress --actor ana --dry-run",
  "emit WP01 --to in_progress --actor ana",
  "emit --batch -",
  "move 2 blocked --actor ana --reason why",
  "next --claim --actor ana",
  "materialize",
  "materialize --all",
  "add Third",
  "guide --install",
  "init --hook",
  "init",
  "emit WP01 --to blocked --actor ana --reason after-init",
  "doctor --all --fix --apply",
  "doctor --fix --apply",
  "migrate --apply",
  "migrate --all --apply",
  "new 036-next",
  "uninstall",
  "emit WP02 --to in_progress --actor ana",
];

/** What `emit --batch -` is given. */
const BATCH = '{"wp_id": "WP02", "to_lane": "claimed", "actor": "ana"}\n';

/** Fewer of them, where many places are tried: each command that reads or writes files once. */
export const USUAL_CALLS: readonly string[] = EVERY_CALL.filter(
  (words) =>
    !/^(?:schema|help|completions|board|log|flow|doctor$|init$|(?:show|migrate|materialize) )/.test(words),
);

/** Makes a call. */
export type Caller = (ground: Ground, words: Words) => Answer;

/** How calls are made, and which; a stand-in shows that what it does wrong is found. */
export interface Trial {
  readonly call?: Caller;
  readonly calls?: readonly string[];
}

/** Makes every call. @returns the first thing that went wrong, with its call; none, and all is well */
export function breaksOf(ground: Ground, { call = callLane, calls = EVERY_CALL }: Trial = {}): string[] {
  const before = stateAround(ground);
  for (const words of calls) {
    const answer = call(ground, words.includes(" -- ") ? words : `${words} --json`);
    const unclear = whyUnclear(answer);
    if (unclear !== undefined) return [`lane ${words}: ${unclear}`];
    if (ground.isRun()) return [`lane ${words}: ran the canary`];
    const touched = whatChanged(before, stateAround(ground));
    if (touched.length > 0) return [`lane ${words}: touched ${touched.join(", ")}`];
  }
  return [];
}

function callLane({ root, env }: Ground, words: Words): Answer {
  return lane(root, words, { env, stdin: BATCH });
}

/** Everything beside the project. */
function stateAround({ outside, env }: Ground): Record<string, string> {
  const home = Object.entries(treeState(env.HOME ?? outside)).map(([name, state]) => [`~/${name}`, state]);
  return { ...treeState(outside), ...Object.fromEntries(home) };
}

function whatChanged(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => before[name] !== after[name]).map((name) => name || ".");
}

/** Exit codes that say something: done, a finding or refusal, usage, a log, nothing there, a lock, settings or disk. */
const MEANT = [0, 1, 2, 3, 4, 5, 6];

/** Why an answer is none that somebody could go on from; undefined for a good one. */
export function whyUnclear({ code, stdout, stderr, json }: Answer): string | undefined {
  if (code === null || !MEANT.includes(code)) return `exit ${code}: ${stdout}${stderr}`;
  const said = stdout + stderr;
  if (/"INTERNAL"|^\s+at .*[:(]\d+/m.test(said)) return `an error of ours: ${said}`;
  const errno = /(?<![("A-Z_])\bE[A-Z]{3,}\b(?![A-Z_])/.exec(withoutDetails(json) ?? said)?.[0];
  if (errno !== undefined && errno !== "EVIDENCE") return `the system's own word ${errno}: ${said}`;
  const error = (json as { error?: { message?: string; hint?: string | null } } | undefined)?.error;
  if (code > 1 && error !== undefined && !error.message?.includes(" ")) return `says nothing: ${said}`;
  return undefined;
}

function withoutDetails(json: unknown): string | undefined {
  const error = (json as { error?: { message?: string } } | undefined)?.error;
  return error && JSON.stringify([error.message]);
}

function writeBelow(folder: string, name: string, content: string | Uint8Array): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
