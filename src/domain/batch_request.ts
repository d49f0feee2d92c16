/** A request as a line of a batch. */

import { isJsonObject } from "./json_bytes.ts";
import { nearest } from "./nearest.ts";
import { type Result, refuse } from "./refusal.ts";
import { type CheckedRequest, checkRequest, TransitionRequestSchema } from "./request.ts";
import { quoted } from "./text.ts";

/** What a line of a batch may hold; `dry_run` belongs to the whole batch. */
const KEYS = Object.keys(TransitionRequestSchema.entries).filter((key) => key !== "dry_run");

/**
 * Checks the shape of one request of a batch.
 *
 * @param value parsed JSON, or what a caller of the library gave
 * @param actor who does it where the request does not say
 */
export function checkBatchRequest(value: unknown, actor: string | undefined): Result<CheckedRequest> {
  if (!isJsonObject(value)) {
    const found = Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
    return refuse("USAGE", `a request is an object, not ${found}`, {
      hint: 'write it like {"wp_id": "WP01", "to_lane": "claimed"}',
    });
  }
  if (value.dry_run !== undefined) {
    return refuse("USAGE", "dry_run belongs to the whole batch, not to one of its requests", {
      hint: "use --dry-run, or dry_run beside the requests",
      details: { key: "dry_run" },
    });
  }
  const foreign = Object.keys(value).find((key) => key !== "dry_run" && !KEYS.includes(key));
  if (foreign !== undefined) {
    const meant = nearest(foreign, KEYS);
    return refuse("USAGE", `a request has no key ${quoted(foreign)}`, {
      hint: meant === undefined ? `its keys are ${KEYS.join(", ")}` : `did you mean ${meant}?`,
      details: { key: foreign.slice(0, 200), keys: KEYS },
    });
  }
  return checkRequest({ ...value, actor: value.actor ?? actor });
}
