/** Weeks of work of several features, made up from a seed: the same every time. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeTime } from "ulid";
import type { StatusEvent } from "../../src/domain/event.ts";
import { formatLine } from "../../src/domain/line.ts";
import { formatInstant } from "../../src/domain/time.ts";
import { type Random, randomFrom } from "./random.ts";

/** What a made-up project holds. */
export interface WorkPlan {
  readonly features: number;
  readonly wps: number;
  readonly weeks: number;
  /** When the last of it happened. */
  readonly now_us: number;
}

/** A feature as it would be read from its folder. */
export interface MadeFeature {
  readonly feature: string;
  readonly titles: ReadonlyMap<string, string>;
  readonly events: readonly StatusEvent[];
}

const HOUR_US = 3_600_000_000;
const NAMES = ["parser", "status-model", "billing", "search", "telemetry"];
const ACTORS = ["ana", "claude", "bob", "codex"] as const;
const TITLES = [
  "Read the header",
  "Keep the log in order",
  "Retry what was lost",
  "Say who holds the lock",
  "Draw the board",
  "Merge two clones' logs",
  "Check evidence before done",
  "Write the migration guide",
] as const;

/** Makes up the work of some features. */
export function makeWork(plan: WorkPlan): MadeFeature[] {
  const random = randomFrom(7);
  return Array.from({ length: plan.features }, (_, i) => {
    const feature = `${String(i + 1).padStart(3, "0")}-${NAMES[i % NAMES.length]}`;
    const titles = new Map<string, string>();
    const events: StatusEvent[] = [];
    for (let number = 1; number <= plan.wps; number++) {
      const wp = `WP${String(number).padStart(2, "0")}`;
      titles.set(wp, random.pick(TITLES));
      // The later ones begin later; the last have not begun. Features begin one after another.
      const head_start = (0.5 * i) / plan.features;
      const begin_share = head_start + ((1 - head_start) * (number - 0.5)) / (plan.wps - 1.5);
      events.push(...wayOf(feature, wp, begin_share, plan, random));
    }
    return { feature, titles, events };
  });
}

/** Writes made-up work below a folder, as a project. */
export function writeWork(root: string, features: readonly MadeFeature[]): void {
  for (const { feature, titles, events } of features) {
    const folder = join(root, "kitty-specs", feature);
    mkdirSync(join(folder, "tasks"), { recursive: true });
    writeFileSync(join(folder, "meta.json"), '{"status_phase": 0}');
    writeFileSync(join(folder, "status.events.jsonl"), events.map((event) => formatLine(event)).join(""));
    for (const [wp, title] of titles) {
      const text = `---\nwork_package_id: ${wp}\ntitle: ${JSON.stringify(title)}\nlane: planned\n---\n`;
      writeFileSync(join(folder, "tasks", `${wp}-page.md`), text);
    }
  }
}

/** One work package on its way; what would happen after now has not happened. */
function wayOf(
  feature: string,
  wp_id: string,
  begin_share: number,
  { weeks, now_us }: WorkPlan,
  random: Random,
): StatusEvent[] {
  const events: StatusEvent[] = [];
  const span_us = weeks * 7 * 24 * HOUR_US;
  const actor = random.pick(ACTORS);
  let at_us = now_us - span_us + Math.floor((begin_share * span_us) / 1000) * 1000;
  let lane = "planned";
  const go = (to_lane: string, hours: number, parts: Partial<StatusEvent> = {}) => {
    at_us += Math.round(hours * (0.4 + random.below(160) / 100) * 3600) * 1_000_000;
    if (at_us > now_us) return;
    const before = events.at(-1)?.event_id;
    const chance = String(random.below(1_000_000_000)).padStart(16, "0");
    events.push({
      event_id: encodeTime(at_us / 1000, 10) + chance,
      feature_slug: feature,
      wp_id,
      from_lane: lane,
      to_lane,
      at: formatInstant(at_us),
      actor,
      force: false,
      execution_mode: "worktree",
      reason: null,
      review_ref: null,
      evidence: null,
      parent_event_ids: before === undefined ? [] : [before],
      ...parts,
    });
    lane = to_lane;
  };
  go("claimed", 4);
  if (random.oneIn(14)) go("canceled", 60, { reason: "not needed any more" });
  if (lane === "canceled") return events;
  go("in_progress", 10);
  if (random.oneIn(6)) {
    go("blocked", 30, { reason: "waits for a licence" });
    go("in_progress", 50);
  }
  go("for_review", 130);
  if (random.oneIn(4)) {
    go("in_progress", 16, { review_ref: "PR#7", actor: random.pick(ACTORS) });
    go("for_review", 20);
  }
  if (random.oneIn(9)) go("for_review", 1, { force: true, reason: "asked again" });
  const evidence = { review: { reviewer: "ana", verdict: "approved", reference: "PR#8" } };
  go("done", 22, { evidence, force: random.oneIn(10), reason: "reviewed" });
  return events;
}
