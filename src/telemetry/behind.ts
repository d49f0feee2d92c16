/**
 * The features of a clone that a sink has still to hear of, for the next emit of another
 * feature: a finished one may have no emit of its own any more. A mark that is lost costs
 * the wait for `lane sync`, which asks every log.
 */

import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Feature } from "../project/feature.ts";
import type { Project } from "../project/project.ts";
import { readLines, removeLines, writeLines } from "../store/line_file.ts";
import { attempt, errnoOf } from "../store/storage_error.ts";
import { behindPlace } from "./places.ts";

/** Marks a feature. Needs no lock: whoever does it at the same time writes the same. */
export function markBehind({ project, slug }: Feature): void {
  const place = behindPlace(project, slug);
  if (!existsSync(place.path)) writeLines(place, [slug]);
}

/** Takes the mark away; before the feature's log is read, so that what comes after it marks it again. */
export function unmarkBehind({ project, slug }: Feature): void {
  const place = behindPlace(project, slug);
  if (existsSync(place.path)) removeLines(place);
}

/** The slugs of a project's marked features. */
export function slugsBehind(project: Project): readonly string[] {
  const { path, base } = behindPlace(project, "");
  const folder = dirname(path);
  const prefix = path.slice(folder.length + 1);
  return attempt("list", folder, () => namesIn(folder))
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => (readLines({ path: join(folder, name), base }) ?? []).slice(0, 1));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
