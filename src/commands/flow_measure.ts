/** Measures features for every form in which flow is told. */

import type { FlowData } from "../contract/flow.ts";
import { dayName } from "../domain/calendar.ts";
import { agingWork, type FlowWindow, figuresOf, type SeriesSpan, seriesSpan } from "../domain/flow.ts";
import { flowOfWp, type Stage, stageOf, type WpFlow } from "../domain/flow_wp.ts";
import { ok, type Result, type Warning } from "../domain/refusal.ts";
import { formatInstant } from "../domain/time.ts";
import type { Workflow } from "../domain/workflow.ts";
import { readFeatureState } from "../pipeline/feature_state.ts";
import type { Feature } from "../project/feature.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import { readPageFacts } from "../views/page_facts.ts";
import { unmigratedWarnings } from "./wp_entries.ts";

/** A feature that was measured. */
export interface MeasuredFeature {
  readonly feature: string;
  readonly workflow: Workflow;
  readonly wps: readonly WpFlow[];
  readonly warnings: readonly Warning[];
}

/** All that was measured, as every form of the answer takes it. */
export interface MeasuredFlow {
  readonly data: FlowData;
  readonly wps: readonly WpFlow[];
  /** Every lane of the features' workflows and histories, in display order. */
  readonly lanes: readonly { readonly lane: string; readonly stage: Stage }[];
  readonly window: FlowWindow;
  readonly span: SeriesSpan;
}

/** Measures one feature. */
export async function measure(
  feature: Feature,
  now_us: number,
  lock_timeout_ms: number,
): Promise<Result<MeasuredFeature>> {
  const state = await readFeatureState(feature, lock_timeout_ms);
  if (!state.ok) return state;
  const { workflow, reduction } = state.value;
  const pages = listPages(feature);
  const wps = knownWpIds(pages, reduction).map((wp) => {
    const [page] = pages.get(wp) ?? [];
    const title = page === undefined ? "" : readPageFacts(page).title;
    const name = { feature: feature.slug, wp, title };
    const { vocabulary } = feature.project;
    return flowOfWp(name, reduction.work_packages.get(wp), workflow, now_us, vocabulary);
  });
  return ok({ feature: feature.slug, workflow, wps, warnings: unmigratedWarnings(state.value) });
}

/** Adds up features, in their order. */
export function addUp(features: readonly MeasuredFeature[], window: FlowWindow): MeasuredFlow {
  const wps = features.flatMap((one) => one.wps);
  const span = seriesSpan(wps, window);
  const stages = new Map<string, Stage>();
  for (const { workflow, wps } of features) {
    const passed = wps.flatMap(({ stays }) => stays.map(({ lane }) => lane));
    for (const lane of [...workflow.lanes.map(({ name }) => name), ...passed]) {
      if (!stages.has(lane)) stages.set(lane, stageOf(workflow, lane));
    }
  }
  const lanes = [...stages].map(([lane, stage]) => ({ lane, stage }));
  const data: FlowData = {
    since: window.since_us === null ? null : formatInstant(window.since_us),
    series: { begins: dayName(span.begins_us), ends: dayName(span.now_us), bounded: span.is_bounded },
    features: features.map((one) => ({
      feature: one.feature,
      ...figuresOf(one.wps, window, span),
      work_in_progress: agingWork(one.wps).map(agingEntry),
    })),
    total: figuresOf(wps, window, span),
    html: null,
  };
  return { data, wps, lanes, window, span };
}

function agingEntry({ feature, wp, title, lane, actor, age_hours, lane_age_hours }: WpFlow) {
  return { feature, wp, title, lane, actor, age_hours, lane_age_hours };
}
