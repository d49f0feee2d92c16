/** Operational health: claims that nobody hears of any more, and worktrees that nobody needs. */

import { type Finding, finding } from "../domain/finding.ts";
import { instantOf, type WorkPackageState } from "../domain/reduce.ts";
import { quoted, shellOption, visible } from "../domain/text.ts";
import { formatAge } from "../domain/time.ts";
import { KNOWN_VOCABULARY, type LaneRow } from "../domain/workflow.ts";
import type { FeatureState } from "../pipeline/feature_state.ts";
import { CONFIG_FILE, shownPath } from "../store/paths.ts";
import { newestChangeUs, type Workplace, type Workplaces, workplaceOf } from "./life_signs.ts";

/** Every finding about who is at work, and whether. */
export function checkHealth(state: FeatureState, workplaces: Workplaces, now_us: number): Finding[] {
  const rows = new Map(state.workflow.lanes.map((lane) => [lane.name, lane]));
  return [
    ...checkLimits(state.feature.project.config.stale_after_days ?? {}),
    ...[...state.reduction.work_packages.values()].flatMap((wp) => {
      const row = rows.get(wp.lane);
      if (row === undefined) return [];
      const about: About = {
        state,
        wp,
        row,
        now_us,
        place: workplaceOf(state.feature.slug, wp.wp_id, workplaces),
      };
      return [...checkClaim(about, workplaces.are_used), ...checkLeftover(about)];
    }),
  ];
}

/** A work package, its lane, and where it is worked on. */
interface About {
  readonly state: FeatureState;
  readonly wp: WorkPackageState;
  readonly row: LaneRow;
  readonly now_us: number;
  readonly place: Workplace;
}

const DAY_US = 86_400_000_000;

/** The limits are the whole project's, whose features can have several workflows. */
function checkLimits(limits: Readonly<Record<string, number>>): Finding[] {
  return Object.keys(limits)
    .filter((lane) => !KNOWN_VOCABULARY.lanes.has(lane))
    .map((lane) =>
      finding("CONFIG_INVALID", {
        file: CONFIG_FILE,
        message: `status.stale_after_days names ${quoted(lane)}, which is no lane of any workflow`,
        remedy: `name one of ${[...KNOWN_VOCABULARY.lanes].join(", ")}`,
      }),
    );
}

function checkClaim(about: About, workplaces_are_used: boolean): Finding[] {
  const { state, wp, row, now_us, place } = about;
  const limit_days = state.feature.project.config.stale_after_days?.[row.name] ?? row.stale_after_days;
  if (!row.active || limit_days === undefined) return [];
  const age_us = now_us - instantOf(wp.history.tip);
  const taken = `${wp.wp_id} is in ${wp.lane} by ${visible(wp.actor)} for ${formatAge(age_us)}`;
  const gone = workplaces_are_used ? whatIsGone(about) : undefined;
  const is_old = age_us > limit_days * DAY_US;
  if (!is_old && gone === undefined) return [];
  const message = gone === undefined ? `${taken}; ${lifeSigns(about).join("; ")}` : `${taken}; ${gone}`;
  return [
    finding("STALE_CLAIM", {
      file: state.feature.log.shown,
      event_id: wp.last_event_id,
      wp: wp.wp_id,
      message:
        is_old && gone !== undefined && place.branch !== undefined
          ? `${message}; ${lifeSigns(about).join("; ")}`
          : message,
      remedy: `ask ${quoted(wp.actor)}; lane show ${wp.wp_id} ${shellOption("--feature", state.feature.slug)} lists where it can go from here`,
    }),
  ];
}

/** What a claim that is worked on in a worktree should have, and has not. */
function whatIsGone({ state, wp, place }: About): string | undefined {
  const { worktree, branch, branch_name } = place;
  if (worktree?.is_gone)
    return `its worktree ${shownPath(state.feature.project.root, worktree.path)} is gone`;
  if (wp.history.tip.execution_mode !== "worktree" || worktree !== undefined || branch !== undefined) {
    return undefined;
  }
  return `neither a worktree nor a branch ${visible(branch_name)} is here`;
}

function lifeSigns({ place, now_us }: About): string[] {
  const { branch, branch_name, worktree } = place;
  const ago = (instant_us: number) => `${formatAge(now_us - instant_us)} ago`;
  const changed_us = worktree === undefined || worktree.is_gone ? undefined : newestChangeUs(worktree.path);
  return [
    branch === undefined
      ? `there is no branch ${visible(branch_name)} here`
      : `the newest commit on its branch${branch.is_remote ? " (at the remote)" : ""} is from ${ago(branch.committed_at_us)}`,
    ...(changed_us === undefined ? [] : [`the newest change in its worktree is from ${ago(changed_us)}`]),
  ];
}

function checkLeftover({ state, wp, row, now_us, place }: About): Finding[] {
  const { worktree } = place;
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
