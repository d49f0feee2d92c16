/** What can be done with a work package now: the moves, what each needs, and what it waits for. */

import type { WpEntry } from "../contract/parts.ts";
import type { ShowWpData } from "../contract/show.ts";
import { firstFailure, optionsOf } from "../domain/guards.ts";
import { unfinished } from "../domain/ready.ts";
import type { Warning } from "../domain/refusal.ts";
import { uncheckedSubtasks } from "../domain/subtasks.ts";
import { quoted } from "../domain/text.ts";
import { findMove, isTerminal, type Lane, type Workflow } from "../domain/workflow.ts";
import { whyStuck } from "../domain/workflow_words.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import { readIfThere } from "../store/durable_file.ts";
import { readDependencies, unclearText } from "../views/dependencies.ts";
import type { Invocation } from "./outcome.ts";
import { laneIn, type Style, safe, wrapped } from "./style.ts";
import { placeOptions } from "./transition_text.ts";

/** The part of `lane show WP01` that looks ahead. */
export type NextSteps = Pick<ShowWpData, "moves" | "waits_for" | "pages" | "unticked_subtasks">;

/** Looks up what stands between a work package and its next lanes, and says what can't be told of that. */
export function readNextSteps(
  entry: WpEntry,
  state: FeatureState,
  invocation: Invocation,
): { readonly steps: NextSteps; readonly warnings: readonly Warning[] } {
  const { feature, reduction, workflow } = state;
  const pages = listPages(feature);
  const own = pages.get(entry.wp) ?? [];
  const known = new Set(knownWpIds(pages, reduction));
  const { named, unclear } = readDependencies(new Map([[entry.wp, own]]));
  const is_over = isTerminal(workflow, entry.lane);
  const lanes = new Map([...reduction.work_packages].map(([wp, { lane }]) => [wp, lane]));
  const initial = workflow.lanes[0]?.name ?? null;
  const waited_for = is_over ? [] : unfinished(named.get(entry.wp) ?? [], known, reduction, workflow);
  const unticked_subtasks = uncheckedSubtasks(readIfThere(feature.tasks_path, "utf8") ?? "", entry.wp);
  const warnings = is_over
    ? []
    : unclear.map((page) => ({ code: "DEPENDENCIES_UNCLEAR", message: unclearText(page) }));
  const steps = {
    moves: movesFrom(entry, state, unticked_subtasks, invocation),
    waits_for: waited_for.map((wp) => ({ wp, lane: known.has(wp) ? (lanes.get(wp) ?? initial) : null })),
    pages: own.map((page) => page.path()),
    unticked_subtasks,
  };
  return { steps, warnings };
}

/** The moves, each with the guards that a call with nothing but an actor would fail. */
function movesFrom(
  { wp, lane: from, next }: WpEntry,
  { workflow, reduction }: FeatureState,
  unchecked_subtasks: readonly string[],
  invocation: Invocation,
): NextSteps["moves"] {
  return next.map((lane) => {
    const guards = findMove(workflow, from, lane)?.guards ?? [];
    const needs = guards.flatMap((guard) => {
      const failure = firstFailure([guard], {
        actor: "somebody",
        reason: null,
        review_ref: null,
        evidence: null,
        // lane knows where it is called, so that this is never missing.
        workspace_context: "here",
        has_history: reduction.work_packages.has(wp),
        unchecked_subtasks,
      });
      return failure === undefined ? [] : [{ guard, problem: failure.problem }];
    });
    const options = optionsOf(needs.map(({ guard }) => guard));
    const words = ["lane emit", wp, "--to", lane, "--actor <who>", ...options, ...placeOptions(invocation)];
    return { lane, command: words.join(" "), needs };
  });
}

/** The same for people, as lines. */
export function nextStepsText(
  { moves, waits_for, unticked_subtasks }: NextSteps,
  { workflow, lane }: { readonly workflow: Workflow; readonly lane: Lane },
  style: Style,
): string[] {
  const waits = waits_for.map(({ wp, lane }) => `${safe(wp)} (${lane ?? "there is none"})`);
  const subtasks = unticked_subtasks.map((text) => quoted(safe(text)));
  return [
    ...(waits.length === 0 ? [] : [wrapped(waits.join(", "), "waits for: ", style)]),
    ...(subtasks.length === 0 ? [] : [wrapped(subtasks.join(", "), "unticked subtasks: ", style)]),
    ...(moves.length === 0 ? [whyNothing(workflow, lane)] : ["next:"]),
    ...moves.flatMap(({ lane: to, command, needs }) => [
      // Not wrapped: a terminal's own line breaks do not come along when it is copied.
      `  ${command.replace(`--to ${to}`, `--to ${style.lane(laneIn(workflow, to))}`)}`,
      ...needs.map(({ problem }) => wrapped(style.dim(problem), "      ", style)),
    ]),
  ];
}

function whyNothing(workflow: Workflow, lane: Lane): string {
  return isTerminal(workflow, lane)
    ? "next: nothing, work here is over"
    : `next: nothing without force, ${whyStuck(workflow, lane)}`;
}
