/** What each guard of a workflow asks for, and what it says when that is missing. */

import type { Evidence, ReviewResult } from "./evidence.ts";
import type { RefusalCode } from "./refusal.ts";
import { isGiven, quoted } from "./text.ts";
import type { GuardName } from "./workflow.ts";

/** All that guards look at: the request's own texts, and facts that the caller looked up. */
export interface GuardFacts {
  readonly actor: string;
  readonly reason: string | null;
  readonly review_ref: string | null;
  readonly evidence: Evidence | null;
  readonly review_result?: ReviewResult | undefined;
  readonly workspace_context: string | null;
  /** Whether the work package has an earlier event. */
  readonly has_history: boolean;
  /** Texts of the unchecked items in `tasks.md`. */
  readonly unchecked_subtasks: readonly string[];
}

/** Why a guard holds a move back. */
export interface GuardFailure {
  readonly code: Extract<RefusalCode, "GUARD_FAILED" | "EVIDENCE_REQUIRED">;
  readonly guard: GuardName;
  /** The end of a sentence: `WP01: cannot move … -> …: <problem>`. */
  readonly problem: string;
  /** What would do, where no option of the command line does it. */
  readonly remedy?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Of each guard where it stands alone. */
const GUARD_OPTIONS: Readonly<Partial<Record<GuardName, string>>> = {
  approved_evidence: "--reviewer <who> --reference <where>",
  approved_evidence_with_reference: "--reviewer <who> --reference <where>",
  review_result: "--reviewer <who> --verdict <verdict> --reference <where>",
  approved_review_result: "--reviewer <who> --verdict approved --reference <where>",
  review_ref: "--review-ref <where>",
  reason: "--reason <why>",
};

/** The guards that look at the result of a review, and not at evidence of it. */
export const REVIEW_RESULT_GUARDS: ReadonlySet<GuardName> = new Set([
  "review_result",
  "approved_review_result",
]);

const EVIDENCE_GUARDS: ReadonlySet<GuardName> = new Set([
  "approved_evidence",
  "approved_evidence_with_reference",
]);

/** Where a move asks for both, the words of one review can't say which is meant. */
const OPTIONS_BESIDE_EACH_OTHER: Readonly<Partial<Record<GuardName, string>>> = {
  approved_evidence: "--evidence <evidence>",
  approved_evidence_with_reference: "--evidence <evidence>",
  review_result: "--review-result <result>",
  approved_review_result: "--review-result <result>",
};

/**
 * The options of `lane emit` that satisfy a guard, as a hint shows them.
 *
 * @param guards all that the move has
 */
export function optionOf(guard: GuardName, guards: readonly GuardName[]): string | undefined {
  const asks_for_both =
    guards.some((one) => REVIEW_RESULT_GUARDS.has(one)) && guards.some((one) => EVIDENCE_GUARDS.has(one));
  const beside = asks_for_both ? OPTIONS_BESIDE_EACH_OTHER[guard] : undefined;
  const is_included = guard === "review_result" && guards.includes("approved_review_result");
  return beside ?? GUARD_OPTIONS[is_included ? "approved_review_result" : guard];
}

/** The options that satisfy all guards of a move, each once. */
export function optionsOf(guards: readonly GuardName[]): string[] {
  return [...new Set(guards.flatMap((guard) => optionOf(guard, guards) ?? []))];
}

/** The first guard that is not satisfied, if there is one. */
export function firstFailure(guards: readonly GuardName[], facts: GuardFacts): GuardFailure | undefined {
  for (const guard of guards) {
    const failure = GUARDS[guard](facts);
    if (failure !== undefined) return { code: "GUARD_FAILED", guard, ...failure };
  }
  return undefined;
}

type Check = (facts: GuardFacts) => (Partial<GuardFailure> & { problem: string }) | undefined;

const GUARDS: Readonly<Record<GuardName, Check>> = {
  actor: ({ actor }) => (actor.trim() === "" ? { problem: "it needs an actor" } : undefined),

  workspace_context: ({ workspace_context }) =>
    workspace_context === null
      ? {
          problem: "it needs a workspace context",
          remedy: "say where the work is done with --workspace-context",
        }
      : undefined,

  implementation_evidence: ({ has_history }) =>
    has_history ? undefined : { problem: "no earlier event says that anybody worked on it" },

  subtasks_complete: ({ unchecked_subtasks: unchecked }) =>
    unchecked.length === 0
      ? undefined
      : {
          problem: `${countOf(unchecked.length, "subtask")} unchecked in tasks.md: ${listed(unchecked)}`,
          remedy: "finish them and tick them off in tasks.md",
          details: { unchecked },
        },

  approved_evidence: approval,

  approved_evidence_with_reference: (facts) =>
    approval(facts) ??
    (isGiven(facts.evidence?.review.reference)
      ? undefined
      : { problem: "the evidence does not say where the review is; it needs a reference" }),

  review_result: ({ review_result }) =>
    review_result === undefined
      ? { code: "EVIDENCE_REQUIRED", problem: "it needs the result of the review" }
      : undefined,

  approved_review_result: ({ review_result }) => {
    if (review_result === undefined) {
      return { code: "EVIDENCE_REQUIRED", problem: "it needs the result of a review that approved it" };
    }
    const { verdict } = review_result;
    if (verdict === "approved") return undefined;
    return { problem: `the review result's verdict is ${verdict}; it needs approved`, details: { verdict } };
  },

  review_ref: ({ review_ref }) =>
    review_ref === null ? { problem: "it needs a reference to the review that sends it back" } : undefined,

  reason: ({ reason }) => (reason === null ? { problem: "it needs a reason" } : undefined),
};

function approval({ evidence }: GuardFacts): ReturnType<Check> {
  if (evidence === null) {
    return { code: "EVIDENCE_REQUIRED", problem: "it needs evidence of an approved review" };
  }
  const { verdict } = evidence.review;
  if (verdict === "approved") return undefined;
  return { problem: `the evidence's verdict is ${verdict}; it needs approved`, details: { verdict } };
}

const MOST_LISTED = 5;

function listed(items: readonly string[]): string {
  const shown = items.slice(0, MOST_LISTED).map((item) => quoted(item));
  const rest = items.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

function countOf(count: number, noun: string): string {
  return count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`;
}
