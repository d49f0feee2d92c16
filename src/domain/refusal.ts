/**
 * Every way in which lanekeeper says no.
 *
 * A refusal is a value, not an exception: whoever asks must look at the answer.
 * Exceptions are left for broken disks (`StorageError` in `store/`) and for bugs.
 */

/** The codes of the command line's exit-code table; a code never changes its meaning. */
export type RefusalCode =
  | "ILLEGAL_TRANSITION"
  | "GUARD_FAILED"
  | "FORCE_NEEDS_AUDIT"
  | "EVIDENCE_REQUIRED"
  | "EVIDENCE_INVALID"
  | "PRECONDITION_FAILED"
  | "IDEMPOTENCY_CONFLICT"
  | "NOT_MIGRATED"
  | "NOTHING_READY"
  | "CHECK_FAILED"
  | "USAGE"
  | "UNKNOWN_LANE"
  | "INVALID_ID"
  | "LOG_CORRUPT"
  | "POSTCONDITION_FAILED"
  | "NO_PROJECT"
  | "NO_FEATURE"
  | "AMBIGUOUS_FEATURE"
  | "NO_WORK_PACKAGE"
  | "LOCK_TIMEOUT"
  | "IO"
  | "CONFIG_INVALID"
  | "INTERNAL";

/** Facts for programs, beside the message for people. JSON values only. */
export type Details = Readonly<Record<string, unknown>>;

/**
 * A no, with its reason.
 *
 * `message` says what was asked, where things stand, and what would work.
 * `hint` is one command or act to try next; never one that destroys or overrides.
 */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Details;
}

/** Something that went less well than it should, beside an answer that stands. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Either what was asked for, or the refusal. */
export type Result<T> = { readonly ok: true; readonly value: T } | Refused;

/** The losing half of a {@link Result}. */
export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

/** Wraps what was asked for. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/**
 * Makes a refusal.
 *
 * @example refuse("UNKNOWN_LANE", 'no lane is called "dnoe"', { hint: "did you mean done?" })
 */
export function refuse(
  code: RefusalCode,
  message: string,
  more: { hint?: string | undefined; details?: Details | undefined } = {},
): Refused {
  return {
    ok: false,
    refusal: {
      code,
      message,
      ...(more.hint === undefined ? {} : { hint: more.hint }),
      ...(more.details === undefined ? {} : { details: more.details }),
    },
  };
}
