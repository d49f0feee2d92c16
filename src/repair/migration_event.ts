/**
 * The event that records what a page alone knew.
 *
 * Everything in it follows from the page and its history, so that two clones that migrate
 * alone write the same line, and a merge of both keeps one.
 */

import { slugFields } from "../domain/decide.ts";
import type { StatusEvent } from "../domain/event.ts";
import type { SlugKey } from "../domain/snapshot.ts";
import { formatInstant, type InstantUs } from "../domain/time.ts";
import { encodeUlid } from "../domain/ulid.ts";
import type { Lane } from "../domain/workflow.ts";

/** A work package as its page has it. */
export interface PageState {
  readonly wp_id: string;
  /** Canonical. */
  readonly lane: Lane;
  /** Since when. */
  readonly at_us: InstantUs;
  /** Who approved it; null unless its lane is one in which work is finished. */
  readonly reviewer: string | null;
}

/** How the log names the feature. */
interface Slug {
  readonly key: SlugKey;
  readonly value: string;
  readonly mission_id: string | undefined;
}

const MIGRATION_ACTOR = "migration";
const MIGRATION_REASON = "frontmatter migration";

/** Records a page's state. */
export function migrationEvent(page: PageState, from_lane: Lane, slug: Slug): StatusEvent {
  const { wp_id, lane, at_us, reviewer } = page;
  const at = formatInstant(at_us);
  return {
    event_id: eventId(at_us, [slug.value, wp_id, lane, at]),
    ...slugFields(slug),
    wp_id,
    from_lane,
    to_lane: lane,
    at,
    actor: MIGRATION_ACTOR,
    force: true,
    execution_mode: "direct_repo",
    reason: MIGRATION_REASON,
    review_ref: null,
    evidence: reviewer === null ? null : { review: { reviewer, verdict: "approved", reference: "" } },
    parent_event_ids: [],
  };
}

/** Whether an event was written by a migration. */
export function isMigrationEvent({ actor, reason }: StatusEvent): boolean {
  return actor === MIGRATION_ACTOR && reason === MIGRATION_REASON;
}

/** The time, and a hash of what the event says where other ids have chance. */
function eventId(at_us: InstantUs, says: readonly string[]): string {
  // As JSON, so that no two lists of texts run together to the same text.
  const hash = new Bun.CryptoHasher("sha256").update(JSON.stringify(says)).digest();
  return encodeUlid(Math.floor(at_us / 1000), hash);
}
