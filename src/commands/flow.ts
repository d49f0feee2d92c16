/** `lane flow`: how long work takes, how much of it is done, and how often it goes wrong. */

import type { FlowData } from "../contract/flow.ts";
import { dayName } from "../domain/calendar.ts";
import { agingWork, type FlowWindow, figuresOf, type SeriesSpan, seriesSpan } from "../domain/flow.ts";
import { flowOfWp, type WpFlow } from "../domain/flow_wp.ts";
import { ok, type Refused, type Result, refuse, type Warning } from "../domain/refusal.ts";
import { formatInstant } from "../domain/time.ts";
import type { Workflow } from "../domain/workflow.ts";
import { refuseUnmigrated } from "../pipeline/facts.ts";
import { type FeatureState, readFeatureState } from "../pipeline/feature_state.ts";
import type { Feature } from "../project/feature.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import { shownPath } from "../store/paths.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { readPageFacts } from "../views/page_facts.ts";
import { chooseFeatures, type FeatureFailure, forEachFeature, refusalOfFailures } from "./each_feature.ts";
import { flowCsv } from "./flow_csv.ts";
import { flowText } from "./flow_text.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { parseSince } from "./since.ts";
import type { Style } from "./style.ts";

interface FlowArgs {
  readonly all?: boolean | undefined;
  readonly since?: string | undefined;
  readonly csv?: boolean | undefined;
  readonly html?: string | undefined;
}

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
  readonly lanes: readonly string[];
  readonly window: FlowWindow;
  readonly span: SeriesSpan;
}

export async function flow(args: FlowArgs, invocation: Invocation): Promise<Outcome> {
  const now_us = Date.now() * 1000;
  const since = args.since === undefined ? ok(null) : parseSince(args.since, now_us);
  const refused = refuseForms(args, invocation);
  if (refused !== undefined) return refused;
  if (!since.ok) return since;
  const chosen = await chooseFeatures(args.all, invocation);
  if (!chosen.ok) return chosen;
  const { done, failures } = await forEachFeature(chosen.value, invocation, (feature) =>
    measure(feature, now_us, invocation.lock_timeout_ms),
  );
  const flow = addUp(done, { since_us: since.value, now_us });
  const page = args.html === undefined ? ok(null) : await writePage(args.html, flow, invocation);
  if (!page.ok) return page;
  return outcomeOf({ ...flow, data: { ...flow.data, html: page.value } }, done, failures, args, invocation);
}

function refuseForms({ csv, html }: FlowArgs, { json }: Invocation): Refused | undefined {
  const both = csv && json ? "--csv and --json" : csv && html !== undefined ? "--csv and --html" : undefined;
  if (both === undefined) return undefined;
  return refuse("USAGE", `lane flow: ${both} are two forms of the answer`, { hint: "give one of them" });
}

async function measure(
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
    return flowOfWp({ feature: feature.slug, wp, title }, reduction.work_packages.get(wp), workflow, now_us);
  });
  return ok({ feature: feature.slug, workflow, wps, warnings: unmigratedWarnings(state.value) });
}

/** Pages that say otherwise must not be passed over in silence while there is no log to overrule them. */
function unmigratedWarnings(state: FeatureState): Warning[] {
  const refused = refuseUnmigrated(state);
  if (refused === undefined) return [];
  const { code, message, hint } = refused.refusal;
  return [{ code, message: `${message}; ${hint}` }];
}

/** Adds up features, in their order. */
export function addUp(features: readonly MeasuredFeature[], window: FlowWindow): MeasuredFlow {
  const wps = features.flatMap((one) => one.wps);
  const span = seriesSpan(wps, window);
  const rows = features.flatMap(({ workflow }) => workflow.lanes.map(({ name }) => name));
  const lanes = [...new Set([...rows, ...wps.flatMap(({ stays }) => stays.map(({ lane }) => lane))])];
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

/** The page's code is loaded only where somebody wants one. */
async function writePage(name: string, flow: MeasuredFlow, { cwd }: Invocation): Promise<Result<string>> {
  const { writeFlowPage } = await import("./flow_html.ts");
  try {
    return writeFlowPage(name, flow, cwd);
  } catch (error) {
    return refusalOrThrow(error);
  }
}

function outcomeOf(
  flow: MeasuredFlow,
  done: readonly MeasuredFeature[],
  failures: readonly FeatureFailure[],
  { csv, all }: FlowArgs,
  { cwd }: Invocation,
): Outcome {
  const { data } = flow;
  const warnings = done.flatMap((one) => one.warnings);
  const text = (style: Style) => {
    if (csv) return flowCsv(flow);
    if (data.html !== null) return `The page is written: ${shownPath(cwd, data.html)}`;
    return flowText(flow, all === true, style);
  };
  const refusal = refusalOfFailures(failures, { ...data });
  return refusal === undefined ? { ok: true, data, warnings, text } : { ok: false, refusal, warnings, text };
}
