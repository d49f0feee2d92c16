/** What each error code means, and what to do then: one sentence each, for help and guides alike. */

import type { RefusalCode } from "./refusal.ts";

/** By code: what is the matter, a colon, what to do. */
export const REFUSAL_WORDS: Readonly<Record<RefusalCode, string>> = {
  ILLEGAL_TRANSITION: "there is no such move: take one of those that the message names",
  GUARD_FAILED: "the move lacks something: bring what the message asks for",
  FORCE_NEEDS_AUDIT: "force needs an actor and a reason: say both",
  EVIDENCE_REQUIRED: "the move needs evidence of an approved review: wait for the review, make none up",
  EVIDENCE_INVALID: "the evidence is not well formed: mend it, or write --reviewer and --reference",
  PRECONDITION_FAILED: "it is not where you expected it: look again before you go on",
  IDEMPOTENCY_CONFLICT: "the key was used for another change: look at what is recorded, take a new key",
  NOT_MIGRATED: "pages say more than the log: a person has to look at lane migrate first",
  NOTHING_READY: "nothing can be begun now: stop, or ask again when something is finished",
  CHECK_FAILED: "a check found errors: each says what would do",
  USAGE: "the call is wrong: the hint, or --help, says how it goes",
  UNKNOWN_LANE: "no lane is called so: take one that the hint names",
  INVALID_ID: "an id or name is not well formed: write WP01, or the feature's slug",
  LOG_CORRUPT: "the log can't be read: change nothing, tell a person to look at lane doctor",
  POSTCONDITION_FAILED: "the log overrules the move, recorded or not: change nothing, tell a person",
  NO_PROJECT: "there is no project here: go to where it is, or name it with --root",
  NO_FEATURE: "there is no such feature: take one that the hint names",
  AMBIGUOUS_FEATURE: "several features could be meant: name one with --feature, or set LANE_FEATURE",
  NO_WORK_PACKAGE: "there is no such work package: lane show lists those that there are",
  LOCK_TIMEOUT: "somebody else held the lock for too long: call again, with the same key",
  IO: "a file can't be read or written: tell a person what the message says",
  CONFIG_INVALID: "a setting makes no sense: tell a person what the message says",
  INTERNAL: "a bug in lane: report the command and its output",
};
