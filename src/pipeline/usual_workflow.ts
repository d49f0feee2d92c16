/** The workflow that answers speak of where no feature is meant. */

import type { Result } from "../domain/refusal.ts";
import type { Workflow } from "../domain/workflow.ts";
import { openFeature } from "../project/feature.ts";
import { listFeatures, type Project } from "../project/project.ts";
import { workflowOf } from "../project/settings.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { readFeatureStateNow } from "./feature_state.ts";

/**
 * The usual workflow of a project: the one that its configuration names, else that of its
 * newest feature, the last by name, since features of missions say themselves what they run.
 */
export function usualWorkflow(project: Project): Result<Workflow> {
  const newest = listFeatures(project).at(-1);
  if (project.config.workflow != null || newest === undefined) return workflowOf({}, project);
  try {
    const feature = openFeature(project, newest, { tolerant: true });
    if (!feature.ok) return workflowOf({}, project);
    const state = readFeatureStateNow(feature.value);
    if (state.ok) return { ok: true, value: state.value.workflow };
    const by_meta = workflowOf(feature.value.meta, project);
    return by_meta.ok ? by_meta : workflowOf({}, project);
  } catch (error) {
    // What is wrong with a feature is for the checks to say.
    refusalOrThrow(error);
    return workflowOf({}, project);
  }
}
