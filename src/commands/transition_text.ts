/** How a transition is told to people, and what a refused one hints at. */

import type { MoveData } from "../contract/emit.ts";
import type { Refusal, Result } from "../domain/refusal.ts";
import { shellOption, visible } from "../domain/text.ts";
import type { EmitResult } from "../pipeline/answer.ts";
import type { EmitAnswer } from "../pipeline/emit.ts";
import { shownPath } from "../store/paths.ts";
import { withSlashes } from "../store/spelling.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";

/** What a command that makes one transition answers. */
export function outcomeOfMove(answer: Result<EmitAnswer>, invocation: Invocation): Outcome {
  if (!answer.ok) return { ok: false, refusal: withPlace(answer.refusal, invocation) };
  const { warnings, ...rest } = answer.value;
  const data = rest satisfies MoveData;
  const log = shownPath(invocation.cwd, data.log);
  const where = data.dry_run
    ? `dry run: nothing is written to ${log}`
    : `event ${data.event.event_id} in ${log}`;
  return { ok: true, data, warnings, text: (style) => `${describeMove(data, style)}\n${style.dim(where)}` };
}

/** What became of a transition, in one line. */
export function describeMove({ event, wp, lane, replayed, dry_run }: EmitResult, style: Style): string {
  const move = `${style.lane(event.from_lane)} -> ${style.lane(event.to_lane)}`;
  const who = `by ${visible(String(event.actor))}${event.force ? ", forced" : ""}`;
  if (replayed) return `${style.bold(wp)}: recorded before: ${move}, ${who}; now in ${style.lane(lane)}`;
  return dry_run ? `${style.bold(wp)}: would move ${move}, ${who}` : `${style.bold(wp)}: ${move}, ${who}`;
}

/** Where the pipeline is to look. */
export function placeOf({ cwd, feature, root, here, lock_timeout_ms }: Invocation) {
  return { cwd, feature, root, here, lock_timeout_ms };
}

/** A command in a hint must find the same feature as the call it answers. */
export function withPlace(refusal: Refusal, invocation: Invocation): Refusal {
  if (!/^lane (?:emit|show) WP\d/.test(refusal.hint ?? "")) return refusal;
  return { ...refusal, hint: [refusal.hint, ...placeOptions(invocation)].join(" ") };
}

/** The options that make another call of lane find the same feature as this one. */
export function placeOptions({ feature, root, here }: Invocation): string[] {
  return [
    ...(feature === undefined ? [] : [shellOption("--feature", feature)]),
    ...(root === undefined ? [] : [shellOption("--root", withSlashes(root))]),
    ...(here ? ["--here"] : []),
  ];
}
