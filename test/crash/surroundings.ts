/** What lies around a log: what may change there, what must not, and what must say the same as the log. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { filesBelow, treeState } from "../support/project.ts";
import { lanesIn } from "./log_lines.ts";
import { bytesIn, type Scene } from "./scene.ts";
import { SINK_FILE } from "./starting_states.ts";

/** All that must stay as it is while lane writes. */
export interface Untouched {
  /** By path below the base: kind, mode, times, content. */
  readonly files: Readonly<Record<string, string>>;
  /** By name below the feature: a page without its lane, the tasks without their table. */
  readonly texts: Readonly<Record<string, string>>;
}

/** What must not change from here on. */
export function untouchedIn(scene: Scene): Untouched {
  const below = relative(scene.base, scene.folder);
  const everything = Object.entries(treeState(scene.base));
  const names = viewsIn(scene);
  return {
    files: Object.fromEntries(everything.filter(([path]) => !mayChange(path, below))),
    texts: Object.fromEntries(names.map((name) => [name, withoutOurs(bytesIn(scene, name))])),
  };
}

/** What changed that must not, by path. */
export function touchedSince(before: Untouched, scene: Scene): string[] {
  const after = untouchedIn(scene);
  return [...differences(before.files, after.files), ...differences(before.texts, after.texts)].map(
    (path) => `${path} was changed, made or removed`,
  );
}

/** Names of files that no writer that goes on would leave: temporary ones, journals, locks with something in them. */
export function leftoversIn({ base }: Scene): string[] {
  const left = filesBelow(base).filter(
    (path) =>
      /\.lane-tmp$|-journal$|-wal$|-shm$/.test(path) ||
      (path.endsWith(".lock") && statSync(join(base, path)).size > 0),
  );
  return left.map((path) => `${path} is left behind`);
}

/** What snapshot, pages and table say that the log does not. */
export function staleIn(scene: Scene, events: readonly StatusEvent[]): string[] {
  const lanes = lanesIn(events);
  if (lanes.size === 0) return [];
  const snapshot = bytesIn(scene, "status.json")?.toString("utf8");
  const packages = snapshot === undefined ? {} : snapshotLanes(snapshot);
  const table = bytesIn(scene, "tasks.md")?.toString("utf8").replaceAll("\\_", "_");
  return [...lanes].flatMap(([wp, lane]) => {
    const page = bytesIn(scene, `tasks/${wp}-page.md`)?.toString("utf8") ?? "";
    const [, in_page = "none"] = /^lane: *"?(\w+)"?\r?$/m.exec(page) ?? [];
    const rows = table?.split("\n").filter((row) => row.includes(wp) && row.includes(lane));
    return [
      ...(packages[wp] === lane ? [] : [`the snapshot says ${packages[wp]} of ${wp}, not ${lane}`]),
      ...(in_page === lane ? [] : [`the page says ${in_page} of ${wp}, not ${lane}`]),
      ...(rows === undefined || rows.length === 1 ? [] : [`the table does not say ${lane} of ${wp}`]),
    ];
  });
}

/** The bytes of everything that is derived from the log, by name. */
export function derivedIn(scene: Scene): Readonly<Record<string, string>> {
  const names = ["status.json", ...viewsIn(scene)];
  return Object.fromEntries(names.map((name) => [name, bytesIn(scene, name)?.toString("latin1") ?? ""]));
}

/** The names under which two records differ. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}

/** Events that the user's own sink has not heard of, where there is one. */
export function untoldIn({ base }: Scene, events: readonly StatusEvent[]): string[] {
  const path = join(base, SINK_FILE);
  const heard = existsSync(path) ? readFileSync(path, "utf8") : "";
  return events
    .filter(({ event_id }) => !heard.includes(event_id))
    .map(({ event_id }) => `the sink did not hear of ${event_id}`);
}

/** Whether lane may make, change or remove what lies at a path; folders change with what is in them. */
function mayChange(path: string, feature: string): boolean {
  const state = /^project\/(?:\.git\/lanekeeper|\.lanekeeper)(?:\/|$)/;
  if (state.test(path) || path === SINK_FILE) return true;
  if (["", "home", "project", "project/.git", feature, `${feature}/tasks`].includes(path)) return true;
  const name = path.startsWith(`${feature}/`) ? path.slice(feature.length + 1) : undefined;
  return (
    name !== undefined &&
    /^(?:status\.events\.jsonl|status\.json|tasks\.md|tasks\/WP\d\d-page\.md|(?:tasks\/)?\.[\w.-]+\.lane-tmp)$/.test(
      name,
    )
  );
}

/** The files that people write and lane keeps up to date. */
function viewsIn({ folder }: Scene): string[] {
  const pages = readdirSync(join(folder, "tasks")).filter((name) => name.endsWith(".md"));
  return ["tasks.md", ...pages.map((name) => `tasks/${name}`)];
}

/** A text that people wrote, without what lane writes into it. */
function withoutOurs(bytes: Buffer | undefined): string {
  const text = bytes?.toString("latin1") ?? "";
  return text
    .replace(/^lane:(?! as text).*\r?\n/m, "")
    .replace(/(<!-- lanekeeper:status -->)[\s\S]*(<!-- \/lanekeeper:status -->)/, "$1$2");
}

function snapshotLanes(text: string): Record<string, string> {
  const { work_packages = {} } = parsed(text);
  return Object.fromEntries(Object.entries(work_packages).map(([wp, { lane }]) => [wp, lane]));
}

/** What can't be read says nothing. */
function parsed(text: string): { readonly work_packages?: Record<string, { readonly lane: string }> } {
  try {
    return JSON.parse(text) as ReturnType<typeof parsed>;
  } catch {
    return {};
  }
}
