/**
 * The features of a clone that a sink has still to hear of, for the next emit of another
 * feature: a finished one may have no emit of its own any more. Marked for each sink: one
 * that is left alone for long must not make every emit read what the others have heard. A
 * mark that is lost costs the wait for `lane sync`, which asks every log.
 */

import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Feature } from "../project/feature.ts";
import type { Project } from "../project/project.ts";
import { addLine, readLines, removeLines } from "../store/line_file.ts";
import { attempt, errnoOf } from "../store/storage_error.ts";
import { behindPlace } from "./places.ts";
import type { KnownSink } from "./sinks.ts";

/** Marks a feature for these sinks. Needs no lock: whoever does it at the same time writes the same. */
export function markBehind({ project, slug }: Feature, sinks: readonly KnownSink[]): void {
  for (const { key } of sinks) {
    const place = behindPlace(project, slug, key);
    if (!readLines(place)?.includes(slug)) addLine(place, slug);
  }
}

/** Takes the marks away; before the feature's log is read, so that what comes after it marks it again. */
export function unmarkBehind({ project, slug }: Feature, sinks: readonly KnownSink[]): void {
  for (const { key } of sinks) {
    const place = behindPlace(project, slug, key);
    if (existsSync(place.path)) removeLines(place);
  }
}

/** The slugs of a project's features that are marked for one of these sinks. */
export function slugsBehind(project: Project, sinks: readonly KnownSink[]): ReadonlySet<string> {
  const { path, base } = behindPlace(project, "", "");
  const folder = dirname(path);
  const begin = path.slice(folder.length + 1);
  const ends = sinks.map(({ key }) => behindPlace(project, "", key).path.slice(path.length));
  const slugs = attempt("list", folder, () => namesIn(folder))
    .filter((name) => name.startsWith(begin) && ends.some((end) => name.endsWith(end)))
    .flatMap((name) => readLines({ path: join(folder, name), base }) ?? []);
  return new Set(slugs);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
