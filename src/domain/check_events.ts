/** What is wrong with events that can be read: moves that no rule allows, and what history made of them. */

import type { EventLine } from "./check_log.ts";
import { actorName, type StatusEvent } from "./event.ts";
import { checkEvidence } from "./evidence.ts";
import { type Finding, type FindingCode, finding, type Severity } from "./finding.ts";
import type { Reduction } from "./reduce.ts";
import { isGiven, shellOption, visible } from "./text.ts";
import { findMove, type GuardName, type Workflow } from "./workflow.ts";

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
  const line_of = new Map(log.events.map(({ event, line }) => [event, line.number]));
  const findings = [...log.reduction.work_packages.values()].flatMap(({ history }) => {
    const by_id = new Map(history.events.map((event) => [event.event_id, event]));
    const about = (event_id: string): About => {
      const event = by_id.get(event_id);
      if (event === undefined) throw new Error(`a history speaks of ${event_id}, which it does not hold`);
      return { log, event, line: line_of.get(event) ?? null };
    };
    return [
      ...history.events.flatMap(({ event_id }) => checkEvent(about(event_id))),
      ...[...history.superseded].map(([loser, winner]) => superseded(about(loser), about(winner).event)),
      ...history.unknown_parents.map(({ event_id, parent_id }) => parentUnknown(about(event_id), parent_id)),
      ...history.discontinuities.map((event_id) => discontinuous(about(event_id))),
    ];
  });
  return findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** One event, and where it stands. */
interface About {
  readonly log: EventsUnderCheck;
  readonly event: StatusEvent;
  readonly line: number | null;
}

function checkEvent(about: About): Finding[] {
  const { event, log } = about;
  const who = actorName(event.actor);
  if (event.force) {
    const missing = [...(isGiven(who) ? [] : ["an actor"]), ...(isGiven(event.reason) ? [] : ["a reason"])];
    if (missing.length === 0) return [];
    return [ruleBroken("FORCE_WITHOUT_AUDIT", about, `it is forced without ${missing.join(" and ")}`)];
  }
  const nobody = isGiven(who)
    ? []
    : [ruleBroken("EVENT_FIELD_INVALID", about, "actor: it says of nobody that he did it")];
  const moves = log.workflows.flatMap((workflow) => findMove(workflow, event.from_lane, event.to_lane) ?? []);
  if (moves.length === 0) {
    return [...nobody, ruleBroken("TRANSITION_ILLEGAL", about, "no workflow allows this move unless forced")];
  }
  const lacks = moves.map(({ guards }) => guards.flatMap((guard) => whatLacks(guard, event)));
  const [fewest = []] = lacks.sort((a, b) => a.length - b.length);
  return [...nobody, ...fewest.map(({ code, problem }) => ruleBroken(code, about, problem))];
}

/** What of a guard can still be told from the event. */
function whatLacks(guard: GuardName, { evidence, review_ref }: StatusEvent): Lack[] {
  if (guard === "review_ref" && !isGiven(review_ref)) {
    return [{ code: "ROLLBACK_WITHOUT_REF", problem: "it sends work back without a review_ref" }];
  }
  if (guard !== "approved_evidence") return [];
  if (evidence === null) return [{ code: "EVIDENCE_MISSING", problem: "it carries no evidence of a review" }];
  const checked = checkEvidence(evidence);
  if (!checked.ok) return [{ code: "EVIDENCE_MISSING", problem: checked.refusal.message }];
  const { verdict } = checked.value.review;
  return verdict === "approved"
    ? []
    : [{ code: "EVIDENCE_MISSING", problem: `the verdict of its evidence is ${verdict}, not approved` }];
}

interface Lack {
  readonly code: FindingCode;
  readonly problem: string;
}

/** lanekeeper's own events must keep the rules; older ones can't be mended, so they only warn. */
function ruleBroken(code: FindingCode, about: About, problem: string): Finding {
  const severity: Severity = about.event.parent_event_ids === undefined ? "warning" : "error";
  const remedy =
    severity === "warning"
      ? "none: history is not rewritten; the next event goes on from where it led"
      : `somebody wrote it by hand or with another tool; ${historyCommand(about)} shows where it led, and a new event puts it right`;
  return withPlace(code, about, `${moveOf(about.event)}: ${problem}`, remedy, severity);
}

function superseded(about: About, winner: StatusEvent): Finding {
  const message = `${moveOf(about.event)} takes no effect: it did not know of ${moveOf(winner)} (${winner.event_id}), which overruled it`;
  return withPlace("EVENT_SUPERSEDED", about, message, `none is needed; ${historyCommand(about)} tells more`);
}

function parentUnknown(about: About, parent_id: string): Finding {
  const message = `${moveOf(about.event)} builds on ${visible(parent_id)}, which is no earlier event of ${about.event.wp_id} here`;
  const remedy = "if a commit with that event was left behind (a revert, a cherry-pick), merge it";
  return withPlace("PARENT_UNKNOWN", about, message, remedy);
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
