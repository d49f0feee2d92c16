/** Whether the snapshot and the views say what the log says. */

import { type Finding, finding, type Severity } from "../domain/finding.ts";
import { isJsonObject } from "../domain/json_bytes.ts";
import { LARGEST_SNAPSHOT, mayBeSnapshot } from "../domain/snapshot.ts";
import { shellOption, shellWord, withoutByteOrderMark } from "../domain/text.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import { snapshotChange } from "../pipeline/materialize.ts";
import type { Pages } from "../project/pages.ts";
import type { Phase } from "../project/settings.ts";
import { readIfThere } from "../store/durable_file.ts";
import { shownPath } from "../store/paths.ts";
import { planViews, type ViewChange, type ViewProblem } from "../views/views.ts";

/** Every drift that matters in the feature's phase. */
export function checkDerived(state: FeatureState, pages: Pages): Finding[] {
  const severity = severityIn(state.feature.phase);
  if (severity === undefined) return [];
  return [...checkSnapshot(state, severity), ...checkViews(state, pages, severity)];
}

/**
 * How much a derived file matters that does not say what the log says; undefined where it
 * is not checked.
 */
export function severityIn(phase: Phase): Severity | undefined {
  if (phase === 0) return undefined;
  return phase === 1 ? "warning" : "error";
}

/** Whether a snapshot's text can't be read at all: then it counts as absent, but is not thrown away. */
export function isUnreadable(snapshot: string): boolean {
  if (!mayBeSnapshot(snapshot)) return true;
  try {
    return !isJsonObject(JSON.parse(withoutByteOrderMark(snapshot)));
  } catch {
    return true;
  }
}

function checkSnapshot(state: FeatureState, severity: Severity): Finding[] {
  const { feature, log } = state;
  if (log.exists && snapshotChange(state) === undefined) return [];
  const file = shownPath(feature.project.root, feature.snapshot_path);
  const text = readIfThere(feature.snapshot_path, "utf8");
  if (!log.exists) return text === undefined ? [] : checkOrphan(text, file, feature.log.shown, severity);
  const command = shellOption("--feature", feature.slug);
  if (text === undefined) {
    const remedy = `lane materialize ${command}`;
    return [finding("SNAPSHOT_DRIFT", { severity, file, message: "there is no snapshot", remedy })];
  }
  if (isUnreadable(text)) {
    const what = whyUnreadable(text);
    const remedy = `lane materialize ${command} makes it anew`;
    return [
      finding("SNAPSHOT_DRIFT", { severity, file, message: `the snapshot can't be read: ${what}`, remedy }),
    ];
  }
  const message = "the snapshot does not say what the log says";
  return [finding("SNAPSHOT_DRIFT", { severity, file, message, remedy: `lane materialize ${command}` })];
}

function whyUnreadable(snapshot: string): string {
  if (snapshot.length > LARGEST_SNAPSHOT) return `it is larger than ${LARGEST_SNAPSHOT / 2 ** 20} MiB`;
  return /^<{7} /m.test(snapshot) ? "git left conflict markers in it" : "it is not JSON";
}

/** A snapshot of a log that is gone: state that nobody vouches for. */
function checkOrphan(text: string, file: string, log: string, severity: Severity): Finding[] {
  if (
    isUnreadable(text) ||
    (JSON.parse(withoutByteOrderMark(text)) as { last_event_id?: unknown }).last_event_id == null
  )
    return [];
  const message = "there is a snapshot, but no log that it could come from";
  const remedy = `git log -- ${shellWord(log)} shows what became of the log; bring it back, or delete the snapshot`;
  return [finding("SNAPSHOT_DRIFT", { severity, file, message, remedy })];
}

function checkViews(state: FeatureState, pages: Pages, severity: Severity): Finding[] {
  const { feature, reduction, workflow } = state;
  const plan = planViews(feature, pages, reduction, workflow);
  const wpOf = (shown: string) => [...pages].find(([, [page]]) => page?.shown === shown)?.[0] ?? null;
  const option = shellOption("--feature", feature.slug);
  const stale = (change: ViewChange) => {
    const wp = wpOf(change.shown);
    const lane = wp === null ? undefined : reduction.work_packages.get(wp)?.lane;
    return finding("VIEW_DRIFT", {
      severity,
      file: change.shown,
      line: firstDifferentLine(readIfThere(change.path, "latin1") ?? "", change.bytes),
      wp,
      message:
        lane === undefined
          ? "its table does not say what the log says"
          : `its lane is not what the log says: ${lane}`,
      remedy: `lane materialize ${option}`,
    });
  };
  const stuck = ({ shown, message }: ViewProblem) =>
    finding("VIEW_DRIFT", {
      severity,
      file: shown,
      wp: wpOf(shown),
      message,
      remedy: message.includes("conflict markers")
        ? `lane doctor --fix ${option} shows what it would settle; the rest is yours to merge`
        : `mend ${shown} by hand; then lane materialize ${option}`,
    });
  // Two pages for one work package have a finding of their own.
  const problems = plan.warnings.filter(({ code }) => code !== "PAGE_AMBIGUOUS");
  return [...plan.changes.map(stale), ...problems.map(stuck)];
}

function firstDifferentLine(before: string, after: Uint8Array): number {
  const bytes = Buffer.from(after).toString("latin1");
  let same = 0;
  while (same < before.length && before[same] === bytes[same]) same++;
  return before.slice(0, same).split("\n").length;
}
