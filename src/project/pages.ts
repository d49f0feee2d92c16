/** The pages of a feature's work packages: `tasks/WP01-<anything>.md`. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareWpIds, wpIdOfPage } from "../domain/identifiers.ts";
import { realPathInside, shownPath } from "../store/paths.ts";
import { attempt, errnoOf, StorageError } from "../store/storage_error.ts";
import type { Feature } from "./feature.ts";

/** A page on disk. */
export interface Page {
  readonly wp_id: string;
  readonly path: string;
  /** Its path as messages show it. */
  readonly shown: string;
}

/** The pages of a feature by WP id, in the order of ids; two pages for one WP are both there. */
export function listPages(feature: Feature): ReadonlyMap<string, readonly Page[]> {
  const pages: Page[] = namesIn(feature.pages_folder).flatMap((name) => {
    const wp_id = wpIdOfPage(name);
    if (wp_id === undefined) return [];
    const path = join(feature.pages_folder, name);
    return [{ wp_id, path, shown: shownPath(feature.project.root, path) }];
  });
  const by_id = Map.groupBy(pages, (page) => page.wp_id);
  return new Map([...by_id].sort(([a], [b]) => compareWpIds(a, b)));
}

/** The bytes of a page, one character each, so that writing them back changes none. */
export function readPage(feature: Feature, page: Page): string {
  const path = realPathInside(feature.project.root, page.path);
  return attempt("read", page.shown, () => readFileSync(path, "latin1"));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw new StorageError("list", folder, error);
  }
}
