// Many features with their logs, snapshots and pages, made without starting `lane` once for each event.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../src/domain/event.ts";
import { formatLine } from "../src/domain/line.ts";
import { formatInstant } from "../src/domain/time.ts";
import { encodeUlid } from "../src/domain/ulid.ts";

const START_US = Date.UTC(2026, 0, 1) * 1000;
const MINUTE_US = 60_000_000;
const WAY = ["planned", "claimed", "in_progress", "for_review", "in_progress", "blocked"];

/** Writes so many features below a project's root; every one has `work_packages` pages and five events of each. */
export function makeFeatures(root: string, count: number, work_packages: number): void {
  for (let number = 0; number < count; number++) {
    const slug = `${String(number).padStart(3, "0")}-bench`;
    const folder = join(root, "kitty-specs", slug);
    mkdirSync(join(folder, "tasks"), { recursive: true });
    writeFileSync(join(folder, "meta.json"), `${JSON.stringify({ slug }, null, 2)}\n`);
    const wps = Array.from({ length: work_packages }, (_, i) => `WP${String(i + 1).padStart(2, "0")}`);
    for (const wp of wps) {
      const page = `---\nwork_package_id: ${wp}\ntitle: A piece of work\nlane: blocked\ndependencies: []\n---\n\n# ${wp}\n`;
      writeFileSync(join(folder, "tasks", `${wp}-piece.md`), page);
    }
    const lines = wps.flatMap((wp, i) => history(slug, wp, (number * work_packages + i) * WAY.length));
    writeFileSync(join(folder, "status.events.jsonl"), lines.join(""));
  }
}

/** @param first how many events there are before these: gives each its own time and id */
function history(slug: string, wp_id: string, first: number): string[] {
  let parents: string[] = [];
  return WAY.slice(1).map((to_lane, i) => {
    const at_us = START_US + (first + i) * MINUTE_US;
    const event: StatusEvent = {
      event_id: encodeUlid(at_us / 1000, new Uint8Array(10)),
      feature_slug: slug,
      wp_id,
      from_lane: WAY[i] ?? "",
      to_lane,
      at: formatInstant(at_us),
      actor: "bench",
      force: false,
      execution_mode: "direct_repo",
      reason: null,
      review_ref: WAY[i] === "for_review" ? "review-1" : null,
      evidence: null,
      parent_event_ids: parents,
    };
    parents = [event.event_id];
    return formatLine(event);
  });
}
