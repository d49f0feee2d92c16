/**
 * What a person sees: a call of the executable on a real pseudo-terminal, with its clock
 * stopped. Needs `script` (util-linux) and `faketime`.
 *
 * @example
 * using project = makeLively();
 * const seen = screenOf(project, "show", { width_columns: 40 });
 * // { code: 0, shown: "034-test-feature  seven-lane, phase 1\n…" }
 */

import type { StatusEvent } from "../../src/domain/event.ts";
import { eventAt, lineAt, makeProject, type TemporaryProject } from "./project.ts";
import { onTerminal } from "./terminal.ts";

/** When it is: two days after the first event of {@link makeLively}. */
export const NOW = "2026-02-10 12:00:30";

export interface Screen {
  readonly code: number;
  /** With `\n` line ends, and with names for ids that differ from run to run. */
  readonly shown: string;
}

/** Runs a shell line that begins with a call of lane. Without an environment of its own: no colour. */
export function screenOf(
  project: TemporaryProject,
  line: string,
  { width_columns, env }: { width_columns: number; env?: Readonly<Record<string, string>> },
): Screen {
  const surroundings = { TERM: "xterm-256color", TZ: "UTC", ...(env ?? { NO_COLOR: "1" }) };
  const { code, shown } = onTerminal(project, line, surroundings, width_columns, [
    "faketime",
    "-f",
    `@${NOW}`,
  ]);
  return { code, shown: named(shown.replaceAll("\r\n", "\n"), project.root) };
}

/** A text without its colours. */
export function withoutColour(text: string): string {
  return text.replace(/\u001b\[[\d;]*m/g, "");
}

/** One feature with all that makes a screen difficult: wide and long titles, every lane, a merge, force. */
export function makeLively(): TemporaryProject {
  return makeProject({
    files: {
      "tasks/WP01-header.md": page("WP01", "done", "Read the header"),
      "tasks/WP02-body.md": page("WP02", "in_progress", "解析ヘッダーと本文を読み取る処理を実装する", [
        "WP01",
      ]),
      "tasks/WP03-long.md": page(
        "WP03",
        "in_progress",
        "Report every malformed record with its line, its byte offset and what would mend it",
      ),
      "tasks/WP04-emoji.md": page("WP04", "for_review", "👩‍👩‍👧 Onboarding 🎉 für Ünïcode"),
      "tasks/WP05-blocked.md": page("WP05", "blocked", "Ask the vendor for the format's second edition"),
      "tasks/WP06-dropped.md": page("WP06", "canceled", "Support the 1987 dialect"),
      "tasks/WP07-next.md": page("WP07", "planned", "Write the manual", ["WP01", "WP02"]),
      "tasks/WP08-free.md": page("WP08", "claimed", "Measure it"),
      "tasks.md": "# Tasks\n\n## WP02\n\n- [x] T003 Read the length\n- [ ] T004 Read the rest\n",
      "status.events.jsonl": livelyLog(),
    },
  });
}

function page(wp: string, lane: string, title: string, dependencies: readonly string[] = []): string {
  const list = dependencies.length === 0 ? "[]" : `[${dependencies.join(", ")}]`;
  return `---\nwork_package_id: ${wp}\ntitle: "${title}"\nlane: ${lane}\ndependencies: ${list}\n---\n\n# ${title}\n`;
}

const APPROVED = { review: { reviewer: "ana", verdict: "approved", reference: "PR#12" } };

function livelyLog(): string {
  const lines: string[] = [];
  const last = new Map<string, string>();
  const lane = new Map<string, string>();
  /** One event that knows all before it, unless it says otherwise. */
  const add = (hour: number, wp_id: string, to_lane: string, parts: Partial<StatusEvent> = {}) => {
    const minute = hour * 60;
    const known = last.get(wp_id);
    const from_lane = lane.get(wp_id) ?? "planned";
    const parents = known === undefined ? [] : [known];
    const event = { wp_id, from_lane, to_lane, parent_event_ids: parents, ...parts };
    lines.push(lineAt(minute, event));
    last.set(wp_id, eventAt(minute).event_id);
    lane.set(wp_id, to_lane);
  };
  add(0, "WP01", "claimed");
  add(1, "WP01", "in_progress");
  add(3, "WP01", "for_review");
  add(4, "WP01", "done", { actor: "ana", evidence: APPROVED });
  add(5, "WP02", "claimed", { actor: "小林" });
  add(6, "WP02", "in_progress", { actor: "小林", execution_mode: "direct_repo" });
  add(7, "WP03", "claimed", { actor: "codex" });
  add(8, "WP03", "in_progress", { actor: "codex" });
  add(9, "WP03", "for_review", { actor: "codex" });
  const reviewed = last.get("WP03") ?? "";
  add(10, "WP03", "in_progress", {
    actor: "ana",
    review_ref: "PR#14",
    reason:
      "The third record of the sample is read twice, and the offsets are those of characters, not bytes",
  });
  const rolled_back = last.get("WP03") ?? "";
  // Somebody who did not know of the rollback: it has no effect.
  add(11, "WP03", "done", {
    actor: "bob",
    from_lane: "for_review",
    parent_event_ids: [reviewed],
    evidence: { review: { reviewer: "bob", verdict: "approved", reference: "PR#14" } },
  });
  last.set("WP03", rolled_back);
  lane.set("WP03", "in_progress");
  add(12, "WP04", "for_review", { actor: "eva", force: true, reason: "done by hand before lane was there" });
  add(13, "WP05", "blocked", { actor: "ana", reason: "no answer yet" });
  add(14, "WP06", "canceled", { actor: "ana" });
  add(47, "WP08", "claimed");
  return lines.join("");
}

/** Ids of events that were made just now, by names; the stopped ones stay. */
function named(text: string, root: string): string {
  const ids: string[] = [];
  return text
    .replaceAll(root, "<root>")
    .replace(/\b01[0-9A-HJKMNP-TV-Z]{8}(?!00000000)[0-9A-HJKMNP-TV-Z]{16}\b/g, (id) => {
      if (!ids.includes(id)) ids.push(id);
      return `<id ${ids.indexOf(id) + 1}>`;
    });
}
