/** `lane help events`. */

import { type StatusEvent, StatusEventSchema } from "../domain/event.ts";
import { formatLine } from "../domain/line.ts";
import type { Part } from "./topics.ts";

type Field = keyof typeof StatusEventSchema.entries;

/** What each field says. */
const FIELD_WORDS: Readonly<Record<Field, string>> = {
  event_id: "its name: a ULID, which begins with the time at which it was made",
  feature_slug: "the feature",
  mission_slug: "the feature, as some tools call it; lane writes the name that the log already uses",
  mission_id: "the mission's id, in logs that speak of missions",
  wp_id: "the work package: WP and at least two digits",
  from_lane: "where it was",
  to_lane: "where it is since",
  at: "when, in UTC",
  actor: "who did it: a name, or an object that describes an agent",
  force: "whether the table and its guards were skipped",
  execution_mode: "how the work is done: worktree or direct_repo",
  reason: "why, where somebody said so",
  review_ref: "the review that sends the work back",
  evidence: "what finished work rests on: its review, and more",
  review_result: "what came out of a review, where a move needs that",
  parent_event_ids: "what the writer knew of this work package: its newest events; merging rests on this",
  clock_at: "the writer's clock, where it is far behind the log's newest time",
  idempotency_key: "the caller's own name for this change: asked again, it is not recorded twice",
  batch: "its place in a batch: the first event's id, its index, and how many there are",
};

/** A line as lane writes it. */
export const EXAMPLE_EVENT: StatusEvent = {
  event_id: "01KGYD9T00M3YZ5T7Q8W9X0A1B",
  feature_slug: "001-parser",
  wp_id: "WP01",
  from_lane: "planned",
  to_lane: "claimed",
  at: "2026-02-08T12:00:00.000000+00:00",
  actor: "claude",
  force: false,
  execution_mode: "worktree",
  reason: null,
  review_ref: null,
  evidence: null,
  parent_event_ids: [],
  idempotency_key: "run7-WP01-claim",
};

export async function eventParts(): Promise<readonly Part[]> {
  const fields = Object.entries(StatusEventSchema.entries).map(([name, schema]) => {
    const words = FIELD_WORDS[name as Field];
    return [name, isOptional(schema) ? `${words} (can be left out)` : words] as const;
  });
  return [
    "Each feature has a log, status.events.jsonl. Each of its lines is a JSON object: an event, one move of one work package. Lines are only ever appended. The log is the only truth: status.json and the lane in each page are made from it.",
    { terms: fields },
    "Fields that lane does not know are kept. A record without to_lane, but with a kind (event_type, type, kind or event_name), is another tool's: it is kept and never counted.",
    { heading: "A line of the log" },
    { lines: [formatLine(EXAMPLE_EVENT).trimEnd()] },
    "lane show WP01 tells the events of a work package; lane validate says what is wrong with a log.",
  ];
}

function isOptional(schema: { readonly type: string }): boolean {
  return schema.type === "optional" || schema.type === "nullish";
}
