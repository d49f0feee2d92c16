/** What a check found: the one shape in which `validate` and `doctor` tell it. */

/** How much a finding matters: only an error makes a check fail. */
export type Severity = "error" | "warning" | "information";

/** Every finding: how much it matters where that does not depend on more than its code, and what it means. */
export const FINDING_KINDS = {
  LOG_LINE_INVALID: { severity: "error", meaning: "A line of the log can't be read" },
  LOG_TORN: { severity: "error", meaning: "The log ends in a write that did not finish" },
  LOG_CONFLICT_MARKERS: { severity: "error", meaning: "Git left conflict markers in the log" },
  LOG_NEWER_SCHEMA: { severity: "error", meaning: "An event was written by a newer version" },
  EVENT_FIELD_INVALID: { severity: "error", meaning: "A field of an event is missing or has no sound value" },
  EVENT_ID_CONFLICT: { severity: "error", meaning: "Two events of different contents share one id" },
  LANE_NOT_CANONICAL: { severity: "error", meaning: "An event names a lane that no workflow has" },
  TRANSITION_ILLEGAL: {
    severity: "error",
    meaning: "An unforced event makes a move that no workflow allows",
  },
  EVIDENCE_MISSING: {
    severity: "error",
    meaning: "Work was finished without evidence of an approved review",
  },
  FORCE_WITHOUT_AUDIT: { severity: "error", meaning: "A forced event does not say who forced it and why" },
  ROLLBACK_WITHOUT_REF: {
    severity: "error",
    meaning: "Work was sent back without a reference to its review",
  },
  CONFIG_INVALID: { severity: "error", meaning: "The settings of the project or feature can't be used" },
  DEPENDENCY_CYCLE: { severity: "error", meaning: "Work packages wait for each other in a circle" },
  SNAPSHOT_DRIFT: { severity: "error", meaning: "The snapshot does not say what the log says" },
  VIEW_DRIFT: { severity: "error", meaning: "A page or table does not say what the log says" },
  PARENT_UNKNOWN: { severity: "warning", meaning: "An event builds on an event that is not in the log" },
  DISCONTINUITY: { severity: "warning", meaning: "An event leaves a lane that its work package was not in" },
  DEPENDENCY_UNKNOWN: { severity: "warning", meaning: "A work package waits for one that does not exist" },
  CLOCK_AHEAD: { severity: "warning", meaning: "An event lies in the future of this machine's clock" },
  LOG_CRLF: { severity: "warning", meaning: "Lines of the log end with CR LF" },
  LOG_BOM: { severity: "warning", meaning: "The log begins with a byte order mark" },
  LOG_NO_FINAL_NEWLINE: { severity: "warning", meaning: "The log's last line has no end" },
  LOG_BLANK_LINE: { severity: "warning", meaning: "The log holds blank lines" },
  PAGE_AMBIGUOUS: { severity: "warning", meaning: "A work package has more than one page" },
  EVENT_WITHOUT_PAGE: { severity: "warning", meaning: "A work package has events, but no page" },
  MERGE_NOT_CONFIGURED: {
    severity: "warning",
    meaning: "This clone does not merge the status files by their own rules",
  },
  STALE_CLAIM: {
    severity: "warning",
    meaning: "A work package was taken, and nothing was heard of it since",
  },
  ORPHAN_WORKTREE: { severity: "warning", meaning: "A worktree is left over from finished work" },
  EVENT_SUPERSEDED: { severity: "information", meaning: "An event lost against one that it did not know of" },
  OTHER_RECORDS: { severity: "information", meaning: "The log also holds records of other tools" },
  DUPLICATE_LINE: { severity: "information", meaning: "A line stands in the log more than once" },
  PAGE_WITHOUT_EVENT: { severity: "information", meaning: "A work package has a page, but no event" },
} as const satisfies Record<string, { severity: Severity; meaning: string }>;

/** What can be found; a code never changes its meaning. */
export type FindingCode = keyof typeof FINDING_KINDS;

/** Every code, in the order in which the documentation lists them. */
export const FINDING_CODES = Object.keys(FINDING_KINDS) as readonly FindingCode[];

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
  const { severity = FINDING_KINDS[code].severity, file, line = null, event_id = null, wp = null } = parts;
  return { code, severity, file, line, event_id, wp, message: parts.message, remedy: parts.remedy };
}

/** Counts findings by severity. */
export function countFindings(findings: readonly Finding[]): FindingCounts {
  const of = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return { error: of("error"), warning: of("warning"), information: of("information") };
}
