/**
 * Real projects in temporary folders, for tests that look at real files.
 *
 * @example
 * using project = makeProject({ files: { "tasks/WP01-first.md": pageText("planned") } });
 * const answer = answerOf(await project.emit({ to_lane: "claimed" }));
 */

import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encodeTime } from "ulid";
import type { Stamp } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { formatLine } from "../../src/domain/line.ts";
import type { Refusal, Result } from "../../src/domain/refusal.ts";
import { formatInstant } from "../../src/domain/time.ts";
import { type EmitAnswer, type EmitRequest, emitStatusTransition } from "../../src/pipeline/emit.ts";
import { type Feature, openFeature } from "../../src/project/feature.ts";
import { openProject } from "../../src/project/project.ts";

export const SLUG = "034-test-feature";

const NOON_US = Date.UTC(2026, 1, 8, 12) * 1000;
const MINUTE_US = 60_000_000;

/** A clock that stands some minutes after noon of 2026-02-08, and the one id that goes with it. */
export function stampAt(minute: number): Stamp {
  return {
    now_us: NOON_US + minute * MINUTE_US,
    newEventId: (time_ms) => encodeTime(time_ms, 10) + String(minute).padStart(16, "0"),
  };
}

/** The sound event that WP01 is claimed, as written at that minute; parts of it can be others. */
export function eventAt(minute: number, parts: Partial<StatusEvent> = {}): StatusEvent {
  const { now_us, newEventId } = stampAt(minute);
  return {
    event_id: newEventId(now_us / 1000),
    feature_slug: SLUG,
    wp_id: "WP01",
    from_lane: "planned",
    to_lane: "claimed",
    at: formatInstant(now_us),
    actor: "claude",
    force: false,
    execution_mode: "worktree",
    reason: null,
    review_ref: null,
    evidence: null,
    parent_event_ids: [],
    ...parts,
  };
}

/** The log line of {@link eventAt}, with its line end. */
export function lineAt(minute: number, parts: Partial<StatusEvent> = {}): string {
  return formatLine(eventAt(minute, parts));
}

/** A work package's page. */
export function pageText(lane: string, title = "First"): string {
  return `---\nwork_package_id: WP01\ntitle: ${title}\nlane: ${lane}\n---\n\n# ${title}\n`;
}

/** A folder that is gone when its block ends. */
export interface TemporaryFolder extends Disposable {
  /** Its real path. */
  readonly path: string;
}

export function makeFolder(): TemporaryFolder {
  const path = mkdtempSync(join(realpathSync(tmpdir()), "lanekeeper-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A project with one feature. */
export interface TemporaryProject extends Disposable {
  readonly root: string;
  /** The feature's folder. */
  readonly folder: string;
  readonly log_path: string;
  readonly snapshot_path: string;
  /** The path of a file of the feature. */
  readonly path: (name: string) => string;
  /** Writes a file of the feature, and its folders. */
  readonly write: (name: string, content: string | Uint8Array) => void;
  /** The text of a file of the feature. */
  readonly read: (name: string) => string;
  /** The lines of the log, parsed; none where there is no log. */
  readonly events: () => StatusEvent[];
  /** Emits for WP01 by claude; every call is a minute after the last, unless it brings a stamp. */
  readonly emit: (request: Partial<EmitRequest>, stamp?: Stamp) => Promise<Result<EmitAnswer>>;
  /** Emits these lanes one after another, forced; throws when one is refused. */
  readonly walk: (...lanes: string[]) => Promise<void>;
  readonly open: () => Promise<Feature>;
}

/** What a project starts with. */
export interface ProjectParts {
  /** Files of the feature by name: by default one planned page of WP01. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** The text of `.kittify/config.yaml`. */
  readonly config?: string;
}

export function makeProject({ files, config }: ProjectParts = {}): TemporaryProject {
  const { path: root, [Symbol.dispose]: dispose } = makeFolder();
  const folder = join(root, "kitty-specs", SLUG);
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  let minute = 0;
  const project: TemporaryProject = {
    root,
    folder,
    log_path: path("status.events.jsonl"),
    snapshot_path: path("status.json"),
    path,
    write: (name, content) => writeIn(path(name), content),
    read: (name) => readFileSync(path(name), "utf8"),
    events: () => eventsIn(path("status.events.jsonl")),
    emit: (request, stamp = stampAt(++minute)) =>
      emitStatusTransition(
        { cwd: root, feature: SLUG, wp_id: "WP01", to_lane: "claimed", actor: "claude", ...request },
        stamp,
      ),
    walk: async (...lanes) => {
      for (const to_lane of lanes) answerOf(await project.emit({ to_lane, force: true, reason: "set-up" }));
    },
    open: async () => answerOf(openFeature(answerOf(await openProject(root)), SLUG)),
    [Symbol.dispose]: dispose,
  };
  if (config !== undefined) writeIn(join(root, ".kittify", "config.yaml"), config);
  for (const [name, content] of Object.entries(files ?? { "tasks/WP01-first.md": pageText("planned") })) {
    project.write(name, content);
  }
  return project;
}

/** What was asked for; throws when it was refused. */
export function answerOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`refused with ${result.refusal.code}: ${result.refusal.message}`);
}

/** The refusal; throws when there is none. */
export function refusalOf(result: Result<unknown>): Refusal {
  if (!result.ok) return result.refusal;
  throw new Error(`not refused: ${Bun.inspect(result.value)}`);
}

/** What an operation throws; fails when it throws nothing. */
export async function errorOf(operation: () => unknown): Promise<unknown> {
  try {
    await operation();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** Everything in a folder that a writer could change: names, kinds, modes, times, contents. Follows no link. */
export function treeState(folder: string): Record<string, string> {
  return Object.fromEntries(["", ...namesBelow(folder)].map((name) => [name, stateOf(join(folder, name))]));
}

/** The names of everything below a folder that is no folder itself, by path from there, with slashes. */
export function filesBelow(folder: string): string[] {
  return namesBelow(folder).filter((name) => !lstatSync(join(folder, name)).isDirectory());
}

function namesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .flatMap((entry) =>
      entry.isDirectory()
        ? [entry.name, ...namesBelow(join(folder, entry.name)).map((below) => `${entry.name}/${below}`)]
        : [entry.name],
    )
    .sort();
}

function stateOf(path: string): string {
  const { mode, mtimeNs, ino, size } = lstatSync(path, { bigint: true });
  const found = lstatSync(path);
  const content = found.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
  const target = found.isSymbolicLink() ? readlinkSync(path) : "";
  return [mode.toString(8), ino, mtimeNs, size, content, target].join(" ");
}

function writeIn(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function eventsIn(path: string): StatusEvent[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as StatusEvent);
}
