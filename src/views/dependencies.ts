/** What the pages of a feature say must be finished before their work packages can begin. */

import type { Dependencies } from "../domain/dependencies.ts";
import { parseWpId } from "../domain/identifiers.ts";
import type { Page, Pages } from "../project/pages.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { pageDependencies } from "./page_facts.ts";

/** The dependencies of a feature. */
export interface ReadDependencies {
  /** By work package; an id that is none stands there as it is written. */
  readonly named: Dependencies;
  /** Pages that do not tell: their work packages may wait for anything. */
  readonly unclear: readonly UnclearDependencies[];
}

/** A page that does not tell what its work package waits for. */
export interface UnclearDependencies {
  readonly wp: string;
  readonly file: string;
  /** As the end of a sentence. */
  readonly problem: string;
}

/** The same as a sentence. */
export function unclearText({ file, problem }: UnclearDependencies): string {
  return `${file} does not tell what it waits for: ${problem}`;
}

/** Reads every page. Two pages for one work package both count. */
export function readDependencies(pages: Pages): ReadDependencies {
  const named = new Map<string, string[]>();
  const unclear: UnclearDependencies[] = [];
  for (const [wp, of_wp] of pages) {
    for (const page of of_wp) {
      const found = readOne(page);
      if ("problem" in found) unclear.push({ wp, file: page.shown, problem: found.problem });
      else if (found.ids.length > 0) named.set(wp, [...(named.get(wp) ?? []), ...found.ids]);
    }
  }
  return { named, unclear };
}

function readOne(page: Page): { readonly ids: readonly string[] } | { readonly problem: string } {
  try {
    const texts = pageDependencies(page);
    return Array.isArray(texts) ? { ids: [...new Set(texts.map(wpIdOrText))] } : { problem: texts.unclear };
  } catch (error) {
    return { problem: refusalOrThrow(error).refusal.message };
  }
}

function wpIdOrText(text: string): string {
  const parsed = parseWpId(text);
  return parsed.ok ? parsed.value : text;
}
