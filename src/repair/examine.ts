/** Looks at everything of a feature, believes nothing, and writes nothing. */

import { join } from "node:path";
import { checkEvents } from "../domain/check_events.ts";
import { checkClock, checkLines, eventLines } from "../domain/check_log.ts";
import { type Finding, type FindingCode, finding } from "../domain/finding.ts";
import { type Reduction, reduce } from "../domain/reduce.ts";
import type { Refusal } from "../domain/refusal.ts";
import { KNOWN_WORKFLOWS, type Workflow } from "../domain/workflow.ts";
import { type FeatureState, understand } from "../pipeline/feature_state.ts";
import type { Feature } from "../project/feature.ts";
import { listPages, type Pages } from "../project/pages.ts";
import { readLogBytes } from "../store/event_log.ts";
import { waitForFeatureLock } from "../store/feature_lock.ts";
import { type LogSurvey, surveyLog } from "../store/log_survey.ts";
import { CONFIG_FILE, META_FILE, shownPath } from "../store/paths.ts";
import { checkDerived } from "./check_derived.ts";
import { checkPages } from "./check_pages.ts";

/** A feature after a look at everything. */
export interface Examination {
  readonly feature: Feature;
  readonly findings: readonly Finding[];
  /** Undefined where there is no log. */
  readonly survey: LogSurvey | undefined;
  /** What the readable events say. */
  readonly reduction: Reduction;
  readonly pages: Pages;
  /** Undefined where the settings name none. */
  readonly workflow: Workflow | undefined;
  /** Undefined where the log can't be trusted or the settings name no workflow. */
  readonly state: FeatureState | undefined;
}

/** What a look depends on besides the files. */
export interface ExamineOptions {
  readonly now_us: number;
  readonly lock_timeout_ms: number;
}

/**
 * Examines a feature without its lock. What looks like a torn write may be one under way:
 * then it looks again when the lock is free. When that takes too long, it says so.
 *
 * @throws StorageError when a file is there and can't be read
 */
export async function examine(feature: Feature, options: ExamineOptions): Promise<Examination> {
  const examined = examineBytes(feature, readLogBytes(feature.log), options.now_us);
  if (!examined.findings.some(({ code }) => code === "LOG_TORN")) return examined;
  const free = await waitForFeatureLock(feature.lock, options.lock_timeout_ms);
  const again = examineBytes(feature, readLogBytes(feature.log), options.now_us);
  if (free.ok) return again;
  const findings = again.findings.map((found) =>
    found.code === "LOG_TORN"
      ? { ...found, message: `${found.message}; ${free.refusal.message}, and may still be writing` }
      : found,
  );
  return { ...again, findings };
}

/**
 * Examines a feature whose log has these bytes.
 *
 * @param bytes undefined where there is no log
 */
export function examineBytes(feature: Feature, bytes: Uint8Array | undefined, now_us: number): Examination {
  const survey = bytes === undefined ? undefined : surveyLog(bytes, feature.log);
  const events = survey === undefined ? [] : eventLines(survey);
  const line_findings = survey === undefined ? [] : checkLines(survey);
  const log = {
    exists: survey !== undefined,
    events: events.map(({ event }) => event),
    other_records: survey?.lines.filter(({ parsed }) => parsed.kind === "other").length ?? 0,
    size_bytes: survey?.bytes.length ?? 0,
    lacks_line_end: survey?.lines.at(-1)?.ends_with === "nothing",
  };
  const is_trusted = !line_findings.some(({ code }) => UNTRUSTED.has(code));
  const understood = understand(feature, log);
  const state = understood.ok && is_trusted ? understood.value : undefined;
  const reduction = understood.ok
    ? understood.value.reduction
    : reduce(log.events, feature.project.vocabulary);
  const workflow = understood.ok ? understood.value.workflow : undefined;
  const pages = listPages(feature);
  const file = feature.log.shown;
  const { own_workflow } = feature.project;
  const workflows = own_workflow === undefined ? KNOWN_WORKFLOWS : [...KNOWN_WORKFLOWS, own_workflow];
  const rules = { file, feature_slug: feature.slug, events, reduction, workflows };
  const findings = [
    ...feature.settings_problems.map((problem) => badSettings(feature, problem)),
    ...(understood.ok ? [] : [badSettings(feature, understood.refusal)]),
    ...line_findings,
    ...checkEvents(rules),
    ...checkClock({ file }, events, reduction, now_us),
    ...checkPages(feature, pages, reduction, workflow),
    ...(state === undefined ? [] : checkDerived(state, pages)),
  ];
  return { feature, findings, survey, reduction, pages, workflow, state };
}

/** What keeps every other command from reading a log. */
const UNTRUSTED: ReadonlySet<FindingCode> = new Set([
  "LOG_LINE_INVALID",
  "LOG_TORN",
  "LOG_CONFLICT_MARKERS",
  "LOG_NEWER_SCHEMA",
  "EVENT_FIELD_INVALID",
  "LANE_NOT_CANONICAL",
]);

function badSettings(feature: Feature, { message, hint, details }: Refusal): Finding {
  const file =
    typeof details?.file === "string" ? shownPath(feature.project.root, details.file) : workflowFile(feature);
  return finding("CONFIG_INVALID", { file, message, remedy: hint ?? `mend ${file}` });
}

/** Which file names the workflow: the feature's own goes before the project's. */
function workflowFile({ folder, meta, project }: Feature): string {
  const is_projects = meta.status_workflow == null && project.config.workflow != null;
  return is_projects ? CONFIG_FILE : shownPath(project.root, join(folder, META_FILE));
}
