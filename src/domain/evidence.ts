/** Evidence: who reviewed a piece of work, what was touched, what was checked. */

import * as v from "valibot";
import { ok, type Result, refuse } from "./refusal.ts";
import { isGiven, quoted, visible } from "./text.ts";

const GivenTextSchema = v.pipe(v.string(), v.check<string, string>(isGiven, "must not be blank"));

const ReviewSchema = v.looseObject({
  reviewer: GivenTextSchema,
  verdict: v.picklist(["approved", "changes_requested"]),
  reference: v.optional(v.string()),
});

const RepoSchema = v.looseObject({
  repo: v.string(),
  branch: v.string(),
  commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{7,40}$/, "must be 7 to 40 lower-case hex digits")),
  files_touched: v.optional(v.array(v.string())),
});

const VerificationSchema = v.looseObject({
  command: v.string(),
  result: v.picklist(["pass", "fail", "skip"]),
  summary: v.string(),
});

/** Evidence as a caller gives it. Fields that it does not name are kept, at any depth. */
export const EvidenceSchema = v.looseObject({
  review: ReviewSchema,
  repos: v.optional(v.array(RepoSchema)),
  verification: v.optional(v.array(VerificationSchema)),
});

/** Evidence as an event stores it. */
export type Evidence = v.InferOutput<typeof EvidenceSchema>;

/** What came out of a review, as a move out of the review records it. Other fields are kept. */
export const ReviewResultSchema = v.looseObject({
  reviewer: GivenTextSchema,
  verdict: ReviewSchema.entries.verdict,
  reference: GivenTextSchema,
});

export type ReviewResult = v.InferOutput<typeof ReviewResultSchema>;

/** Deeper nesting than any evidence needs; what lies below it could exhaust a reader's stack. */
const DEEPEST = 64;

/**
 * Checks evidence and fills in a missing `reference`.
 *
 * @param value what a caller gave: parsed JSON
 * @returns the value itself, not the schema's copy (which would drop an own `__proto__` key)
 * @example checkEvidence({ review: { reviewer: "ana", verdict: "approved" } })
 */
export function checkEvidence(value: unknown): Result<Evidence> {
  const foreign = whyNotJson(value);
  if (foreign !== undefined) return invalid(foreign);
  const parsed = v.safeParse(EvidenceSchema, value);
  if (!parsed.success) return invalid(...parsed.issues.map((issue) => describeIssue(issue)));
  const evidence = value as Evidence;
  return ok({ ...evidence, review: { ...evidence.review, reference: evidence.review.reference ?? "" } });
}

/** Reads evidence from a JSON text. */
export function parseEvidence(text: string): Result<Evidence> {
  const value = parseJson(text);
  return value.ok ? checkEvidence(value.value) : invalid(value.problem);
}

/**
 * Checks the result of a review.
 *
 * @param value what a caller gave: parsed JSON
 * @returns the value itself, as for {@link checkEvidence}
 * @example checkReviewResult({ reviewer: "ana", verdict: "changes_requested", reference: "PR#12" })
 */
export function checkReviewResult(value: unknown): Result<ReviewResult> {
  const foreign = whyNotJson(value);
  if (foreign !== undefined) return invalidResult(foreign);
  const parsed = v.safeParse(ReviewResultSchema, value);
  if (!parsed.success) return invalidResult(...parsed.issues.map(missingOrWrong));
  return ok(value as ReviewResult);
}

/** Reads the result of a review from a JSON text. */
export function parseReviewResult(text: string): Result<ReviewResult> {
  const value = parseJson(text);
  return value.ok ? checkReviewResult(value.value) : invalidResult(value.problem);
}

/** What an event says of a review, in up to three places. */
export interface ReviewFacts {
  readonly review_result?: ReviewResult | undefined;
  readonly review_ref: string | null;
  readonly evidence: Evidence | null;
}

/** Says where an event would contradict itself about its review, as a sentence. */
export function whyContradictory({ review_result, review_ref, evidence }: ReviewFacts): string | undefined {
  if (review_result === undefined) return undefined;
  const { reference } = review_result;
  if (review_ref !== null && review_ref !== reference) {
    return `the review result refers to ${quoted(reference)}, and review_ref is ${quoted(review_ref)}`;
  }
  for (const field of ["reviewer", "verdict", "reference"] as const) {
    const said = evidence?.review[field];
    if (evidence === null || said === review_result[field]) continue;
    return `the ${field} of the review result is ${quoted(review_result[field])}, and that of the evidence ${quoted(said ?? "")}`;
  }
  return undefined;
}

function missingOrWrong(issue: v.BaseIssue<unknown>): string {
  return issue.received === "undefined" ? `${v.getDotPath(issue)}: missing` : describeIssue(issue);
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; problem: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, problem: `${quoted(text)} is not JSON` };
  }
}

/**
 * A Valibot issue as a sentence that names the place.
 *
 * @param prefix where the value itself stands, if it is a part of something
 * @example 'review.verdict: expected "approved" | "changes_requested", found "ok"'
 */
export function describeIssue(issue: v.BaseIssue<unknown>, prefix?: string): string {
  const path = [prefix, v.getDotPath(issue)].filter((part) => part != null);
  const place = visible(path.join(".") || "the value");
  if (issue.kind === "validation" || !VALIBOTS_WORDS.test(issue.message)) return `${place}: ${issue.message}`;
  if (issue.type === "strict_object" && issue.expected === "never") return `${place}: there is no such key`;
  if (issue.type === "strict_object" && issue.received === "undefined") return `${place}: missing`;
  const received = visible(issue.received.slice(0, 80));
  return `${place}: expected ${issue.expected ?? "another value"}, found ${received}`;
}

/** All that is wrong in one sentence; of very many problems the first ones, and how many more there are. */
export function listProblems(problems: readonly string[]): string {
  const more = problems.length - MOST_PROBLEMS;
  return [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/** No honest value has so many of them. */
const MOST_PROBLEMS = 10;

/** Programs are told of more, but not of a hundred thousand. */
const MOST_TOLD = 100;

/** How a message begins that no schema words itself. */
const VALIBOTS_WORDS = /^Invalid /;

function invalid(...problems: string[]) {
  return refuse("EVIDENCE_INVALID", `the evidence is not well formed: ${listProblems(problems)}`, {
    hint: '{"review": {"reviewer": "<who>", "verdict": "approved", "reference": "<where>"}}',
    details: { problems: problems.slice(0, MOST_TOLD) },
  });
}

function invalidResult(...problems: string[]) {
  return refuse("EVIDENCE_INVALID", `the review result is not well formed: ${listProblems(problems)}`, {
    hint: '{"reviewer": "<who>", "verdict": "<approved or changes_requested>", "reference": "<where>"}',
    details: { problems: problems.slice(0, MOST_TOLD) },
  });
}

/** Says what keeps a value from being written as JSON and read back the same. */
function whyNotJson(value: unknown): string | undefined {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: found, depth } = next;
    if (found === null || typeof found === "string" || typeof found === "boolean") continue;
    if (typeof found === "number") {
      if (!Number.isFinite(found)) return "it holds a number too large to be written";
      continue;
    }
    if (typeof found !== "object" || !isPlain(found)) return `it holds a ${typeof found}, which JSON has not`;
    if (depth > DEEPEST) return `it is nested deeper than ${DEEPEST} levels`;
    // Array.from shows the holes of a sparse list, which JSON has not.
    const inside: readonly unknown[] = Array.isArray(found) ? Array.from(found) : Object.values(found);
    for (const inner of inside) open.push({ value: inner, depth: depth + 1 });
  }
  return undefined;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}
