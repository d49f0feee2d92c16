/** A project whose log and pages try to drive the terminal that shows them. */

import { lineAt, makeProject, type TemporaryProject } from "./project.ts";

/** Sets a terminal's title, moves its cursor, clears its screen, and turns the text around. */
export const EVIL = "\u001b]0;owned\u0007\u001b[2J\u009b1;1Hx\ny\tz\r\u202e\u2066dlrow\u2029\u200bé漢";

/**
 * What may reach a terminal or a pipe: no control but the line feed, and nothing that
 * turns, hides or joins what stands around it.
 */
export const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2066-\u2069\ufeff]/;

/** Five work packages, each in another state, all of whose texts are {@link EVIL}. */
export function makeHostile(): TemporaryProject {
  const review = { reviewer: EVIL, verdict: EVIL, reference: EVIL };
  const said = { actor: EVIL, reason: EVIL, review_ref: EVIL, evidence: { review } };
  const id = (minute: number) => JSON.parse(lineAt(minute)).event_id as string;
  const lines = [
    lineAt(1, { ...said }),
    lineAt(2, { ...said, from_lane: "claimed", to_lane: "in_progress", parent_event_ids: [id(1)] }),
    lineAt(3, { ...said, from_lane: "in_progress", to_lane: "for_review", parent_event_ids: [id(2)] }),
    lineAt(4, { ...said, from_lane: "for_review", to_lane: "in_progress", parent_event_ids: [id(3)] }),
    // Did not know of the step back: superseded.
    lineAt(5, { ...said, from_lane: "for_review", to_lane: "done", parent_event_ids: [id(3)] }),
    lineAt(6, { ...said, wp_id: "WP02", to_lane: "done", force: true }),
    lineAt(7, { ...said, wp_id: "WP03", to_lane: "blocked", force: true }),
    lineAt(8, {
      ...said,
      wp_id: "WP04",
      to_lane: "for_review",
      force: true,
      actor: { role: EVIL, tool: EVIL },
    }),
    // Another tool's record.
    `${JSON.stringify({ event_type: EVIL, at: EVIL, note: EVIL })}\n`,
  ];
  const pages = ["WP01", "WP02", "WP03", "WP04", "WP05"].map((wp) => [
    `tasks/${wp}-x.md`,
    `---\nwork_package_id: ${wp}\ntitle: ${JSON.stringify(EVIL)}\nlane: planned\n---\n`,
  ]);
  return makeProject({
    files: {
      ...Object.fromEntries(pages),
      "tasks.md": `## WP01\n\n- [ ] T001 ${EVIL.replaceAll("\n", " ")}\n`,
      "status.events.jsonl": lines.join(""),
    },
  });
}
