/** What calls that move a work package have in common. */

import type { ArgsDef } from "citty";

/** The work package that a call is about. */
export const WP = {
  type: "positional",
  description: "The work package: WP01, wp1 or 1",
  required: true,
} as const;

/** What a transition can carry besides its target. */
export const TRANSITION_ARGS = {
  actor: { type: "string", valueHint: "who", description: "Who does it; else LANE_ACTOR" },
  reason: { type: "string", valueHint: "text", description: "Why" },
  force: { type: "boolean", description: "Skip table and guards; needs a reason" },
  evidence: {
    type: "string",
    valueHint: "json|@file|-",
    description: "What the work rests on, as JSON, from a file or from stdin",
  },
  "evidence-json": { type: "string", valueHint: "json", description: "The same, only as JSON" },
  "review-result": {
    type: "string",
    valueHint: "json|@file|-",
    description: "What came out of the review, where a move needs that: reviewer, verdict, reference",
  },
  reviewer: {
    type: "string",
    valueHint: "who",
    description: "Short for evidence or a review result: who reviewed it",
  },
  verdict: {
    type: "string",
    valueHint: "approved|changes_requested",
    description: "The same: the verdict (default in evidence: approved)",
  },
  reference: { type: "string", valueHint: "where", description: "The same: where the review is" },
  "review-ref": { type: "string", valueHint: "where", description: "The review that sends the work back" },
  "execution-mode": {
    type: "string",
    valueHint: "worktree|direct_repo",
    default: "worktree",
    description: "How the work is done",
  },
  "workspace-context": {
    type: "string",
    valueHint: "text",
    description: "Where the work is done (default: execution mode and project root)",
  },
  "if-lane": { type: "string", valueHint: "lane", description: "Refuse unless it is in this lane" },
  "if-event": { type: "string", valueHint: "id", description: "Refuse unless this is its last event" },
  "idempotency-key": {
    type: "string",
    valueHint: "key",
    description: "Makes a retry safe: one key, one event",
  },
  "dry-run": { type: "boolean", description: "Decide, and write nothing" },
} as const satisfies ArgsDef;
