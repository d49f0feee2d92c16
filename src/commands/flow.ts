/** `lane flow`: how long work takes, how much of it is done, and how often it goes wrong. */

import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { shownPath } from "../store/paths.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { chooseFeatures, type FeatureFailure, forEachFeature, refusalOfFailures } from "./each_feature.ts";
import { flowCsv } from "./flow_csv.ts";
import { addUp, type MeasuredFeature, type MeasuredFlow, measure } from "./flow_measure.ts";
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
