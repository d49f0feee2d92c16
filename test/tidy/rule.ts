/** Taste, held by tests: a rule stands over the sources, and fails on an offender made up for it. */

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/project.ts";

/** Texts of source files by path below `src/`, like `store/paths.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** Lists the offences against it. */
export type Rule = (sources: Sources) => string[];

/** What a rule is tried on, besides the sources. */
export interface Trial {
  /** Files that break it. */
  readonly offender: Readonly<Record<string, string>>;
  /** What it finds in them. */
  readonly found: readonly string[];
  /** Files that only look as if they broke it. */
  readonly innocent: Readonly<Record<string, string>>;
}

const SOURCES: Sources = new Map(
  (readdirSync(join(ROOT, "src"), { recursive: true }) as string[])
    .filter((path) => path.endsWith(".ts"))
    .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(ROOT, "src", path), "utf8")]),
);

/** Tests the sources by a rule, and the rule itself: one that can't fail is worth nothing. */
export function testRule(rule: Rule, says: string, { offender, found, innocent }: Trial): void {
  test(`${rule.name}() finds nothing in src: ${says}`, () => {
    expect(SOURCES.size).toBeGreaterThan(50);
    expect(rule(SOURCES)).toEqual([]);
  });

  test(`${rule.name}() finds an offence where there is one`, () => {
    expect(rule(new Map(Object.entries(offender)))).toEqual([...found]);
  });

  test(`${rule.name}() finds nothing in what only looks like an offence`, () => {
    expect(rule(new Map(Object.entries(innocent)))).toEqual([]);
  });
}

/** What a look at each file finds, by its path. */
export function offences(
  sources: Sources,
  look: (path: string, source: string) => readonly string[],
): string[] {
  return [...sources]
    .flatMap(([path, source]) => look(path, source).map((found) => `${path}: ${found}`))
    .sort();
}

/** What a pattern matches in a text. */
export function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([found]) => found.replace(/\s+/g, " "));
}
