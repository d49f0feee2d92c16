/** `lane workflow`: the lanes of a feature, and what each move between them needs. */

import type { WorkflowData } from "../contract/workflow.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { initialLane, SEVEN_LANE, type Workflow } from "../domain/workflow.ts";
import { movesOf } from "../domain/workflow_words.ts";
import { readFeatureState } from "../pipeline/feature_state.ts";
import { usualWorkflow } from "../pipeline/usual_workflow.ts";
import { findFeature } from "../project/feature.ts";
import { findProject } from "../project/project.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";
import { workflowDiagram } from "./workflow_diagram.ts";
import { soundText, workflowText } from "./workflow_text.ts";

export async function workflow(
  args: { mermaid?: boolean | undefined; check?: boolean | undefined },
  invocation: Invocation,
): Promise<Outcome> {
  if (args.check && args.mermaid) {
    return refuse("USAGE", "lane workflow: --check and --mermaid are two forms of the answer", {
      hint: "give one of them",
    });
  }
  const chosen = await chooseWorkflow(invocation);
  if (!chosen.ok) return args.check ? asFinding(chosen) : chosen;
  const data = dataOf(chosen.value);
  const text = (style: Style) => {
    if (args.check) return soundText(chosen.value, style);
    return args.mermaid ? data.mermaid : workflowText(chosen.value, style);
  };
  return { ok: true, data, warnings: [], text };
}

/** To a check, a workflow that can't be used is what it looked for. */
function asFinding({ refusal }: Refused): Refused {
  if (refusal.code !== "CONFIG_INVALID") return { ok: false, refusal };
  return { ok: false, refusal: { ...refusal, code: "CHECK_FAILED" } };
}

/** A workflow, and why it is this one. */
export interface ChosenWorkflow {
  readonly workflow: Workflow;
  /** The feature that has it; undefined: the usual one of the project, or of lane. */
  readonly feature: string | undefined;
  readonly is_in_project: boolean;
}

/** The feature's workflow; where none is meant the project's usual one; outside of a project the default. */
async function chooseWorkflow(invocation: Invocation): Promise<Result<ChosenWorkflow>> {
  const feature = await findFeature(invocation, invocation.feature);
  if (feature.ok) {
    const state = await readFeatureState(feature.value, invocation.lock_timeout_ms);
    if (!state.ok) return state;
    return ok({ workflow: state.value.workflow, feature: feature.value.slug, is_in_project: true });
  }
  const { code } = feature.refusal;
  const nothing_is_named = invocation.feature === undefined;
  if (code === "NO_PROJECT" && nothing_is_named && invocation.root === undefined) {
    return ok({ workflow: SEVEN_LANE, feature: undefined, is_in_project: false });
  }
  if (!nothing_is_named || (code !== "NO_FEATURE" && code !== "AMBIGUOUS_FEATURE")) return feature;
  const project = await findProject(invocation);
  if (!project.ok) return project;
  const usual = usualWorkflow(project.value);
  return usual.ok ? ok({ workflow: usual.value, feature: undefined, is_in_project: true }) : usual;
}

function dataOf({ workflow, feature }: ChosenWorkflow): WorkflowData {
  const { name, lanes, aliases } = workflow;
  return {
    workflow: name,
    feature: feature ?? null,
    lanes: lanes.map((lane) => ({
      name: lane.name,
      initial: lane.name === initialLane(workflow),
      active: lane.active === true,
      review: lane.review === true,
      blocked: lane.blocked === true,
      finished: lane.finished === true,
      terminal: lane.terminal === true,
      stale_after_days: lane.stale_after_days ?? null,
    })),
    moves: movesOf(workflow).map(({ from, to, guards, rollback }) => ({
      from,
      to,
      guards: [...guards],
      rollback: rollback ?? null,
    })),
    unseeded: workflow.unseeded ?? null,
    aliases: { ...aliases },
    mermaid: workflowDiagram(workflow),
  };
}
