/**
 * Flow: how long work takes, how much of it is done, and how often it goes wrong.
 *
 * All of it follows from the work packages' histories and one look at the clock. With
 * `since_us` only what ended or happened since then counts: work finished since, stays that
 * ended since, events since. How many work packages are where is always told as of now.
 *
 * What is in the log has happened. So series take a time to come, by a clock that is fast, for
 * now; durations stay those between the times in the log, since it may be our clock that is slow.
 */

import { DAY_US, dayName, instantsFrom, startOfDay, startOfWeek, WEEK_US, weekName } from "./calendar.ts";
import { hoursBetween, isDated, type Stage, type Stay, type WpFlow } from "./flow_wp.ts";
import { rounded, type Spread, spreadOf } from "./spread.ts";
import type { InstantUs } from "./time.ts";
import type { Lane } from "./workflow.ts";

/** What the figures are about. */
export interface FlowWindow {
  /** Null: from the beginning. */
  readonly since_us: InstantUs | null;
  readonly now_us: InstantUs;
}

/** From when to when the series go. */
export interface SeriesSpan {
  /** A Monday, 0:00 UTC. */
  readonly begins_us: InstantUs;
  readonly now_us: InstantUs;
  /** Whether there was more before it. */
  readonly is_bounded: boolean;
}

/** The figures of some work packages. */
export interface FlowFigures {
  /** How many there are, by where they are now. */
  readonly work_packages: { readonly count: number } & Readonly<Record<Stage, number>>;
  /** Of finished work: from the first event to the entry into a finished lane. */
  readonly lead_hours: Spread;
  /** Of finished work: from the first entry in an active lane to the entry into a finished lane. */
  readonly cycle_hours: Spread;
  /** Of work in progress: how long it has been that. */
  readonly wip_age_hours: Spread;
  /** By lane: the whole time that a work package spent in it, in stays that ended. */
  readonly per_lane_hours: Readonly<Record<Lane, Spread>>;
  /** Work finished in each ISO week (UTC) of the series, empty weeks included; the last is this week, not over. */
  readonly throughput_per_week: {
    readonly week: string;
    readonly begins: string;
    readonly finished: number;
  }[];
  /** Work in progress at the end of each day (UTC) of the series; today, it is that of now. */
  readonly wip_per_day: { readonly day: string; readonly wip: number }[];
  /** Rollbacks that took effect. */
  readonly rollbacks: number;
  /** Rollbacks, and entries into a finished lane: whatever a review can come to. */
  readonly verdicts: number;
  /** rollbacks / verdicts; null without verdicts. */
  readonly rollback_rate: number | null;
  /** Forced events. */
  readonly forced: number;
  /** Distinct events, superseded ones included. */
  readonly events: number;
  /** forced / events; null without events. */
  readonly force_rate: number | null;
}

/** The series are no longer than this, whatever a log's times say. */
const LONGEST_SERIES_WEEKS = 53;
/** The same where the caller says since when. */
const LONGEST_ASKED_SERIES_WEEKS = 208;

/**
 * From when to when the series of some work packages go: from the week of `since_us`, else
 * from that of the first event whose time is known, to this week; bounded, since one wrong clock would make them
 * go back for decades.
 */
export function seriesSpan(wps: readonly WpFlow[], { since_us, now_us }: FlowWindow): SeriesSpan {
  const longest_weeks = since_us === null ? LONGEST_SERIES_WEEKS : LONGEST_ASKED_SERIES_WEEKS;
  const earliest_us = startOfWeek(now_us) - (longest_weeks - 1) * WEEK_US;
  const begun_us = wps.flatMap(({ stays }) => stays.find(({ from_us }) => isDated(from_us))?.from_us ?? []);
  const first_us = begun_us.reduce((first, one) => Math.min(first, one), now_us);
  const wanted_us = startOfWeek(Math.min(since_us ?? first_us, now_us));
  const is_bounded = wanted_us < earliest_us;
  return { begins_us: is_bounded ? earliest_us : wanted_us, now_us, is_bounded };
}

/** Adds up work packages. */
export function figuresOf(
  wps: readonly WpFlow[],
  { since_us }: Pick<FlowWindow, "since_us">,
  span: SeriesSpan,
): FlowFigures {
  const counts = (at_us: InstantUs | null) => at_us !== null && (since_us === null || at_us >= since_us);
  const finished = wps.filter(({ finished_us }) => counts(finished_us));
  const verdicts = wps.flatMap((wp) => wp.verdicts.filter(({ at_us }) => counts(at_us)));
  const events = wps.flatMap((wp) => wp.events.filter(({ at_us }) => counts(at_us)));
  const rollbacks = verdicts.filter(({ is_rollback }) => is_rollback).length;
  const forced = events.filter(({ is_forced }) => is_forced).length;
  return {
    work_packages: stagesOf(wps),
    lead_hours: spreadOf(known(finished.map(({ lead_hours }) => lead_hours))),
    cycle_hours: spreadOf(known(finished.map(({ cycle_hours }) => cycle_hours))),
    wip_age_hours: spreadOf(known(wps.map(({ age_hours }) => age_hours))),
    per_lane_hours: perLane(wps, since_us),
    throughput_per_week: throughput(finished, span),
    wip_per_day: wipPerDay(wps, span),
    rollbacks,
    verdicts: verdicts.length,
    rollback_rate: rate(rollbacks, verdicts.length),
    forced,
    events: events.length,
    force_rate: rate(forced, events.length),
  };
}

/** Work in progress, the oldest first; what nobody knows the age of stands last. */
export function agingWork(wps: readonly WpFlow[]): WpFlow[] {
  const wip = wps.filter(({ stage }) => stage === "wip");
  return wip.sort((a, b) => (b.age_hours ?? -1) - (a.age_hours ?? -1));
}

/**
 * How many work packages were in each lane at some instants.
 *
 * @param instants_us ascending, none after now
 * @returns by lane, a number for each instant; before its first event a work package is in none
 */
export function lanesAt(
  wps: readonly WpFlow[],
  instants_us: readonly InstantUs[],
  now_us: InstantUs,
): Map<Lane, number[]> {
  const counts = new Map<Lane, number[]>();
  for (const { lane, from_us, to_us } of staysUntil(wps, now_us)) {
    const row = counts.get(lane) ?? instants_us.map(() => 0);
    counts.set(lane, row);
    for (const [i, at_us] of instants_us.entries()) {
      if (from_us <= at_us && (to_us === null || at_us < to_us)) row[i] = (row[i] ?? 0) + 1;
    }
  }
  return counts;
}

/** All stays; what begins or ends after now does so now. */
function staysUntil(wps: readonly WpFlow[], now_us: InstantUs): Stay[] {
  return wps.flatMap(({ stays }) =>
    stays.map(({ from_us, to_us, ...stay }) => ({
      ...stay,
      from_us: Math.min(from_us, now_us),
      to_us: to_us === null ? null : Math.min(to_us, now_us),
    })),
  );
}

function stagesOf(wps: readonly WpFlow[]): FlowFigures["work_packages"] {
  const in_stage = (stage: Stage) => wps.filter((wp) => wp.stage === stage).length;
  return {
    count: wps.length,
    waiting: in_stage("waiting"),
    wip: in_stage("wip"),
    finished: in_stage("finished"),
    given_up: in_stage("given_up"),
  };
}

function perLane(wps: readonly WpFlow[], since_us: InstantUs | null): Record<Lane, Spread> {
  const hours_in = new Map<Lane, number[]>();
  for (const wp of wps) {
    const all = since_us === null ? wp.per_lane_hours : hoursSince(wp, since_us);
    for (const [lane, hours] of all) {
      const row = hours_in.get(lane);
      if (row === undefined) hours_in.set(lane, [hours]);
      else row.push(hours);
    }
  }
  return Object.fromEntries([...hours_in].map(([lane, hours]) => [lane, spreadOf(hours)]));
}

function hoursSince({ stays }: WpFlow, since_us: InstantUs): Map<Lane, number> {
  const hours_in = new Map<Lane, number>();
  for (const { lane, from_us, to_us } of stays) {
    const hours = to_us !== null && to_us >= since_us ? hoursBetween(from_us, to_us) : null;
    if (hours !== null) hours_in.set(lane, (hours_in.get(lane) ?? 0) + hours);
  }
  return hours_in;
}

function throughput(wps: readonly WpFlow[], { begins_us, now_us }: SeriesSpan) {
  const weeks = instantsFrom(begins_us, now_us, WEEK_US);
  const finished = weeks.map(() => 0);
  for (const { finished_us } of wps) {
    if (finished_us === null || !isDated(finished_us)) continue;
    const place = Math.floor((Math.min(finished_us, now_us) - begins_us) / WEEK_US);
    if (place >= 0 && place < finished.length) finished[place] = (finished[place] ?? 0) + 1;
  }
  return weeks.map((week_us, i) => ({
    week: weekName(week_us),
    begins: dayName(week_us),
    finished: finished[i] ?? 0,
  }));
}

function wipPerDay(wps: readonly WpFlow[], { begins_us, now_us }: SeriesSpan) {
  const days = instantsFrom(begins_us, startOfDay(now_us), DAY_US);
  // Each stay adds at the day it began in and takes away at the day it ended in.
  const changes = days.map(() => 0);
  const dayOf = (instant_us: InstantUs) => Math.max(0, Math.floor((instant_us - begins_us) / DAY_US));
  for (const { stage, from_us, to_us } of staysUntil(wps, now_us)) {
    if (stage !== "wip") continue;
    const [first, last] = [dayOf(from_us), to_us === null ? days.length : dayOf(to_us)];
    if (to_us !== null && to_us < begins_us) continue;
    if (first < days.length) changes[first] = (changes[first] ?? 0) + 1;
    if (last < days.length) changes[last] = (changes[last] ?? 0) - 1;
  }
  let wip = 0;
  return days.map((day_us, i) => {
    wip += changes[i] ?? 0;
    return { day: dayName(day_us), wip };
  });
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole);
}

function known(hours: readonly (number | null)[]): number[] {
  return hours.filter((one) => one !== null);
}
