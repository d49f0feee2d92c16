// Logs by a seed, written with the project's own lines and without starting `lane` once for each event.

import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { formatLine } from "../../src/domain/line.ts";
import { formatInstant } from "../../src/domain/time.ts";
import { encodeUlid } from "../../src/domain/ulid.ts";
import { type Random, randomFrom } from "../../test/support/random.ts";

/** Not after now, however many events there are: a second lies between two. */
const START_US = Date.UTC(2025, 0, 1) * 1000;
const SECOND_US = 1_000_000;

/** What a work package goes through; from the last one back to `AGAIN`, as often as it is moved. */
const WAY = ["planned", "claimed", "in_progress", "for_review", "in_progress", "blocked"];
const AGAIN = 2;

const SEED = 8;
const LINES_IN_A_WRITE = 10_000;

/** `WP01`… */
export function workPackages(count: number): [string, ...string[]] {
  const rest = Array.from({ length: count - 1 }, (_, i) => `WP${String(i + 2).padStart(2, "0")}`);
  return ["WP01", ...rest];
}

/** The log in which these work packages were moved one after another, line by line. */
export function* historyLines(slug: string, moved: Iterable<string>, random: Random): Generator<string> {
  const standing = new Map<string, { place: number; parents: string[] }>();
  let number = 0;
  for (const wp_id of moved) {
    const { place, parents } = standing.get(wp_id) ?? { place: 0, parents: [] };
    const next = place + 1 < WAY.length ? place + 1 : AGAIN;
    const event = eventOf(slug, wp_id, number++, [WAY[place], WAY[next]], random);
    standing.set(wp_id, { place: next, parents: [event.event_id] });
    yield formatLine({ ...event, parent_event_ids: parents });
  }
}

function eventOf(
  slug: string,
  wp_id: string,
  number: number,
  [from_lane = "", to_lane = ""]: (string | undefined)[],
  random: Random,
): StatusEvent {
  const at_us = START_US + number * SECOND_US;
  const chance = Uint8Array.from({ length: 10 }, () => random.below(256));
  return {
    event_id: encodeUlid(at_us / 1000, chance),
    feature_slug: slug,
    wp_id,
    from_lane,
    to_lane,
    at: formatInstant(at_us),
    actor: "bench",
    force: false,
    execution_mode: "direct_repo",
    reason: null,
    review_ref: from_lane === "for_review" ? "review-1" : null,
    evidence: null,
    idempotency_key: `bench-${number}`,
  };
}

/**
 * Puts a log of so many events at `path`, in which chance says who is moved. It is made once in `shared`
 * and then copied: a million of them takes longer than everything that is measured on it.
 */
export function makeLongLog(path: string, slug: string, events: number, shared: string): void {
  const made = join(shared, `${events}.jsonl`);
  if (!existsSync(made)) writeLines(made, historyLines(slug, movedByChance(events), randomFrom(SEED)));
  copyFileSync(made, path);
  syncFile(path);
}

function* movedByChance(events: number): Generator<string> {
  const random = randomFrom(SEED + 1);
  const wp_ids = workPackages(10);
  for (let event = 0; event < events; event++) yield random.pick(wp_ids);
}

function writeLines(path: string, lines: Iterable<string>): void {
  const file = openSync(path, "wx");
  let waiting: string[] = [];
  for (const line of lines) {
    if (waiting.push(line) < LINES_IN_A_WRITE) continue;
    writeSync(file, waiting.join(""));
    waiting = [];
  }
  writeSync(file, waiting.join(""));
  closeSync(file);
}

/** Else the first run that is timed would wait for it. */
function syncFile(path: string): void {
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}

/** Writes so many features below a project's root; each has ten pages and five events for every one of them. */
export function makeFeatures(root: string, count: number): void {
  const random = randomFrom(SEED);
  const wp_ids = workPackages(10);
  for (let number = 0; number < count; number++) {
    const slug = `${String(number).padStart(3, "0")}-bench`;
    const folder = join(root, "kitty-specs", slug);
    mkdirSync(join(folder, "tasks"), { recursive: true });
    writeFileSync(join(folder, "meta.json"), `${JSON.stringify({ slug }, null, 2)}\n`);
    for (const wp of wp_ids) {
      const page = `---\nwork_package_id: ${wp}\ntitle: A piece of work\nlane: blocked\ndependencies: []\n---\n\n# ${wp}\n`;
      writeFileSync(join(folder, "tasks", `${wp}-piece.md`), page);
    }
    const moved = wp_ids.flatMap((wp) => Array<string>(WAY.length - 1).fill(wp));
    writeLines(join(folder, "status.events.jsonl"), historyLines(slug, moved, random));
  }
}
