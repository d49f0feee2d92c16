/** What a check found: the one shape in which `validate` and `doctor` tell it. */

/** How much a finding matters: only an error makes a check fail. */
export type Severity = "error" | "warning" | "information";

/** How much each finding matters, where that does not depend on more than its code. */
const SEVERITIES = {
  LOG_LINE_INVALID: "error",
  LOG_TORN: "error",
  LOG_CONFLICT_MARKERS: "error",
  LOG_NEWER_SCHEMA: "error",
  EVENT_FIELD_INVALID: "error",
  EVENT_ID_CONFLICT: "error",
  LANE_NOT_CANONICAL: "error",
  TRANSITION_ILLEGAL: "error",
  EVIDENCE_MISSING: "error",
  FORCE_WITHOUT_AUDIT: "error",
  ROLLBACK_WITHOUT_REF: "error",
  CONFIG_INVALID: "error",
  DEPENDENCY_CYCLE: "error",
  SNAPSHOT_DRIFT: "error",
  VIEW_DRIFT: "error",
  PARENT_UNKNOWN: "warning",
  DISCONTINUITY: "warning",
  DEPENDENCY_UNKNOWN: "warning",
  CLOCK_AHEAD: "warning",
  LOG_CRLF: "warning",
  LOG_BOM: "warning",
  LOG_NO_FINAL_NEWLINE: "warning",
  LOG_BLANK_LINE: "warning",
  PAGE_AMBIGUOUS: "warning",
  EVENT_WITHOUT_PAGE: "warning",
  MERGE_NOT_CONFIGURED: "warning",
  STALE_CLAIM: "warning",
  ORPHAN_WORKTREE: "warning",
  EVENT_SUPERSEDED: "information",
  OTHER_RECORDS: "information",
  DUPLICATE_LINE: "information",
  PAGE_WITHOUT_EVENT: "information",
} as const satisfies Record<string, Severity>;

/** What can be found; a code never changes its meaning. */
export type FindingCode = keyof typeof SEVERITIES;

/** Every code, in the order in which the documentation lists them. */
export const FINDING_CODES = Object.keys(SEVERITIES) as readonly FindingCode[];

/** One thing that a check found. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The file it is about, as messages show it: relative to the project's root. */
  readonly file: string;
  /** Counted from 1; null where no line can be named. */
  readonly line: number | null;
  readonly event_id: string | null;
  readonly wp: string | null;
  /** What was found. Safe to print. */
  readonly message: string;
  /** What to do about it. Never a command that destroys or overrides. */
  readonly remedy: string;
}

/** How many findings there are of each severity. */
export type FindingCounts = Readonly<Record<Severity, number>>;

/**
 * Makes a finding.
 *
 * @param parts.severity where it is another than the code's own
 * @example finding("LOG_BOM", { file, line: 1, message: "it begins with …", remedy: "…" })
 */
export function finding(
  code: FindingCode,
  parts: Pick<Finding, "file" | "message" | "remedy"> & Partial<Finding>,
): Finding {
  const { severity = SEVERITIES[code], file, line = null, event_id = null, wp = null } = parts;
  return { code, severity, file, line, event_id, wp, message: parts.message, remedy: parts.remedy };
}

/** Counts findings by severity. */
export function countFindings(findings: readonly Finding[]): FindingCounts {
  const of = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return { error: of("error"), warning: of("warning"), information: of("information") };
}
