/** The pages of a feature's work packages: `tasks/WP01-<anything>.md`. */

import { compareWpIds, wpIdOfPage } from "../domain/identifiers.ts";
import type { Standing } from "../domain/reduce.ts";
import { visible } from "../domain/text.ts";
import { readIfThere, readPlainFile } from "../store/durable_file.ts";
import { type Entry, realPathsIn, shownPath } from "../store/paths.ts";
import { StorageError } from "../store/storage_error.ts";
import type { Feature } from "./feature.ts";

/** A page on disk. */
export interface Page {
  readonly wp_id: string;
  /** Its path as messages show it. */
  readonly shown: string;
  /** Its real path. @throws StorageError when it is a link that leads out of the project */
  readonly path: () => string;
  /** Its bytes, one character each, so that writing them back changes none; read once. */
  readonly text: () => string;
}

/** The pages of a feature by WP id, in the order of ids; two pages for one WP are both there. */
export type Pages = ReadonlyMap<string, readonly Page[]>;

/** Lists the pages of a feature; their texts are read when they are asked for. */
export function listPages(feature: Feature): Pages {
  const by_id = new Map<string, Page[]>();
  const folder = shownPath(feature.project.root, feature.pages_folder);
  const entries = [...realPathsIn(feature.project.root, feature.pages_folder)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  for (const [name, entry] of entries) {
    const wp_id = wpIdOfPage(name);
    if (wp_id === undefined) continue;
    const shown = `${folder}/${visible(name)}`;
    const page = { wp_id, shown, path: entry.path, text: readOnce(shown, entry) };
    by_id.set(wp_id, [...(by_id.get(wp_id) ?? []), page]);
  }
  return new Map([...by_id].sort(([a], [b]) => compareWpIds(a, b)));
}

/** Every work package that has a page or an event, in the order of ids. */
export function knownWpIds(pages: Pages, { work_packages }: Standing): string[] {
  return [...new Set([...pages.keys(), ...work_packages.keys()])].sort(compareWpIds);
}

function readOnce(shown: string, { path, is_plain_file }: Entry): () => string {
  const read = is_plain_file ? readPlainFile : readIfThere;
  let text: string | undefined;
  return () => {
    text ??= read(path(), "latin1");
    if (text === undefined) throw new StorageError("read", shown, "it is not there any more");
    return text;
  };
}
