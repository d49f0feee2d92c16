/** What work packages wait for: whether it exists, and whether it can ever be over. */

import { compareWpIds } from "./identifiers.ts";

/** By work package: the ids of those that must be finished first. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/**
 * Ids that work packages wait for and that nobody has.
 *
 * @param known every work package with a page or an event
 */
export function unknownDependencies(
  dependencies: Dependencies,
  known: ReadonlySet<string>,
): { readonly wp: string; readonly missing: string }[] {
  return [...dependencies].flatMap(([wp, ids]) =>
    ids.filter((id) => !known.has(id)).map((missing) => ({ wp, missing })),
  );
}

/**
 * Circles of work packages that wait for each other, each told once, from its lowest id.
 *
 * @example findCycles(new Map([["WP01", ["WP02"]], ["WP02", ["WP01"]]])) // [["WP01", "WP02"]]
 */
export function findCycles(dependencies: Dependencies): string[][] {
  const cycles = new Map<string, string[]>();
  const done = new Set<string>();
  for (const start of [...dependencies.keys()].sort(compareWpIds)) {
    if (!done.has(start)) walk(start);
  }
  return [...cycles.values()];

  /** Depth first, with a stack of its own: a chain can be longer than the engine's. */
  function walk(start: string): void {
    const way: string[] = [start];
    const left: string[][] = [[...(dependencies.get(start) ?? [])]];
    for (let ids = left.at(-1); ids !== undefined; ids = left.at(-1)) {
      const id = ids.shift();
      if (id === undefined) {
        done.add(way.pop() ?? start);
        left.pop();
        continue;
      }
      const met_at = way.indexOf(id);
      if (met_at >= 0) {
        const cycle = fromLowest(way.slice(met_at));
        cycles.set(cycle.join(), cycle);
      } else if (!done.has(id)) {
        way.push(id);
        left.push([...(dependencies.get(id) ?? [])]);
      }
    }
  }
}

function fromLowest(cycle: readonly string[]): string[] {
  const [lowest] = [...cycle].sort(compareWpIds);
  const at = cycle.indexOf(lowest ?? "");
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}
