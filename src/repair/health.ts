/** Operational health: claims that nobody hears of any more, and worktrees that nobody needs. */

import { type Finding, finding } from "../domain/finding.ts";
import { instantOf, type WorkPackageState } from "../domain/reduce.ts";
import { quoted, shellOption, visible } from "../domain/text.ts";
import { formatAge } from "../domain/time.ts";
import type { LaneRow } from "../domain/workflow.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import type { Project } from "../project/project.ts";
import { CONFIG_FILE, shownPath } from "../store/paths.ts";
import { newestChangeUs, type Workplace, type Workplaces, workplaceOf } from "./life_signs.ts";

/** What a look at who is at work rests on: events that can be read, also where others can't. */
export type Observed = Pick<FeatureState, "feature" | "reduction" | "workflow">;

/**
 * Every finding about who is at work, and whether.
 *
 * @param workplaces undefined where git does not answer: then nothing is said to be gone
 */
export function checkHealth(state: Observed, workplaces: Workplaces | undefined, now_us: number): Finding[] {
  const rows = new Map(state.workflow.lanes.map((lane) => [lane.name, lane]));
  return [
    ...checkLimits(state.feature.project),
    ...checkSinks(state.feature.project),
    ...[...state.reduction.work_packages.values()].flatMap((wp) => {
      const row = rows.get(wp.lane);
      if (row === undefined) return [];
      const place = workplaces && workplaceOf(state.feature.slug, wp.wp_id, workplaces);
      const about: About = { state, wp, row, now_us, place };
      return [...checkClaim(about, workplaces), ...checkLeftover(about)];
    }),
  ];
}

/** A work package, its lane, and where it is worked on. */
interface About {
  readonly state: Observed;
  readonly wp: WorkPackageState;
  readonly row: LaneRow;
  readonly now_us: number;
  /** Undefined where git does not answer. */
  readonly place: Workplace | undefined;
}

const DAY_US = 86_400_000_000;

/** The limits are the whole project's, whose features can have several workflows. */
function checkLimits({ config, vocabulary }: Project): Finding[] {
  return Object.keys(config.stale_after_days ?? {})
    .filter((lane) => !vocabulary.lanes.has(lane))
    .map((lane) =>
      finding("CONFIG_INVALID", {
        file: CONFIG_FILE,
        message: `status.stale_after_days names ${quoted(lane)}, which is no lane of any workflow`,
        remedy: `name one of ${[...vocabulary.lanes].join(", ")}`,
      }),
    );
}

/** Telemetry's settings stop no other command, so that somebody has to say what is wrong with them. */
function checkSinks({ config, vocabulary }: Project): Finding[] {
  const problems = (config.telemetry?.sinks ?? []).flatMap(({ name, lanes = [] }) =>
    lanes
      .filter((lane) => !vocabulary.lanes.has(lane))
      .map((lane) => `sink ${name} waits for ${quoted(lane)}, which is no lane of any workflow`),
  );
  const refusal = config.telemetry_refusal;
  return [
    ...(refusal === undefined ? [] : [{ message: refusal.message, remedy: `mend ${CONFIG_FILE}` }]),
    ...problems.map((message) => ({
      message,
      remedy: `name one of ${[...vocabulary.lanes].join(", ")}`,
    })),
  ].map((about) => finding("CONFIG_INVALID", { file: CONFIG_FILE, ...about }));
}

function checkClaim(about: About, workplaces: Workplaces | undefined): Finding[] {
  const { state, wp, row, now_us, place } = about;
  const limit_days = state.feature.project.config.stale_after_days?.[row.name] ?? row.stale_after_days;
  if (!row.active || limit_days === undefined) return [];
  const age_us = now_us - instantOf(wp.history.tip);
  const gone =
    workplaces?.are_used && place !== undefined
      ? whatIsGone(about, place, workplaces.has_worktrees)
      : undefined;
  const is_old = age_us > limit_days * DAY_US;
  if (!is_old && gone === undefined) return [];
  const seen = is_old ? lifeSigns(about) : [];
  const taken = `${wp.wp_id} is in ${wp.lane} by ${visible(wp.actor)} for ${formatAge(age_us)}`;
  return [
    finding("STALE_CLAIM", {
      file: state.feature.log.shown,
      event_id: wp.last_event_id,
      wp: wp.wp_id,
      message: [taken, ...(gone === undefined ? [] : [gone]), ...seen].join("; "),
      remedy: `ask ${quoted(wp.actor)}; lane show ${wp.wp_id} ${shellOption("--feature", state.feature.slug)} lists where it can go from here`,
    }),
  ];
}

/** What a claim that is worked on in a worktree should have, and has not. */
function whatIsGone(
  { state, wp }: About,
  { worktree, branch, branch_name, is_in_main }: Workplace,
  has_worktrees: boolean,
): string | undefined {
  if (worktree?.is_gone)
    return `its worktree ${shownPath(state.feature.project.root, worktree.path)} is gone`;
  if (wp.history.tip.execution_mode !== "worktree" || is_in_main) return undefined;
  const name = visible(branch_name);
  if (worktree !== undefined) {
    const has_branch = branch !== undefined || worktree.branch !== undefined;
    return has_branch ? undefined : `its worktree is here, but its branch ${name} is gone`;
  }
  if (branch === undefined) return `neither a worktree nor a branch ${name} is here`;
  // Who works on plain branches has no worktree to lose.
  return branch.is_remote || !has_worktrees
    ? undefined
    : `its branch ${name} is here, but its worktree is gone`;
}

function lifeSigns({ place, now_us }: About): string[] {
  if (place === undefined)
    return ["git does not answer here, so nothing is known of its branch and worktree"];
  const { branch, branch_name, worktree } = place;
  const ago = (instant_us: number) => `${formatAge(now_us - instant_us)} ago`;
  const changed_us = worktree === undefined || worktree.is_gone ? undefined : newestChangeUs(worktree.path);
  const commits =
    branch === undefined
      ? `there is no branch ${visible(branch_name)} here`
      : `the newest commit on its branch${branch.is_remote ? " (at the remote)" : ""} is from ${ago(branch.committed_at_us)}`;
  const change =
    changed_us === undefined ? [] : [`the newest change in its worktree is from ${ago(changed_us)}`];
  return [commits, ...change];
}

function checkLeftover({ state, wp, row, now_us, place }: About): Finding[] {
  const worktree = place?.worktree;
  if (!row.terminal || worktree === undefined || worktree.is_gone) return [];
  const shown = shownPath(state.feature.project.root, worktree.path);
  const age = formatAge(now_us - instantOf(wp.history.tip));
  return [
    finding("ORPHAN_WORKTREE", {
      file: shown,
      wp: wp.wp_id,
      message: `this worktree is left over: ${wp.wp_id} is ${wp.lane} for ${age}`,
      remedy: "see whether anything in it is still needed (git status there), then take it away",
    }),
  ];
}
