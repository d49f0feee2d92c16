/** `lane log`: what happened in a feature, the newest last, and what happens next. */

import type { LogData } from "../contract/log.ts";
import { ok, type Result } from "../domain/refusal.ts";
import { type FeatureState, readFeatureState } from "../pipeline/feature_state.ts";
import { findFeature } from "../project/feature.ts";
import { followLog } from "./follow.ts";
import { type LogFilter, type LogFilterArgs, newestOf, readFilter } from "./log_filter.ts";
import { logText } from "./log_text.ts";
import type { Invocation, LiveOutcome, Outcome } from "./outcome.ts";
import { allEventsOf, unmigratedWarnings } from "./wp_entries.ts";

interface LogArgs extends LogFilterArgs {
  readonly follow?: boolean | undefined;
}

/** How many events `--follow` begins with, where nothing else is asked for. */
const FOLLOWED_EVENTS = 10;

export async function log(args: LogArgs, invocation: Invocation): Promise<Outcome | LiveOutcome> {
  const read = await readFiltered(args, invocation);
  if (!read.ok) return read;
  const { state, filter } = read.value;
  if (args.follow) {
    const first = { ...filter, limit: filter.limit ?? FOLLOWED_EVENTS };
    return { ok: true, live: (live) => followLog(state, first, invocation, live) };
  }
  const all = allEventsOf(state);
  const events = newestOf(all, filter);
  const data: LogData = { feature: state.feature.slug, events };
  return {
    ok: true,
    data,
    warnings: unmigratedWarnings(state),
    text: (style) => logText(state, events, all, invocation.cwd, style),
  };
}

async function readFiltered(
  args: LogArgs,
  invocation: Invocation,
): Promise<Result<{ state: FeatureState; filter: LogFilter }>> {
  const feature = await findFeature(invocation, invocation.feature);
  if (!feature.ok) return feature;
  const state = await readFeatureState(feature.value, invocation.lock_timeout_ms);
  if (!state.ok) return state;
  const filter = readFilter(args, state.value, Date.now() * 1000);
  return filter.ok ? ok({ state: state.value, filter: filter.value }) : filter;
}
