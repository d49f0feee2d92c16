/** What is wrong with events that can be read: moves that no rule allows, and what history made of them. */

import type { EventLine } from "./check_log.ts";
import { actorName, type StatusEvent } from "./event.ts";
import { checkEvidence, checkReviewResult } from "./evidence.ts";
import { type Finding, type FindingCode, finding, type Severity } from "./finding.ts";
import type { Reduction } from "./reduce.ts";
import type { Replay } from "./replay.ts";
import { isGiven, shellOption, shellWord, visible } from "./text.ts";
import { findMove, type GuardName, KNOWN_WORKFLOWS, type Move, type Workflow } from "./workflow.ts";

/** Events under check. */
export interface EventsUnderCheck {
  /** The log's name in findings. */
  readonly file: string;
  readonly feature_slug: string;
  readonly events: readonly EventLine[];
  readonly reduction: Reduction;
  /** A move is legal where one of these allows it. */
  readonly workflows: readonly Workflow[];
}

/** Every finding about single events and their histories, in the order of lines. */
export function checkEvents(log: EventsUnderCheck): Finding[] {
  let lines: ReadonlyMap<StatusEvent, number> | undefined;
  const about = (event: StatusEvent): About => {
    lines ??= new Map(log.events.map((one) => [one.event, one.line.number]));
    return { log, event, line: lines.get(event) ?? null };
  };
  const findings: Finding[] = [];
  for (const { history } of log.reduction.work_packages.values()) {
    for (const event of history.events) {
      for (const { code, problem } of brokenRules(event, log.workflows)) {
        findings.push(ruleBroken(code, about(event), problem));
      }
    }
    for (const found of checkHistory(history, about)) findings.push(found);
  }
  return findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** One event, and where it stands. */
interface About {
  readonly log: EventsUnderCheck;
  readonly event: StatusEvent;
  readonly line: number | null;
}

/** A rule that an event does not keep. */
interface BrokenRule {
  readonly code: FindingCode;
  readonly problem: string;
}

/** Nearly every event keeps all rules, and a log has very many. */
const NONE: readonly BrokenRule[] = [];

function brokenRules(event: StatusEvent, workflows: readonly Workflow[]): readonly BrokenRule[] {
  const has_actor = isGiven(actorName(event.actor));
  if (event.force) {
    if (has_actor && isGiven(event.reason)) return NONE;
    const missing = [...(has_actor ? [] : ["an actor"]), ...(isGiven(event.reason) ? [] : ["a reason"])];
    return [{ code: "FORCE_WITHOUT_AUDIT", problem: `it is forced without ${missing.join(" and ")}` }];
  }
  const broken = brokenByMove(event, workflows);
  if (has_actor) return broken;
  return [{ code: "EVENT_FIELD_INVALID", problem: "actor: it does not say who did it" }, ...broken];
}

/** What the most lenient workflow that has the move still misses. */
function brokenByMove(event: StatusEvent, workflows: readonly Workflow[]): readonly BrokenRule[] {
  let fewest: readonly BrokenRule[] | undefined;
  for (const workflow of workflows) {
    const move = findMove(workflow, event.from_lane, event.to_lane);
    if (move === undefined) continue;
    const lacks = move.guards.flatMap((guard) => whatLacks(guard, move, event));
    if (lacks.length === 0) return NONE;
    if (fewest === undefined || lacks.length < fewest.length) fewest = lacks;
  }
  return fewest ?? [{ code: "TRANSITION_ILLEGAL", problem: "no workflow allows this move unless forced" }];
}

function checkHistory(history: Replay, about: (event: StatusEvent) => About): Finding[] {
  const { events, superseded: lost, unknown_parents, discontinuities } = history;
  if (lost.size + unknown_parents.length + discontinuities.length === 0) return [];
  const by_id = new Map(events.map((event) => [event.event_id, event]));
  const aboutId = (event_id: string): About => {
    const event = by_id.get(event_id);
    if (event === undefined) throw new Error(`a history speaks of ${event_id}, which it does not hold`);
    return about(event);
  };
  return [
    ...[...lost].map(([loser, winner]) => superseded(aboutId(loser), aboutId(winner).event)),
    ...[...Map.groupBy(unknown_parents, ({ event_id }) => event_id)].flatMap(([event_id, unknown]) =>
      parentsUnknown(
        aboutId(event_id),
        unknown.map(({ parent_id }) => parent_id),
      ),
    ),
    ...discontinuities.map((event_id) => discontinuous(aboutId(event_id))),
  ];
}

/** What of a guard can still be told from the event. */
function whatLacks(guard: GuardName, move: Move, event: StatusEvent): readonly BrokenRule[] {
  switch (guard) {
    case "review_ref":
      return isGiven(event.review_ref) ? NONE : [WITHOUT_REF];
    case "approved_evidence":
      return whatEvidenceLacks(event, false);
    case "approved_evidence_with_reference":
      return whatEvidenceLacks(event, true);
    case "review_result":
    case "approved_review_result":
      return whatResultLacks(guard, move, event);
    default:
      return NONE;
  }
}

const WITHOUT_REF: BrokenRule = {
  code: "ROLLBACK_WITHOUT_REF",
  problem: "it sends work back without a review_ref",
};

function whatEvidenceLacks({ evidence }: StatusEvent, needs_reference: boolean): readonly BrokenRule[] {
  const missing = (problem: string): BrokenRule[] => [{ code: "EVIDENCE_MISSING", problem }];
  if (evidence === null) return missing("it carries no evidence of a review");
  const checked = checkEvidence(evidence);
  if (!checked.ok) return missing(checked.refusal.message);
  const { verdict, reference } = checked.value.review;
  if (verdict !== "approved") return missing(`the verdict of its evidence is ${verdict}, not approved`);
  return needs_reference && !isGiven(reference)
    ? missing("its evidence does not say where the review is")
    : NONE;
}

/**
 * What came out of a review. Logs from before there were review results say it elsewhere:
 * an approval in its evidence, a rejection in its review_ref.
 */
function whatResultLacks(
  guard: "review_result" | "approved_review_result",
  { rollback }: Move,
  event: StatusEvent,
): readonly BrokenRule[] {
  const { review_result, review_ref, parent_event_ids } = event;
  if (review_result == null && parent_event_ids === undefined) {
    if (guard === "approved_review_result") return whatEvidenceLacks(event, false);
    if (isGiven(review_ref)) return NONE;
    if (rollback !== undefined) return [WITHOUT_REF];
  }
  const missing = (problem: string): BrokenRule[] => [
    { code: rollback === undefined ? "EVIDENCE_MISSING" : "ROLLBACK_WITHOUT_REF", problem },
  ];
  if (review_result == null) return missing("it carries no result of the review");
  const checked = checkReviewResult(review_result);
  if (!checked.ok) return missing(checked.refusal.message);
  const { verdict } = checked.value;
  return guard === "review_result" || verdict === "approved"
    ? NONE
    : missing(`the verdict of its review result is ${verdict}, not approved`);
}

/** lanekeeper's own events must keep the rules; older ones can't be mended, so they only warn. */
function ruleBroken(code: FindingCode, about: About, problem: string): Finding {
  const severity: Severity = about.event.parent_event_ids === undefined ? "warning" : "error";
  const { event, log } = about;
  const remedy =
    severity === "warning"
      ? "none: history is not rewritten; the next event goes on from where it led"
      : `git log -S ${event.event_id} -- ${shellWord(log.file)} names the commit that brought it; undo that commit, and make the move with lane emit${orTable(code, log)}`;
  return withPlace(code, about, `${moveOf(about.event)}: ${problem}`, remedy, severity);
}

/** A project's own table may have had the move when it was made. */
function orTable(code: FindingCode, { workflows }: EventsUnderCheck): string {
  const is_own = code === "TRANSITION_ILLEGAL" && workflows.length > KNOWN_WORKFLOWS.length;
  return is_own ? "; or, if the project's workflow had this move then, give its table that pair back" : "";
}

function superseded(about: About, winner: StatusEvent): Finding {
  const message = `${moveOf(about.event)} takes no effect: it did not know of ${moveOf(winner)} (${winner.event_id}), which overruled it`;
  return withPlace("EVENT_SUPERSEDED", about, message, `none is needed; ${historyCommand(about)} tells more`);
}

/** One event can name thousands: after the first few, the rest is counted. */
const MOST_PARENTS = 10;

function parentsUnknown(about: About, parent_ids: readonly string[]): Finding[] {
  const more = parent_ids.length - MOST_PARENTS;
  const remedy = "if a commit with that event was left behind (a revert, a cherry-pick), merge it";
  return parent_ids.slice(0, MOST_PARENTS).map((parent_id, i) => {
    const others = more > 0 && i === MOST_PARENTS - 1 ? `; and on ${more} more like that` : "";
    const message = `${moveOf(about.event)} builds on ${visible(parent_id)}, which is no earlier event of ${about.event.wp_id} here${others}`;
    return withPlace("PARENT_UNKNOWN", about, message, remedy);
  });
}

function discontinuous(about: About): Finding {
  const message = `${moveOf(about.event)} leaves ${about.event.from_lane}, where nothing had led`;
  return withPlace("DISCONTINUITY", about, message, `none is needed; ${historyCommand(about)} tells more`);
}

function withPlace(
  code: FindingCode,
  { log, event, line }: About,
  message: string,
  remedy: string,
  severity?: Severity,
): Finding {
  const { event_id, wp_id } = event;
  const place = { file: log.file, line, event_id, wp: wp_id };
  return finding(code, { ...place, message, remedy, ...(severity && { severity }) });
}

function moveOf({ wp_id, from_lane, to_lane, actor }: StatusEvent): string {
  const who = visible(actorName(actor).slice(0, LONGEST_ACTOR));
  return `${wp_id} ${from_lane} -> ${to_lane}${who.trim() === "" ? "" : ` by ${who}`}`;
}

const LONGEST_ACTOR = 60;

function historyCommand({ event, log }: About): string {
  return `lane show ${event.wp_id} ${shellOption("--feature", log.feature_slug)}`;
}
