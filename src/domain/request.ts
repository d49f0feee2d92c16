/** What a caller asks for, as it comes in and as it is once its shape is known to be sound. */

import * as v from "valibot";
import { type ExecutionMode, ExecutionModeSchema } from "./event.ts";
import {
  checkEvidence,
  checkReviewResult,
  describeIssue,
  type Evidence,
  listProblems,
  type ReviewResult,
  whyContradictory,
} from "./evidence.ts";
import { parseEventId, parseWpId } from "./identifiers.ts";
import { ok, type Refused, type Result, refuse } from "./refusal.ts";
import { givenOrNull, isGiven } from "./text.ts";

const OptionalTextSchema = v.optional(v.nullable(v.string()));

/** A review in few words: evidence of it, or its result, whichever the move asks for. */
export const ReviewSchema = v.strictObject({
  reviewer: v.string(),
  /** In evidence `approved` where it is left out; a result has no default. */
  verdict: OptionalTextSchema,
  reference: OptionalTextSchema,
});

/** The shape of a transition request. A key that it does not name is refused, not ignored. */
export const TransitionRequestSchema = v.strictObject({
  /** `WP01`, `wp1` or `1`. */
  wp_id: v.string(),
  /** A lane or an alias of one. */
  to_lane: v.string(),
  /** Who does it: a person or an agent, free text. Needed always. */
  actor: OptionalTextSchema,
  /** Allows any pair of lanes and skips guards; needs a reason. */
  force: v.optional(v.boolean()),
  reason: OptionalTextSchema,
  /** What the work rests on: see `EvidenceSchema`. */
  evidence: v.optional(v.unknown()),
  /** What came out of a review: see `ReviewResultSchema`. */
  review_result: v.optional(v.unknown()),
  /** Short for evidence or a review result. */
  review: v.optional(v.nullable(ReviewSchema)),
  /** Where the review that sends work back can be read. */
  review_ref: OptionalTextSchema,
  /** `worktree` (the default) or `direct_repo`. */
  execution_mode: v.optional(ExecutionModeSchema),
  /** Where the work is done; derived from the project when not given. */
  workspace_context: OptionalTextSchema,
  /** Refuse unless the work package is in this lane. */
  if_lane: OptionalTextSchema,
  /** Refuse unless this is the event that put the work package where it is. */
  if_event: OptionalTextSchema,
  /** Makes a retry safe: the same key is recorded once. */
  idempotency_key: OptionalTextSchema,
  /** Decide, and write nothing. */
  dry_run: v.optional(v.boolean()),
});

export type TransitionRequest = v.InferInput<typeof TransitionRequestSchema>;

/** A request whose shape is sound; whether it is legal depends on the log. */
export interface CheckedRequest {
  readonly wp_id: string;
  /** As the caller wrote it: only the feature's workflow can resolve it. */
  readonly to_lane: string;
  readonly actor: string;
  readonly force: boolean;
  readonly reason: string | null;
  readonly evidence: Evidence | null;
  readonly review_result?: ReviewResult | undefined;
  /** What `evidence` was made of, where the caller gave a review in few words. */
  readonly review?: v.InferOutput<typeof ReviewSchema> | undefined;
  readonly review_ref: string | null;
  readonly execution_mode: ExecutionMode;
  readonly workspace_context: string | null;
  readonly if_lane: string | undefined;
  readonly if_event: string | undefined;
  readonly idempotency_key: string | undefined;
  readonly dry_run: boolean;
}

/**
 * Checks a request's shape.
 *
 * @param called what messages call the work package, where its id says nothing yet
 * @returns the request with its id in canonical form and its evidence well formed
 */
export function checkRequest(request: unknown, called?: string): Result<CheckedRequest> {
  const parsed = v.safeParse(TransitionRequestSchema, request);
  if (!parsed.success) return refuseMalformed(parsed.issues);
  const { output } = parsed;
  const wp_id = parseWpId(output.wp_id);
  if (!wp_id.ok) return wp_id;
  const subject = called ?? wp_id.value;
  if (!isGiven(output.actor)) return refuseWithoutActor(subject, output.force === true);

  for (const field of ["if_lane", "if_event", "idempotency_key"] as const) {
    // An empty shell variable must not turn a condition or a safe retry off in silence.
    if (typeof output[field] === "string" && !isGiven(output[field])) {
      return refuse("USAGE", `${subject}: ${field} is there, but blank`, {
        hint: "give it a value, or leave it out",
        details: { field },
      });
    }
  }
  const if_event = output.if_event == null ? ok(undefined) : parseEventId(output.if_event);
  if (!if_event.ok) return if_event;
  const reviewed = checkReview(output, subject);
  if (!reviewed.ok) return reviewed;

  return ok({
    wp_id: wp_id.value,
    to_lane: output.to_lane,
    actor: output.actor,
    force: output.force ?? false,
    reason: givenOrNull(output.reason),
    ...reviewed.value,
    execution_mode: output.execution_mode ?? "worktree",
    workspace_context: givenOrNull(output.workspace_context),
    if_lane: output.if_lane ?? undefined,
    if_event: if_event.value,
    idempotency_key: output.idempotency_key ?? undefined,
    dry_run: output.dry_run ?? false,
  });
}

/** The three places in which a request can speak of a review, which must not say different things. */
function checkReview(
  request: v.InferOutput<typeof TransitionRequestSchema>,
  subject: string,
): Result<Pick<CheckedRequest, "evidence" | "review_result" | "review" | "review_ref">> {
  const { review } = request;
  if (review != null && (request.evidence != null || request.review_result != null)) {
    return refuse(
      "USAGE",
      `${subject}: review is short for evidence or a review result, and one is there too`,
      {
        hint: "give one of them",
      },
    );
  }
  const given = review == null ? request.evidence : { review: evidenceOf(review) };
  const evidence = given == null ? ok(null) : checkEvidence(given);
  if (!evidence.ok) return evidence;
  const result = request.review_result == null ? ok(undefined) : checkReviewResult(request.review_result);
  if (!result.ok) return result;
  const review_ref = givenOrNull(request.review_ref);
  const facts = { evidence: evidence.value, review_result: result.value, review_ref };
  const contradiction = whyContradictory(facts);
  if (contradiction !== undefined) return refuseContradiction(subject, contradiction);
  return ok({ ...facts, review: review ?? undefined });
}

/** Refuses what would say two things about one review. */
export function refuseContradiction(subject: string, contradiction: string): Refused {
  return refuse("EVIDENCE_INVALID", `${subject}: ${contradiction}`, { hint: "say the same in both" });
}

function evidenceOf({ reviewer, verdict, reference }: v.InferOutput<typeof ReviewSchema>) {
  return { reviewer, verdict: verdict ?? "approved", reference: reference ?? "" };
}

/** Refuses a request whose shape is wrong, naming each place. */
export function refuseMalformed(issues: readonly v.BaseIssue<unknown>[]): Refused {
  const problems = issues.map((issue) => describeIssue(issue));
  return refuse("USAGE", `the request is not well formed: ${listProblems(problems)}`);
}

function refuseWithoutActor(subject: string, force: boolean) {
  if (force) {
    return refuse("FORCE_NEEDS_AUDIT", `${subject}: force needs an actor and a reason; there is no actor`, {
      hint: "say who forces it with --actor, and why with --reason",
      details: { missing: ["actor"] },
    });
  }
  return refuse("USAGE", `${subject}: nobody is named as the actor`, {
    hint: "say who does it: --actor <who>, or set LANE_ACTOR",
    details: { missing: ["actor"] },
  });
}
