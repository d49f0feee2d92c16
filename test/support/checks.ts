/** What `validate` finds in a real project, for tests: told without the sentences, which have tests of their own. */

import type { StatusEvent } from "../../src/domain/event.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { formatLine } from "../../src/domain/line.ts";
import { findFeature } from "../../src/project/feature.ts";
import { type Examination, examine } from "../../src/repair/examine.ts";
import { answerOf, eventAt, lineAt, makeProject, pageText, SLUG, type TemporaryProject } from "./project.ts";

/** The log as findings name it. */
export const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;

/** An hour after noon of the tests' day: later than any event of the tests. */
export const NOW_US = Date.UTC(2026, 1, 8, 13) * 1000;

/** Everything of a finding but its sentences. */
export type Brief = Omit<Finding, "message" | "remedy">;

/** Examines the feature of a project as `validate` does. */
export async function examinationOf(project: TemporaryProject, now_us = NOW_US): Promise<Examination> {
  const feature = answerOf(await findFeature({ cwd: project.root, tolerant: true }, SLUG));
  return examine(feature, { now_us, lock_timeout_ms: 10_000 });
}

/** What is found in the feature of a project. */
export async function findingsIn(project: TemporaryProject, now_us = NOW_US): Promise<readonly Finding[]> {
  return (await examinationOf(project, now_us)).findings;
}

/** What is found in a log with these bytes; its one page and phase give nothing to find. */
export async function findingsOfLog(log: string | Uint8Array, now_us = NOW_US): Promise<readonly Finding[]> {
  using project = projectWithLog(log);
  return await findingsIn(project, now_us);
}

/** A project in phase 0 with a page of WP01 and this log. */
export function projectWithLog(log: string | Uint8Array): TemporaryProject {
  return makeProject({
    files: {
      "meta.json": '{"status_phase": 0}',
      "tasks/WP01.md": pageText("planned"),
      "status.events.jsonl": log,
    },
  });
}

/** Findings without their sentences. */
export function briefly(findings: readonly Finding[]): Brief[] {
  return findings.map(({ code, severity, file, line, event_id, wp }) => ({
    code,
    severity,
    file,
    line,
    event_id,
    wp,
  }));
}

/** Findings as `CODE line`, in the order in which they are told. */
export function codesAndLines(findings: readonly Finding[]): string[] {
  return findings.map(({ code, line }) => `${code} ${line}`);
}

/** What makes a check fail. */
export function errorsIn(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === "error");
}

/** An error about a line of the log that names no event. */
export function lineError(code: Finding["code"], line: number): Brief {
  return { code, severity: "error", file: LOG, line, event_id: null, wp: null };
}

/** The id of the event of that minute. */
export function idAt(minute: number): string {
  return eventAt(minute).event_id;
}

/** WP01 claimed, begun, in review: three sound lines of lanekeeper's own. */
export const SOUND_LINES: readonly string[] = [
  lineAt(1),
  lineAt(2, { from_lane: "claimed", to_lane: "in_progress", parent_event_ids: [idAt(1)] }),
  lineAt(3, { from_lane: "in_progress", to_lane: "for_review", parent_event_ids: [idAt(2)] }),
];

/** The log line of a sound event by an older tool, which names no parents. */
export function oldLineAt(minute: number, parts: Partial<StatusEvent> = {}): string {
  const { parent_event_ids: _, ...event } = eventAt(minute, parts);
  return formatLine(event);
}
