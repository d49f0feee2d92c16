/**
 * What lane wrote in this clone, for sinks that hear of nothing else: ids, noted before the
 * events are in the log. So one that is in the log is never missing here, whenever the
 * process dies; one that is only here was never recorded, and means nothing.
 *
 * Noting begins with a feature's first sink, and goes on when that sink is gone: it may
 * come back with the next checkout, and must hear of what was written meanwhile.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../domain/event.ts";
import { instantOf } from "../domain/reduce.ts";
import { CLOCK_TOLERANCE_US } from "../domain/time.ts";
import { readIfThere } from "../store/durable_file.ts";
import { appendLines, readLines, removeLines, type StatePlace, writeLines } from "../store/line_file.ts";
import type { Feature } from "./feature.ts";
import type { Project } from "./project.ts";

/**
 * Notes what is about to be appended to a log. Needs the feature's lock.
 *
 * @param before what the log holds; asked for only where notes begin
 * @param begins whether to begin notes where there are none
 * @throws StorageError when notes with a gap stay: what can't be noted takes the notes with it, and
 *   without any it is presumed to be written here
 */
export function noteWritten(
  feature: Feature,
  ids: readonly string[],
  before: () => readonly StatusEvent[],
  begins: boolean,
): void {
  const place = writtenPlace(feature);
  const has_begun = existsSync(place.path);
  if (!has_begun && !begins) return;
  try {
    if (has_begun) appendLines(place, ids);
    else writeLines(place, [...presumablyWritten(feature, before()), ...ids]);
  } catch {
    removeLines(place);
  }
}

/** Begins the notes where there are none yet. Needs the feature's lock. */
export function beginWritten(feature: Feature, events: readonly StatusEvent[]): void {
  const place = writtenPlace(feature);
  if (events.length > 0 && !existsSync(place.path)) writeLines(place, presumablyWritten(feature, events));
}

/** The ids of those events of a log that lane wrote in this clone. */
export function writtenAmong(feature: Feature, events: readonly StatusEvent[]): ReadonlySet<string> {
  return new Set(readLines(writtenPlace(feature)) ?? presumablyWritten(feature, events));
}

/**
 * Without notes (there was no sink yet, or they are lost) an event counts as written here
 * unless it is older than the clone: rather sent once too often than never.
 */
function presumablyWritten({ project }: Feature, events: readonly StatusEvent[]): string[] {
  const cloned_us = whenCloned(project);
  const ours = events.filter((event) => cloned_us === undefined || instantOf(event) >= cloned_us);
  return [...new Set(ours.map(({ event_id }) => event_id))];
}

/** What telemetry keeps of a feature lies in this folder, beside its lock. */
export function telemetryFolder({ lock }: Feature): StatePlace {
  return { path: `${lock.path.replace(/\.lock$/, "")}.telemetry`, base: lock.base };
}

function writtenPlace(feature: Feature): StatePlace {
  const { path, base } = telemetryFolder(feature);
  return { path: join(path, "written"), base };
}

/** When this repository was cloned from another; undefined where it was not, or git has forgotten. */
function whenCloned({ git }: Project): number | undefined {
  if (git === undefined) return undefined;
  const [first = ""] = (readIfThere(join(git.common_dir, "logs", "HEAD"), "latin1") ?? "").split("\n", 1);
  const [, seconds] = /^0+ [0-9a-f]+ .*> (\d{1,12}) [+-]\d{4}\tclone: /.exec(first) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1_000_000 - CLOCK_TOLERANCE_US;
}
