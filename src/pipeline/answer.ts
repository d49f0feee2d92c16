/** What an emit answers, and the last look before it does. */

import { atLine } from "../domain/batch.ts";
import type { StatusEvent } from "../domain/event.ts";
import type { Standing } from "../domain/reduce.ts";
import { type Refused, refuse, type Warning } from "../domain/refusal.ts";
import type { Lane } from "../domain/workflow.ts";
import type { TelemetryOutcome } from "../telemetry/fan_out.ts";
import type { ViewsOutcome } from "../views/views.ts";
import type { Plan, Requests } from "./decide_on.ts";

/** What became of one transition. */
export interface EmitResult {
  /** The event as it stands in the log; in a dry run, as it would. */
  readonly event: StatusEvent;
  readonly wp: string;
  readonly from_lane: Lane;
  /** The lane that the work package is in now: after a whole batch, if it was one. */
  readonly lane: Lane;
  /** Whether the event was recorded by an earlier call with the same idempotency key. */
  readonly replayed: boolean;
  readonly dry_run: boolean;
  /** The log's absolute path. */
  readonly log: string;
  readonly snapshot: "written" | "unchanged" | "failed";
  readonly views: ViewsOutcome;
  readonly telemetry: TelemetryOutcome;
}

/** Requests that took effect together: the result of each, in their order. */
export interface Results {
  readonly results: readonly EmitResult[];
  /** Each is told once, however many requests it is about. */
  readonly warnings: readonly Warning[];
}

/** The results of a plan, once it is known what became of everything derived from the log. */
export function resultsOf(
  { state, decided }: Plan,
  { work_packages }: Standing,
  { dry_run, ...derived }: Pick<EmitResult, "dry_run" | "snapshot" | "views" | "telemetry">,
): EmitResult[] {
  return decided.map(({ request, decision: { kind, event } }) => ({
    event,
    wp: request.wp_id,
    from_lane: event.from_lane,
    lane: work_packages.get(request.wp_id)?.lane ?? event.to_lane,
    replayed: kind === "replay",
    dry_run,
    log: state.feature.log.path,
    ...derived,
  }));
}

/** Each warning once. */
export function distinct(warnings: readonly Warning[]): Warning[] {
  const by_text = new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning]));
  return [...by_text.values()];
}

/** Success is never claimed for a transition that did not take effect. */
export function refuseUnconfirmed(results: readonly EmitResult[], { lines }: Requests): Refused | undefined {
  const last_of_wp = new Map<string, number>();
  for (const [i, { wp, replayed }] of results.entries()) if (!replayed) last_of_wp.set(wp, i);
  for (const i of last_of_wp.values()) {
    const result = results[i];
    if (result === undefined || result.lane === result.event.to_lane) continue;
    const { wp, event, lane } = result;
    const refused = refuse(
      "POSTCONDITION_FAILED",
      `${wp}: event ${event.event_id} is recorded, but the work package is in ${lane}, not ${event.to_lane}`,
      { hint: `lane show ${wp}`, details: { event_id: event.event_id, lane } },
    );
    return atLine(refused, lines?.[i]);
  }
  return undefined;
}
