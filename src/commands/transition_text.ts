/** How a transition is told to people, and what a refused one hints at. */

import type { Refusal } from "../domain/refusal.ts";
import { shellOption, visible } from "../domain/text.ts";
import type { EmitResult } from "../pipeline/answer.ts";
import type { Invocation } from "./outcome.ts";
import type { Style } from "./style.ts";

/** What became of a transition, in one line. */
export function describeMove({ event, wp, lane, replayed, dry_run }: EmitResult, style: Style): string {
  const move = `${style.lane(event.from_lane)} -> ${style.lane(event.to_lane)}`;
  const who = `by ${visible(String(event.actor))}${event.force ? ", forced" : ""}`;
  if (dry_run) return `${style.bold(wp)}: would move ${move}, ${who}`;
  if (!replayed) return `${style.bold(wp)}: ${move}, ${who}`;
  return `${style.bold(wp)}: recorded before: ${move}, ${who}; now in ${style.lane(lane)}`;
}

/** Where the pipeline is to look. */
export function placeOf({ cwd, feature, root, here, lock_timeout_ms }: Invocation) {
  return { cwd, feature, root, here, lock_timeout_ms };
}

/** A command in a hint must find the same feature as the call it answers. */
export function withPlace(refusal: Refusal, { feature, root, here }: Invocation): Refusal {
  if (!/^lane (?:emit|show) WP\d/.test(refusal.hint ?? "")) return refusal;
  const options = [
    ...(feature === undefined ? [] : [shellOption("--feature", feature)]),
    ...(root === undefined ? [] : [shellOption("--root", root)]),
    ...(here ? ["--here"] : []),
  ];
  return { ...refusal, hint: [refusal.hint, ...options].join(" ") };
}
