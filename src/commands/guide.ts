/** `lane guide`: what an agent has to know, on stdout or in its instructions file. */

import type { GuideData } from "../contract/guide.ts";
import type { Refusal, Warning } from "../domain/refusal.ts";
import { SEVEN_LANE, type Workflow } from "../domain/workflow.ts";
import { usualWorkflow } from "../pipeline/usual_workflow.ts";
import { findProject } from "../project/project.ts";
import { installGuide } from "../setup/guide_file.ts";
import { findPlaceToSetUp } from "../setup/place.ts";
import { shownPath } from "../store/paths.ts";
import { guidePage } from "./guide_page.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";

export async function guide(
  args: { install?: boolean | undefined },
  invocation: Invocation,
): Promise<Outcome> {
  return args.install ? install(invocation) : print(invocation);
}

/** A manual must be there also where nothing else works: what is wrong with the settings is a warning. */
async function print(invocation: Invocation): Promise<Outcome> {
  const warnings: Warning[] = [];
  const workflow = await workflowFor(invocation, (refusal) =>
    warnings.push({ code: refusal.code, message: `${refusal.message}; the default workflow is shown` }),
  );
  const lines = await guidePage(invocation.tree, workflow);
  const data: GuideData = { text: `${lines.join("\n")}\n` };
  const text = lines.join("\n");
  return { ok: true, data, warnings, text: ({ unicode }) => (unicode ? text : inAscii(text)) };
}

function inAscii(text: string): string {
  return text.replaceAll("…", "...").replaceAll("→", "->");
}

/** A page is read by everybody, whatever feature they are in. */
async function workflowFor(invocation: Invocation, note: (refusal: Refusal) => void): Promise<Workflow> {
  const project = await findProject(invocation);
  const workflow = project.ok ? usualWorkflow(project.value) : project;
  if (workflow.ok) return workflow.value;
  if (workflow.refusal.code !== "NO_PROJECT" || invocation.root !== undefined) note(workflow.refusal);
  return SEVEN_LANE;
}

async function install(invocation: Invocation): Promise<Outcome> {
  const project = await findPlaceToSetUp(invocation);
  if (!project.ok) return project;
  const workflow = usualWorkflow(project.value);
  if (!workflow.ok) return workflow;
  const page = await guidePage(invocation.tree, workflow.value);
  const installed = installGuide(project.value.root, page);
  if (!installed.ok) return installed;
  const { warnings, ...data } = installed.value;
  return {
    ok: true,
    data: data satisfies GuideData,
    warnings,
    text: (style) => describe(data, invocation.cwd, style),
  };
}

function describe(
  { file, changed, created, replaced }: Extract<GuideData, { file: string }>,
  cwd: string,
  style: Style,
): string {
  const shown = style.bold(shownPath(cwd, file));
  if (!changed) return `${shown} holds the guide already: nothing is changed.`;
  const next = style.dim(
    `next: commit it; lane guide --install brings it up to date, lane uninstall takes it out`,
  );
  if (created) return `${shown} is made, and holds the guide.\n${next}`;
  if (!replaced) return `The guide is added to ${shown}, at its end.\n${next}`;
  const what = "What stood between its markers (an older guide, or one edited by hand) is replaced.";
  return `The guide in ${shown} is up to date now. ${what}\n${next}`;
}
